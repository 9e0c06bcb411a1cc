using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Tests.Clusters;

public sealed class ClusterRequestRulesTests
{
    private static readonly NewClusterRequest Plain = new() { Name = "demo" };

    public static TheoryData<string, NewClusterRequest> Refused() => new()
    {
        { "InvalidClusterName", Plain with { Name = "" } },
        { "InvalidClusterName", Plain with { Name = "-demo" } },
        { "InvalidClusterName", Plain with { Name = "de mo" } },
        { "InvalidClusterName", Plain with { Name = new string('a', 101) } },
        { "InvalidKubernetesVersion", Plain with { KubernetesVersion = "v1.34" } },
        { "InvalidKubernetesVersion", Plain with { KubernetesVersion = "1.34.2" } },
        { "InvalidVpcCidr", Plain with { VpcCidr = "10.0.0.0/8" } },
        { "ContradictoryNodes", Plain with { NoNodeGroup = true, NodeCount = 2 } },
        { "ContradictoryNodes", Plain with { NoNodeGroup = true, Spot = true } },
        { "InvalidNodeType", Plain with { NodeType = ["large"] } },
        { "InvalidNodeCounts", Plain with { NodeCount = 5, MaxNodes = 3 } },
        { "InvalidNodeCounts", Plain with { NodeCount = 1, MinNodes = 2 } },
        { "InvalidNodeCounts", Plain with { NodeCount = 0 } },
        { "InvalidNodeCounts", Plain with { MinNodes = -1 } },
        { "InvalidNodeDiskSize", Plain with { NodeDiskSize = 8 } },
        { "InvalidTag", Plain with { ResourceTags = new Dictionary<string, string> { ["team"] = "a,b" } } },
        { "ReservedTag", Plain with { ResourceTags = new Dictionary<string, string> { ["aws:x"] = "y" } } },
        { "ReservedTag", Plain with { ResourceTags = new Dictionary<string, string> { ["ekstools:cluster"] = "other" } } },
        { "TooManyTags", Plain with { ResourceTags = Enumerable.Range(0, 31).ToDictionary(static number => $"tag{number}", static _ => "x") } },
        { "InvalidTimeout", Plain with { Timeout = TimeSpan.Zero } },
        { "InvalidTimeout", Plain with { Timeout = TimeSpan.FromDays(50) } },
        { "InvalidLogType", Plain with { LogType = ["API", "kernel"] } },
        { "InvalidTag", Plain with { ResourceTags = new Dictionary<string, string> { ["team"] = "a", ["Team"] = "b" } } },
        { "InvalidAuthenticationMode", Plain with { AuthenticationMode = "both" } },
        { "InvalidSupportType", Plain with { SupportType = "LONG" } },
        { "InvalidControlPlaneTier", Plain with { ControlPlaneTier = "tier-s" } },
        { "InvalidLogRetention", Plain with { LogType = ["api"], LogRetention = 8 } },
        { "LogRetentionWithoutLogs", Plain with { LogRetention = 7 } },
        { "NoAdministrator", Plain with { NoCreatorAdmin = true } },
        { "ContradictoryAccess", Plain with { AuthenticationMode = "config_map", AdministratorArn = ["arn:aws:iam::111122223333:role/One"] } },
        { "InvalidKmsKeyArn", Plain with { KmsKeyArn = "alias/eks" } },
        { "InvalidKmsKeyArn", Plain with { KmsKeyArn = "arn:aws:kms:us-west-2:111122223333:alias/eks" } },
        { "InvalidRolePath", Plain with { RolePath = "platform" } },
        { "InvalidRolePath", Plain with { RolePath = "/plat form/" } },
        { "InvalidAddon", Plain with { AddOn = [new AddonOptions { Name = "EBS" }] } },
        { "InvalidAddon", Plain with { AddOn = [new AddonOptions { Name = "coredns", ResolveConflicts = "MAYBE" }] } },
        { "InvalidAddonConfiguration", Plain with { AddOn = [new AddonOptions { Name = "coredns", ConfigurationValues = "{ \"replicaCount\": " }] } },
        { "InvalidAddonConfiguration", Plain with { AddOn = [new AddonOptions { Name = "coredns", ConfigurationValues = "- a\n- b" }] } },
        { "InvalidAddonConfiguration", Plain with { AddOn = [new AddonOptions { Name = "coredns", ConfigurationValues = "a: [b" }] } },
        { "DuplicateAddon", Plain with { AddOn = [new AddonOptions { Name = "coredns" }, new AddonOptions { Name = "coredns", Version = "latest" }] } },
        { "NodesNeedNetwork", Plain with { NoAddOn = true } },
        { "NodesNeedNetwork", Plain with { NoAddOn = true, AddOn = [new AddonOptions { Name = "vpc-cni" }] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses_in_one_sentence(string errorId, NewClusterRequest request)
    {
        EksToolsException exception = Assert.Throws<EksToolsException>(() => ClusterRequestRules.Require(request));
        Assert.Equal(errorId, exception.ErrorId);
        Assert.Equal(EksErrorKind.Validation, exception.Kind);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(exception.TargetName);
    }

    [Theory]
    [InlineData(null, null, null, 2, 2, 2)]
    [InlineData(1, null, null, 1, 1, 1)]
    [InlineData(5, null, null, 5, 5, 5)]
    [InlineData(null, null, 5, 2, 2, 5)]
    [InlineData(null, 3, null, 3, 3, 3)]
    [InlineData(null, 0, null, 2, 0, 2)]
    [InlineData(null, null, 1, 1, 1, 1)]
    [InlineData(2, 1, 4, 2, 1, 4)]
    public void What_is_not_said_of_node_counts_follows_what_is(int? desired, int? min, int? max, int expectedDesired, int expectedMin, int expectedMax) =>
        Assert.Equal((expectedDesired, expectedMin, expectedMax), NodeGroupSpecification.Sizes(SaidParameters.DefaultGroup(Plain with { NodeCount = desired, MinNodes = min, MaxNodes = max })));

    [Fact]
    public void Takes_what_is_right() => ClusterRequestRules.Require(Plain with { KubernetesVersion = "1.34", VpcCidr = "10.20.0.0/16", NatGateway = NatGatewayMode.PerZone, NodeType = ["m7g.xlarge"], NodeCount = 3, MinNodes = 1, MaxNodes = 6, Spot = true, ResourceTags = new Dictionary<string, string> { ["Team"] = "platform ops @ 24/7" } });

    [Fact]
    public void Takes_every_option_of_the_control_plane() => ClusterRequestRules.Require(Plain with
    {
        KmsKeyArn = "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        SupportType = "standard",
        ControlPlaneTier = "TIER-2XL",
        LogType = ["api"],
        LogRetention = 3653,
        NoCreatorAdmin = true,
        AdministratorArn = ["arn:aws-cn:iam::111122223333:user/teams/alice"],
        RolePath = "/platform/eks/",
        NoAddOn = true,
        AddOn = [new AddonOptions { Name = "kube-proxy" }, new AddonOptions { Name = "vpc-cni", Version = "latest", ConfigurationValues = "env:\n  ENABLE_PREFIX_DELEGATION: 'true'" }],
    });
}
