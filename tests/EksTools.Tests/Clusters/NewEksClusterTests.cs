using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>New-EksCluster in the real engine, from the built module, against the sandbox.</summary>
public sealed class NewEksClusterTests
{
    [Fact]
    public async Task Ends_with_a_running_cluster_ready_nodes_and_a_kubeconfig()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Answer answer = rehearsal.Session.Run("New-EksCluster demo -Tag @{ team = 'platform' } -Verbose");
        PSObject cluster = Assert.Single(answer.Good());
        Assert.Equal("EksTools.Clusters.EksCluster", cluster.TypeNames[0]);
        Assert.Equal("ACTIVE", cluster.Properties["Status"].Value);
        Assert.Equal("demo", cluster.Properties["ClusterName"].Value);
        Assert.Null(cluster.Properties["RoleArn"]);
        Assert.Equal(100, answer.Progress.Max(static record => record.PercentComplete));
        Assert.Equal(ProgressRecordType.Completed, answer.Progress[^1].RecordType);
        Assert.Contains(answer.Verbose, static line => line.EndsWith("Z node-group: Created", StringComparison.Ordinal));
        Assert.Single(answer.Verbose, static line => System.Text.RegularExpressions.Regex.IsMatch(line, "^[0-9:]{8}Z vpc: Created vpc-[0-9a-f]{17}$"));
        Assert.Single(answer.Verbose, static line => line.EndsWith(":role/ekstools-demo-us-west-2-cluster", StringComparison.Ordinal) && line.Contains(" cluster-role: Created arn:", StringComparison.Ordinal));

        IReadOnlyList<PSObject> nodes = rehearsal.Session.Run("Get-EksNode demo").Good();
        Assert.Equal(2, nodes.Count);
        Assert.All(nodes, static node => Assert.Equal("Ready", node.Properties["Status"].Value));
        Assert.Contains("current-context: arn:aws:eks:us-west-2:111122223333:cluster/demo", await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Contains(inventory, static line => line == "vpc 192.168.0.0/16 vpc");
        Assert.Equal(6, inventory.Count(static line => line.StartsWith("subnet ", StringComparison.Ordinal)));
        Assert.Equal(["addon coredns", "addon kube-proxy", "addon metrics-server", "addon vpc-cni"], inventory.Where(static line => line.StartsWith("addon", StringComparison.Ordinal)));
        Assert.Contains(inventory, static line => line.StartsWith("cluster demo 1.34 ACTIVE", StringComparison.Ordinal) && line.Contains("team=platform", StringComparison.Ordinal));
        Assert.Equal(2, inventory.Count(static line => line.StartsWith("instance", StringComparison.Ordinal)));
        Assert.Contains("role ekstools-demo-us-west-2-node: AmazonEC2ContainerRegistryPullOnly AmazonEKSWorkerNodePolicy AmazonSSMManagedInstanceCore", inventory);
        Assert.Contains("role ekstools-demo-us-west-2-kube-system.aws-node: AmazonEKS_CNI_Policy", inventory);
        Assert.Contains("OpenID Connect provider", inventory);
        PSObject role = Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo -Pod").Good());
        Assert.Equal("kube-system/aws-node Irsa", $"{role} {role.Properties["Mode"].Value}");
        Assert.Equal(2, ((System.Collections.IEnumerable)role.Properties["Pods"].Value).Cast<object>().Count(static pod => (bool)PSObject.AsPSObject(pod).Properties["IsCurrent"].Value));
        Assert.Empty(rehearsal.Session.Run("Test-EksServiceAccountRole demo -All").Good());
    }

