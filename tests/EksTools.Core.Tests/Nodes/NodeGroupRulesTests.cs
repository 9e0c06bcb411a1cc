using System.Text;
using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Core.Nodes;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Tests.Nodes;

/// <summary>What of node groups, Auto Mode and Fargate profiles is refused before any call.</summary>
public sealed class NodeGroupRulesTests
{
    private static readonly NodeGroupOptions Plain = new() { Name = "web" };
    private static readonly FargateProfileOptions Profile = new() { Name = "fp", Selector = [new FargateSelector { Namespace = "batch" }] };

    public static TheoryData<string, NodeGroupOptions> RefusedGroups() => new()
    {
        { "InvalidNodeGroupName", Plain with { Name = "-web" } },
        { "InvalidNodeGroupName", Plain with { Name = new string('a', 64) } },
        { "InvalidNodeType", Plain with { InstanceType = ["large"] } },
        { "InvalidNodeCounts", Plain with { DesiredSize = 1, MinSize = 2 } },
        { "InvalidAmiType", Plain with { AmiType = "UBUNTU" } },
        { "InvalidAmiType", Plain with { AmiType = "custom" } },
        { "InvalidReleaseVersion", Plain with { ReleaseVersion = "newest" } },
        { "InvalidCapacityType", Plain with { CapacityType = "CAPACITY_BLOCK" } },
        { "InvalidCapacityType", Plain with { CapacityType = "RESERVED" } },
        { "InvalidNodeDiskSize", Plain with { DiskSize = 19 } },
        { "InvalidNodeDiskSize", Plain with { DiskSize = 40, AmiType = "windows_core_2022_x86_64" } },
        { "InvalidNodeDiskSize", Plain with { DiskSize = 20000, VolumeType = "gp2" } },
        { "InvalidNodeVolume", Plain with { VolumeType = "st1" } },
        { "InvalidNodeVolume", Plain with { VolumeType = "io1" } },
        { "InvalidNodeVolume", Plain with { VolumeType = "gp2", VolumeIops = 4000 } },
        { "InvalidNodeVolume", Plain with { VolumeType = "io1", VolumeIops = 4001, DiskSize = 80 } },
        { "InvalidNodeVolume", Plain with { VolumeIops = 2999 } },
        { "InvalidNodeVolume", Plain with { VolumeThroughput = 124 } },
        { "InvalidNodeVolume", Plain with { VolumeThroughput = 751 } },
        { "InvalidNodeVolume", Plain with { VolumeType = "io2", VolumeIops = 3000, VolumeThroughput = 200 } },
        { "ContradictoryNodeGroup", Plain with { VolumeEncrypted = false, VolumeKmsKeyId = "alias/nodes" } },
        { "InvalidNodeLabel", Plain with { Label = new Dictionary<string, string> { ["node-role.kubernetes.io/web"] = "x" } } },
        { "InvalidNodeLabel", Plain with { Label = new Dictionary<string, string> { ["role"] = "" } } },
        { "InvalidNodeLabel", Plain with { Label = Enumerable.Range(0, 51).ToDictionary(static number => $"l{number}", static _ => "x") } },
        { "InvalidNodeTaint", Plain with { Taint = ["dedicated"] } },
        { "InvalidNodeTaint", Plain with { Taint = ["dedicated=gpu:Never"] } },
        { "InvalidNodeTaint", Plain with { Taint = ["a=1:NoSchedule", "a=2:NoSchedule"] } },
        { "InvalidNodeTaint", Plain with { Taint = [.. Enumerable.Range(0, 51).Select(static number => $"t{number}:NoExecute")] } },
        { "InvalidMaxPods", Plain with { MaxPods = 0 } },
        { "InvalidMaxPods", Plain with { MaxPods = 50, AmiType = "WINDOWS_CORE_2022_x86_64" } },
        { "ContradictoryNodeGroup", Plain with { SubnetId = ["subnet-0a1b2c3d"], Zone = ["us-west-2a"] } },
        { "InvalidSubnetId", Plain with { SubnetId = ["vpc-1"] } },
        { "InvalidNodeSecurityGroup", Plain with { SecurityGroupId = ["web"] } },
        { "InvalidNodeSecurityGroup", Plain with { SecurityGroupId = ["sg-0a1b2c3d", "sg-0a1b2c3e", "sg-0a1b2c3f", "sg-0a1b2c40", "sg-0a1b2c41"] } },
        { "InvalidNodeSecurityGroup", Plain with { SecurityGroupId = ["sg-0a1b2c3d", "sg-0a1b2c3e", "sg-0a1b2c3f", "sg-0a1b2c40"], SshKeyName = "ops", SshFromVpc = true } },
        { "ContradictoryNodeGroup", Plain with { SshFromVpc = true } },
        { "ContradictoryNodeGroup", Plain with { SshSourceCidr = ["203.0.113.0/24"], SshKeyName = " " } },
        { "ContradictoryNodeGroup", Plain with { SshKeyName = "ops", SshFromVpc = true, AmiType = "windows_core_2022_x86_64" } },
        { "InvalidSshSource", Plain with { SshKeyName = "ops", SshSourceCidr = ["203.0.113.7/24"] } },
        { "InvalidSshSource", Plain with { SshKeyName = "ops", SshSourceCidr = ["everyone"] } },
        { "InvalidSshSource", Plain with { SshKeyName = "ops", SshSourceSecurityGroupId = ["bastion"] } },
        { "InvalidSshSource", Plain with { SshKeyName = "ops", SshSourceCidr = [.. Enumerable.Range(0, 61).Select(static number => $"203.0.{number}.0/24")] } },
        { "ContradictoryNodeGroup", Plain with { MaxUnavailable = 1, MaxUnavailablePercentage = 10 } },
        { "InvalidMaxUnavailable", Plain with { MaxUnavailable = 0 } },
        { "InvalidMaxUnavailable", Plain with { MaxUnavailablePercentage = 101 } },
        { "ReservedTag", Plain with { ResourceTags = new Dictionary<string, string> { ["aws:x"] = "y" } } },
        { "TooManyTags", Plain with { ResourceTags = Enumerable.Range(0, 41).ToDictionary(static number => $"tag{number}", static _ => "x") } },
    };

