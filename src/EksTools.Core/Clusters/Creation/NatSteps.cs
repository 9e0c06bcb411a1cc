using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>NAT gateways of a cluster's own VPC, with their addresses.</summary>
internal sealed class NatSteps(ClusterBuild build)
{
    private readonly ClusterSpecification specification = build.Specification;
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;

    /// <summary>The gateway's component.</summary>
    public static string Nat(string zone) => $"nat-gateway-{zone}";

    /// <summary>The step after which traffic goes through it.</summary>
    public static string Ready(string zone) => $"nat-gateway-{zone}-available";

    /// <param name="zones">The zones that have one.</param>
    /// <param name="vpc">The step that makes the VPC.</param>
    /// <param name="attachment">The step that attaches the internet gateway.</param>
    /// <param name="publicSubnet">The component of a zone's public subnet.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> zones, string vpc, string attachment, Func<string, string> publicSubnet)
    {
        foreach (string zone in zones)
        {
            string subnet = publicSubnet(zone);
            yield return new PlanStep { Id = Address(zone), Needs = [vpc], Billed = true, Description = $"Elastic IP address for the NAT gateway in {zone}", Ensure = (context, token) => EnsureAddressAsync(zone, context, token) };
            yield return new PlanStep { Id = Nat(zone), Needs = [Address(zone), subnet, attachment], Billed = true, Description = $"NAT gateway in {zone}", Ensure = (context, token) => EnsureNatAsync(zone, subnet, context, token) };
            yield return new PlanStep { Id = Ready(zone), Needs = [Nat(zone)], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(90), LearntAs = "nat-gateway-available", Description = $"NAT gateway in {zone} is available", Ensure = (context, token) => WaitNatAsync(zone, context, token) };
        }
    }

    private static string Address(string zone) => $"elastic-ip-{zone}";

    private async Task<StepOutcome> EnsureAddressAsync(string zone, StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindAddressesAsync(filters, token)).Select(static address => address.AllocationId)],
            async token => (await ec2.AllocateAddressAsync(new AllocateAddressRequest { Domain = DomainType.Vpc, TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.ElasticIp, Address(zone)) }, token)).AllocationId,
            (id, token) => ec2.ReleaseAddressAsync(new ReleaseAddressRequest { AllocationId = id }, token));
        (build.Ids[Address(zone)], StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Address(zone), kind, context, cancellationToken);
        return outcome;
    }

    private async Task<StepOutcome> EnsureNatAsync(string zone, string publicSubnet, StepContext context, CancellationToken cancellationToken)
    {
        string? made = null;
        Ec2Ensure.Kind kind = new(
            FindAsync,
            async token => made = (await ec2.CreateNatGatewayAsync(
                new CreateNatGatewayRequest
                {
                    SubnetId = build.Ids[publicSubnet],
                    AllocationId = build.Ids[Address(zone)],
                    ClientToken = await NatTokenAsync(zone, token),
                    TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.Natgateway, Nat(zone)),
                },
                token)).NatGateway.NatGatewayId,
            (id, token) => ec2.DeleteNatGatewayAsync(new DeleteNatGatewayRequest { NatGatewayId = id }, token));
        (build.Ids[Nat(zone)], StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Nat(zone), kind, context, cancellationToken);
        return outcome;

        async Task<List<string>> FindAsync(List<Filter> filters, CancellationToken token)
        {
            // One that fails before it is seen as pending would be waited for in vain.
            List<NatGateway> nats = await ec2.FindNatGatewaysAsync(filters, token);
            return nats.Find(nat => nat.NatGatewayId == made && nat.State == NatGatewayState.Failed) is { } failed
                ? throw NatFailed(failed)
                : [.. nats.Where(static nat => nat.State == NatGatewayState.Pending || nat.State == NatGatewayState.Available).Select(static nat => nat.NatGatewayId)];
        }
    }

    private static EksToolsException NatFailed(NatGateway nat) => new(EksErrorKind.Service, "NatGatewayFailed", $"NAT gateway {nat.NatGatewayId} is {nat.State}: {nat.FailureCode}: {nat.FailureMessage}", nat.NatGatewayId);

    /// <summary>
    /// The same request, by the SDK or by a run after a killed one, is the same gateway. A token answers with the gateway it made also when that has
    /// failed, so another follows each that ended; EC2 forgets those after an hour, and the token goes by the hour too.
    /// </summary>
    private async Task<string> NatTokenAsync(string zone, CancellationToken cancellationToken)
    {
        List<NatGateway> ended = await ec2.FindNatGatewaysAsync(Ec2Ensure.Filters(build.Identity, Nat(zone)), cancellationToken);
        string last = ended.Select(static nat => nat.NatGatewayId).Max(StringComparer.Ordinal) ?? "first";
        return $"{last[^Math.Min(last.Length, 12)..]}-{build.Ids[Address(zone)][^12..]}-{DateTimeOffset.UtcNow:yyyyMMddHH}";
    }

    private async Task<StepOutcome> WaitNatAsync(string zone, StepContext context, CancellationToken cancellationToken)
    {
        string id = build.Ids[Nat(zone)];
        await context.Poller.UntilAsync(
            async token =>
            {
                NatGateway nat = (await ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest { NatGatewayIds = [id] }, token)).NatGateways[0];
                context.Detail($"{id} is {nat.State}");
                return nat.State == NatGatewayState.Available ? nat
                    : nat.State == NatGatewayState.Pending ? null
                    : throw NatFailed(nat);
            },
            cancellationToken);
        return StepOutcome.Ready;
    }
}
