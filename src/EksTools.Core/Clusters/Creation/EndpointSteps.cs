using System.Globalization;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>A private cluster's endpoints of AWS services, in its own VPC or in one that was there before.</summary>
internal sealed class EndpointSteps(ClusterBuild build)
{
    /// <summary>The step after which nodes reach what they need.</summary>
    public const string Available = "vpc-endpoints-available";

    /// <summary>What lets the VPC in to the endpoints.</summary>
    public const string Group = "vpc-endpoints-security-group";
    private const int Https = 443;
    private readonly ClusterSpecification specification = build.Specification;
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;

    /// <summary>The steps after which nodes reach what they need; none where all is there.</summary>
    public IReadOnlyList<string> Steps => specification.Endpoints.Count > 0 ? [Available] : [];

    /// <param name="vpc">The steps after which there is a VPC.</param>
    /// <param name="subnets">Components of the private subnets by zone; empty where the subnets are not ours.</param>
    /// <param name="tables">Components of the private subnets' route tables.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> vpc, IReadOnlyDictionary<string, string> subnets, IReadOnlyList<string> tables)
    {
        if (specification.Endpoints.Any(static endpoint => !endpoint.IsGateway))
        {
            yield return new PlanStep { Id = Group, Needs = vpc, Description = "security group that lets the VPC in to its endpoints of AWS services", Ensure = EnsureGroupAsync };
        }

        foreach (PlannedEndpoint endpoint in specification.Endpoints)
        {
            IReadOnlyList<string> inside = [.. subnets.Where(pair => endpoint.Zones.Contains(pair.Key)).Select(static pair => pair.Value)];
            yield return new PlanStep
            {
                Id = endpoint.Component,
                Needs = endpoint.IsGateway ? [.. vpc, .. tables] : [Group, .. inside],
                Billed = !endpoint.IsGateway,
                Description = endpoint.IsGateway ? $"gateway endpoint of {endpoint.Service}" : $"interface endpoint of {endpoint.Service} in {(endpoint.SubnetIds.Count > 0 ? endpoint.SubnetIds.Count : inside.Count)} zones",
                Ensure = (context, token) => EnsureAsync(endpoint, inside, tables, context, token),
            };
        }

        if (specification.Endpoints.Count > 0)
        {
            yield return new PlanStep { Id = Available, Needs = [.. specification.Endpoints.Select(static endpoint => endpoint.Component)], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(75), LearntAs = "vpc-endpoints-available", Description = "endpoints of AWS services are available", Ensure = WaitAsync };
        }
    }

    private string VpcId => specification.ExistingNetwork?.VpcId ?? build.VpcId!;

    private Filter InVpc() => new() { Name = "vpc-id", Values = [VpcId] };

