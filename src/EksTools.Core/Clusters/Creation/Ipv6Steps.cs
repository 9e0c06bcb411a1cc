using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>IPv6 in a cluster's own VPC: its range, its subnets' parts of it, and the way out of private subnets.</summary>
internal sealed class Ipv6Steps(ClusterBuild build)
{
    /// <summary>The way out for IPv6 from private subnets, and no way in.</summary>
    public const string EgressGateway = "egress-only-internet-gateway";

    // The only size that an IPv6 subnet of EKS has: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    private const int SubnetPrefix = 64;
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;

    public bool IsOn => build.Specification.IpFamily == ClusterIpFamily.IPv6;

    public PlanStep CreateEgress(string vpc) => new() { Id = EgressGateway, Needs = [vpc], Description = "egress-only internet gateway, for IPv6 from the private subnets", Ensure = EnsureEgressAsync };

    /// <summary>Waits for the range that AWS gives to the VPC.</summary>
    public async Task AwaitRangeAsync(StepContext context, CancellationToken cancellationToken)
    {
        string text = await context.Poller.UntilAsync(
            async token =>
            {
                Vpc vpc = (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [build.VpcId] }, token)).Vpcs[0];
                VpcIpv6CidrBlockAssociation? range = (vpc.Ipv6CidrBlockAssociationSet ?? []).FirstOrDefault();
                VpcCidrBlockStateCode? state = range?.Ipv6CidrBlockState?.State;
                context.Detail($"the IPv6 range of {build.VpcId} is {state?.Value ?? "not there"}");
                return state == VpcCidrBlockStateCode.Associated ? range!.Ipv6CidrBlock
                    : state == VpcCidrBlockStateCode.Failed || state == VpcCidrBlockStateCode.Failing ? throw new EksToolsException(EksErrorKind.Service, "VpcIpv6Failed", $"AWS gave {build.VpcId} no IPv6 range: {range!.Ipv6CidrBlockState.StatusMessage}", build.VpcId)
                    : null;
            },
            cancellationToken);
        build.Ipv6Range = Ipv6Cidr.TryParse(text, out Ipv6Cidr whole) ? whole : throw new EksToolsException(EksErrorKind.Service, "VpcIpv6Failed", $"AWS gave {build.VpcId} the IPv6 range '{text}', which is none.", build.VpcId);
    }

    /// <summary>The range of a subnet; null in an IPv4 cluster.</summary>
    public string? RangeOf(int subnet) => IsOn ? build.Ipv6Range.Part(SubnetPrefix, subnet).ToString() : null;

    /// <summary>Lets a subnet give IPv6 addresses to what is launched in it.</summary>
    public async Task AssignAsync(string subnetId, CancellationToken cancellationToken)
    {
        if (IsOn)
        {
            await ec2.ModifySubnetAttributeAsync(new ModifySubnetAttributeRequest { SubnetId = subnetId, AssignIpv6AddressOnCreation = true }, cancellationToken);
        }
    }

    /// <summary>The routes to everywhere of public subnets.</summary>
    public IReadOnlyList<CreateRouteRequest> PublicRoutes() => WithIpv6(
        new CreateRouteRequest { DestinationCidrBlock = RouteTableEnsure.AnywhereIpv4, GatewayId = build.InternetGatewayId },
        () => new CreateRouteRequest { DestinationIpv6CidrBlock = RouteTableEnsure.AnywhereIpv6, GatewayId = build.InternetGatewayId });

    /// <summary>The routes to everywhere of private subnets.</summary>
    public IReadOnlyList<CreateRouteRequest> PrivateRoutes(string nat) => WithIpv6(
        new CreateRouteRequest { DestinationCidrBlock = RouteTableEnsure.AnywhereIpv4, NatGatewayId = nat },
        () => new CreateRouteRequest { DestinationIpv6CidrBlock = RouteTableEnsure.AnywhereIpv6, EgressOnlyInternetGatewayId = build.Ids[EgressGateway] });

    private IReadOnlyList<CreateRouteRequest> WithIpv6(CreateRouteRequest four, Func<CreateRouteRequest> six) => IsOn ? [four, six()] : [four];

    private async Task<StepOutcome> EnsureEgressAsync(StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindEgressGatewaysAsync(filters, token)).Where(gateway => (gateway.Attachments ?? []).Any(attachment => attachment.VpcId == build.VpcId)).Select(static gateway => gateway.EgressOnlyInternetGatewayId)],
            async token => (await ec2.CreateEgressOnlyInternetGatewayAsync(
                new CreateEgressOnlyInternetGatewayRequest { VpcId = build.VpcId, ClientToken = build.VpcId, TagSpecifications = Ec2Ensure.TagSpecifications(build.Specification, ResourceType.EgressOnlyInternetGateway, EgressGateway) },
                token)).EgressOnlyInternetGateway.EgressOnlyInternetGatewayId,
            (id, token) => ec2.DeleteEgressOnlyInternetGatewayAsync(new DeleteEgressOnlyInternetGatewayRequest { EgressOnlyInternetGatewayId = id }, token));
        (build.Ids[EgressGateway], StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, EgressGateway, kind, context, cancellationToken);
        return outcome;
    }
}
