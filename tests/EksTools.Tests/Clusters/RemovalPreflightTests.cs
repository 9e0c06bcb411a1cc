using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>What is looked at before a cluster is removed: what stands in the way is told before anything is gone, what stays with its command.</summary>
public sealed class RemovalPreflightTests
{
    private const string Bare = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig", Remove = "Remove-EksCluster demo -Confirm:$false -KeepKubeconfig";

    [Fact]
    public async Task Instances_interfaces_and_groups_of_others_in_the_cluster_s_VPC_are_named_and_nothing_is_removed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string instance = await stage.LaunchAsync("demo", ("Name", "bastion"));
        string group = await stage.ReferToAsync("demo", "database");
        string subnet = (await stage.NetworkAsync("demo")).SubnetIds[0];
        string own = (await stage.Ec2.CreateNetworkInterfaceAsync(new() { SubnetId = subnet, Description = "mine" })).NetworkInterface.NetworkInterfaceId;
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);

        Answer plan = rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig");
        PSObject[] findings = [.. Findings(plan)];
        Assert.All(findings, static finding => Assert.Equal(("NetworkHeldByOthers", "Refuses", "demo", "us-west-2"), (Text(finding, "Rule"), Text(finding, "Effect"), Text(finding, "ClusterName"), Text(finding, "Region"))));
        Assert.Equal([$"EC2 instance {instance}", "nobody (it says 'mine')", $"security group {group}"], findings.Select(static finding => Text(finding, "Where")).Order(StringComparer.Ordinal));
        Assert.Contains(findings, finding => Text(finding, "Fix") == $"aws ec2 delete-network-interface --network-interface-id {own} --region us-west-2");
        Assert.Contains("As it is, nothing would be removed: 3 findings stand in the way.", plan.Warnings);
        Assert.Contains(plan.Good(), static item => (string?)item.Properties["Step"]?.Value == "control-plane");

        foreach (string command in new[] { Remove, Remove + " -Force" })
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run(command).Errors);
            Assert.StartsWith("NetworkHeldByOthers", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.All([instance, "bastion", group, "database", own], named => Assert.Contains(named, error.Exception.Message, StringComparison.Ordinal));
            Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        }

        await stage.EndAsync(instance);
        await stage.Ec2.DeleteNetworkInterfaceAsync(new() { NetworkInterfaceId = own });
        await stage.Ec2.DeleteSecurityGroupAsync(new() { GroupId = group });
        rehearsal.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Deletion_protection_is_told_before_anything_is_gone_and_Force_does_not_lift_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.UpdateAsync(new() { Name = "demo", DeletionProtection = true });
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove + " -Force").Errors);
        Assert.StartsWith("DeletionProtectionOn", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Set-EksCluster demo -Region us-west-2 -DeletionProtection:$false", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));

        await stage.UpdateAsync(new() { Name = "demo", DeletionProtection = false });
        rehearsal.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_budget_that_lets_no_pod_go_is_named_with_its_pods_and_forced_away()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using (Testing.Kubernetes cluster = new(rehearsal, "demo"))
        {
            await cluster.CreateAsync("/apis/apps/v1/namespaces/default/deployments", """{"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
            await cluster.CreateAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets", """{"metadata":{"name":"all-of-web"},"spec":{"minAvailable":"100%","selector":{"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]}}}""");
            await LoadBalancerStage.UntilAsync(async () => (int?)(await cluster.ReadAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets/all-of-web"))?["status"]?["currentHealthy"] == 2, "the pods");

            // Of nobody: it allows no disruption either, and holds nothing.
            await cluster.CreateAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets", """{"metadata":{"name":"of-none"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"none"}}}}""");
        }

        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        PSObject finding = Assert.Single(Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf")));
        Assert.Equal(("DisruptionBudgetHolds", "NeedsForce", "PodDisruptionBudget default/all-of-web"), (Text(finding, "Rule"), Text(finding, "Effect"), Text(finding, "Where")));
        Assert.Matches(@"\(web-\S+, web-\S+\): .* 5 minutes", Text(finding, "Message"));

        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove).Errors);
        Assert.StartsWith("DisruptionBudgetHolds", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.EndsWith("Or go on with -Force.", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));

        Answer forced = rehearsal.Session.Run(Remove + " -Force");
        forced.Good();
        Assert.Contains(forced.Warnings, static warning => warning.Contains("default/all-of-web", StringComparison.Ordinal));
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_group_that_names_the_cluster_s_is_told_and_left_as_it_is()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoNodeGroup -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string database = await stage.ReferToAsync("demo", "database"), own = (await stage.NetworkAsync("demo")).ClusterSecurityGroupId;
        Answer answer = rehearsal.Session.Run(Remove + " -Force -PassThru");
        PSObject removal = Assert.Single(answer.Good());
        string warning = Assert.Single(answer.Warnings);
        Assert.Contains($"The cluster's security group {own} stays: an inbound rule ", warning, StringComparison.Ordinal);
        Assert.Matches($"To remove it: aws ec2 revoke-security-group-ingress --region us-west-2 --group-id {database} --security-group-rule-ids sgr-", warning);
        Assert.Single((IReadOnlyList<string>)removal.Properties["Remaining"].Value);
        Assert.Equal(2, (await Inventory.ReadAsync(rehearsal.Sandbox)).Count(static line => line == "security group"));
        Assert.Contains((await stage.Ec2.DescribeSecurityGroupsAsync(new Amazon.EC2.Model.DescribeSecurityGroupsRequest { GroupIds = [database] })).SecurityGroups[0].IpPermissions, permission => permission.UserIdGroupPairs.Any(pair => pair.GroupId == own));
    }

    [Fact]
    public async Task Volumes_and_log_groups_stay_with_their_sizes_and_commands()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare + " -LogType api, audit").Good();
        string tagged = await ForeignCluster.CreateVolumeAsync(rehearsal.Sandbox, "demo");
        using RemovalStage stage = new(rehearsal.Sandbox);
        string handled = (await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = "us-west-2a", Size = 8 })).Volume.VolumeId;
        await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = "us-west-2a", Size = 9 });
        using (Testing.Kubernetes cluster = new(rehearsal, "demo"))
        {
            await cluster.CreateAsync("/api/v1/persistentvolumes", $$$"""{"metadata":{"name":"pv"},"spec":{"capacity":{"storage":"8Gi"},"accessModes":["ReadWriteOnce"],"persistentVolumeReclaimPolicy":"Delete","claimRef":{"kind":"PersistentVolumeClaim","namespace":"shop","name":"data-0"},"csi":{"driver":"ebs.csi.aws.com","volumeHandle":"{{{handled}}}"} } }""");
        }

        PSObject[] findings = [.. Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf"))];
        Assert.All(findings, static finding => Assert.Equal("Stays", Text(finding, "Effect")));
        Dictionary<string, string> fixes = findings.ToDictionary(static finding => Text(finding, "Where"), static finding => Text(finding, "Fix"));
        Assert.Equal(
            new Dictionary<string, string>
            {
                [$"volume {tagged}"] = $"aws ec2 delete-volume --region us-west-2 --volume-id {tagged}",
                [$"volume {handled}"] = "kubectl delete persistentvolumeclaim --namespace shop data-0",
                ["log group /aws/eks/demo/cluster"] = "aws logs delete-log-group --region us-west-2 --log-group-name '/aws/eks/demo/cluster'",
            },
            fixes);
        Assert.Contains(findings, static finding => Text(finding, "Message").Contains("(2 MiB) stays for ever", StringComparison.Ordinal));
        Assert.Contains(findings, static finding => Text(finding, "Message").Contains("(8 GiB) of the claim shop/data-0 stays", StringComparison.Ordinal));

        // When the cluster is gone, so is the claim.
        Assert.Contains(rehearsal.Session.Run(Remove).Warnings, warning => warning.EndsWith($"To remove it: aws ec2 delete-volume --region us-west-2 --volume-id {handled}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_load_balancers_and_logs_may_not_be_asked_the_removal_goes_on_and_says_so()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare + " -LogType api").Good();
        rehearsal.Sandbox.Faults.Add("logs", "DescribeLogGroups", FaultKind.AccessDenied, 9);
        rehearsal.Sandbox.Faults.Add("elbv2", "DescribeLoadBalancers", FaultKind.AccessDenied, 9);
        Answer answer = rehearsal.Session.Run(Remove);
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("/aws/eks/demo/cluster stays", StringComparison.Ordinal) && warning.Contains("may not be asked", StringComparison.Ordinal));
        Assert.Contains(answer.Warnings, static warning => warning.Contains("could not be looked for", StringComparison.Ordinal) && warning.Contains("elasticloadbalancing:DescribeLoadBalancers", StringComparison.Ordinal) && warning.Contains("To see it: aws elbv2 describe-load-balancers --region us-west-2 --query \"LoadBalancers[?VpcId=='vpc-", StringComparison.Ordinal));
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Nodes_that_EKS_does_not_end_are_named_with_who_launched_them()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoNodeGroup -NoKubeconfig; New-EksCluster own -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string pooled = await stage.LaunchAsync("demo", ("kubernetes.io/cluster/demo", "owned"), ("karpenter.sh/nodepool", "general"));
        string joined = await stage.LaunchAsync("demo", ("kubernetes.io/cluster/demo", "owned"), ("Name", "gpu"));
        string inside = await stage.LaunchAsync("own", ("kubernetes.io/cluster/own", "owned"), ("karpenter.sh/nodepool", "general"));
        PSObject[] findings = [.. Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf; Remove-EksCluster own -WhatIf"))];
        Assert.Equal(
            [("NodePool general", "NeedsForce", "kubectl delete nodepools --all"), ("gpu", "NeedsForce", $"aws ec2 terminate-instances --region us-west-2 --instance-ids {joined}"), ("NodePool general", "Refuses", "kubectl delete nodepools --all")],
            findings.Select(static finding => (Text(finding, "Where"), Text(finding, "Effect"), Text(finding, "Fix"))));
        Assert.Contains(pooled, Text(findings[0], "Message"), StringComparison.Ordinal);

        Assert.StartsWith("NodesOutliveCluster", Assert.Single(rehearsal.Session.Run(Remove).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Answer forced = rehearsal.Session.Run(Remove + " -Force");
        forced.Good();
        Assert.All([pooled, joined], id => Assert.Contains(forced.Warnings, warning => warning.EndsWith($"To remove it: aws ec2 terminate-instances --region us-west-2 --instance-ids {id}", StringComparison.Ordinal)));
        Assert.StartsWith("NodesOutliveCluster", Assert.Single(rehearsal.Session.Run("Remove-EksCluster own -Confirm:$false -Force").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        await stage.EndAsync(inside);
        rehearsal.Session.Run("Remove-EksCluster own -Confirm:$false").Good();
    }

    [Fact]
    public async Task A_profile_and_a_role_with_the_cluster_s_tags_go_and_a_profile_without_refuses()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NoKubeconfig").Good();
        await ForeignCluster.CreateFargateProfileAsync(rehearsal.Sandbox, "demo");
        PSObject finding = Assert.Single(Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf")));
        Assert.Equal(("Refuses", "Fargate profile serverless", "aws eks delete-fargate-profile --region us-west-2 --cluster-name demo --fargate-profile-name serverless"), (Text(finding, "Effect"), Text(finding, "Where"), Text(finding, "Fix")));
        Assert.StartsWith("ClusterHasForeignParts", Assert.Single(rehearsal.Session.Run(Remove).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);

        using RemovalStage stage = new(rehearsal.Sandbox);
        Dictionary<string, string> tags = new() { ["ekstools:cluster"] = "demo", ["ekstools:region"] = "us-west-2", ["ekstools:component"] = "fargate" };
        string profile = (await stage.Eks.DescribeFargateProfileAsync(new() { ClusterName = "demo", FargateProfileName = "serverless" }, TestContext.Current.CancellationToken)).FargateProfile.FargateProfileArn;
        await stage.Eks.TagResourceAsync(new() { ResourceArn = profile, Tags = tags }, TestContext.Current.CancellationToken);
        using (Iam iam = new(rehearsal.Sandbox))
        {
            const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
            await iam.Client.CreateRoleAsync(new() { RoleName = "ekstools-demo-us-west-2-fargate", AssumeRolePolicyDocument = Trust, Tags = [.. tags.Select(static tag => new Amazon.IdentityManagement.Model.Tag { Key = tag.Key, Value = tag.Value })] }, TestContext.Current.CancellationToken);
        }

        rehearsal.Session.Run(Remove).Good();
        Assert.Equal(["role fargate: "], await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task WhatIf_is_read_as_the_plan_of_New_EksCluster_and_then_the_findings()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string head = rehearsal.Session.Show(Bare + " -WhatIf").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];
        rehearsal.Session.Run(Bare + " -LogType api").Good();
        string[] shown = rehearsal.Session.Show("Remove-EksCluster demo -WhatIf").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(head, shown[0]);
        Assert.Contains(shown, static line => line.StartsWith("control-plane ", StringComparison.Ordinal) && line.EndsWith("EKS control plane", StringComparison.Ordinal));
        Assert.Equal(["Effect", "Where", "Message", "Fix"], shown.Where(static line => line.Contains(" : ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[0]));
        Assert.EndsWith("--log-group-name '/aws/eks/demo/cluster'", string.Concat(shown), StringComparison.Ordinal);

        // By themselves they are text.
        Assert.Matches(@"^\s*Stays LogGroupStays: log group /aws/eks/demo/cluster", rehearsal.Session.Show("Remove-EksCluster demo -WhatIf | Where-Object { $null -ne $_.Effect }"));
    }

    private static IEnumerable<PSObject> Findings(Answer answer) => answer.Good().Where(static item => item.Properties["Effect"] is not null);

    private static string Text(PSObject item, string property) => $"{item.Properties[property].Value}";
}
