using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Tests.Clusters;

public sealed class NetworkRequestRulesTests
{
    private static readonly string[] Two = ["subnet-0a1b2c3d", "subnet-0a1b2c3e"];
    private static readonly NewClusterRequest Plain = new() { Name = "demo" };

    public static TheoryData<string, NewClusterRequest> Refused() => new()
    {
        { "ContradictoryNetwork", Plain with { SubnetId = Two, VpcCidr = "10.0.0.0/16" } },
        { "ContradictoryNetwork", Plain with { SubnetId = Two, NatGateway = NatGatewayMode.None } },
        { "ContradictoryNetwork", Plain with { SubnetId = Two, Zone = ["us-west-2a", "us-west-2b"] } },
        { "ContradictoryNetwork", Plain with { SubnetId = Two, ZoneCount = 2 } },
        { "InvalidSubnetId", Plain with { SubnetId = ["subnet-0a1b2c3d", "vpc-1"] } },
        { "TooFewSubnets", Plain with { SubnetId = ["subnet-0a1b2c3d", "subnet-0a1b2c3d"] } },
        { "TooManySubnets", Plain with { SubnetId = [.. Enumerable.Range(10, 11).Select(static number => $"subnet-0a1b2c{number}")] } },
        { "ContradictoryNetwork", Plain with { Zone = ["us-west-2a", "us-west-2b"], ZoneCount = 2 } },
        { "TooFewZones", Plain with { Zone = ["us-west-2a", "us-west-2a"] } },
        { "TooManyZones", Plain with { Zone = [.. "abcdefghi".Select(static letter => $"us-west-2{letter}")] } },
        { "InvalidZoneCount", Plain with { ZoneCount = 1 } },
        { "InvalidZoneCount", Plain with { ZoneCount = 9 } },
        { "InvalidSecurityGroupId", Plain with { SubnetId = Two, SecurityGroupId = ["default"] } },
        { "TooManySecurityGroups", Plain with { SubnetId = Two, SecurityGroupId = [.. Enumerable.Range(10, 5).Select(static number => $"sg-0a1b2c{number}")] } },
        { "ContradictoryNetwork", Plain with { SecurityGroupId = ["sg-0a1b2c3d"] } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "services" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "172.20.0.1/16" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "10.0.0.0/8" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "10.0.0.0/25" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "100.64.0.0/16" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "192.168.128.0/20" } },
        { "InvalidServiceCidr", Plain with { ServiceCidr = "10.20.0.0/16", VpcCidr = "10.20.0.0/20" } },
        { "ContradictoryNetwork", Plain with { ServiceCidr = "172.20.0.0/16", IpFamily = ClusterIpFamily.IPv6 } },
        { "InvalidPublicAccessCidr", Plain with { PublicAccessCidr = ["203.0.113.7"] } },
        { "InvalidPublicAccessCidr", Plain with { PublicAccessCidr = ["203.0.113.7/24"] } },
        { "InvalidPublicAccessCidr", Plain with { PublicAccessCidr = ["203.0.113.0/24", "10.1.0.0/16"] } },
        { "InvalidPublicAccessCidr", Plain with { PublicAccessCidr = ["2001:db8::/32"] } },
        { "InvalidPublicAccessCidr", Plain with { PublicAccessCidr = ["2001:db8::1/32"], IpFamily = ClusterIpFamily.IPv6 } },
        { "TooManyPublicAccessCidrs", Plain with { PublicAccessCidr = [.. Enumerable.Range(0, 41).Select(static number => $"203.0.{number}.0/24")] } },
        { "ContradictoryNetwork", Plain with { PublicAccessCidr = ["203.0.113.0/24"], EndpointAccess = EndpointAccessMode.Private } },
        { "ContradictoryNetwork", Plain with { PublicAccessCidr = ["203.0.113.0/24"], EndpointAccess = EndpointAccessMode.Public } },
        { "ContradictoryNetwork", Plain with { PublicAccessCidr = ["203.0.113.0/24"], PrivateCluster = true } },
        { "ContradictoryNetwork", Plain with { PrivateCluster = true, NatGateway = NatGatewayMode.Single } },
        { "ContradictoryNetwork", Plain with { PrivateCluster = true, EndpointAccess = EndpointAccessMode.Public } },
        { "ContradictoryNetwork", Plain with { EndpointService = ["logs"] } },
        { "InvalidEndpointService", Plain with { PrivateCluster = true, EndpointService = ["com.amazonaws.us-west-2.logs"] } },
        { "InvalidEndpointService", Plain with { PrivateCluster = true, EndpointService = ["Logs"] } },
    };

    public static TheoryData<NewClusterRequest> Taken() =>
    [
        Plain with { Zone = ["us-west-2d", "us-west-2a"] },
        Plain with { ZoneCount = 8 },
        Plain with { ServiceCidr = "172.16.0.0/12" },
        Plain with { ServiceCidr = "192.168.0.0/24", VpcCidr = "10.0.0.0/16" },
        Plain with { ServiceCidr = "192.168.0.0/24", SubnetId = Two, SecurityGroupId = ["sg-0a1b2c3d"] },
        Plain with { PublicAccessCidr = ["203.0.113.7/32", "0.0.0.0/0"] },
        Plain with { PublicAccessCidr = ["203.0.113.7/32"], EndpointAccess = EndpointAccessMode.Public, NoNodeGroup = true },
        Plain with { PublicAccessCidr = ["0.0.0.0/0"], EndpointAccess = EndpointAccessMode.Public },
        Plain with { PublicAccessCidr = ["203.0.113.0/24", "2001:db8::/32"], IpFamily = ClusterIpFamily.IPv6 },
        Plain with { PublicAccessCidr = ["203.0.113.0/24"], PrivateCluster = true, EndpointAccess = EndpointAccessMode.PublicAndPrivate },
        Plain with { PrivateCluster = true, EndpointService = ["autoscaling", "ecr.api"], SubnetId = Two },
    ];

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
    [MemberData(nameof(Taken))]
    public void Takes_what_is_right(NewClusterRequest request) => ClusterRequestRules.Require(request);

    [Theory]
    [InlineData(false, false, EndpointAccessMode.Public)]
    [InlineData(false, true, EndpointAccessMode.PublicAndPrivate)]
    [InlineData(true, false, EndpointAccessMode.Private)]
    public void Nodes_reach_the_API_server_when_nothing_is_said_of_it(bool privateCluster, bool restricted, EndpointAccessMode access) =>
        Assert.Equal(access, NetworkRequestRules.DefaultAccess(privateCluster, restricted));
}
