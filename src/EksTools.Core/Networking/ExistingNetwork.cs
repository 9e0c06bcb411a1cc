using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Networking.Subnets;

namespace EksTools.Core.Networking;

/// <summary>A subnet that was there before.</summary>
/// <param name="HasIpv6">It has an IPv6 range.</param>
/// <param name="AssignsIpv6">What is launched in it gets an IPv6 address.</param>
internal sealed record ExistingSubnet(SubnetFacts Facts, bool HasIpv6, bool AssignsIpv6);

/// <summary>The VPC that a cluster is to stand in, and that was there before.</summary>
internal sealed record ExistingNetwork
{
    public required string VpcId { get; init; }

    /// <summary>Its IPv4 ranges.</summary>
    public required IReadOnlyList<Ipv4Cidr> Ranges { get; init; }

    /// <summary>The subnets that the cluster is to stand in, by zone and id.</summary>
    public required IReadOnlyList<ExistingSubnet> Subnets { get; init; }

    /// <summary>Names within the VPC, such as that of a private endpoint, lead to private addresses.</summary>
    public required bool HasDnsNames { get; init; }

    public static async Task<ExistingNetwork> ReadAsync(AwsAccount account, IReadOnlyList<string> subnetIds, CancellationToken cancellationToken)
    {
        IAmazonEC2 ec2 = account.Ec2;
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. subnetIds] }, cancellationToken)).Subnets ?? [];
        string vpcId = subnets[0].VpcId;
        Task<DescribeVpcsResponse> vpcs = ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [vpcId] }, cancellationToken);
        Task<List<RouteTable>> tables = ec2.FindRouteTablesAsync([new Filter { Name = "vpc-id", Values = [vpcId] }], cancellationToken);

        // One attribute a call is all that EC2 answers.
        Task<DescribeVpcAttributeResponse> support = ec2.DescribeVpcAttributeAsync(new DescribeVpcAttributeRequest { VpcId = vpcId, Attribute = VpcAttributeName.EnableDnsSupport }, cancellationToken);
        Task<DescribeVpcAttributeResponse> hostnames = ec2.DescribeVpcAttributeAsync(new DescribeVpcAttributeRequest { VpcId = vpcId, Attribute = VpcAttributeName.EnableDnsHostnames }, cancellationToken);
        await Task.WhenAll(vpcs, tables, support, hostnames);
        Vpc vpc = vpcs.Result.Vpcs[0];
        IEnumerable<string> ranges = (vpc.CidrBlockAssociationSet ?? []).Where(static one => one.CidrBlockState?.State == VpcCidrBlockStateCode.Associated).Select(static one => one.CidrBlock).Append(vpc.CidrBlock).Distinct(StringComparer.Ordinal);
        return new ExistingNetwork
        {
            VpcId = vpcId,
            Ranges = [.. ranges.Select(static text => Ipv4Cidr.TryParse(text, out Ipv4Cidr range) ? range : (Ipv4Cidr?)null).OfType<Ipv4Cidr>()],
            Subnets = [.. subnets.Select(subnet => Read(subnet, tables.Result)).OrderBy(static subnet => subnet.Facts.Zone, StringComparer.Ordinal).ThenBy(static subnet => subnet.Facts.Id, StringComparer.Ordinal)],
            HasDnsNames = support.Result.EnableDnsSupport == true && hostnames.Result.EnableDnsHostnames == true,
        };
    }

    private static ExistingSubnet Read(Subnet subnet, List<RouteTable> tables)
    {
        RouteTable? table = SubnetRoutes.TableOf(subnet.SubnetId, tables);
        SubnetFacts facts = new()
        {
            Id = subnet.SubnetId,
            Zone = subnet.AvailabilityZone,
            Cidr = subnet.CidrBlock ?? string.Empty,
            IsPublic = SubnetRoutes.ToInternetGateway(table) is not null,
            RouteTableId = table?.RouteTableId ?? string.Empty,
            Free = subnet.AvailableIpAddressCount ?? 0,
            IsControlPlane = true,
            Tags = (subnet.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal),
        };
        return new ExistingSubnet(facts, (subnet.Ipv6CidrBlockAssociationSet ?? []).Any(static one => one.Ipv6CidrBlockState?.State == SubnetCidrBlockStateCode.Associated), subnet.AssignIpv6AddressOnCreation == true);
    }
}
