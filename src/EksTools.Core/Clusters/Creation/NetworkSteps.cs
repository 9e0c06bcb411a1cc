using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The VPC of a cluster: subnets in each zone, an internet gateway, and NAT gateways for the private ones.</summary>
internal sealed class NetworkSteps(ClusterBuild build)
{
    private const string Vpc = "vpc", Gateway = "internet-gateway", Attachment = "internet-gateway-attachment", PublicRoutes = "route-table-public", InnerRoutes = "route-table-private";
    private readonly ClusterSpecification specification = build.Specification;
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;
    private readonly Ipv6Steps ipv6 = new(build);
    private readonly EndpointSteps endpoints = new(build);
    private readonly NatSteps nats = new(build);
    private readonly RouteTableEnsure routes = new(build);
    private readonly IReadOnlyList<PlannedSubnet> subnets = build.Specification.VpcCidr is { } cidr ? [.. SubnetPlan.Create(cidr, build.Specification.Zones).Where(subnet => !(subnet.IsPublic && build.Specification.PrivateCluster))] : [];

    /// <summary>Components of all subnets.</summary>
    public IReadOnlyList<string> SubnetComponents => [.. subnets.Select(static subnet => subnet.Component)];

    /// <summary>Components of the subnets that EKS is told of. Auto Mode starts nodes in every one of them: there the subnets for nodes alone, in each zone one.</summary>
    public IReadOnlyList<string> ControlPlaneComponents => specification.AutoMode ? NodeSubnetComponents : SubnetComponents;

    /// <summary>Components of the subnets in some zones that EKS is told of; empty where these are fewer than the two that a control plane needs, and where the subnets are not ours.</summary>
    public IReadOnlyList<string> ComponentsIn(IReadOnlyCollection<string> zones) =>
        subnets.Where(subnet => zones.Contains(subnet.Zone) && ControlPlaneComponents.Contains(subnet.Component)).ToArray() is var fit && fit.DistinctBy(static subnet => subnet.Zone).Count() > 1 ? [.. fit.Select(static subnet => subnet.Component)] : [];

    /// <summary>Components of the subnets that nodes stand in: private where they have a way out.</summary>
    public IReadOnlyList<string> NodeSubnetComponents =>
        [.. subnets.Where(subnet => subnet.IsPublic == NodesArePublic).Select(static subnet => subnet.Component)];

    /// <summary>The steps that must be done before nodes can join: every route, and a private cluster's endpoints.</summary>
    public IReadOnlyList<string> RouteSteps =>
        specification.VpcCidr is null ? endpoints.Steps
        : specification.PrivateCluster ? [InnerRoutes, .. endpoints.Steps]
        : specification.NatGateway == NatGatewayMode.None ? [PublicRoutes] : [PublicRoutes, .. specification.Zones.Select(PrivateRoutes)];

    /// <summary>The step after which there is a VPC of the cluster's own.</summary>
    public static IReadOnlyList<string> VpcReady => [Vpc];

    private bool NodesArePublic => specification is { NatGateway: NatGatewayMode.None, PrivateCluster: false };

