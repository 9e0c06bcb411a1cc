using CsCheck;
using EksTools.Core.Networking;
using EksTools.Errors;

namespace EksTools.Core.Tests.Networking;

public sealed class SubnetPlanTests
{
    private static readonly string[] Three = ["us-west-2a", "us-west-2b", "us-west-2c"];

    [Fact]
    public void Cuts_the_usual_VPC_as_eksctl_does()
    {
        IReadOnlyList<PlannedSubnet> subnets = SubnetPlan.Create(SubnetPlan.ParseVpc("192.168.0.0/16"), Three);
        Assert.Equal(
            ["192.168.0.0/19 public", "192.168.32.0/19 public", "192.168.64.0/19 public", "192.168.96.0/19 private", "192.168.128.0/19 private", "192.168.160.0/19 private"],
            subnets.Select(static subnet => $"{subnet.Cidr} {(subnet.IsPublic ? "public" : "private")}"));
        Assert.Equal("subnet-public-us-west-2a", subnets[0].Component);
    }

    [Theory]
    [InlineData(1, 19)]
    [InlineData(4, 19)]
    [InlineData(5, 20)]
    [InlineData(8, 20)]
    public void Subnets_are_as_large_as_their_number_allows(int zones, int prefix)
    {
        IReadOnlyList<PlannedSubnet> subnets = SubnetPlan.Create(SubnetPlan.ParseVpc("10.0.0.0/16"), [.. Enumerable.Range(0, zones).Select(static zone => $"zone-{zone}")]);
        Assert.Equal(zones * 2, subnets.Count);
        Assert.All(subnets, subnet => Assert.Equal(prefix, subnet.Cidr.PrefixLength));
    }

    [Fact]
    public void More_than_eight_zones_are_refused() =>
        Assert.Equal("TooManyZones", Assert.Throws<EksToolsException>(static () => SubnetPlan.Create(SubnetPlan.ParseVpc("10.0.0.0/16"), [.. Enumerable.Range(0, 9).Select(static zone => $"zone-{zone}")])).ErrorId);

    [Fact]
    public void Subnets_never_overlap_and_lie_within_the_VPC() => Gen.Select(Gen.Int[0, 255], Gen.Int[16, 24], Gen.Int[1, 8]).Sample(static (second, prefix, zones) =>
    {
        uint network = ((10u << 24) | ((uint)second << 16)) & (uint.MaxValue << (32 - prefix));
        Ipv4Cidr vpc = SubnetPlan.ParseVpc($"{network >> 24}.{(network >> 16) & 255}.{(network >> 8) & 255}.{network & 255}/{prefix}");
        IReadOnlyList<PlannedSubnet> subnets = SubnetPlan.Create(vpc, [.. Enumerable.Range(0, zones).Select(static zone => $"z{zone}")]);
        bool apart = subnets.All(one => subnets.All(other => ReferenceEquals(one, other) || !one.Cidr.Overlaps(other.Cidr)));
        bool inside = subnets.All(subnet => vpc.Overlaps(subnet.Cidr) && subnet.Cidr.Network >= vpc.Network && subnet.Cidr.Network + subnet.Cidr.Size <= vpc.Network + vpc.Size);
        return apart && inside && subnets.All(static subnet => subnet.Cidr.Size >= 16);
    });

    [Theory]
    [InlineData("10.0.0.0", "is not an IPv4 range")]
    [InlineData("10.0.0.1/16", "is not an IPv4 range")]
    [InlineData("10.0/16", "is not an IPv4 range")]
    [InlineData("10.0.0.0/33", "is not an IPv4 range")]
    [InlineData("10.0.0.0/-1", "is not an IPv4 range")]
    [InlineData("fd00::/16", "is not an IPv4 range")]
    [InlineData("", "is not an IPv4 range")]
    [InlineData("10.0.0.0/15", "length of /15")]
    [InlineData("10.0.0.0/25", "length of /25")]
    [InlineData("127.0.0.0/16", "loopback")]
    [InlineData("169.254.0.0/16", "link-local")]
    [InlineData("240.0.0.0/16", "multicast and reserved")]
    public void Ranges_that_a_VPC_cannot_have_are_refused(string cidr, string reason)
    {
        EksToolsException exception = Assert.Throws<EksToolsException>(() => SubnetPlan.ParseVpc(cidr));
        Assert.Equal("InvalidVpcCidr", exception.ErrorId);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
