using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>EC2's operations.</summary>
internal static class Ec2Service
{
    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, QueryOperation> Operations { get; } = new[]
        {
            VpcOperations.All, SubnetOperations.All, GatewayOperations.All, NatGatewayOperations.All, AddressOperations.All, EgressGatewayOperations.All, CarrierGatewayOperations.All, VpnGatewayOperations.All, PeeringOperations.All, NetworkAclOperations.All, VpcEndpointOperations.All, RouteTableOperations.All,
            SecurityGroupOperations.All, SecurityGroupRuleOperations.All, NetworkInterfaceOperations.All, LaunchTemplateOperations.All, InstanceOperations.All, InstanceLaunch.All, VolumeOperations.All, KeyPairOperations.All, ZoneOperations.All, TagOperations.All,
        }.SelectMany(part => part).ToDictionary(pair => pair.Key, pair => DryRun(pair.Value));

    /// <summary>The answer of operations that only say yes.</summary>
    public static IEnumerable<XElement?> Yes { get; } = [X("return", true)];

    /// <summary>EC2 of the call's region.</summary>
    public static Ec2Region Ec2(this AwsCall call) => call.Account.Ec2(call.Region);

    /// <summary>Refuses a deletion that something stands in the way of.</summary>
    public static AwsException Dependency(string noun, string id) => new("DependencyViolation", $"The {noun} '{id}' has dependencies and cannot be deleted.");

    private static QueryOperation DryRun(QueryOperation operation) => call => call.Parameters.Flag("DryRun") == true
        ? throw new AwsException("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        : operation(call);
}
