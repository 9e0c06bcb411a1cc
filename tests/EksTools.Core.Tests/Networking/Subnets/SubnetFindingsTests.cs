using EksTools.Core.Networking.Subnets;
using EksTools.Findings;
using EksTools.LoadBalancing;
using EksTools.Networking;
using static EksTools.Core.Tests.Networking.Subnets.SubnetSelectionTests;

namespace EksTools.Core.Tests.Networking.Subnets;

public sealed class SubnetFindingsTests
{
    private const string Elb = SubnetFacts.PublicRole, Internal = SubnetFacts.InternalRole;

    private static readonly SubnetFacts[] Good =
    [
        Subnet("a1", "a", isPublic: true, tags: [Elb]), Subnet("b1", "b", isPublic: true, tags: [Elb]),
        Subnet("a2", "a", tags: [Internal]) with { IsControlPlane = true }, Subnet("b2", "b", tags: [Internal]) with { IsControlPlane = true },
    ];

    [Fact]
    public void A_network_as_it_should_be_has_no_finding()
    {
        Assert.Empty(Find(Good).Findings);
        Assert.Empty(Find(Good, EksLoadBalancerControllerKind.AutoMode).Findings);
    }

    [Fact]
    public void A_zone_whose_subnet_lacks_the_role_is_left_out_and_tagged()
    {
        (IReadOnlyList<EksSubnetFinding> findings, IReadOnlyList<SubnetTagging> taggings) = Find([Good[0], Bare(Good[1]), Good[2], Good[3]]);
        EksSubnetFinding missing = Assert.Single(findings, static finding => finding.Rule == "RoleTagMissing");
        Assert.Equal(["b1"], missing.SubnetId);
        Assert.Contains("leaves out b", missing.Message, StringComparison.Ordinal);
        Assert.Equal("Test-EksSubnet demo b1 -Region us-west-2 -Fix", missing.Fix);
        Assert.Contains(findings, static finding => finding.Rule == "AlbNeedsTwoZones");
        Assert.Equal([new SubnetTagging("b1", Elb, "1")], taggings);
    }

    [Fact]
    public void Without_any_role_auto_mode_finds_nothing()
    {
        SubnetFacts[] bare = [.. Good.Select(Bare)];
        Assert.Equal(["InternalInPublic", "RoleTagMissing", "RoleTagMissing"], Find(bare).Findings.Select(static finding => finding.Rule).Order(StringComparer.Ordinal));
        (IReadOnlyList<EksSubnetFinding> findings, IReadOnlyList<SubnetTagging> taggings) = Find(bare, EksLoadBalancerControllerKind.AutoMode);
        Assert.Equal(2, findings.Count(static finding => finding is { Rule: "NoSubnet", Severity: EksFindingSeverity.Error }));
        Assert.Equal(4, taggings.Count);
    }

    [Fact]
    public void A_private_subnet_with_the_tag_of_public_ones_is_an_error()
    {
        (IReadOnlyList<EksSubnetFinding> findings, IReadOnlyList<SubnetTagging> taggings) = Find([.. Good, Subnet("c1", "c", tags: [Elb, Internal])]);
        EksSubnetFinding wrong = Assert.Single(findings);
        Assert.Equal(("RoleTagOfPublicOnPrivate", EksFindingSeverity.Error), (wrong.Rule, wrong.Severity));
        Assert.Equal([EksLoadBalancerControllerKind.Lbc], wrong.Controller);
        Assert.Empty(taggings);
    }

    [Fact]
    public void Free_addresses_count_for_load_balancers_and_for_the_control_plane()
    {
        Assert.Equal(["ControlPlaneAddresses", "ControlPlaneZones", "TooFewAddresses"], Rules([Good[0], Good[1], Good[2], Good[3] with { Free = 5 }], EksFindingSeverity.Error));
        Assert.Equal(["ControlPlaneAddresses"], Rules([Good[0], Good[1], Good[2], Good[3] with { Free = 15 }], EksFindingSeverity.Warning));
        Assert.Equal(["TooFewAddresses"], Rules([Good[0] with { Free = 7 }, Good[1], Good[2], Good[3]], EksFindingSeverity.Error));
        Assert.Empty(Rules([Good[0] with { Free = 8 }, Good[1], Good[2], Good[3] with { Free = 16 }], EksFindingSeverity.Information));
    }

    [Fact]
    public void An_isolated_network_is_no_fault()
    {
        EksSubnetFinding[] findings = [.. Find([Good[2], Good[3]]).Findings];
        Assert.NotEmpty(findings);
        Assert.All(findings, static finding => Assert.Equal(EksFindingSeverity.Information, finding.Severity));
    }

    [Fact]
    public void A_cluster_s_own_subnet_that_is_tagged_for_others_gets_its_tag()
    {
        SubnetFacts theirs = Good[2] with { Tags = new Dictionary<string, string> { [Internal] = "1", ["kubernetes.io/cluster/other"] = "shared" } };
        (IReadOnlyList<EksSubnetFinding> findings, IReadOnlyList<SubnetTagging> taggings) = Find([Good[0], Good[1], theirs, Good[3]]);
        Assert.Contains(findings, static finding => finding.Rule == "ClusterTagOfOthers");
        Assert.Contains(new SubnetTagging("a2", "kubernetes.io/cluster/demo", "shared"), taggings);
    }

    [Fact]
    public void A_gateway_that_is_gone_is_named() =>
        Assert.Equal(["InternetGatewayGone"], Rules([Good[0] with { IsBlackhole = true }, Good[1], Good[2], Good[3]], EksFindingSeverity.Error));

    private static SubnetFacts Bare(SubnetFacts subnet) => subnet with { Tags = new Dictionary<string, string>() };

    private static IEnumerable<string> Rules(SubnetFacts[] subnets, EksFindingSeverity severity) => Find(subnets).Findings.Where(finding => finding.Severity == severity).Select(static finding => finding.Rule).Distinct().Order(StringComparer.Ordinal);

    private static (IReadOnlyList<EksSubnetFinding> Findings, IReadOnlyList<SubnetTagging> Taggings) Find(SubnetFacts[] subnets, params EksLoadBalancerControllerKind[] controllers) => SubnetFindings.Find(
        "demo",
        "us-west-2",
        subnets,
        [.. (controllers.Length > 0 ? controllers : [EksLoadBalancerControllerKind.Ccm, EksLoadBalancerControllerKind.Lbc]).SelectMany(controller => SubnetScheme.All.Select(scheme => SubnetSelection.Of(controller, scheme, "demo", subnets)))]);
}
