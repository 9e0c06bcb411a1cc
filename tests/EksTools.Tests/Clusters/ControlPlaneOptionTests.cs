using System.Management.Automation;
using Amazon.IdentityManagement.Model;
using Iam = EksTools.Testing.Iam;
using SignedClient = EksTools.Sandbox.Tests.Account.SignedClient;

namespace EksTools.Tests.Clusters;

/// <summary>New-EksCluster's options of control plane, roles, administrators and add-ons, from the built module, against the sandbox.</summary>
public sealed class ControlPlaneOptionTests
{
    private const string Key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private const string Plain = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig";

    [Fact]
    public async Task Options_of_the_control_plane_are_what_EKS_answers_and_what_the_cluster_shows()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string options = $"-KmsKeyArn {Key} -SupportType STANDARD -DeletionProtection -ControlPlaneTier tier-xl -ZonalShift -LogType audit, api -LogRetention 30 -Tag @{{ team = 'x' }}";
        PSObject[] plan = [.. rehearsal.Session.Run($"{Plain} {options} -WhatIf").Good()];
        string description = (string)plan.Single(static step => (string)step.Properties["Step"].Value == "control-plane").Properties["Description"].Value;
        Assert.EndsWith($", tier-xl (charged by the hour), Secrets encrypted with {Key}, STANDARD support, protected from deletion, zonal shift", description, StringComparison.Ordinal);
        Assert.Contains(plan, static step => (string)step.Properties["Step"].Value == "log-group");

        rehearsal.Session.Run($"{Plain} {options}").Good();
        Assert.Equal($"STANDARD True {Key} secrets tier-xl True", Show(rehearsal, "$c = Get-EksCluster demo; \"$($c.UpgradePolicy.SupportType) $($c.DeletionProtection) $($c.EncryptionConfig[0].Provider.KeyArn) $($c.EncryptionConfig[0].Resources) $($c.ControlPlaneScalingConfig.Tier) $($c.ZonalShiftConfig.Enabled)\""));
        Assert.Contains("logs:PutRetentionPolicy", Asked(rehearsal));
        Assert.True(Array.IndexOf(Asked(rehearsal), "logs:PutRetentionPolicy") < Array.IndexOf(Asked(rehearsal), "eks:CreateCluster"));

