using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>New-EksCluster -Repair in the engine, against the sandbox: vpc-cni gets its own role, and the node role loses what only aws-node needs.</summary>
public sealed class RepairTests : IAsyncLifetime
{
    private const string Repair = "New-EksCluster demo -Repair", ServiceAccount = "/api/v1/namespaces/kube-system/serviceaccounts/aws-node";
    private static readonly string CniRole = EarlierVersion.CniRole("demo"), NodeRole = EarlierVersion.NodeRole("demo");
    private Rehearsal rehearsal = null!;
    private Iam iam = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        await EarlierVersion.CreateAsync(rehearsal, "demo");
        Assert.Contains(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
    }

    [Fact]
    public async Task The_add_on_gets_its_role_the_pods_carry_it_and_the_node_role_loses_the_policy()
    {
        Answer answer = rehearsal.Session.Run($"{Repair} -Verbose");
        Assert.Equal("ACTIVE", Assert.Single(answer.Good()).Properties["Status"].Value);
        Assert.Empty(answer.Warnings);
        Assert.Contains(answer.Verbose, static line => line.EndsWith("Z vpc-cni-pods: Updated", StringComparison.Ordinal));
        await RequireRepairedAsync(rehearsal, iam);
        string[] detached = [.. rehearsal.Sandbox.Requests.Select(static request => request.Operation).SkipWhile(static operation => operation != "UpdateAddon")];
        Assert.Contains("DetachRolePolicy", detached);

        // Nothing is left to do, and nothing is done.
        int before = rehearsal.Sandbox.Requests.Count;
        rehearsal.Session.Run(Repair).Good();
        Assert.DoesNotContain(rehearsal.Sandbox.Requests.Skip(before), static request => request.Service != "sts" && !request.Operation.StartsWith("Get", StringComparison.Ordinal) && !request.Operation.StartsWith("List", StringComparison.Ordinal) && !request.Operation.StartsWith("Describe", StringComparison.Ordinal) && request.Operation is not ("TagRole" or "UntagRole" or "CreateRole"));
        Assert.DoesNotContain(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -Verbose").Verbose, static line => line.Contains(": Created", StringComparison.Ordinal) || line.Contains(": Updated", StringComparison.Ordinal) || line.Contains(": Deleted", StringComparison.Ordinal));
        await RequireRepairedAsync(rehearsal, iam);
    }

    [Fact]
    public async Task WhatIf_shows_what_is_found_and_what_would_be_mended_and_changes_nothing()
    {
        int before = rehearsal.Sandbox.Requests.Count;
        Assert.Equal(
            ["oidc-provider Planned", "vpc-cni-role Planned", "vpc-cni-role-policies Planned", "addon-vpc-cni Planned", "addon-vpc-cni-updated Planned", "vpc-cni-pods Planned", "node-role-cni-policy Planned"],
            Plan());
        Assert.All(rehearsal.Sandbox.Requests.Skip(before), static request => Assert.Matches("^(Get|List|Describe)", request.Operation));
        rehearsal.Session.Run("Register-EksOidcProvider demo").Good();
        Assert.Equal("oidc-provider Found", Plan()[0]);
        rehearsal.Session.Run(Repair).Good();
        Assert.All(Plan(), static step => Assert.EndsWith(" Found", step, StringComparison.Ordinal));
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = NodeRole, PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        Assert.Equal(["node-role-cni-policy Planned"], Plan().Where(static step => step.EndsWith("Planned", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_Repair_the_cluster_stays_as_it_was_made()
    {
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        Answer again = rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig");
        again.Good();
        Assert.Contains("New-EksCluster demo -Repair", Assert.Single(again.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Contains(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
        Assert.Empty(await iam.ReadProvidersAsync());
    }

    [Fact]
    public async Task A_run_of_an_earlier_version_that_ended_before_the_add_on_was_made_ends_as_a_new_cluster()
    {
        // The earlier version had given the node role its policies long before.
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        rehearsal.Sandbox.Faults.Add("eks", "CreateAddon", FaultKind.AccessDenied);
        Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Errors);
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = NodeRole, PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        rehearsal.Sandbox.Faults.Clear();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        await RequireRepairedAsync(rehearsal, iam);
    }

    [Fact]
    public async Task An_update_that_is_under_way_is_waited_for()
    {
        using AmazonEKSClient eks = EarlierVersion.Eks(rehearsal.Sandbox);
        await eks.UpdateAddonAsync(new UpdateAddonRequest { ClusterName = "demo", AddonName = "vpc-cni", AddonVersion = "v1.21.1-eksbuild.1", ConfigurationValues = """{"env":{"WARM_IP_TARGET":"5"}}""" }, TestContext.Current.CancellationToken);
        rehearsal.Session.Run(Repair).Good();
        await RequireRepairedAsync(rehearsal, iam);
        Addon addon = (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = "demo", AddonName = "vpc-cni" }, TestContext.Current.CancellationToken)).Addon;
        Assert.Equal(("v1.21.1-eksbuild.1", """{"env":{"WARM_IP_TARGET":"5"}}"""), (addon.AddonVersion, addon.ConfigurationValues));
    }

    [Fact]
    public async Task A_cluster_that_is_not_ours_is_refused_with_the_way_to_do_it()
    {
        await ForeignCluster.UntagAsync(rehearsal.Sandbox, "demo");
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Repair).Errors);
        Assert.StartsWith("ClusterNotManaged", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("New-EksServiceAccountRole demo kube-system/aws-node", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.StartsWith("ClusterNotFound", Assert.Single(rehearsal.Session.Run("New-EksCluster nothing -Repair").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_vpc_cni_without_the_add_on_is_named_and_the_node_role_kept()
    {
        using AmazonEKSClient eks = EarlierVersion.Eks(rehearsal.Sandbox);
        await eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = "demo", AddonName = "vpc-cni", Preserve = true }, TestContext.Current.CancellationToken);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Repair).Errors);
        Assert.StartsWith("VpcCniNotAddon", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-RestartPods", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
    }

    [Fact]
    public async Task Roles_of_others_are_named_and_never_touched()
    {
        const string trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
        string role = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "theirs", AssumeRolePolicyDocument = trust }, TestContext.Current.CancellationToken)).Role.Arn;
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "theirs", PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        using AmazonEKSClient eks = EarlierVersion.Eks(rehearsal.Sandbox);
        Nodegroup ours = (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "default" }, TestContext.Current.CancellationToken)).Nodegroup;
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await eks.CreateNodegroupAsync(new CreateNodegroupRequest { ClusterName = "demo", NodegroupName = "theirs", NodeRole = role, Subnets = ours.Subnets }, TestContext.Current.CancellationToken);

        Answer answer = rehearsal.Session.Run(Repair);
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("role/theirs of the node group theirs was not made by EksTools and is left alone", StringComparison.Ordinal));
        Assert.Equal([EarlierVersion.CniPolicy], await iam.ReadPoliciesAsync("theirs"));
        await RequireRepairedAsync(rehearsal, iam, nodes: 4);
    }

    [Fact]
    public async Task A_role_that_somebody_else_gave_stays_and_counts_only_when_it_is_seen_to_do()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo kube-system/aws-node -RoleName cni-by-hand -Mode PodIdentity -RestartPods").Good();
        Answer kept = rehearsal.Session.Run(Repair);
        kept.Good();
        Assert.Contains(kept.Warnings, static warning => warning.Contains("cni-by-hand", StringComparison.Ordinal) && warning.Contains("the node role keeps the policy", StringComparison.Ordinal));
        Assert.Contains(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));

        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "cni-by-hand", PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        rehearsal.Session.Run(Repair).Good();
        Assert.DoesNotContain(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
        RequireReadyNodes(rehearsal);
        using AmazonEKSClient eks = EarlierVersion.Eks(rehearsal.Sandbox);
        Assert.Null((await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = "demo", AddonName = "vpc-cni" }, TestContext.Current.CancellationToken)).Addon.ServiceAccountRoleArn);
    }

    [Fact]
    public async Task What_was_taken_away_later_is_found_and_given_back()
    {
        rehearsal.Session.Run(Repair).Good();
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.PatchAsync(ServiceAccount, """{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":null}}}""");
        Assert.Contains(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Warnings, static warning => warning.Contains("does not name the role", StringComparison.Ordinal) && warning.Contains("-Repair", StringComparison.Ordinal));
        Assert.Equal("addon-vpc-cni Planned", Plan()[3]);
        string fix = Assert.IsType<string>(Assert.Single(rehearsal.Session.Run("Test-EksServiceAccountRole demo kube-system/aws-node").Good()).Properties["Fix"].Value);
        Assert.Equal("EksTools\\New-EksCluster demo -Region us-west-2 -Repair", fix);
        rehearsal.Session.Run(fix).Good();
        await RequireRepairedAsync(rehearsal, iam);

        await iam.Client.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = CniRole, PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        await iam.Client.DeleteRoleAsync(new DeleteRoleRequest { RoleName = CniRole }, TestContext.Current.CancellationToken);
        rehearsal.Session.Run(Repair).Good();
        await RequireRepairedAsync(rehearsal, iam);
    }

    [Fact]
    public async Task A_role_that_somebody_else_wrote_over_the_add_ons_is_not_waited_for()
    {
        rehearsal.Session.Run(Repair).Good();
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.PatchAsync(ServiceAccount, """{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/by-hand"}}}""");
        Answer answer = rehearsal.Session.Run(Repair);
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("role/by-hand by the annotation of their service account: it stays", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_that_was_moved_to_pod_identity_is_no_reason_to_warn()
    {
        rehearsal.Session.Run($"{Repair}; Convert-EksServiceAccountRole demo kube-system/aws-node -To PodIdentity -RestartPods").Good();
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = NodeRole, PolicyArn = EarlierVersion.CniPolicy }, TestContext.Current.CancellationToken);
        Answer answer = rehearsal.Session.Run(Repair);
        answer.Good();
        Assert.Empty(answer.Warnings);
        Assert.DoesNotContain(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
    }

    [Theory]
    [InlineData("New-EksCluster demo -Repair -NodeType m5.large")]
    [InlineData("New-EksCluster demo -Repair -SubnetId subnet-1")]
    public void Parameters_of_a_new_cluster_do_not_go_with_it(string script)
    {
        Answer answer = rehearsal.Session.Run(script);
        Assert.Contains("AmbiguousParameterSet", (answer.Thrown as RuntimeException)?.ErrorRecord.FullyQualifiedErrorId ?? answer.Errors[0].FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }

    internal static async Task RequireRepairedAsync(Rehearsal rehearsal, Iam iam, int nodes = 2)
    {
        Assert.Equal([EarlierVersion.CniPolicy], await iam.ReadPoliciesAsync(CniRole));
        Assert.DoesNotContain(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
        Assert.Single(await iam.ReadProvidersAsync());
        PSObject serviceAccount = Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo kube-system/aws-node -Pod").Good());
        Assert.EndsWith($":role/{CniRole}", (string)serviceAccount.Properties["RoleArn"].Value, StringComparison.Ordinal);
        object[] pods = [.. ((System.Collections.IEnumerable)serviceAccount.Properties["Pods"].Value).Cast<object>()];
        Assert.Equal(nodes, pods.Length);
        Assert.All(pods, static pod => Assert.Equal(true, PSObject.AsPSObject(pod).Properties["IsCurrent"].Value));
        Assert.Empty(rehearsal.Session.Run("Test-EksServiceAccountRole demo kube-system/aws-node").Good());
        RequireReadyNodes(rehearsal);
    }

    internal static void RequireReadyNodes(Rehearsal rehearsal) =>
        Assert.All(rehearsal.Session.Run("Get-EksNode demo").Good(), static node => Assert.Equal("Ready", node.Properties["Status"].Value));

    private string[] Plan() => [.. rehearsal.Session.Run($"{Repair} -WhatIf").Good().Select(static step => $"{step.Properties["Step"].Value} {step.Properties["Outcome"].Value}")];
}
