using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.LoadBalancing.ControllerInstallation;

namespace EksTools.Core.Tests.LoadBalancing.ControllerInstallation;

public sealed class WebhookAccessTests
{
    private static readonly HashSet<string> ControlPlane = ["sg-control"];
    private static readonly string[] Vpc = ["10.0.0.0/16"];

    [Fact]
    public void A_rule_counts_that_lets_the_control_plane_in_on_the_port()
    {
        Assert.True(Lets(new IpPermission { IpProtocol = "-1", UserIdGroupPairs = [new UserIdGroupPair { GroupId = "sg-control" }] }));
        Assert.True(Lets(new IpPermission { IpProtocol = "tcp", FromPort = 1025, ToPort = 65535, UserIdGroupPairs = [new UserIdGroupPair { GroupId = "sg-control" }] }));
        Assert.True(Lets(new IpPermission { IpProtocol = "tcp", FromPort = 9443, ToPort = 9443, Ipv4Ranges = [new IpRange { CidrIp = "10.0.0.0/8" }] }));
    }

    [Fact]
    public void Another_port_protocol_or_source_does_not()
    {
        Assert.False(Lets(new IpPermission { IpProtocol = "tcp", FromPort = 10250, ToPort = 10250, UserIdGroupPairs = [new UserIdGroupPair { GroupId = "sg-control" }] }));
        Assert.False(Lets(new IpPermission { IpProtocol = "udp", FromPort = 0, ToPort = 65535, UserIdGroupPairs = [new UserIdGroupPair { GroupId = "sg-control" }] }));
        Assert.False(Lets(new IpPermission { IpProtocol = "-1", UserIdGroupPairs = [new UserIdGroupPair { GroupId = "sg-other" }] }));
        Assert.False(Lets(new IpPermission { IpProtocol = "-1", Ipv4Ranges = [new IpRange { CidrIp = "10.0.1.0/24" }] }));
        Assert.False(WebhookAccess.Lets(new SecurityGroup(), ControlPlane, Vpc));
    }

    [Fact]
    public void Of_several_groups_of_a_node_exactly_one_is_tagged()
    {
        EksCluster cluster = new() { Name = "demo", Region = "us-west-2", Arn = "arn:aws:eks:us-west-2:111122223333:cluster/demo", Status = "ACTIVE", ResourcesVpcConfig = new EksVpcConfig { ClusterSecurityGroupId = "sg-c" } };
        IReadOnlyList<IReadOnlyList<string>> nodes = [["sg-c"], ["sg-a", "sg-c"], ["sg-a", "sg-b"]];
        Assert.Empty(WebhookAccess.Unclear(cluster, [["sg-a"]], new HashSet<string>()));
        Assert.Empty(WebhookAccess.Unclear(cluster, nodes, new HashSet<string> { "sg-c", "sg-b" }));
        Assert.Contains("--resources sg-a --tags", Assert.Single(WebhookAccess.Unclear(cluster, nodes, new HashSet<string> { "sg-c", "sg-a" })), StringComparison.Ordinal);
        Assert.Contains("--resources sg-b --tags", Assert.Single(WebhookAccess.Unclear(cluster, [["sg-a", "sg-b"]], new HashSet<string> { "sg-b", "sg-a" })), StringComparison.Ordinal);
        Assert.Contains("create-tags", Assert.Single(WebhookAccess.Unclear(cluster, nodes, new HashSet<string> { "sg-c" })), StringComparison.Ordinal);
    }

    private static bool Lets(IpPermission rule) => WebhookAccess.Lets(new SecurityGroup { IpPermissions = [rule] }, ControlPlane, Vpc);
}
