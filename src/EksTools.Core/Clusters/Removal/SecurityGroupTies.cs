using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Rules by which security groups name each other: EC2 deletes no group that a rule of another names, so of two that name each other neither would ever go.</summary>
internal static class SecurityGroupTies
{
    /// <summary>Revokes the rules among groups that all are to go; those that name anything else stay as they are.</summary>
    public static async Task CutAsync(IAmazonEC2 ec2, IReadOnlyList<SecurityGroup> groups, CancellationToken cancellationToken)
    {
        HashSet<string> ids = new(groups.Select(static group => group.GroupId), StringComparer.Ordinal);
        foreach (SecurityGroup group in groups)
        {
            List<IpPermission> inbound = Among(group.IpPermissions, group.GroupId, ids), outbound = Among(group.IpPermissionsEgress, group.GroupId, ids);
            if (inbound.Count > 0)
            {
                await UnlessGoneAsync(() => ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = group.GroupId, IpPermissions = inbound }, cancellationToken));
            }

            if (outbound.Count > 0)
            {
                await UnlessGoneAsync(() => ec2.RevokeSecurityGroupEgressAsync(new RevokeSecurityGroupEgressRequest { GroupId = group.GroupId, IpPermissions = outbound }, cancellationToken));
            }
        }
    }

    /// <summary>A rule that a group has for itself keeps it from nothing.</summary>
    internal static List<IpPermission> Among(List<IpPermission>? rules, string own, IReadOnlySet<string> ids) =>
    [
        .. (rules ?? []).Select(rule => new IpPermission
        {
            IpProtocol = rule.IpProtocol,
            FromPort = rule.FromPort,
            ToPort = rule.ToPort,
            UserIdGroupPairs = [.. (rule.UserIdGroupPairs ?? []).Where(pair => pair.GroupId is { } named && named != own && ids.Contains(named)).Select(static pair => new UserIdGroupPair { GroupId = pair.GroupId, UserId = pair.UserId })],
        }).Where(static rule => rule.UserIdGroupPairs.Count > 0),
    ];

    private static async Task UnlessGoneAsync(Func<Task> revoke)
    {
        try
        {
            await revoke();
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "InvalidGroup.NotFound" or "InvalidPermission.NotFound")
        {
            // The group, or the rule, went between the look and the call.
        }
    }
}