    public static TheoryData<string, NewClusterRequest> RefusedRequests() => new()
    {
        { "DuplicateNodeGroup", new NewClusterRequest { Name = "demo", NodeGroup = [Plain, Plain with { Name = "WEB" }] } },
        { "ContradictoryNodes", new NewClusterRequest { Name = "demo", NodeGroup = [Plain], Spot = true } },
        { "InvalidAmiType", new NewClusterRequest { Name = "demo", NodeAmiType = "UBUNTU" } },
        { "ContradictoryNodes", new NewClusterRequest { Name = "demo", NodePool = ["system"] } },
        { "InvalidNodePool", new NewClusterRequest { Name = "demo", AutoMode = true, NodePool = ["gpu"] } },
        { "ContradictoryNodes", new NewClusterRequest { Name = "demo", AutoMode = true, AuthenticationMode = "CONFIG_MAP" } },
        { "InvalidFargateProfile", new NewClusterRequest { Name = "demo", FargateProfile = [Profile with { Name = "eks-x" }] } },
        { "InvalidFargateProfile", new NewClusterRequest { Name = "demo", FargateProfile = [Profile with { Selector = [] }] } },
        { "InvalidFargateProfile", new NewClusterRequest { Name = "demo", FargateProfile = [Profile with { Selector = [new FargateSelector { Namespace = "Batch" }] }] } },
        { "InvalidFargateProfile", new NewClusterRequest { Name = "demo", FargateProfile = [Profile with { PodExecutionRoleArn = "fargate" }] } },
        { "InvalidSubnetId", new NewClusterRequest { Name = "demo", FargateProfile = [Profile with { SubnetId = ["x"] }] } },
        { "DuplicateFargateProfile", new NewClusterRequest { Name = "demo", Fargate = true, FargateProfile = [Profile with { Name = "fp-default" }] } },
    };

