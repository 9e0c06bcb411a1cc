using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>
/// What is tied to the cluster's own VPCs, and has no network interface there to be seen by: gateways, peering connections, network ACLs, endpoints by
/// gateway. EC2 deletes no VPC that has any of it (https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html).
/// </summary>
internal sealed record NetworkTies
{
    public static NetworkTies None { get; } = new();

    /// <summary>Endpoints of all kinds that are not on their way out.</summary>
    public IReadOnlyList<VpcEndpoint> Endpoints { get; init; } = [];

    public IReadOnlyList<NetworkAcl> Acls { get; init; } = [];

    public IReadOnlyList<InternetGateway> InternetGateways { get; init; } = [];

    public IReadOnlyList<EgressOnlyInternetGateway> EgressGateways { get; init; } = [];

    public IReadOnlyList<CarrierGateway> CarrierGateways { get; init; } = [];

    public IReadOnlyList<VpnGateway> VpnGateways { get; init; } = [];

    /// <summary>Peering connections that are there or asked for.</summary>
    public IReadOnlyList<VpcPeeringConnection> Peerings { get; init; } = [];

    public static async Task<NetworkTies> ReadAsync(AwsAccount account, IReadOnlyList<string> vpcs, CancellationToken cancellationToken)
    {
        List<Filter> inside = [Named("vpc-id", vpcs)], attached = [Named("attachment.vpc-id", vpcs)];
        Filter alive = Named("status-code", ["initiating-request", "pending-acceptance", "provisioning", "active"]);
        Task<List<VpcEndpoint>> endpoints = account.Ec2.FindVpcEndpointsAsync(inside, cancellationToken);
        Task<List<NetworkAcl>> acls = account.Ec2.FindNetworkAclsAsync(inside, cancellationToken);
        Task<List<InternetGateway>> internet = account.Ec2.FindInternetGatewaysAsync(attached, cancellationToken);

        // EC2 has no filter by VPC for these.
        Task<List<EgressOnlyInternetGateway>> egress = account.Ec2.FindEgressGatewaysAsync([], cancellationToken);
        Task<List<CarrierGateway>> carrier = CarrierGatewaysAsync(account, inside, cancellationToken);
        Task<List<VpnGateway>> vpn = account.Ec2.FindVpnGatewaysAsync(attached, cancellationToken);
        Task<List<VpcPeeringConnection>> asked = account.Ec2.FindPeeringsAsync([Named("requester-vpc-info.vpc-id", vpcs), alive], cancellationToken);
        Task<List<VpcPeeringConnection>> taken = account.Ec2.FindPeeringsAsync([Named("accepter-vpc-info.vpc-id", vpcs), alive], cancellationToken);
        await Task.WhenAll(endpoints, acls, internet, egress, carrier, vpn, asked, taken);
        return new NetworkTies
        {
            Endpoints = [.. (await endpoints).Where(static endpoint => !EndpointPlan.Is(endpoint, "deleted") && !EndpointPlan.Is(endpoint, "deleting"))],
            Acls = await acls,
            InternetGateways = await internet,
            EgressGateways = [.. (await egress).Where(gateway => (gateway.Attachments ?? []).Any(one => vpcs.Contains(one.VpcId)))],
            CarrierGateways = await carrier,
            VpnGateways = [.. (await vpn).Where(gateway => AttachmentOf(gateway, vpcs) is not null)],
            Peerings = [.. (await asked).Concat(await taken).DistinctBy(static one => one.VpcPeeringConnectionId)],
        };
    }

