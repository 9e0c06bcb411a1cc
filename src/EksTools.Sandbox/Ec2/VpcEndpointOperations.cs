using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An endpoint of an AWS service in a VPC: network interfaces in subnets, or a route in route tables.</summary>
internal sealed class VpcEndpoint(string id, string vpcId, VpcEndpointService service, bool privateDns, DateTimeOffset created) : Ec2Resource(id, "vpc-endpoint", created)
{
    public string VpcId { get; } = vpcId;
    public VpcEndpointService Service { get; } = service;
    public bool PrivateDns { get; set; } = privateDns;
    public bool IsGateway => Service.Type == "Gateway";
    public string State { get; set; } = "pending";
    public (string Code, string Message)? LastError { get; set; }
    public List<NetworkInterface> Interfaces { get; } = [];
    public List<string> RouteTableIds { get; } = [];
    public List<string> GroupIds { get; init; } = [];
    public string Policy { get; init; } = """{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}""";

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "vpc-endpoint-id" => [Id],
        "vpc-id" => [VpcId],
        "service-name" => [Service.Name],
        "vpc-endpoint-state" => [State],
        "vpc-endpoint-type" => [Service.Type],
        "ip-address-type" => ["ipv4"],
        _ => null,
    };
}

/// <summary>VPC endpoints.</summary>
internal static class VpcEndpointOperations
{
    private static readonly string[] OfInterfaces = ["SubnetId", "SecurityGroupId"], OfGateways = ["RouteTableId"];
    private static readonly Kind Kind = new("VpcEndpointId", "vpcEndpointSet", "InvalidVpcEndpointId", "Vpc Endpoint Id", "vpce");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateVpcEndpoint"] = call => call.Ec2().Once(call, () => Create(call)) is var endpoint ? [X("vpcEndpoint", Write(call, endpoint)), X("clientToken", call.Parameters.Get("ClientToken"))] : [],
        ["DescribeVpcEndpoints"] = call => Filters.Describe(call, Kind, call.Ec2().All<VpcEndpoint>(), endpoint => Write(call, endpoint)),
        ["DescribeVpcEndpointServices"] = VpcEndpointService.Describe,
        ["ModifyVpcEndpoint"] = Modify,
        ["DeleteVpcEndpoints"] = Delete,
    };

    private static VpcEndpoint Create(AwsCall call)
    {
        var (ec2, vpc, parameters) = (call.Ec2(), VpcOperations.Named(call), call.Parameters);
        var (name, type) = (parameters.Require("ServiceName"), parameters.Get("VpcEndpointType") ?? "Gateway");
        var offered = VpcEndpointService.In(ec2.Region).Where(service => service.Name == name).ToList();
        var service = offered.Count == 0 ? throw VpcEndpointService.Unknown(name)
            : offered.Find(service => service.Type == type) ?? throw new AwsException("InvalidParameter", $"Endpoint type ({type}) does not match available service types ([{string.Join(", ", offered.Select(service => service.Type))}]).");
        var gateway = service.Type == "Gateway";
        if ((gateway ? OfInterfaces : OfGateways).FirstOrDefault(parameters.Has) is { } foreign)
        {
            throw new AwsException("InvalidParameter", $"{foreign}s cannot be specified for an endpoint of type {service.Type}.");
        }

        // The console switches it on; the API does for interface endpoints unless told otherwise.
        var privateDns = !gateway && (parameters.Flag("PrivateDnsEnabled") ?? true);
        if (privateDns && !(vpc.DnsSupport && vpc.DnsHostnames))
        {
            throw new AwsException("InvalidParameter", $"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc.Id}");
        }

        if (privateDns && ec2.All<VpcEndpoint>().Any(other => other.VpcId == vpc.Id && other.PrivateDns && other.Service.PrivateDnsName == service.PrivateDnsName))
        {
            throw new AwsException("InvalidParameter", $"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service.PrivateDnsName} in the VPC {vpc.Id}");
        }

        var subnets = parameters.Strings("SubnetId").Select(id => Inside(ec2.Get<Subnet>(id, SubnetOperations.Kind), vpc)).ToList();
        RequireOnePerZone(subnets);
        var groups = parameters.Strings("SecurityGroupId").Select(id => ec2.Get<SecurityGroup>(id, SecurityGroupOperations.Kind)).ToList();
        if (groups.Find(group => group.VpcId != vpc.Id) is { } stranger)
        {
            throw new AwsException("InvalidParameter", $"Security group {stranger.Id} and VPC {vpc.Id} belong to different networks.");
        }

        var endpoint = new VpcEndpoint(AwsAccount.NewId("vpce"), vpc.Id, service, privateDns, call.Now)
        {
            Tags = Ec2Region.ReadTags(call, "vpc-endpoint"),
            GroupIds = gateway ? [] : groups.Count > 0 ? [.. groups.Select(group => group.Id)] : [ec2.All<SecurityGroup>().First(group => group.VpcId == vpc.Id && group.Name == "default").Id],
        };
        Route(ec2, endpoint, parameters.Strings("RouteTableId"));
        ec2.Add(endpoint);
        if (call.CapacityExhausted || call.Failure is not null)
        {
            var error = (call.Failure?.Code ?? "InsufficientFreeAddressesInSubnet", call.Failure?.Message ?? "The subnet has insufficient free addresses to create this endpoint.");
            call.Account.After(call.Account.Options.Durations.Step, () => (endpoint.State, endpoint.PrivateDns, endpoint.LastError) = ("failed", false, error));
            return endpoint;
        }

        foreach (var subnet in subnets)
        {
            AddInterface(ec2, endpoint, subnet);
        }

        call.Account.After(gateway ? TimeSpan.Zero : call.Account.Options.Durations.VpcEndpoint, () => endpoint.State = endpoint.State == "pending" ? "available" : endpoint.State);
        return endpoint;
    }

    private static Subnet Inside(Subnet subnet, Vpc vpc) => subnet.VpcId == vpc.Id ? subnet : throw new AwsException("InvalidParameter", $"Subnet {subnet.Id} and VPC {vpc.Id} belong to different networks.");

    private static void RequireOnePerZone(IEnumerable<Subnet> subnets)
    {
        if (subnets.GroupBy(subnet => subnet.Zone.Id).FirstOrDefault(zone => zone.Count() > 1) is { } crowded)
        {
            throw new AwsException("DuplicateSubnetsInSameZone", $"Found another VPC endpoint subnet in the availability zone of {crowded.Last().Id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.");
        }
    }

    private static void AddInterface(Ec2Region ec2, VpcEndpoint endpoint, Subnet subnet) => endpoint.Interfaces.Add(ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), ec2.Account.Now)
    {
        Description = $"VPC Endpoint Interface {endpoint.Id}", InterfaceType = "vpc_endpoint", RequesterManaged = true, Attached = ec2.Account.Now, GroupIds = [.. endpoint.GroupIds],
    }));

    private static void Route(Ec2Region ec2, VpcEndpoint endpoint, IReadOnlyList<string> tables)
    {
        foreach (var table in tables.Select(id => ec2.Get<RouteTable>(id, RouteTableOperations.Kind)))
        {
            if (table.VpcId != endpoint.VpcId)
            {
                throw new AwsException("InvalidParameter", $"Route table {table.Id} and VPC {endpoint.VpcId} belong to different networks.");
            }

            if (table.Routes.Exists(route => route.Destination == endpoint.Service.PrefixList))
            {
                throw new AwsException("RouteAlreadyExists", $"route table {table.Id} already has a route with destination-prefix-list-id {endpoint.Service.PrefixList}");
            }

            table.Routes.Add(new RouteEntry(endpoint.Service.PrefixList!, endpoint.Id));
            endpoint.RouteTableIds.Add(table.Id);
        }
    }

    private static void Unroute(Ec2Region ec2, VpcEndpoint endpoint, IEnumerable<string> tables)
    {
        foreach (var id in tables.ToList())
        {
            ec2.Find<RouteTable>(id)?.Routes.RemoveAll(route => route.Target == endpoint.Id);
            endpoint.RouteTableIds.Remove(id);
        }
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var (ec2, parameters) = (call.Ec2(), call.Parameters);
        var endpoint = ec2.Get<VpcEndpoint>(parameters.Require("VpcEndpointId"), Kind);
        var vpc = ec2.Get<Vpc>(endpoint.VpcId, VpcOperations.Kind);
        var added = parameters.Strings("AddSubnetId").Select(id => Inside(ec2.Get<Subnet>(id, SubnetOperations.Kind), vpc)).ToList();
        var gone = parameters.Strings("RemoveSubnetId");
        RequireOnePerZone(endpoint.Interfaces.Select(item => item.Subnet).Where(subnet => !gone.Contains(subnet.Id)).Concat(added));
        foreach (var item in endpoint.Interfaces.Where(item => gone.Contains(item.SubnetId)).ToList())
        {
            endpoint.Interfaces.Remove(item);
            ec2.Remove(item);
        }

        foreach (var subnet in added)
        {
            AddInterface(ec2, endpoint, subnet);
        }

        endpoint.GroupIds.RemoveAll(parameters.Strings("RemoveSecurityGroupId").Contains);
        endpoint.GroupIds.AddRange(parameters.Strings("AddSecurityGroupId").Select(id => ec2.Get<SecurityGroup>(id, SecurityGroupOperations.Kind).Id).Except(endpoint.GroupIds));
        foreach (var item in endpoint.Interfaces)
        {
            item.GroupIds.Clear();
            item.GroupIds.AddRange(endpoint.GroupIds);
        }

        Unroute(ec2, endpoint, parameters.Strings("RemoveRouteTableId"));
        Route(ec2, endpoint, [.. parameters.Strings("AddRouteTableId").Except(endpoint.RouteTableIds)]);
        endpoint.PrivateDns = endpoint is { IsGateway: false } && (parameters.Flag("PrivateDnsEnabled") ?? endpoint.PrivateDns);
        return Ec2Service.Yes;
    }

    /// <summary>What cannot be deleted is answered and no error.</summary>
    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var ec2 = call.Ec2();
        List<(string Id, AwsException Error)> failed = [];
        foreach (var id in call.Parameters.Strings("VpcEndpointId"))
        {
            if (ec2.Find<VpcEndpoint>(id) is not { } endpoint)
            {
                failed.Add((id, Kind.NotFound(id)));
                continue;
            }

            endpoint.State = "deleting";
            endpoint.PrivateDns = false;
            Unroute(ec2, endpoint, endpoint.RouteTableIds);
            call.Account.After(endpoint.IsGateway ? TimeSpan.Zero : call.Account.Options.Durations.VpcEndpointDeletion, () =>
            {
                foreach (var item in endpoint.Interfaces)
                {
                    ec2.Remove(item);
                }

                ec2.Remove(endpoint);
            });
        }

        return [Items("unsuccessful", failed.Select(one => new[] { X("resourceId", one.Id), X("error", X("code", one.Error.Code), X("message", one.Error.Message)) }))];
    }

    private static XElement?[] Write(AwsCall call, VpcEndpoint endpoint) =>
    [
        X("vpcEndpointId", endpoint.Id), X("vpcEndpointType", endpoint.Service.Type), X("vpcId", endpoint.VpcId), X("serviceName", endpoint.Service.Name), X("state", endpoint.State), X("policyDocument", endpoint.Policy),
        ItemValues("routeTableIdSet", endpoint.RouteTableIds), ItemValues("subnetIdSet", endpoint.Interfaces.Select(item => item.SubnetId)),
        Items("groupSet", endpoint.GroupIds.Select(id => new[] { X("groupId", id), X("groupName", call.Ec2().Find<SecurityGroup>(id)?.Name) })),
        endpoint.IsGateway ? null : X("ipAddressType", "ipv4"), X("privateDnsEnabled", endpoint.PrivateDns), X("requesterManaged", false), ItemValues("networkInterfaceIdSet", endpoint.Interfaces.Select(item => item.Id)),
        Items("dnsEntrySet", endpoint.PrivateDns ? [[X("dnsName", endpoint.Service.PrivateDnsName), X("hostedZoneId", "ZONEIDPENDING")]] : []), X("creationTimestamp", endpoint.Created), endpoint.LastError is { } error ? X("lastError", X("message", error.Message), X("code", error.Code)) : null, X("ownerId", call.Account.Id), endpoint.WriteTags(),
    ];
}