    public IEnumerable<PlanStep> Create(string lease)
    {
        if (specification.VpcCidr is not { } cidr)
        {
            PlanStep[] inExisting = specification.ExistingNetwork is { } existing ? [new ExistingNetworkStep(specification, existing).Create(lease)] : [];
            foreach (PlanStep step in inExisting.Concat(endpoints.Create([lease], new Dictionary<string, string>(), [])))
            {
                yield return step;
            }

            yield break;
        }

        yield return new PlanStep { Id = Vpc, Needs = [lease], Description = $"VPC {cidr} with DNS names{(ipv6.IsOn ? " and an IPv6 range of Amazon's" : string.Empty)}", Ensure = EnsureVpcAsync };
        foreach (PlanStep step in SubnetSteps().Concat(specification.PrivateCluster ? InnerSteps() : OuterSteps(lease)))
        {
            yield return step;
        }
    }

    /// <summary>What Kubernetes takes addresses from; null for EKS's choice.</summary>
    public KubernetesNetworkConfigRequest? KubernetesNetwork() => ipv6.IsOn ? new KubernetesNetworkConfigRequest { IpFamily = IpFamily.Ipv6 }
        : specification.ServiceCidr is { } services ? new KubernetesNetworkConfigRequest { ServiceIpv4Cidr = services }
        : null;

    private static string PrivateRoutes(string zone) => $"route-table-private-{zone}";

    private IEnumerable<PlanStep> SubnetSteps()
    {
        foreach ((PlannedSubnet subnet, int index) in subnets.Select(static (subnet, index) => (subnet, index)))
        {
            string kind = subnet.IsPublic ? "public" : "private";
            yield return new PlanStep { Id = subnet.Component, Needs = [Vpc], Description = $"{kind} subnet {subnet.Cidr} in {subnet.Zone}", Ensure = (context, token) => EnsureSubnetAsync(subnet, index, context, token) };
        }
    }

    /// <summary>A private cluster's subnets have routes to each other and to gateway endpoints, and no other.</summary>
    private IEnumerable<PlanStep> InnerSteps()
    {
        Dictionary<string, string> byZone = subnets.ToDictionary(static subnet => subnet.Zone, static subnet => subnet.Component, StringComparer.Ordinal);
        yield return new PlanStep { Id = InnerRoutes, Needs = [.. byZone.Values], Description = "route table of the private subnets, without a way out", Ensure = (context, token) => routes.EnsureAsync(InnerRoutes, [], [.. byZone.Values], context, token) };
        foreach (PlanStep step in endpoints.Create([Vpc], byZone, [InnerRoutes]))
        {
            yield return step;
        }
    }

    private IEnumerable<PlanStep> OuterSteps(string lease)
    {
        yield return new PlanStep { Id = Gateway, Needs = [lease], Description = "internet gateway", Ensure = EnsureGatewayAsync };
        yield return new PlanStep { Id = Attachment, Needs = [Vpc, Gateway], Description = "internet gateway attached to the VPC", Ensure = EnsureAttachmentAsync };
        string[] publicSubnets = [.. subnets.Where(static subnet => subnet.IsPublic).Select(static subnet => subnet.Component)];
        yield return new PlanStep
        {
            Id = PublicRoutes,
            Needs = [Attachment, .. publicSubnets],
            Description = "routes of the public subnets to the internet gateway",
            Ensure = (context, token) => routes.EnsureAsync(PublicRoutes, ipv6.PublicRoutes(), publicSubnets, context, token),
        };
        if (specification.NatGateway == NatGatewayMode.None)
        {
            yield break;
        }

        if (ipv6.IsOn)
        {
            yield return ipv6.CreateEgress(Vpc);
        }

        foreach (PlanStep step in PrivateSteps())
        {
            yield return step;
        }
    }

    /// <summary>The way out of private subnets.</summary>
    private IEnumerable<PlanStep> PrivateSteps()
    {
        string[] natZones = specification.NatGateway == NatGatewayMode.PerZone ? [.. specification.Zones] : [specification.Zones[0]];
        foreach (PlanStep step in nats.Create(natZones, Vpc, Attachment, zone => subnets.First(subnet => subnet.IsPublic && subnet.Zone == zone).Component))
        {
            yield return step;
        }

        foreach (string zone in specification.Zones)
        {
            string way = natZones.Contains(zone) ? zone : natZones[0];
            string subnet = subnets.First(candidate => !candidate.IsPublic && candidate.Zone == zone).Component;
            yield return new PlanStep
            {
                Id = PrivateRoutes(zone),
                Needs = [subnet, NatSteps.Ready(way), .. ipv6.IsOn ? new[] { Ipv6Steps.EgressGateway } : []],
                Description = $"route of the private subnet in {zone} to the NAT gateway in {way}{(ipv6.IsOn ? ", for IPv6 to the egress-only internet gateway" : string.Empty)}",
                Ensure = (context, token) => routes.EnsureAsync(PrivateRoutes(zone), ipv6.PrivateRoutes(build.Ids[NatSteps.Nat(way)]), [subnet], context, token),
            };
        }
    }

    private async Task<StepOutcome> EnsureVpcAsync(StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindVpcsAsync(filters, token)).Select(static vpc => vpc.VpcId)],
            async token => (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = $"{specification.VpcCidr}", AmazonProvidedIpv6CidrBlock = ipv6.IsOn ? true : null, TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.Vpc, Vpc) }, token)).Vpc.VpcId,
            (id, token) => ec2.DeleteVpcAsync(new DeleteVpcRequest { VpcId = id }, token));
        (string vpcId, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Vpc, kind, context, cancellationToken);

        // Nodes find the private endpoint and each other by name; one attribute a call is all that EC2 takes.
        await ec2.ModifyVpcAttributeAsync(new ModifyVpcAttributeRequest { VpcId = vpcId, EnableDnsSupport = true }, cancellationToken);
        await ec2.ModifyVpcAttributeAsync(new ModifyVpcAttributeRequest { VpcId = vpcId, EnableDnsHostnames = true }, cancellationToken);
        build.VpcId = vpcId;
        if (ipv6.IsOn)
        {
            await ipv6.AwaitRangeAsync(context, cancellationToken);
        }

        return outcome;
    }

    private async Task<StepOutcome> EnsureGatewayAsync(StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindInternetGatewaysAsync(filters, token)).Select(static gateway => gateway.InternetGatewayId)],
            async token => (await ec2.CreateInternetGatewayAsync(new CreateInternetGatewayRequest { TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.InternetGateway, Gateway) }, token)).InternetGateway.InternetGatewayId,
            (id, token) => ec2.DeleteInternetGatewayAsync(new DeleteInternetGatewayRequest { InternetGatewayId = id }, token));
        (build.InternetGatewayId, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Gateway, kind, context, cancellationToken);
        return outcome;
    }

    private async Task<StepOutcome> EnsureAttachmentAsync(StepContext context, CancellationToken cancellationToken)
    {
        DescribeInternetGatewaysResponse answer = await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { InternetGatewayIds = [build.InternetGatewayId] }, cancellationToken);
        if (answer.InternetGateways.Any(gateway => (gateway.Attachments ?? []).Any(attachment => attachment.VpcId == build.VpcId)))
        {
            return StepOutcome.Found;
        }

        try
        {
            await ec2.AttachInternetGatewayAsync(new AttachInternetGatewayRequest { InternetGatewayId = build.InternetGatewayId, VpcId = build.VpcId }, cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "Resource.AlreadyAssociated")
        {
            // By a call whose answer was lost; or another gateway is attached to this VPC, which the next look would show.
            List<InternetGateway> attached = await ec2.FindInternetGatewaysAsync([new Filter { Name = "attachment.vpc-id", Values = [build.VpcId] }], cancellationToken);
            if (!attached.Any(gateway => gateway.InternetGatewayId == build.InternetGatewayId))
            {
                throw;
            }

            return StepOutcome.Found;
        }

        return StepOutcome.Created;
    }

    private async Task<StepOutcome> EnsureSubnetAsync(PlannedSubnet subnet, int index, StepContext context, CancellationToken cancellationToken)
    {
        (string, string)[] roles = subnet.IsPublic ? [("kubernetes.io/role/elb", "1")] : [("kubernetes.io/role/internal-elb", "1")];
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindSubnetsAsync([.. filters, InVpc()], token)).Select(static found => found.SubnetId)],
            async token => (await ec2.CreateSubnetAsync(
                new CreateSubnetRequest
                {
                    VpcId = build.VpcId,
                    CidrBlock = $"{subnet.Cidr}",
                    Ipv6CidrBlock = ipv6.RangeOf(index),
                    AvailabilityZone = subnet.Zone,
                    TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.Subnet, subnet.Component, roles),
                },
                token)).Subnet.SubnetId,
            (id, token) => ec2.DeleteSubnetAsync(new DeleteSubnetRequest { SubnetId = id }, token));
        (string subnetId, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, subnet.Component, kind, context, cancellationToken);
        if (subnet.IsPublic)
        {
            await ec2.ModifySubnetAttributeAsync(new ModifySubnetAttributeRequest { SubnetId = subnetId, MapPublicIpOnLaunch = true }, cancellationToken);
        }

        await ipv6.AssignAsync(subnetId, cancellationToken);
        build.Ids[subnet.Component] = subnetId;
        return outcome;
    }

    private Filter InVpc() => new() { Name = "vpc-id", Values = [build.VpcId] };
}
