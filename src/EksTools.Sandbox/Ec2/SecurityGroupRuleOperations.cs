using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>Rules of security groups.</summary>
internal static class SecurityGroupRuleOperations
{
    private const int AtMost = 60;

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["AuthorizeSecurityGroupIngress"] = call => Authorize(call, false),
        ["AuthorizeSecurityGroupEgress"] = call => Authorize(call, true),
        ["RevokeSecurityGroupIngress"] = call => Revoke(call, false),
        ["RevokeSecurityGroupEgress"] = call => Revoke(call, true),
        ["DescribeSecurityGroupRules"] = Describe,
    };

    private static IEnumerable<XElement?> Authorize(AwsCall call, bool egress)
    {
        var group = SecurityGroupOperations.Named(call);
        var tags = Ec2Region.ReadTags(call, "security-group-rule");
        var rules = ReadRules(call, egress).Select(rule => rule with { Tags = new Dictionary<string, string>(tags) }).ToList();
        if (rules.Find(rule => group.Rules.Any(rule.Equivalent)) is { } twice)
        {
            throw new AwsException("InvalidPermission.Duplicate", $"the specified rule \"peer: {twice.CidrIpv4 ?? twice.CidrIpv6 ?? twice.GroupId ?? twice.PrefixListId}, {twice.Protocol}, from port: {twice.From}, to port: {twice.To}, ALLOW\" already exists");
        }

        if (group.Rules.Count(rule => rule.IsEgress == egress) + rules.Count > AtMost)
        {
            throw new AwsException("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.");
        }

        group.Rules.AddRange(rules);
        return [X("return", true), Items("securityGroupRuleSet", rules.Select(rule => Write(call, group, rule)))];
    }

    private static IEnumerable<XElement?> Revoke(AwsCall call, bool egress)
    {
        var group = SecurityGroupOperations.Named(call);
        var ids = call.Parameters.Strings("SecurityGroupRuleId");
        foreach (var id in ids.Where(id => group.Rules.All(rule => rule.Id != id || rule.IsEgress != egress)))
        {
            throw new AwsException("InvalidSecurityGroupRuleId.NotFound", $"The security group rule ID '{id}' does not exist");
        }

        var named = ids.Count > 0 ? [] : ReadRules(call, egress).ToList();
        if (named.Find(rule => !group.Rules.Any(rule.Equivalent)) is not null)
        {
            throw new AwsException("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
        }

        var revoked = group.Rules.Where(rule => ids.Contains(rule.Id) || named.Any(rule.Equivalent)).ToList();
        group.Rules.RemoveAll(revoked.Contains);
        return
        [
            X("return", true),
            Items("revokedSecurityGroupRuleSet", revoked.Select(rule => new[]
            {
                X("securityGroupRuleId", rule.Id), X("groupId", group.Id), X("isEgress", rule.IsEgress), X("ipProtocol", rule.Protocol), X("fromPort", rule.From ?? -1), X("toPort", rule.To ?? -1),
                X("cidrIpv4", rule.CidrIpv4), X("cidrIpv6", rule.CidrIpv6), X("prefixListId", rule.PrefixListId), X("referencedGroupId", rule.GroupId), X("description", rule.Description),
            })),
        ];
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var ids = call.Parameters.Strings("SecurityGroupRuleId");
        var filters = Filters.Read(call);
        var all = call.Ec2().All<SecurityGroup>().SelectMany(group => group.Rules.Select(rule => (Group: group, Rule: rule)))
            .Where(pair => (ids.Count == 0 || ids.Contains(pair.Rule.Id)) && filters.All(filter => filter.Name switch
            {
                "group-id" => filter.Values.Contains(pair.Group.Id),
                "security-group-rule-id" => filter.Values.Contains(pair.Rule.Id),
                "tag-key" => filter.Values.Any(pattern => pair.Rule.Tags.Keys.Any(key => Filters.Like(pattern, key))),
                _ when filter.Name.StartsWith("tag:", StringComparison.Ordinal) => pair.Rule.Tags.TryGetValue(filter.Name[4..], out var value) && filter.Values.Any(pattern => Filters.Like(pattern, value)),
                _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
            }));
        return Filters.Page(call, "securityGroupRuleSet", all, pair => Write(call, pair.Group, pair.Rule));
    }

    private static IEnumerable<SecurityGroupRule> ReadRules(AwsCall call, bool egress)
    {
        var permissions = call.Parameters.List("IpPermissions");
        if (permissions.Count == 0)
        {
            permissions = [call.Parameters];
        }

        return permissions.SelectMany(permission => ReadRules(call, permission, egress));
    }

    private static List<SecurityGroupRule> ReadRules(AwsCall call, QueryParameters permission, bool egress)
    {
        var protocol = permission.Require("IpProtocol") switch { "6" => "tcp", "17" => "udp", "1" => "icmp", "58" => "icmpv6", var other => other };
        var (from, to) = protocol == "-1" ? (null, null) : (permission.Number("FromPort"), permission.Number("ToPort"));
        if (protocol is "tcp" or "udp" && (from is null or < 0 or > 65535 || to is null or > 65535 || from > to))
        {
            throw new AwsException("InvalidParameterValue", $"Invalid value for portRange. Must specify both from and to ports with TCP/UDP.");
        }

        var empty = new SecurityGroupRule("", egress, protocol, from, to, null, null, null, null, null);
        SecurityGroupRule Rule(QueryParameters peer, Func<SecurityGroupRule, SecurityGroupRule> set) => set(empty) with { Id = AwsAccount.NewId("sgr"), Description = peer.Get("Description") };
        List<SecurityGroupRule> rules =
        [
            .. permission.List("IpRanges").Select(peer => Rule(peer, rule => rule with { CidrIpv4 = Cidr.Parse(peer.Require("CidrIp")).ToString() })),
            .. permission.List("Ipv6Ranges").Select(peer => Rule(peer, rule => rule with { CidrIpv6 = peer.Require("CidrIpv6") })),
            .. permission.List("Groups").Select(peer => Rule(peer, rule => rule with { GroupId = call.Ec2().Get<SecurityGroup>(peer.Require("GroupId"), SecurityGroupOperations.Kind).Id })),
            .. permission.List("PrefixListIds").Select(peer => Rule(peer, rule => rule with { PrefixListId = peer.Require("PrefixListId") })),
        ];
        if (permission.Get("CidrIp") is { } cidr)
        {
            rules.Add(empty with { Id = AwsAccount.NewId("sgr"), CidrIpv4 = Cidr.Parse(cidr).ToString() });
        }

        return rules.Count > 0 ? rules : throw new AwsException("MissingParameter", "Either 'cidrIp' or 'sourceSecurityGroupId' must be provided");
    }

    private static XElement?[] Write(AwsCall call, SecurityGroup group, SecurityGroupRule rule) =>
    [
        X("securityGroupRuleId", rule.Id), X("groupId", group.Id), X("groupOwnerId", call.Account.Id), X("isEgress", rule.IsEgress), X("ipProtocol", rule.Protocol), X("fromPort", rule.From ?? -1), X("toPort", rule.To ?? -1),
        X("cidrIpv4", rule.CidrIpv4), X("cidrIpv6", rule.CidrIpv6), X("prefixListId", rule.PrefixListId),
        rule.GroupId is null ? null : X("referencedGroupInfo", X("groupId", rule.GroupId), X("userId", call.Account.Id)), X("description", rule.Description),
        Ec2Resource.WriteTags(rule.Tags), X("securityGroupRuleArn", call.Account.Arn("ec2", call.Region, $"security-group-rule/{rule.Id}")),
    ];
}
