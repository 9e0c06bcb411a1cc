using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Plans;
using EksTools.Sandbox;

namespace EksTools.Core.Tests.Clusters;

/// <summary>The graph of a new cluster's plan.</summary>
public sealed class ClusterCreationTests : IAsyncLifetime
{
    private SandboxServer sandbox = null!;
    private AwsConnection connection = null!;
    private AwsAccount account = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        connection = new AwsConnection { AccessKey = sandbox.AccessKey, SecretKey = sandbox.SecretKey, Region = "us-west-2", EndpointUrl = sandbox.Endpoint };
        account = await AwsAccount.OpenAsync(connection, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_add_on_waits_for_its_role_and_the_nodes_only_for_leave_to_make_it()
    {
        Plan plan = await PrepareAsync(new NewClusterRequest { Name = "demo" });
        Assert.Equal(["control-plane-active"], Step(plan, "oidc-provider").Needs);
        Assert.Equal(["oidc-provider"], Step(plan, "vpc-cni-role").Needs);
        Assert.Equal(["vpc-cni-role"], Step(plan, "vpc-cni-role-policies").Needs);
        Assert.Equal(["vpc-cni-role-policies"], Step(plan, "addon-vpc-cni").Needs);
        Assert.Equal(["control-plane-active"], Step(plan, "addon-kube-proxy").Needs);
        Assert.Contains("vpc-cni-role-policies", Step(plan, "node-group").Needs);
        Assert.DoesNotContain("addon-vpc-cni", Step(plan, "node-group").Needs);
        Assert.Equal(["addon-kube-proxy", "addon-vpc-cni", "node-group"], Step(plan, "nodes-active").Needs.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("AmazonEKS_CNI_Policy", Step(plan, "node-role-policies").Description, StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Steps, static step => step.Id == "node-role-cni-policy");
    }

    [Fact]
    public async Task Provider_role_and_policies_are_all_that_a_role_of_its_own_adds_to_the_longest_chain()
    {
        Plan plan = await PrepareAsync(new NewClusterRequest { Name = "demo" });
        HashSet<string> added = ["oidc-provider", "vpc-cni-role", "vpc-cni-role-policies"];
        TimeSpan with = plan.CriticalPath(static step => step.Typical), without = plan.CriticalPath(step => added.Contains(step.Id) ? TimeSpan.Zero : step.Typical);
        Assert.Equal(3, (with - without).TotalSeconds);
    }

    [Fact]
    public async Task Without_nodes_the_add_on_has_its_role_too()
    {
        Plan plan = await PrepareAsync(new NewClusterRequest { Name = "demo", NoNodeGroup = true, NoWait = true });
        Assert.Equal(["vpc-cni-role-policies"], Step(plan, "addon-vpc-cni").Needs);
        Assert.DoesNotContain(plan.Steps, static step => step.Id is "node-role" or "addon-vpc-cni-active");
    }

    [Fact]
    public async Task A_private_cluster_s_plan_has_no_way_out_and_waits_for_its_endpoints_beside_the_control_plane()
    {
        Plan usual = await PrepareAsync(new NewClusterRequest { Name = "demo" }), plan = await PrepareAsync(new NewClusterRequest { Name = "demo", PrivateCluster = true });
        Assert.DoesNotContain(plan.Steps, static step => step.Id.Contains("gateway", StringComparison.Ordinal) || step.Id.Contains("public", StringComparison.Ordinal));
        Assert.DoesNotContain(usual.Steps, static step => step.Id.Contains("endpoint", StringComparison.Ordinal) || step.Id.Contains("egress", StringComparison.Ordinal));
        Assert.Contains("vpc-endpoints-available", Step(plan, "node-group").Needs);
        Assert.Equal(usual.CriticalPath(static step => step.Typical), plan.CriticalPath(static step => step.Typical));
        Assert.Equal(["route-table-private", "vpc"], Step(plan, "vpc-endpoint-s3").Needs.Order(StringComparer.Ordinal));
        Assert.Equal(["subnet-private-us-west-2a", "subnet-private-us-west-2b", "subnet-private-us-west-2c", "vpc-endpoints-security-group"], Step(plan, "vpc-endpoint-ec2").Needs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task IPv6_adds_its_way_out_to_the_private_routes_and_nothing_to_the_longest_chain()
    {
        Plan usual = await PrepareAsync(new NewClusterRequest { Name = "demo" }), plan = await PrepareAsync(new NewClusterRequest { Name = "demo", IpFamily = ClusterIpFamily.IPv6 });
        Assert.Equal(["egress-only-internet-gateway"], plan.Steps.Select(static step => step.Id).Except(usual.Steps.Select(static step => step.Id)));
        Assert.Contains("egress-only-internet-gateway", Step(plan, "route-table-private-us-west-2c").Needs);
        Assert.Contains("VpcCniIPv6", Step(plan, "vpc-cni-role-policies").Description, StringComparison.Ordinal);
        Assert.Equal(usual.CriticalPath(static step => step.Typical), plan.CriticalPath(static step => step.Typical));
    }

    public async ValueTask DisposeAsync()
    {
        account.Dispose();
        await sandbox.DisposeAsync();
    }

    private static PlanStep Step(Plan plan, string id) => plan.Steps.Single(step => step.Id == id);

    private async Task<Plan> PrepareAsync(NewClusterRequest request)
    {
        await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), TimeProvider.System);
        return (await ClusterCreation.PrepareAsync(connection, account, request, lease, TestContext.Current.CancellationToken)).Plan;
    }
}