    [Fact]
    public async Task WhatIf_writes_the_plan_and_changes_nothing()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<PSObject> plan = rehearsal.Session.Run("New-EksCluster demo -NatGateway PerZone -WhatIf").Good();
        Assert.All(plan, static step => Assert.Equal("EksTools.Plans.EksPlanStep", step.TypeNames[0]));
        string[] billed = [.. plan.Where(static step => (bool)step.Properties["Billed"].Value).Select(static step => (string)step.Properties["Step"].Value)];
        Assert.Equal(["control-plane", "elastic-ip-us-west-2a", "elastic-ip-us-west-2b", "elastic-ip-us-west-2c", "nat-gateway-us-west-2a", "nat-gateway-us-west-2b", "nat-gateway-us-west-2c", "node-group"], billed.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation.StartsWith("Create", StringComparison.Ordinal) || request.Operation.StartsWith("Tag", StringComparison.Ordinal) || request.Operation.StartsWith("Attach", StringComparison.Ordinal));
        Assert.False(File.Exists(rehearsal.Kubeconfig));
    }

    [Theory]
    [InlineData("New-EksCluster demo -VpcCidr 10.0.0.0/8", "InvalidVpcCidr")]
    [InlineData("New-EksCluster 'no good'", "InvalidClusterName")]
    [InlineData("New-EksCluster demo -NodeCount 5 -MaxNodes 3", "InvalidNodeCounts")]
    [InlineData("New-EksCluster demo -NoNodeGroup -Spot", "ContradictoryNodes")]
    [InlineData("New-EksCluster demo -SubnetId subnet-0a1b2c3d, subnet-0a1b2c3e -VpcCidr 10.0.0.0/16", "ContradictoryNetwork")]
    public async Task Bad_input_is_refused_before_any_call(string script, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(script).Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Empty(rehearsal.Sandbox.Requests);
    }

    [Theory]
    [InlineData("New-EksCluster demo -KubernetesVersion 1.19 -NoKubeconfig", "KubernetesVersionNotOffered")]
    [InlineData("New-EksCluster demo -NodeType z9.huge -NoKubeconfig", "InstanceTypeNotOffered")]
    [InlineData("New-EksCluster demo -SubnetId subnet-0a1b2c3d, subnet-0a1b2c3e -NoKubeconfig", "AwsResourceNotFound")]
    public async Task What_AWS_does_not_offer_is_refused_before_anything_is_made(string script, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(script).Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Run_again_it_finds_everything_and_with_other_parameters_it_is_refused()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NodeType t3.large").Good();
        IReadOnlyList<string> first = await Inventory.ReadAsync(rehearsal.Sandbox);

        Answer again = rehearsal.Session.Run("New-EksCluster demo -Verbose");
        again.Good();
        Assert.Equal(first, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.DoesNotContain(again.Verbose, static line => line.Contains(": Created", StringComparison.Ordinal));
        Assert.Contains(again.Verbose, static line => line.Contains("Z vpc: Found vpc-", StringComparison.Ordinal));

        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NodeType m5.large -NatGateway PerZone").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-NodeType is 't3.large', not 'm5.large'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-NatGateway is 'Single', not 'PerZone'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_of_a_cluster_without_NAT_stand_in_public_subnets()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig -NodeType t3.medium -Spot -NodeCount 1 -MaxNodes 3").Good();
        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.DoesNotContain(inventory, static line => line.StartsWith("nat", StringComparison.Ordinal) || line.StartsWith("address", StringComparison.Ordinal));
        PSObject node = Assert.Single(rehearsal.Session.Run("Get-EksNode demo").Good());
        Assert.Matches(@"^192\.168\.(\d|[1-8]\d|9[0-5])\.", (string)node.Properties["InternalIp"].Value);
        Assert.False(File.Exists(rehearsal.Kubeconfig));
    }

    [Fact]
    public async Task A_cluster_that_others_made_is_left_alone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NoKubeconfig").Good();
        await ForeignCluster.UntagAsync(rehearsal.Sandbox, "demo");
        foreach ((string script, string reason) in new[] { ("New-EksCluster demo", "exists and is not managed by EksTools"), ("Remove-EksCluster demo -Confirm:$false", "was made by hand or by a tool that leaves no tags") })
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run(script).Errors);
            Assert.StartsWith("ClusterNotManaged", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(reason, error.Exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Existing_subnets_are_used_and_stay()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)}").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Access_denied_names_action_and_principal_and_leaves_what_continues()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("eks", "CreateCluster", FaultKind.AccessDenied);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup").Errors);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Contains("eks:CreateCluster", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("arn:aws:iam::111122223333:", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Run the same command again to continue", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup").Good());
    }
}