        Answer again = rehearsal.Session.Run($"{Plain} {options} -Verbose");
        again.Good();
        AssertSaid("log-group: Found", again);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{Plain} -SupportType EXTENDED -LogRetention 7 -LogType audit, api").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-SupportType is 'STANDARD', not 'EXTENDED'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-LogRetention is '30', not '7'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_group_of_an_earlier_cluster_that_keeps_logs_for_longer_is_left_so()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{Plain} -LogType audit -LogRetention 365").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        int before = Asked(rehearsal).Count(static call => call == "logs:PutRetentionPolicy");
        Answer answer = rehearsal.Session.Run($"{Plain} -LogType audit -LogRetention 7");
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("keeps logs for 365 days", StringComparison.Ordinal));
        Assert.Equal(before, Asked(rehearsal).Count(static call => call == "logs:PutRetentionPolicy"));
        rehearsal.Session.Run("Set-EksCluster demo -LogRetention 7").Good();
        Assert.Equal(before + 1, Asked(rehearsal).Count(static call => call == "logs:PutRetentionPolicy"));
    }

    [Theory]
    [InlineData("-KmsKeyArn arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "KmsKeyOfOtherRegion")]
    [InlineData("-KmsKeyArn arn:aws-cn:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "ArnOfOtherPartition")]
    [InlineData("-AdministratorArn arn:aws:sts::111122223333:assumed-role/One/me", "InvalidPrincipalArn")]
    [InlineData("-AdministratorArn arn:aws:iam::111122223333:root", "InvalidPrincipalArn")]
    [InlineData("-AdministratorArn arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS", "InvalidPrincipalArn")]
    [InlineData("-AdministratorArn arn:aws:iam::111122223333:user/nobody", "PrincipalNotFound")]
    [InlineData("-AdministratorArn arn:aws:iam::111122223333:role/Pathed", "PrincipalNotFound")]
    [InlineData("-ClusterRoleArn arn:aws:iam::111122223333:role/None", "RoleNotFound")]
    [InlineData("-ClusterRoleArn arn:aws:iam::111122223333:role/Pathed", "RoleNotFound")]
    [InlineData("-ClusterRoleArn arn:aws:iam::111122223333:role/teams/Pathed", "RoleLacksTrust")]
    [InlineData("-ClusterRoleArn arn:aws:iam::444455556666:role/Other", "ForeignRole")]
    [InlineData("-PermissionsBoundary arn:aws:iam::111122223333:role/One", "InvalidPolicyArn")]
    [InlineData("-AddOn no-such-addon", "AddonNotOffered")]
    [InlineData("-AddOn @{ Name = 'coredns'; Version = 'v0.0.1-eksbuild.1' }", "AddonVersionNotOffered")]
    public async Task What_cannot_be_is_refused_before_anything_is_made(string options, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "Pathed", Path = "/teams/", AssumeRolePolicyDocument = Trust("ec2.amazonaws.com") }, TestContext.Current.CancellationToken);
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{Plain} {options}").Errors);
        Assert.StartsWith($"{errorId},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Administrators_get_entries_and_the_creator_none_where_it_is_not_wanted()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        await iam.CreateRoleAsync("One");
        await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "AWSReservedSSO_Admin_0123456789abcdef", Path = "/aws-reserved/sso.amazonaws.com/eu-west-1/", AssumeRolePolicyDocument = Trust("ec2.amazonaws.com") }, TestContext.Current.CancellationToken);
        await iam.Client.CreateUserAsync(new CreateUserRequest { UserName = "alice", Path = "/teams/" }, TestContext.Current.CancellationToken);
        string[] administrators = ["arn:aws:iam::111122223333:role/One", "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef", "arn:aws:iam::111122223333:user/teams/alice", "arn:aws:iam::444455556666:role/elsewhere"];
        rehearsal.Session.Run($"{Plain} -NoCreatorAdmin -AdministratorArn {string.Join(", ", administrators)}").Good();
        Assert.Equal(administrators.Order(StringComparer.Ordinal), rehearsal.Session.Run("Get-EksIamMapping demo -Source AccessEntry | Where-Object { $_.AccessPolicies.Name -eq 'AmazonEKSClusterAdminPolicy' } | ForEach-Object PrincipalArn").Good().Select(static arn => (string)arn.BaseObject).Order(StringComparer.Ordinal));
        Answer again = rehearsal.Session.Run($"{Plain} -Verbose");
        again.Good();
        AssertSaid($"administrator {administrators[0]}: Found", again);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
    }

    [Fact]
    public async Task Nodes_become_ready_though_the_creator_may_not_look()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string one = await iam.CreateRoleAsync("One");
        Answer answer = rehearsal.Session.Run($"New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1 -NoCreatorAdmin -AdministratorArn {one}");
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("does not let this principal in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Roles_that_are_made_have_path_and_boundary_and_go_with_the_cluster()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        using Iam iam = new(rehearsal.Sandbox);
        const string Boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
        rehearsal.Session.Run($"New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1 -RolePath /platform/eks/ -PermissionsBoundary {Boundary}").Good();
        foreach (string name in (string[])["cluster", "node", "kube-system.aws-node"])
        {
            Role role = (await iam.Client.GetRoleAsync(new GetRoleRequest { RoleName = $"ekstools-demo-us-west-2-{name}" }, TestContext.Current.CancellationToken)).Role;
            Assert.Equal(("/platform/eks/", Boundary), (role.Path, role.PermissionsBoundary?.PermissionsBoundaryArn));
        }

        Assert.Empty(rehearsal.Session.Run("Test-EksServiceAccountRole demo -All").Good());
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        PSObject[] repair = [.. rehearsal.Session.Run("New-EksCluster demo -Repair -WhatIf").Good()];
        Assert.All(repair, static step => Assert.Equal("Found", $"{step.Properties["Outcome"].Value}"));
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_key_that_EKS_could_not_use_is_refused_before_anything_is_made()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using SignedClient kms = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        async Task<string> CreateAsync(string spec) => (string)(await kms.KmsAsync("CreateKey", $$"""{"KeySpec":"{{spec}}","KeyUsage":"ENCRYPT_DECRYPT"}""")).Json["KeyMetadata"]!["Arn"]!;
        string disabled = await CreateAsync("SYMMETRIC_DEFAULT"), doomed = await CreateAsync("SYMMETRIC_DEFAULT"), pair = await CreateAsync("RSA_2048");
        await kms.KmsAsync("DisableKey", $$"""{"KeyId":"{{disabled}}"}""");
        await kms.KmsAsync("ScheduleKeyDeletion", $$"""{"KeyId":"{{doomed}}"}""");
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        foreach ((string key, string errorId, string word) in new[]
        {
            (disabled, "KmsKeyNotEnabled", "is Disabled"), (doomed, "KmsKeyNotEnabled", "is PendingDeletion"), (pair, "KmsKeyUnfit", "is RSA_2048 for ENCRYPT_DECRYPT"),
            ("arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-0000-000000000000", "KmsKeyNotFound", "does not exist"),
        })
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{Plain} -KmsKeyArn {key} -WhatIf").Errors);
            Assert.StartsWith($"{errorId},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(word, error.Exception.Message, StringComparison.Ordinal);
        }

        // Who may not look at it is told by EKS, which keeps its message.
        rehearsal.Sandbox.Faults.Add("kms", "DescribeKey", Sandbox.Faults.FaultKind.AccessDenied);
        ErrorRecord told = Assert.Single(rehearsal.Session.Run($"{Plain} -KmsKeyArn {disabled} -WarningAction Ignore").Errors);
        Assert.Contains($"Invalid KMS key: {disabled} is disabled.", told.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Roles_of_the_caller_are_used_and_neither_changed_nor_removed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string cluster = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "MyCluster", Path = "/mine/", AssumeRolePolicyDocument = Trust("eks.amazonaws.com") }, TestContext.Current.CancellationToken)).Role.Arn;
        string node = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "MyNodes", AssumeRolePolicyDocument = Trust("ec2.amazonaws.com") }, TestContext.Current.CancellationToken)).Role.Arn;
        foreach (string policy in (string[])["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"])
        {
            await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "MyNodes", PolicyArn = $"arn:aws:iam::aws:policy/{policy}" }, TestContext.Current.CancellationToken);
        }

        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        string script = $"New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1 -ClusterRoleArn {cluster} -NodeRoleArn {node}";
        Answer answer = rehearsal.Session.Run(script);
        Assert.Equal(cluster, Assert.Single(answer.Good()).Properties["ClusterRoleArn"].Value);
        Assert.Equal($"The role {cluster} does not have AmazonEKSClusterPolicy, AmazonEKSVPCResourceController. EksTools changes no role of yours: attach what is missing, unless policies of your own allow the same.", Assert.Single(answer.Warnings));
        Assert.Equal([node], rehearsal.Session.Run("Get-EksIamMapping demo -Source AccessEntry | Where-Object Type -eq EC2_LINUX | ForEach-Object PrincipalArn").Good().Select(static arn => (string)arn.BaseObject));
        Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), static line => line.StartsWith("role ekstools-demo-us-west-2-cluster", StringComparison.Ordinal) || line.StartsWith("role ekstools-demo-us-west-2-node", StringComparison.Ordinal));

        // The record stands on the launch template: a run without the roles goes on, one with another is refused.
        Answer again = rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.Contains(": Created", StringComparison.Ordinal));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeType t3.large").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_cluster_that_stopped_with_a_role_of_the_caller_is_continued_found_and_removed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string cluster = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "MyCluster", AssumeRolePolicyDocument = Trust("eks.amazonaws.com") }, TestContext.Current.CancellationToken)).Role.Arn;
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        rehearsal.Sandbox.Faults.Add("eks", "CreateCluster", Sandbox.Faults.FaultKind.AccessDenied);
        Assert.Single(rehearsal.Session.Run($"{Plain} -ClusterRoleArn {cluster} -WarningAction Ignore").Errors);
        Assert.StartsWith("ClusterUnfinished", Assert.Single(rehearsal.Session.Run("Get-EksCluster demo").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(rehearsal.Session.Run($"{Plain} -WarningAction Ignore").Good());
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Add_ons_are_made_as_they_were_asked_for()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await iam.CreateRoleAsync("Storage");
        const string AddOns = "'eks-pod-identity-agent', @{ Name = 'coredns'; Version = 'latest'; ConfigurationValues = @{ replicaCount = 3 }; ResolveConflicts = 'overwrite' }, @{ Name = 'kube-proxy'; ConfigurationValues = 'mode: iptables' }";
        Answer answer = rehearsal.Session.Run($"New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1 -AddOn {AddOns}, @{{ Name = 'aws-ebs-csi-driver'; ServiceAccountRoleArn = '{role}' }}, aws-efs-csi-driver");
        answer.Good();
        Assert.Contains("aws-efs-csi-driver call AWS", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        Assert.Equal(["addon aws-ebs-csi-driver", "addon aws-efs-csi-driver", "addon coredns", "addon eks-pod-identity-agent", "addon kube-proxy", "addon metrics-server", "addon vpc-cni"], (await Inventory.ReadAsync(rehearsal.Sandbox)).Where(static line => line.StartsWith("addon", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        using Amazon.EKS.AmazonEKSClient eks = Client(rehearsal);
        Amazon.EKS.Model.Addon dns = (await eks.DescribeAddonAsync(new() { ClusterName = "demo", AddonName = "coredns" }, TestContext.Current.CancellationToken)).Addon;
        Assert.Equal(("v1.12.4-eksbuild.1", """{"replicaCount":3}"""), (dns.AddonVersion, dns.ConfigurationValues));
        Assert.Equal(role, (await eks.DescribeAddonAsync(new() { ClusterName = "demo", AddonName = "aws-ebs-csi-driver" }, TestContext.Current.CancellationToken)).Addon.ServiceAccountRoleArn);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -AddOn coredns").Errors);
        Assert.Contains("add-on 'aws-ebs-csi-driver' is there, and was not said", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("EKS offers no add-on 'nothing' for Kubernetes 1.34 in us-west-2.", Assert.Single(rehearsal.Session.Run("New-EksCluster other -AddOn nothing -WhatIf").Errors).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_default_add_ons_those_alone_are_made_that_were_named()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster bare -NoNodeGroup -NatGateway None -NoKubeconfig -NoAddOn").Good();
        Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), static line => line.StartsWith("addon", StringComparison.Ordinal) || line.Contains("aws-node", StringComparison.Ordinal));
        rehearsal.Session.Run("New-EksCluster bare -NoKubeconfig").Good();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1 -NoAddOn -AddOn kube-proxy, vpc-cni -VpcCidr 10.5.0.0/16").Good();
        Assert.Equal(["addon kube-proxy", "addon vpc-cni"], (await Inventory.ReadAsync(rehearsal.Sandbox)).Where(static line => line.StartsWith("addon", StringComparison.Ordinal)));
    }

    private static void AssertSaid(string text, Answer answer) => Assert.Contains(answer.Verbose, line => line.Contains($"Z {text}", StringComparison.Ordinal));

    private static string Trust(string service) => $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";

    private static string Show(Rehearsal rehearsal, string script) => (string)Assert.Single(rehearsal.Session.Run(script).Good()).BaseObject;

    private static string[] Asked(Rehearsal rehearsal) => [.. rehearsal.Sandbox.Requests.Select(static request => $"{request.Service}:{request.Operation}")];

    private static Amazon.EKS.AmazonEKSClient Client(Rehearsal rehearsal) => new(new Amazon.Runtime.BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new Amazon.EKS.AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
}
