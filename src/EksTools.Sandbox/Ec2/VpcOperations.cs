using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A VPC.</summary>
internal sealed class Vpc(string id, Cidr cidr, DateTimeOffset created) : Ec2Resource(id, "vpc", created)
{
    public Cidr Cidr { get; } = cidr;
    public string CidrAssociationId { get; } = AwsAccount.NewId("vpc-cidr-assoc");
    public string State { get; set; } = "pending";
    public bool DnsSupport { get; set; } = true;
    public bool DnsHostnames { get; set; }
    public string DhcpOptionsId { get; } = AwsAccount.NewId("dopt");
    public List<Ipv6Association> Ipv6 { get; } = [];

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "vpc-id" => [Id],
        "state" => [State],
        "cidr" or "cidr-block-association.cidr-block" => [Cidr.ToString()],
        "ipv6-cidr-block-association.ipv6-cidr-block" => Ipv6.Select(one => one.Block.ToString()),
        "ipv6-cidr-block-association.state" => Ipv6.Select(one => one.State),
        "is-default" or "isDefault" => ["false"],
        "dhcp-options-id" => [DhcpOptionsId],
        _ => null,
    };
}

/// <summary>VPCs. The account has no default VPC.</summary>
internal static class VpcOperations
{
    private const int AtMost = 5, Ipv6BlocksAtMost = 5;

