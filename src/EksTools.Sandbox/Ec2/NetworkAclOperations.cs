using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A network ACL: the default one of its VPC, which subnets have that no other was given, or another.</summary>
internal sealed class NetworkAcl(string id, string vpcId, bool isDefault, DateTimeOffset created) : Ec2Resource(id, "network-acl", created)
{
    public string VpcId { get; } = vpcId;
    public bool IsDefault { get; } = isDefault;

    /// <summary>By subnet, the association that leads to this one. A default ACL has those of all other subnets as well.</summary>
    public Dictionary<string, string> Associations { get; } = [];

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "network-acl-id" or "association.network-acl-id" => [Id],
        "vpc-id" => [VpcId],
        "default" => Flag(IsDefault),
        "association.subnet-id" => Associations.Keys,
        "association.association-id" => Associations.Values,
        _ => null,
    };
}

/// <summary>Network ACLs. They let through what they let through when they were made: a default one everything, another nothing.</summary>
internal static class NetworkAclOperations
{
    private static readonly (int Number, string Action)[] Open = [(100, "allow"), (32767, "deny")], Shut = [(32767, "deny")];
    private static readonly bool[] Directions = [false, true];
    private static readonly Kind Kind = new("NetworkAclId", "networkAclSet", "InvalidNetworkAclID", "networkAcl ID", "acl");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateNetworkAcl"] = call => call.Ec2().Once(call, () => call.Ec2().Add(new NetworkAcl(AwsAccount.NewId("acl"), VpcOperations.Named(call).Id, false, call.Now) { Tags = Ec2Region.ReadTags(call, "network-acl") })) is var made
            ? [X("networkAcl", Write(call, made)), X("clientToken", call.Parameters.Get("ClientToken"))] : [],
        ["DescribeNetworkAcls"] = call => Filters.Describe(call, Kind, call.Ec2().All<NetworkAcl>(), one => Write(call, one)),
        ["ReplaceNetworkAclAssociation"] = Replace,
        ["DeleteNetworkAcl"] = Delete,
    };

    /// <summary>The one that every VPC has.</summary>
    public static void CreateDefault(Ec2Region ec2, Vpc vpc) => ec2.Add(new NetworkAcl(AwsAccount.NewId("acl"), vpc.Id, true, vpc.Created));

    /// <summary>A new subnet has its VPC's default one.</summary>
    public static void Associate(Ec2Region ec2, Subnet subnet) => ec2.All<NetworkAcl>().First(one => one.VpcId == subnet.VpcId && one.IsDefault).Associations[subnet.Id] = AwsAccount.NewId("aclassoc");

    /// <summary>A subnet takes its association with it.</summary>
    public static void Forget(Ec2Region ec2, Subnet subnet)
    {
        foreach (var one in ec2.All<NetworkAcl>())
        {
            one.Associations.Remove(subnet.Id);
        }
    }

    private static NetworkAcl Named(AwsCall call) => call.Ec2().Get<NetworkAcl>(call.Parameters.Require("NetworkAclId"), Kind);

    private static IEnumerable<XElement?> Replace(AwsCall call)
    {
        var (to, id) = (Named(call), call.Parameters.Require("AssociationId"));
        var from = call.Ec2().All<NetworkAcl>().FirstOrDefault(one => one.Associations.ContainsValue(id)) ?? throw new AwsException("InvalidAssociationID.NotFound", $"The association ID '{id}' does not exist");
        if (from.VpcId != to.VpcId)
        {
            throw new AwsException("InvalidParameterValue", $"Network ACL {to.Id} and association {id} belong to different networks");
        }

        var subnet = from.Associations.First(pair => pair.Value == id).Key;
        from.Associations.Remove(subnet);
        return [X("newAssociationId", to.Associations[subnet] = AwsAccount.NewId("aclassoc"))];
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var one = Named(call);
        if (one.IsDefault)
        {
            throw new AwsException("InvalidParameterValue", $"cannot delete default network ACL {one.Id}");
        }

        if (one.Associations.Count > 0)
        {
            throw Ec2Service.Dependency("networkAcl", one.Id);
        }

        call.Ec2().Remove(one);
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(AwsCall call, NetworkAcl one) =>
    [
        X("networkAclId", one.Id), X("vpcId", one.VpcId), X("ownerId", call.Account.Id), X("default", one.IsDefault),
        Items("entrySet", (one.IsDefault ? Open : Shut).SelectMany(rule => Directions.Select(egress => new[]
        {
            X("ruleNumber", rule.Number), X("protocol", "-1"), X("ruleAction", rule.Action), X("egress", egress), X("cidrBlock", "0.0.0.0/0"),
        }))),
        Items("associationSet", one.Associations.Select(pair => new[] { X("networkAclAssociationId", pair.Value), X("networkAclId", one.Id), X("subnetId", pair.Key) })), one.WriteTags(),
    ];
}
