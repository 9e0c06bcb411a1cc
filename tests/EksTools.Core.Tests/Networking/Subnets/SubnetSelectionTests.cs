using EksTools.Core.Networking.Subnets;
using EksTools.LoadBalancing;

namespace EksTools.Core.Tests.Networking.Subnets;

/// <summary>Each controller's rules, as its code has them (the sources are named in SubnetSelection).</summary>
public sealed class SubnetSelectionTests
{
    private const string Elb = SubnetFacts.PublicRole, Internal = SubnetFacts.InternalRole, Ours = "kubernetes.io/cluster/demo", Theirs = "kubernetes.io/cluster/other";

    [Fact]
    public void The_cloud_provider_takes_what_is_public_without_any_tag()
    {
        SubnetSelection selection = Ccm("internet-facing", Subnet("a1", "a", isPublic: true), Subnet("a2", "a"), Subnet("b1", "b", isPublic: true));
        Assert.Equal(["a1", "b1"], Ids(selection));
        Assert.Equal("its route table leads to no internet gateway", Reason(selection, "a2"));
    }

    [Fact]
    public void The_cloud_provider_breaks_a_tie_by_role_then_cluster_then_id()
    {
        Assert.Equal(["a3"], Ids(Ccm("internal", Subnet("a1", "a"), Subnet("a2", "a", tags: [Ours]), Subnet("a3", "a", tags: [Internal]))));
        Assert.Equal(["a2"], Ids(Ccm("internal", Subnet("a1", "a"), Subnet("a2", "a", tags: [Ours]), Subnet("a3", "a"))));
        Assert.Equal(["a1"], Ids(Ccm("internal", Subnet("a2", "a"), Subnet("a1", "a"))));
    }

    [Fact]
    public void The_cloud_provider_does_not_look_at_the_value_of_a_role_or_at_free_addresses()
    {
        SubnetFacts odd = Subnet("a2", "a", isPublic: true, free: 0) with { Tags = new Dictionary<string, string> { [Elb] = "no" } };
        Assert.Equal(["a2"], Ids(Ccm("internet-facing", Subnet("a1", "a", isPublic: true), odd)));
    }

    [Fact]
    public void The_cloud_provider_leaves_out_local_zones_and_other_clusters()
    {
        SubnetSelection selection = Ccm("internal", Subnet("a1", "a", tags: [Theirs]), Subnet("l1", "l") with { Locale = "local-zone" });
        Assert.Empty(selection.Chosen);
        Assert.Equal("could not find any suitable subnets for creating the ELB", selection.Failure);
        Assert.Contains("local zone", Reason(selection, "l1"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_controller_takes_what_has_the_role_and_does_not_look_at_routes()
    {
        SubnetSelection selection = Lbc("internet-facing", Subnet("a1", "a", isPublic: true), Subnet("b1", "b", tags: [Elb]));
        Assert.Equal(["b1"], Ids(selection));
        Assert.Equal($"it has no tag {Elb}", Reason(selection, "a1"));
    }

    [Fact]
    public void The_controller_goes_by_routes_where_nothing_has_the_role()
    {
        Assert.Equal(["a1"], Ids(Lbc("internet-facing", Subnet("a1", "a", isPublic: true), Subnet("b1", "b"))));
        Assert.Equal(["b1"], Ids(Lbc("internal", Subnet("a1", "a", isPublic: true), Subnet("b1", "b"))));
        Assert.Empty(SubnetSelection.Of(EksLoadBalancerControllerKind.AutoMode, "internal", "demo", [Subnet("b1", "b")]).Chosen);
    }

    [Fact]
    public void The_controller_wants_1_or_nothing_for_a_value()
    {
        SubnetFacts odd = Subnet("a1", "a") with { Tags = new Dictionary<string, string> { [Internal] = "true" } };
        SubnetFacts empty = Subnet("b1", "b") with { Tags = new Dictionary<string, string> { [Internal] = string.Empty } };
        SubnetSelection selection = Lbc("internal", odd, empty);
        Assert.Equal(["b1"], Ids(selection));
        Assert.Contains("'true' and not 1", Reason(selection, "a1"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_controller_breaks_a_tie_by_cluster_then_id()
    {
        Assert.Equal(["a2"], Ids(Lbc("internal", Subnet("a1", "a", tags: [Internal]), Subnet("a2", "a", tags: [Internal, Ours]))));
        Assert.Equal(["a1"], Ids(Lbc("internal", Subnet("a2", "a", tags: [Internal]), Subnet("a1", "a", tags: [Internal]))));
    }

    [Fact]
    public void The_controller_says_what_it_looked_at()
    {
        SubnetSelection selection = Lbc("internal", Subnet("a1", "a", tags: [Internal, Theirs]), Subnet("b1", "b", free: 7, tags: [Internal]), Subnet("c1", "c"));
        Assert.Equal("unable to resolve at least one subnet. Evaluated 2 subnets: 1 are tagged for other clusters, and 1 have insufficient available IP addresses", selection.Failure);
        Assert.Null(Lbc("internal", Subnet("a1", "a", tags: [Internal, Theirs, Ours])).Failure);
        Assert.Null(Lbc("internal", Subnet("a1", "a", free: 8, tags: [Internal])).Failure);
    }

    [Fact]
    public void The_controller_does_not_mix_sorts_of_zones() =>
        Assert.Equal("subnets in multiple locales: [availability-zone local-zone]", Lbc("internal", Subnet("a1", "a", tags: [Internal]), Subnet("l1", "l", tags: [Internal]) with { Locale = "local-zone" }).Failure);

    internal static SubnetFacts Subnet(string id, string zone, bool isPublic = false, int free = 200, string[]? tags = null) => new()
    {
        Id = id,
        Zone = zone,
        IsPublic = isPublic,
        Free = free,
        RouteTableId = "rtb-1",
        Tags = (tags ?? []).ToDictionary(static key => key, static _ => "1"),
    };

    private static SubnetSelection Ccm(string scheme, params SubnetFacts[] subnets) => SubnetSelection.Of(EksLoadBalancerControllerKind.Ccm, scheme, "demo", subnets);

    private static SubnetSelection Lbc(string scheme, params SubnetFacts[] subnets) => SubnetSelection.Of(EksLoadBalancerControllerKind.Lbc, scheme, "demo", subnets);

    private static IEnumerable<string> Ids(SubnetSelection selection) => selection.Chosen.Select(static subnet => subnet.Id);

    private static string Reason(SubnetSelection selection, string id) => selection.Verdicts.Single(verdict => verdict.Subnet.Id == id).Choice.Reason;
}