    public static readonly Kind Kind = new("VpcId", "vpcSet", "InvalidVpcID", "vpc ID", "vpc");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateVpc"] = Create,
        ["DescribeVpcs"] = call => Filters.Describe(call, Kind, call.Ec2().All<Vpc>(), vpc => Write(call, vpc)),
        ["DeleteVpc"] = Delete,
        ["AssociateVpcCidrBlock"] = Associate,
        ["ModifyVpcAttribute"] = Modify,
        ["DescribeVpcAttribute"] = DescribeAttribute,
    };

    public static Vpc Named(AwsCall call) => call.Ec2().Get<Vpc>(call.Parameters.Require("VpcId"), Kind);

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (ec2, block) = (call.Ec2(), Cidr.Parse(call.Parameters.Require("CidrBlock")));
        if (block.Prefix is < 16 or > 28)
        {
            throw new AwsException("InvalidVpc.Range", $"The CIDR '{block}' is invalid.");
        }

        if (ec2.All<Vpc>().Count() >= AtMost)
        {
            throw new AwsException("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
        }

        var vpc = ec2.Add(new Vpc(AwsAccount.NewId("vpc"), block, call.Now) { Tags = Ec2Region.ReadTags(call, "vpc") });
        call.Account.After(call.Account.Options.Durations.Step, () => vpc.State = "available");
        if (call.Parameters.Flag("AmazonProvidedIpv6CidrBlock") == true)
        {
            Provide(ec2, vpc);
        }

        SecurityGroupOperations.CreateDefault(ec2, vpc);
        RouteTableOperations.CreateMain(ec2, vpc);
        NetworkAclOperations.CreateDefault(ec2, vpc);
        return [X("vpc", Write(call, vpc))];
    }

    /// <summary>An IPv6 block of Amazon's. IPv4 blocks beside the first are not played.</summary>
    private static IEnumerable<XElement?> Associate(AwsCall call)
    {
        var (ec2, vpc) = (call.Ec2(), Named(call));
        if (call.Parameters.Flag("AmazonProvidedIpv6CidrBlock") != true)
        {
            throw new AwsException("InvalidParameterCombination", "The sandbox associates IPv6 blocks of Amazon's alone: AmazonProvidedIpv6CidrBlock must be true.");
        }

        if (vpc.Ipv6.Count >= Ipv6BlocksAtMost)
        {
            throw new AwsException("CidrLimitExceeded", $"This network '{vpc.Id}' has met its maximum number of allowed CIDRs: {Ipv6BlocksAtMost}");
        }

        return [X("vpcId", vpc.Id), X("ipv6CidrBlockAssociation", WriteIpv6(Provide(ec2, vpc)))];
    }

    private static Ipv6Association Provide(Ec2Region ec2, Vpc vpc)
    {
        var association = new Ipv6Association(AwsAccount.NewId("vpc-cidr-assoc"), ec2.NextIpv6Block());
        vpc.Ipv6.Add(association);
        ec2.Account.After(ec2.Account.Options.Durations.Step, () => association.State = "associated");
        return association;
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var (ec2, vpc) = (call.Ec2(), Named(call));
        var groups = ec2.All<SecurityGroup>().Where(group => group.VpcId == vpc.Id).ToList();
        var tables = ec2.All<RouteTable>().Where(table => table.VpcId == vpc.Id).ToList();
        var lists = ec2.All<NetworkAcl>().Where(list => list.VpcId == vpc.Id).ToList();
        if (ec2.All<Subnet>().Any(subnet => subnet.VpcId == vpc.Id) || ec2.All<InternetGateway>().Any(gateway => gateway.VpcId == vpc.Id)
            || ec2.All<EgressGateway>().Any(gateway => gateway.VpcId == vpc.Id) || ec2.All<VpcEndpoint>().Any(endpoint => endpoint.VpcId == vpc.Id)
            || ec2.All<NetworkInterface>().Any(item => item.VpcId == vpc.Id) || groups.Any(group => group.Name != "default") || tables.Any(table => !table.IsMain)
            || lists.Any(list => !list.IsDefault) || ec2.All<CarrierGateway>().Any(gateway => gateway.VpcId == vpc.Id) || ec2.All<Peering>().Any(peering => peering.Holds(vpc)) || VpnGatewayOperations.Holds(ec2, vpc))
        {
            throw Ec2Service.Dependency("vpc", vpc.Id);
        }

        foreach (var resource in groups.Concat<Ec2Resource>(tables).Concat(lists).Append(vpc))
        {
            ec2.Remove(resource);
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var vpc = Named(call);
        var (support, hostnames) = (call.Parameters.Structure("EnableDnsSupport").Flag("Value"), call.Parameters.Structure("EnableDnsHostnames").Flag("Value"));
        if (support is not null && hostnames is not null)
        {
            throw new AwsException("InvalidParameterCombination", "Fields for multiple attribute types specified");
        }

        if (hostnames == true && !vpc.DnsSupport)
        {
            throw new AwsException("InvalidParameterCombination", "DNS hostnames need DNS support.");
        }

        vpc.DnsSupport = support ?? vpc.DnsSupport;
        vpc.DnsHostnames = hostnames ?? vpc.DnsHostnames;
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> DescribeAttribute(AwsCall call)
    {
        var vpc = Named(call);
        var attribute = call.Parameters.Require("Attribute");
        var value = attribute switch
        {
            "enableDnsSupport" => vpc.DnsSupport,
            "enableDnsHostnames" => vpc.DnsHostnames,
            "enableNetworkAddressUsageMetrics" => false,
            _ => throw new AwsException("InvalidParameterValue", $"Value ({attribute}) for parameter attribute is invalid. Unknown attribute."),
        };
        return [X("vpcId", vpc.Id), X(attribute, X("value", value))];
    }

    private static XElement?[] Write(AwsCall call, Vpc vpc) =>
    [
        X("vpcId", vpc.Id), X("ownerId", call.Account.Id), X("state", vpc.State), X("cidrBlock", vpc.Cidr.ToString()),
        Items("cidrBlockAssociationSet", [[X("associationId", vpc.CidrAssociationId), X("cidrBlock", vpc.Cidr.ToString()), X("cidrBlockState", X("state", "associated"))]]),
        Items("ipv6CidrBlockAssociationSet", vpc.Ipv6.Select(WriteIpv6)),
        X("dhcpOptionsId", vpc.DhcpOptionsId), X("instanceTenancy", "default"), X("isDefault", false), vpc.WriteTags(),
    ];

    private static XElement?[] WriteIpv6(Ipv6Association association) =>
    [
        X("associationId", association.Id), X("ipv6CidrBlock", association.Block.ToString()), X("ipv6CidrBlockState", X("state", association.State)), X("networkBorderGroup", ""), X("ipv6Pool", "Amazon"),
    ];
}
