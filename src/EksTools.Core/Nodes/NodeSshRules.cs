using EksTools.Core.Networking;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>Who may come to the nodes' port 22: nobody, until it is said.</summary>
internal static class NodeSshRules
{
    // Rules of a security group in one direction and family: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    private const int MostSources = 60;

    /// <summary>Somebody may come, and a security group of ours lets them.</summary>
    public static bool IsOpen(NodeGroupOptions group) => group.SshFromVpc || group.SshSourceCidr.Count > 0 || group.SshSourceSecurityGroupId.Count > 0;

    /// <summary>A range as EC2 writes it.</summary>
    public static string Canonical(string range) => Ipv6Cidr.TryParse(range, out Ipv6Cidr six) ? $"{six}" : range;

    /// <summary>Every rule of what opens the port; none where it stays shut.</summary>
    public static IEnumerable<Action> Of(NodeGroupOptions group, NodeGroupRules.Subject about) =>
        IsOpen(group) ? [() => RequireListener(group, about), () => RequireRanges(group, about), () => RequireSecurityGroups(group, about), () => RequireFew(group, about)] : [];

    /// <summary>Refuses a port at which nobody listens, or for which nobody has a key.</summary>
    private static void RequireListener(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        string said = group.SshFromVpc ? nameof(group.SshFromVpc) : group.SshSourceCidr.Count > 0 ? nameof(group.SshSourceCidr) : nameof(group.SshSourceSecurityGroupId);
        if (string.IsNullOrWhiteSpace(group.SshKeyName))
        {
            throw about.Wrong("ContradictoryNodeGroup", said, $"{said} opens port 22, and nobody has a key for it", "Say SshKeyName too, or leave it out: nodes are reached by Session Manager.");
        }

        if (AmiFamily.SystemOf(NodeGroupRules.Canonical(group).AmiType ?? string.Empty) == NodeSystem.Windows)
        {
            throw about.Wrong("ContradictoryNodeGroup", said, $"{said} opens port 22, at which no node with Windows listens", "Leave it out, and open port 3389 by a SecurityGroupId where Session Manager is not enough.");
        }
    }

    private static void RequireRanges(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        if (group.SshSourceCidr.FirstOrDefault(static range => !Ipv4Cidr.TryParse(range, out _) && !Ipv6Cidr.TryParse(range, out _)) is { } wrong)
        {
            throw about.Wrong("InvalidSshSource", nameof(group.SshSourceCidr), $"SshSourceCidr '{wrong}' is not a range of addresses", "Write the first address and the length, such as 203.0.113.0/24 or 2001:db8::/32.");
        }
    }

    private static void RequireSecurityGroups(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        if (group.SshSourceSecurityGroupId.FirstOrDefault(static id => !NodeGroupRules.SecurityGroup().IsMatch(id)) is { } id)
        {
            throw about.Wrong("InvalidSshSource", nameof(group.SshSourceSecurityGroupId), $"SshSourceSecurityGroupId '{id}' is not a security group's id", "Ids look like sg-0123456789abcdef0.");
        }
    }

    private static void RequireFew(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        int sources = group.SshSourceCidr.Count + group.SshSourceSecurityGroupId.Count;
        if (sources > MostSources)
        {
            throw about.Wrong("InvalidSshSource", nameof(group.SshSourceCidr), $"SSH is opened to {sources} ranges and security groups; a security group has {MostSources} rules at most", "Put neighbouring ranges together.");
        }
    }
}