    private async Task<StepOutcome> EnsureGroupAsync(StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindSecurityGroupsAsync([.. filters, InVpc()], token)).Select(static group => group.GroupId)],
            async token => (await ec2.CreateSecurityGroupAsync(
                new CreateSecurityGroupRequest
                {
                    VpcId = VpcId,
                    GroupName = $"ekstools-{build.Identity.Name}-vpc-endpoints",
                    Description = $"Lets the VPC in to endpoints of AWS services, for EKS cluster {build.Identity.Name}",
                    TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.SecurityGroup, Group),
                },
                token)).GroupId,
            (id, token) => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = id }, token));
        (string id, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Group, kind, context, cancellationToken);
        build.Ids[Group] = id;
        foreach (Ipv4Cidr range in specification.ExistingNetwork?.Ranges ?? [specification.VpcCidr!.Value])
        {
            try
            {
                await ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = id, IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = Https, ToPort = Https, Ipv4Ranges = [new IpRange { CidrIp = $"{range}" }] }] }, cancellationToken);
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidPermission.Duplicate")
            {
                // By an earlier run, or by a call whose answer was lost.
            }
        }

        return outcome;
    }

    private async Task<StepOutcome> EnsureAsync(PlannedEndpoint endpoint, IReadOnlyList<string> subnets, IReadOnlyList<string> tables, StepContext context, CancellationToken cancellationToken)
    {
        string? made = null;
        Ec2Ensure.Kind kind = new(
            FindAsync,
            async token => made = (await ec2.CreateVpcEndpointAsync(await RequestAsync(endpoint, subnets, tables, token), token)).VpcEndpoint.VpcEndpointId,
            async (id, token) => await ec2.DeleteVpcEndpointsAsync(new DeleteVpcEndpointsRequest { VpcEndpointIds = [id] }, token));
        (build.Ids[endpoint.Component], StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, endpoint.Component, kind, context, cancellationToken);
        return outcome;

        async Task<List<string>> FindAsync(List<Filter> filters, CancellationToken token)
        {
            // One that fails before it is seen as pending would be waited for in vain.
            List<VpcEndpoint> there = await ec2.FindVpcEndpointsAsync([.. filters, InVpc()], token);
            return there.Find(one => one.VpcEndpointId == made && IsLost(one)) is { } lost ? throw Lost(lost) : [.. there.Where(EndpointPlan.IsUsable).Select(static one => one.VpcEndpointId)];
        }
    }

    private static bool IsLost(VpcEndpoint endpoint) => EndpointPlan.Is(endpoint, "failed", "rejected", "expired", "deleting", "deleted");

    private static EksToolsException Lost(VpcEndpoint endpoint) => new(
        EksErrorKind.Service, "VpcEndpointFailed", $"The VPC endpoint {endpoint.VpcEndpointId} of {endpoint.ServiceName} is {endpoint.State}{(endpoint.LastError?.Message is { Length: > 0 } reason ? $": {reason}" : ".")}", endpoint.VpcEndpointId);

    private async Task<CreateVpcEndpointRequest> RequestAsync(PlannedEndpoint endpoint, IReadOnlyList<string> subnets, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        CreateVpcEndpointRequest request = new()
        {
            VpcId = VpcId,
            ServiceName = endpoint.ServiceName,
            VpcEndpointType = endpoint.IsGateway ? VpcEndpointType.Gateway : VpcEndpointType.Interface,
            ClientToken = await TokenAsync(endpoint, cancellationToken),
            TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.VpcEndpoint, endpoint.Component),
        };
        if (endpoint.IsGateway)
        {
            request.RouteTableIds = endpoint.RouteTableIds.Count > 0 ? [.. endpoint.RouteTableIds] : [.. tables.Select(table => build.Ids[table])];
        }
        else
        {
            request.PrivateDnsEnabled = true;
            request.SecurityGroupIds = [build.Ids[Group]];
            request.SubnetIds = endpoint.SubnetIds.Count > 0 ? [.. endpoint.SubnetIds] : [.. subnets.Select(subnet => build.Ids[subnet])];
        }

        return request;
    }

    /// <summary>
    /// The same request, by the SDK or by a run after a killed one, is the same endpoint. A token answers with the endpoint it made also when that has
    /// failed or goes, so another follows each that does, and the token goes by the hour too.
    /// </summary>
    private async Task<string> TokenAsync(PlannedEndpoint endpoint, CancellationToken cancellationToken)
    {
        List<VpcEndpoint> ended = await ec2.FindVpcEndpointsAsync([.. Ec2Ensure.Filters(build.Identity, endpoint.Component), InVpc()], cancellationToken);
        string last = ended.Select(static one => one.VpcEndpointId).Max(StringComparer.Ordinal) ?? "first";
        return string.Create(CultureInfo.InvariantCulture, $"{last[^Math.Min(last.Length, 8)..]}-{VpcId[^8..]}-{endpoint.Service[..Math.Min(endpoint.Service.Length, 35)]}-{DateTimeOffset.UtcNow:yyyyMMddHH}");
    }

    private async Task<StepOutcome> WaitAsync(StepContext context, CancellationToken cancellationToken)
    {
        List<string> ids = [.. specification.Endpoints.Select(endpoint => build.Ids[endpoint.Component])];
        await context.Poller.UntilAsync(
            async token =>
            {
                List<VpcEndpoint> endpoints = (await ec2.DescribeVpcEndpointsAsync(new DescribeVpcEndpointsRequest { VpcEndpointIds = ids }, token)).VpcEndpoints ?? [];
                if (endpoints.Find(IsLost) is { } lost)
                {
                    throw Lost(lost);
                }

                int there = endpoints.Count(static endpoint => EndpointPlan.Is(endpoint, "available"));
                context.Detail(string.Create(CultureInfo.InvariantCulture, $"{there} of {ids.Count} are available"));
                return there == ids.Count ? endpoints : null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }
}
