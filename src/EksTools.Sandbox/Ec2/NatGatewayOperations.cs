using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A NAT gateway.</summary>
internal sealed class NatGateway(string id, Subnet subnet, string connectivity, DateTimeOffset created) : Ec2Resource(id, "natgateway", created)
{
    public Subnet Subnet { get; } = subnet;
    public string Connectivity { get; } = connectivity;
    public string State { get; set; } = "pending";
    public ElasticIp? Address { get; set; }
    public NetworkInterface? Interface { get; set; }
    public DateTimeOffset? Deleted { get; set; }
    public string? FailureCode { get; set; }
    public string? FailureMessage { get; set; }

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "nat-gateway-id" => [Id],
        "state" => [State],
        "subnet-id" => [Subnet.Id],
        "vpc-id" => [Subnet.VpcId],
        _ => null,
    };
}

/// <summary>NAT gateways; deleted and failed ones stay visible for an hour, as in AWS.</summary>
internal static class NatGatewayOperations
{
    private static readonly TimeSpan Afterlife = TimeSpan.FromHours(1);

    public static readonly Kind Kind = new("NatGatewayId", "natGatewaySet", "NatGatewayNotFound", "NAT gateway", "nat");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateNatGateway"] = call => call.Ec2().Once(call, () => Create(call)) is var gateway ? [X("natGateway", Write(gateway)), X("clientToken", call.Parameters.Get("ClientToken"))] : [],
        ["DescribeNatGateways"] = call => Filters.Describe(call, Kind, call.Ec2().All<NatGateway>(), Write),
        ["DeleteNatGateway"] = Delete,
    };

    private static NatGateway Create(AwsCall call)
    {
        var (ec2, durations) = (call.Ec2(), call.Account.Options.Durations);
        var subnet = ec2.Get<Subnet>(call.Parameters.Require("SubnetId"), SubnetOperations.Kind);
        var connectivity = call.Parameters.Get("ConnectivityType") ?? "public";
        ElasticIp? address = null;
        if (connectivity == "public")
        {
            address = ec2.Get<ElasticIp>(call.Parameters.Require("AllocationId"), AddressOperations.Kind);
            if (address.Interface is not null)
            {
                throw new AwsException("Resource.AlreadyAssociated", $"Elastic IP address [{address.Id}] is already associated");
            }
        }

        var gateway = ec2.Add(new NatGateway(AwsAccount.NewId("nat"), subnet, connectivity, call.Now) { Tags = Ec2Region.ReadTags(call, "natgateway"), Address = address });
        var routed = connectivity != "public" || ec2.All<InternetGateway>().Any(other => other.VpcId == subnet.VpcId);
        if (!routed || call.CapacityExhausted || call.Failure is not null)
        {
            call.Account.After(durations.Step, () => Fail(call, gateway, call.Failure?.Code ?? (routed ? "InsufficientFreeAddressesInSubnet" : "Gateway.NotAttached"),
                call.Failure?.Message ?? (routed ? "The subnet has insufficient free addresses to create this NAT gateway." : $"Network {subnet.VpcId} has no Internet gateway attached")));
            return gateway;
        }

        gateway.Interface = ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), call.Now)
        {
            Description = $"Interface for NAT Gateway {gateway.Id}", InterfaceType = "nat_gateway", RequesterManaged = true, Attached = call.Now, PublicIp = address?.PublicIp,
        });
        if (address is not null)
        {
            (address.Interface, address.AssociationId) = (gateway.Interface, AwsAccount.NewId("eipassoc"));
        }

        call.Account.After(durations.NatGateway, () =>
        {
            if (gateway.State == "pending")
            {
                gateway.State = "available";
            }
        });
        return gateway;
    }

    private static void Fail(AwsCall call, NatGateway gateway, string code, string message)
    {
        (gateway.State, gateway.FailureCode, gateway.FailureMessage, gateway.Deleted) = ("failed", code, message, call.Account.Now);
        call.Account.After(Afterlife, () => call.Ec2().Remove(gateway));
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var gateway = call.Ec2().Get<NatGateway>(call.Parameters.Require("NatGatewayId"), Kind);
        if (gateway.State is "pending" or "available")
        {
            gateway.State = "deleting";
            call.Account.After(call.Account.Options.Durations.NatGatewayDeletion, () =>
            {
                (gateway.State, gateway.Deleted) = ("deleted", call.Account.Now);
                if (gateway.Interface is not null)
                {
                    call.Ec2().Remove(gateway.Interface);
                }

                if (gateway.Address is not null)
                {
                    (gateway.Address.Interface, gateway.Address.AssociationId) = (null, null);
                }

                call.Account.After(Afterlife, () => call.Ec2().Remove(gateway));
            });
        }

        return [X("natGatewayId", gateway.Id)];
    }

    private static XElement?[] Write(NatGateway gateway) =>
    [
        X("natGatewayId", gateway.Id), X("subnetId", gateway.Subnet.Id), X("vpcId", gateway.Subnet.VpcId), X("state", gateway.State), X("connectivityType", gateway.Connectivity),
        X("createTime", gateway.Created), X("deleteTime", gateway.Deleted), X("failureCode", gateway.FailureCode), X("failureMessage", gateway.FailureMessage),
        Items("natGatewayAddressSet",
        [
            [
                X("allocationId", gateway.Address?.Id), X("publicIp", gateway.Address?.PublicIp), X("associationId", gateway.Address?.AssociationId),
                X("networkInterfaceId", gateway.Interface?.Id), X("privateIp", gateway.Interface?.PrivateIp), X("isPrimary", true), X("status", gateway.State is "failed" ? "failed" : "succeeded"),
            ],
        ]), gateway.WriteTags(),
    ];
}
