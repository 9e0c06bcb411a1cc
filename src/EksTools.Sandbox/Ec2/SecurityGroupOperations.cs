using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>One rule: exactly one of the peers is set.</summary>
internal sealed record SecurityGroupRule(string Id, bool IsEgress, string Protocol, int? From, int? To, string? CidrIpv4, string? CidrIpv6, string? GroupId, string? PrefixListId, string? Description)
{
    /// <summary>The tags.</summary>
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Whether the two allow the same; ids, descriptions and tags do not count.</summary>
    public bool Equivalent(SecurityGroupRule other) => this with { Id = other.Id, Description = other.Description, Tags = other.Tags } == other;
}

/// <summary>A security group.</summary>
internal sealed class SecurityGroup(string id, string name, string description, string vpcId, DateTimeOffset created) : Ec2Resource(id, "security-group", created)
{
    public string Name { get; } = name;
    public string Description { get; } = description;
    public string VpcId { get; } = vpcId;
    public List<SecurityGroupRule> Rules { get; } = [];

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "group-id" => [Id],
        "group-name" => [Name],
        "description" => [Description],
        "vpc-id" => [VpcId],
        "ip-permission.group-id" => Rules.Where(rule => !rule.IsEgress && rule.GroupId is not null).Select(rule => rule.GroupId!),
        "egress.ip-permission.group-id" => Rules.Where(rule => rule.IsEgress && rule.GroupId is not null).Select(rule => rule.GroupId!),
        "ip-permission.cidr" => Rules.Where(rule => !rule.IsEgress && rule.CidrIpv4 is not null).Select(rule => rule.CidrIpv4!),
        _ => null,
    };
}

/// <summary>Security groups.</summary>
internal static class SecurityGroupOperations
{
    public static readonly Kind Kind = new("GroupId", "securityGroupInfo", "InvalidGroup", "security group", "sg");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateSecurityGroup"] = Create,
        ["DescribeSecurityGroups"] = call => Filters.Describe(call, Kind, ByName(call), group => Write(call, group)),
        ["DeleteSecurityGroup"] = Delete,
    };

    public static SecurityGroup Named(AwsCall call) => call.Ec2().Get<SecurityGroup>(call.Parameters.Require("GroupId"), Kind);

    /// <summary>The group that every VPC has.</summary>
    public static void CreateDefault(Ec2Region ec2, Vpc vpc)
    {
        var group = Make(ec2, "default", "default VPC security group", vpc.Id, []);
        group.Rules.Add(new SecurityGroupRule(AwsAccount.NewId("sgr"), false, "-1", null, null, null, null, group.Id, null, null));
    }

    /// <summary>Makes a group that lets everything out.</summary>
    public static SecurityGroup Make(Ec2Region ec2, string name, string description, string vpcId, Dictionary<string, string> tags)
    {
        var group = ec2.Add(new SecurityGroup(AwsAccount.NewId("sg"), name, description, vpcId, ec2.Account.Now) { Tags = tags });
        group.Rules.Add(new SecurityGroupRule(AwsAccount.NewId("sgr"), true, "-1", null, null, "0.0.0.0/0", null, null, null, null));
        return group;
    }

    private static IEnumerable<SecurityGroup> ByName(AwsCall call)
    {
        var names = call.Parameters.Strings("GroupName");
        return call.Ec2().All<SecurityGroup>().Where(group => names.Count == 0 || names.Contains(group.Name));
    }

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var ec2 = call.Ec2();
        var (name, description) = (call.Parameters.Require("GroupName"), call.Parameters.Require("GroupDescription"));
        if (!call.Parameters.Has("VpcId"))
        {
            throw new AwsException("VPCIdNotSpecified", "No default VPC for this user");
        }

        var vpc = VpcOperations.Named(call);
        if (name.StartsWith("sg-", StringComparison.Ordinal) || name == "default" || name.Length > 255)
        {
            throw new AwsException("InvalidParameterValue", $"Value ({name}) for parameter groupName is invalid. Names have at most 255 characters, are not 'default' and do not start with 'sg-'.");
        }

        if (ec2.All<SecurityGroup>().Any(group => group.VpcId == vpc.Id && group.Name == name))
        {
            throw new AwsException("InvalidGroup.Duplicate", $"The security group '{name}' already exists for VPC '{vpc.Id}'");
        }

        var made = Make(ec2, name, description, vpc.Id, Ec2Region.ReadTags(call, "security-group"));
        return [X("return", true), X("groupId", made.Id), made.WriteTags(), X("securityGroupArn", call.Account.Arn("ec2", call.Region, $"security-group/{made.Id}"))];
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var (ec2, group) = (call.Ec2(), Named(call));
        if (group.Name == "default")
        {
            throw new AwsException("CannotDelete", $"the specified group: \"{group.Id}\" name: \"default\" cannot be deleted by a user");
        }

        if (ec2.All<NetworkInterface>().Any(item => item.GroupIds.Contains(group.Id)) || ec2.All<SecurityGroup>().Any(other => other != group && other.Rules.Any(rule => rule.GroupId == group.Id)))
        {
            throw new AwsException("DependencyViolation", $"resource {group.Id} has a dependent object");
        }

        ec2.Remove(group);
        return [X("return", true), X("groupId", group.Id)];
    }

    private static XElement?[] Write(AwsCall call, SecurityGroup group) =>
    [
        X("groupId", group.Id), X("securityGroupArn", call.Account.Arn("ec2", call.Region, $"security-group/{group.Id}")), X("groupName", group.Name), X("groupDescription", group.Description), X("vpcId", group.VpcId), X("ownerId", call.Account.Id),
        WritePermissions(call, "ipPermissions", group.Rules.Where(rule => !rule.IsEgress)), WritePermissions(call, "ipPermissionsEgress", group.Rules.Where(rule => rule.IsEgress)), group.WriteTags(),
    ];

    private static XElement WritePermissions(AwsCall call, string name, IEnumerable<SecurityGroupRule> rules) =>
        Items(name, rules.GroupBy(rule => (rule.Protocol, rule.From, rule.To)).Select(same => new[]
        {
            X("ipProtocol", same.Key.Protocol), X("fromPort", same.Key.From), X("toPort", same.Key.To),
            Items("groups", same.Where(rule => rule.GroupId is not null).Select(rule => new[] { X("userId", call.Account.Id), X("groupId", rule.GroupId), X("description", rule.Description) })),
            Items("ipRanges", same.Where(rule => rule.CidrIpv4 is not null).Select(rule => new[] { X("cidrIp", rule.CidrIpv4), X("description", rule.Description) })),
            Items("ipv6Ranges", same.Where(rule => rule.CidrIpv6 is not null).Select(rule => new[] { X("cidrIpv6", rule.CidrIpv6), X("description", rule.Description) })),
            Items("prefixListIds", same.Where(rule => rule.PrefixListId is not null).Select(rule => new[] { X("prefixListId", rule.PrefixListId), X("description", rule.Description) })),
        }));
}