    /// <summary>Those that do not go with the cluster.</summary>
    /// <param name="inventory">What goes.</param>
    /// <param name="isOfOther">Whether something with these tags is another cluster's, which is told as a whole.</param>
    public IEnumerable<Occupant> FindForeign(ClusterInventory inventory, Func<List<Tag>?, bool> isOfOther)
    {
        string region = $"--region {inventory.Identity.Region}";
        foreach (VpcEndpoint endpoint in Endpoints.Where(one => one.NetworkInterfaceIds is not { Count: > 0 } && !isOfOther(one.Tags) && !inventory.Endpoints.Any(own => own.VpcEndpointId == one.VpcEndpointId)))
        {
            yield return Tied("VPC endpoint", endpoint.VpcEndpointId, endpoint.ServiceName, endpoint.Tags, $"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {endpoint.VpcEndpointId} {region}");
        }

        foreach (NetworkAcl acl in Acls.Where(one => one.IsDefault != true && !isOfOther(one.Tags)))
        {
            // EC2 deletes none that a subnet has, and a subnet always has one.
            string standard = Acls.FirstOrDefault(one => one.IsDefault == true && one.VpcId == acl.VpcId)?.NetworkAclId ?? "DEFAULT-ACL";
            IEnumerable<string> back = (acl.Associations ?? []).Select(one => $"aws ec2 replace-network-acl-association --association-id {one.NetworkAclAssociationId} --network-acl-id {standard} {region}");
            string[] subnets = [.. (acl.Associations ?? []).Select(static one => one.SubnetId)];
            yield return Tied("network ACL", acl.NetworkAclId, subnets.Length == 0 ? null : $"of {string.Join(", ", subnets)}", acl.Tags, [.. back, $"aws ec2 delete-network-acl --network-acl-id {acl.NetworkAclId} {region}"]);
        }

        foreach (InternetGateway gateway in InternetGateways.Where(one => !inventory.InternetGateways.Any(own => own.InternetGatewayId == one.InternetGatewayId)))
        {
            yield return Tied("internet gateway", gateway.InternetGatewayId, null, gateway.Tags, $"aws ec2 detach-internet-gateway --internet-gateway-id {gateway.InternetGatewayId} --vpc-id {gateway.Attachments[0].VpcId} {region}");
        }

        foreach (EgressOnlyInternetGateway gateway in EgressGateways.Where(one => !isOfOther(one.Tags) && !inventory.EgressGateways.Contains(one.EgressOnlyInternetGatewayId)))
        {
            yield return Tied("egress-only internet gateway", gateway.EgressOnlyInternetGatewayId, null, gateway.Tags, $"aws ec2 delete-egress-only-internet-gateway --egress-only-internet-gateway-id {gateway.EgressOnlyInternetGatewayId} {region}");
        }

        foreach (CarrierGateway gateway in CarrierGateways)
        {
            yield return Tied("carrier gateway", gateway.CarrierGatewayId, null, gateway.Tags, $"aws ec2 delete-carrier-gateway --carrier-gateway-id {gateway.CarrierGatewayId} {region}");
        }

        foreach (VpnGateway gateway in VpnGateways)
        {
            yield return Tied("virtual private gateway", gateway.VpnGatewayId, "attached", gateway.Tags, $"aws ec2 detach-vpn-gateway --vpn-gateway-id {gateway.VpnGatewayId} --vpc-id {AttachmentOf(gateway, inventory.Vpcs)} {region}");
        }

        foreach (VpcPeeringConnection peering in Peerings)
        {
            VpcPeeringConnectionVpcInfo other = inventory.Vpcs.Contains(peering.RequesterVpcInfo?.VpcId ?? string.Empty) ? peering.AccepterVpcInfo : peering.RequesterVpcInfo!;
            yield return Tied("peering connection", peering.VpcPeeringConnectionId, $"with {other?.VpcId} of account {other?.OwnerId}", peering.Tags, $"aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {peering.VpcPeeringConnectionId} {region}");
        }
    }

    private static Filter Named(string name, IEnumerable<string> values) => new() { Name = name, Values = [.. values] };

    private static Occupant Tied(string kind, string id, string? detail, List<Tag>? tags, params string[] commands)
    {
        string[] details = [.. new[] { ClusterNodes.TagsOf(tags).GetValueOrDefault("Name"), detail }.Where(static one => !string.IsNullOrEmpty(one)).OfType<string>()];
        return new Occupant($"{kind} {id}", details.Length == 0 ? $"{kind} {id}" : $"{kind} {id} ({string.Join(", ", details)})", [], string.Join("; ", commands));
    }

    /// <summary>The VPC that a gateway is attached to; one that is detached is shown on, with that state.</summary>
    private static string? AttachmentOf(VpnGateway gateway, IReadOnlyList<string> vpcs) =>
        (gateway.VpcAttachments ?? []).Find(one => vpcs.Contains(one.VpcId) && one.State?.Value is "attaching" or "attached")?.VpcId;

    /// <summary>None where EC2 does not know the call: not every partition has Wavelength Zones.</summary>
    private static async Task<List<CarrierGateway>> CarrierGatewaysAsync(AwsAccount account, List<Filter> inside, CancellationToken cancellationToken)
    {
        try
        {
            return await account.Ec2.FindCarrierGatewaysAsync(inside, cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "UnsupportedOperation" or "InvalidAction")
        {
            return [];
        }
    }
}
