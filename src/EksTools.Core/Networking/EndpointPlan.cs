using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Networking;

/// <summary>An endpoint of an AWS service that a private cluster's VPC is to have.</summary>
/// <param name="Service">The service's short name, such as <c>ecr.api</c>.</param>
/// <param name="ServiceName">The name of its endpoint service in the region.</param>
/// <param name="IsGateway">A route in route tables, free of charge; else network interfaces in subnets.</param>
/// <param name="Zones">The zones that the service has interfaces in.</param>
/// <param name="SubnetIds">Existing subnets for it, one in each zone; empty in a VPC of our own.</param>
/// <param name="RouteTableIds">Existing route tables for it; empty in a VPC of our own.</param>
internal sealed record PlannedEndpoint(string Service, string ServiceName, bool IsGateway, IReadOnlyList<string> Zones, IReadOnlyList<string> SubnetIds, IReadOnlyList<string> RouteTableIds)
{
    /// <summary>Its component.</summary>
    public string Component => $"vpc-endpoint-{Service}";
}

/// <summary>Which endpoints a private cluster needs.</summary>
internal static class EndpointPlan
{
    /// <summary>
    /// What nodes need before anything of the user's runs: their own description and the CNI's calls (ec2), images (ecr.api, ecr.dkr, and s3 for the layers), and
    /// credentials of pods by either way (sts, eks-auth). https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html; the endpoint of
    /// CloudWatch Logs there is for pods: the control plane's logs come directly from the control plane (control-plane-logs.html there), which does not stand in the VPC.
    /// </summary>
    public static IReadOnlyList<string> Needed { get; } = ["ec2", "ecr.api", "ecr.dkr", "eks-auth", "s3", "sts"];

    /// <summary>Services that have both sorts, of which the gateway costs nothing.</summary>
    private static readonly string[] ByGateway = ["dynamodb", "s3"];

    /// <summary>The endpoints for a VPC: those that nodes need and those that were asked for, less those that the VPC has.</summary>
    /// <exception cref="EksToolsException">The region, or each of the zones, has no endpoint of a service.</exception>
    public static async Task<IReadOnlyList<PlannedEndpoint>> CreateAsync(AwsAccount account, ClusterSpecification specification, CancellationToken cancellationToken)
    {
        ExistingNetwork? existing = specification.ExistingNetwork;
        string[] services = [.. Needed.Concat(specification.EndpointServices).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        List<ServiceDetail> offered = await OfferedAsync(account, services, cancellationToken);
        List<VpcEndpoint> others = existing is null ? [] : [.. (await account.Ec2.FindVpcEndpointsAsync([new Filter { Name = "vpc-id", Values = [existing.VpcId] }], cancellationToken))
            .Where(endpoint => IsUsable(endpoint) && !specification.Identity.Owns((endpoint.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal)))];
        IReadOnlyList<string> zones = existing is null ? specification.Zones : [.. existing.Subnets.Select(static subnet => subnet.Facts.Zone).Distinct(StringComparer.Ordinal)];
        return [.. services.Select(service => Plan(account.Region, zones, service, offered, existing, others)).OfType<PlannedEndpoint>()];
    }

    /// <summary>EC2 writes states in either case.</summary>
    public static bool Is(VpcEndpoint endpoint, params string[] states) => states.Contains(endpoint.State?.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>It is there, or will be.</summary>
    public static bool IsUsable(VpcEndpoint endpoint) => Is(endpoint, "available", "pending", "pendingAcceptance");

    private static PlannedEndpoint? Plan(string region, IReadOnlyList<string> zones, string service, List<ServiceDetail> offered, ExistingNetwork? existing, List<VpcEndpoint> others)
    {
        bool gateway = ByGateway.Contains(service);
        ServiceDetail detail = offered.FirstOrDefault(one => Names(region, service).Contains(one.ServiceName) && (one.ServiceType ?? []).Any(type => type.ServiceType == (gateway ? ServiceType.Gateway : ServiceType.Interface)) && (gateway || (one.AvailabilityZones ?? []).Intersect(zones).Any()))
            ?? throw new EksToolsException(EksErrorKind.Validation, "EndpointServiceNotOffered", $"{region} has no VPC endpoint of the service '{service}' in {string.Join(", ", zones)}.", "EndpointService", Needed.Contains(service) ? "A private cluster cannot do without it: choose another -Region." : "Leave it out, or choose another -Region.");
        if (existing is null)
        {
            return new PlannedEndpoint(service, detail.ServiceName, gateway, detail.AvailabilityZones ?? [], [], []);
        }

        VpcEndpoint[] there = [.. others.Where(other => other.ServiceName == detail.ServiceName)];
        if (gateway)
        {
            HashSet<string> routed = new(there.SelectMany(static other => other.RouteTableIds ?? []), StringComparer.Ordinal);
            string[] tables = [.. existing.Subnets.Select(static subnet => subnet.Facts.RouteTableId).Distinct(StringComparer.Ordinal).Where(table => !routed.Contains(table))];
            return tables.Length == 0 ? null : new PlannedEndpoint(service, detail.ServiceName, true, [], [], tables);
        }

        // One that names lead to is reached from the whole VPC; another of its service cannot be made.
        if (there.Any(static other => other.PrivateDnsEnabled == true))
        {
            return null;
        }

        string[] subnets = [.. existing.Subnets.Where(subnet => (detail.AvailabilityZones ?? []).Contains(subnet.Facts.Zone)).DistinctBy(static subnet => subnet.Facts.Zone).Select(static subnet => subnet.Facts.Id)];
        return new PlannedEndpoint(service, detail.ServiceName, false, detail.AvailabilityZones ?? [], subnets, []);
    }

    /// <summary>The names that a service's endpoint service may have: some of China's begin otherwise.</summary>
    private static string[] Names(string region, string service) => [$"com.amazonaws.{region}.{service}", $"cn.com.amazonaws.{region}.{service}"];

    private static async Task<List<ServiceDetail>> OfferedAsync(AwsAccount account, string[] services, CancellationToken cancellationToken)
    {
        DescribeVpcEndpointServicesRequest request = new() { Filters = [new Filter { Name = "service-name", Values = [.. services.SelectMany(service => Names(account.Region, service))] }] };
        List<ServiceDetail> offered = [];
        do
        {
            DescribeVpcEndpointServicesResponse page = await account.Ec2.DescribeVpcEndpointServicesAsync(request, cancellationToken);
            offered.AddRange(page.ServiceDetails ?? []);
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return offered;
    }
}
