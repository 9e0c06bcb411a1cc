using Amazon.EC2;
using Amazon.EC2.Model;

namespace EksTools.Core.Networking;

/// <summary>Finds EC2 resources by filters, page by page: accounts with many of them are refused answers without pages.</summary>
internal static class Ec2Search
{
    private const int PageSize = 100;

    public static Task<List<Vpc>> FindVpcsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeVpcs(new DescribeVpcsRequest { Filters = filters, MaxResults = PageSize }).Vpcs, cancellationToken);

    public static Task<List<Subnet>> FindSubnetsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest { Filters = filters, MaxResults = PageSize }).Subnets, cancellationToken);

    public static Task<List<InternetGateway>> FindInternetGatewaysAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeInternetGateways(new DescribeInternetGatewaysRequest { Filters = filters, MaxResults = PageSize }).InternetGateways, cancellationToken);

    public static Task<List<RouteTable>> FindRouteTablesAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { Filters = filters, MaxResults = PageSize }).RouteTables, cancellationToken);

    public static Task<List<NatGateway>> FindNatGatewaysAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeNatGateways(new DescribeNatGatewaysRequest { Filter = filters, MaxResults = PageSize }).NatGateways, cancellationToken);

    public static Task<List<EgressOnlyInternetGateway>> FindEgressGatewaysAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeEgressOnlyInternetGateways(new DescribeEgressOnlyInternetGatewaysRequest { Filters = filters, MaxResults = PageSize }).EgressOnlyInternetGateways, cancellationToken);

    public static Task<List<VpcEndpoint>> FindVpcEndpointsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeVpcEndpoints(new DescribeVpcEndpointsRequest { Filters = filters, MaxResults = PageSize }).VpcEndpoints, cancellationToken);

    public static Task<List<LaunchTemplate>> FindLaunchTemplatesAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeLaunchTemplates(new DescribeLaunchTemplatesRequest { Filters = filters, MaxResults = PageSize }).LaunchTemplates, cancellationToken);

    public static Task<List<NetworkInterface>> FindNetworkInterfacesAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeNetworkInterfaces(new DescribeNetworkInterfacesRequest { Filters = filters, MaxResults = PageSize }).NetworkInterfaces, cancellationToken);

    public static Task<List<SecurityGroup>> FindSecurityGroupsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeSecurityGroups(new DescribeSecurityGroupsRequest { Filters = filters, MaxResults = PageSize }).SecurityGroups, cancellationToken);

    public static Task<List<NetworkAcl>> FindNetworkAclsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeNetworkAcls(new DescribeNetworkAclsRequest { Filters = filters, MaxResults = PageSize }).NetworkAcls, cancellationToken);

    public static Task<List<VpcPeeringConnection>> FindPeeringsAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeVpcPeeringConnections(new DescribeVpcPeeringConnectionsRequest { Filters = filters, MaxResults = PageSize }).VpcPeeringConnections, cancellationToken);

    public static Task<List<CarrierGateway>> FindCarrierGatewaysAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeCarrierGateways(new DescribeCarrierGatewaysRequest { Filters = filters, MaxResults = PageSize }).CarrierGateways, cancellationToken);

    public static Task<List<SecurityGroupRule>> FindSecurityGroupRulesAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        AllAsync(ec2.Paginators.DescribeSecurityGroupRules(new DescribeSecurityGroupRulesRequest { Filters = filters, MaxResults = PageSize }).SecurityGroupRules, cancellationToken);

    /// <summary>Virtual private gateways, which EC2 answers without pages.</summary>
    public static async Task<List<VpnGateway>> FindVpnGatewaysAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        (await ec2.DescribeVpnGatewaysAsync(new DescribeVpnGatewaysRequest { Filters = filters }, cancellationToken)).VpnGateways ?? [];

    /// <summary>Elastic IP addresses, which EC2 answers without pages.</summary>
    public static async Task<List<Address>> FindAddressesAsync(this IAmazonEC2 ec2, List<Filter> filters, CancellationToken cancellationToken) =>
        (await ec2.DescribeAddressesAsync(new DescribeAddressesRequest { Filters = filters }, cancellationToken)).Addresses ?? [];

    private static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> pages, CancellationToken cancellationToken)
    {
        List<T> all = [];
        await foreach (T item in pages.WithCancellation(cancellationToken))
        {
            all.Add(item);
        }

        return all;
    }
}