    [Theory]
    [MemberData(nameof(RefusedGroups))]
    public void Refuses_a_group_in_one_sentence_that_names_it(string errorId, NodeGroupOptions group)
    {
        EksToolsException exception = Assert.Throws<EksToolsException>(() => ClusterRequestRules.Require(new NewClusterRequest { Name = "demo", NodeGroup = [group] }));
        Assert.Equal(errorId, exception.ErrorId);
        Assert.Equal(EksErrorKind.Validation, exception.Kind);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.Message.Contains(group.Name, StringComparison.Ordinal) || errorId == "ReservedTag", exception.Message);
    }

    [Theory]
    [MemberData(nameof(RefusedRequests))]
    public void Refuses_a_request_in_one_sentence(string errorId, NewClusterRequest request)
    {
        EksToolsException exception = Assert.Throws<EksToolsException>(() => ClusterRequestRules.Require(request));
        Assert.Equal(errorId, exception.ErrorId);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_everything_that_is_right() => NodeGroupRules.Require(
        Plain with
        {
            InstanceType = ["M5.large", "m5a.large"], AmiType = "bottlerocket_x86_64", ReleaseVersion = "1.51.0-1a2b3c4d", DesiredSize = 2, MinSize = 0, MaxSize = 450, CapacityType = "spot", DiskSize = 65536,
            VolumeType = "io2", VolumeIops = 256000, VolumeKmsKeyId = "alias/nodes", Label = new Dictionary<string, string> { ["example.com/role"] = "web" }, Taint = ["dedicated=web:NoSchedule", "dedicated:NoExecute"],
            Zone = ["us-west-2a"], PublicSubnet = true, MaxPods = 250, DisablePodImds = true, SshKeyName = "ops", SecurityGroupId = ["sg-0a1b2c3d"], NodeRepair = true, MaxUnavailablePercentage = 33,
            ResourceTags = new Dictionary<string, string> { ["team"] = "web" },
        },
        clusterTags: 30);

    [Fact]
    public void Quotas_that_AWS_raises_are_its_own_to_tell() => ClusterRequestRules.Require(new NewClusterRequest
    {
        Name = "demo",
        NodeGroup = [.. Enumerable.Range(0, 31).Select(static number => Plain with { Name = $"g{number}", MaxSize = 451 })],
        FargateProfile = [.. Enumerable.Range(0, 11).Select(static number => Profile with
        {
            Name = $"fp{number}",
            Selector = [.. Enumerable.Range(0, 6).Select(static one => new FargateSelector { Namespace = $"batch{one}", Label = Enumerable.Range(0, 6).ToDictionary(static label => $"l{label}", static _ => "x") })],
        })],
    });

    [Theory]
    [InlineData("dedicated=gpu:NoSchedule", "dedicated", "gpu", "NO_SCHEDULE")]
    [InlineData("dedicated:noexecute", "dedicated", null, "NO_EXECUTE")]
    [InlineData("example.com/x=:PreferNoSchedule", "example.com/x", null, "PREFER_NO_SCHEDULE")]
    public void Reads_taints_as_kubectl_writes_them(string text, string key, string? value, string effect)
    {
        Amazon.EKS.Model.Taint taint = NodeTaint.TryParse(text)!;
        Assert.Equal((key, value, effect), (taint.Key, taint.Value, taint.Effect.Value));
        Assert.Equal(NodeTaint.Canonical(text), NodeTaint.Canonical(NodeTaint.Canonical(text)));
    }

    [Fact]
    public void User_data_says_the_most_pods_in_the_words_of_the_image()
    {
        Assert.Null(NodeUserData.Create(NodeSystem.AmazonLinux2023, null));
        Assert.Equal("[settings.kubernetes]\nmax-pods = 42\n", Text(NodeUserData.Create(NodeSystem.Bottlerocket, 42)));
        Assert.Equal("[settings.kubernetes]\nmax-pods = 42\n[settings.host-containers.admin]\nenabled = true\n", Text(NodeUserData.Create(NodeSystem.Bottlerocket, 42, ssh: true)));
        Assert.Null(NodeUserData.Create(NodeSystem.AmazonLinux2023, null, ssh: true));
        string[] lines = Text(NodeUserData.Create(NodeSystem.AmazonLinux2023, 42)).Split('\n');
        Assert.Equal("MIME-Version: 1.0", lines[0]);
        Assert.Contains("Content-Type: application/node.eks.aws", lines);
        Assert.Contains("      maxPods: 42", lines);

        static string Text(string? encoded) => Encoding.UTF8.GetString(Convert.FromBase64String(encoded!));
    }

    [Fact]
    public void Differences_are_told_group_by_group()
    {
        string there = OptionsText.Write([Plain with { DesiredSize = 3 }, Plain with { Name = "old" }]), wanted = OptionsText.Write([Plain with { DesiredSize = 4, Taint = ["a:NoSchedule"] }, Plain with { Name = "new" }]);
        Assert.Equal(
            ["node group 'new' is not there", "node group 'old' is there, and was not said", "node group 'web' has DesiredSize '3', not '4'", "node group 'web' has Taint none, not 'a:NoSchedule'"],
            ParameterDifference.Tell(ParameterDefinition.All[ParameterDefinition.NodeGroups], there, wanted));
    }
}
