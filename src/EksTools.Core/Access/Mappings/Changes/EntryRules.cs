using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// What EKS allows in an access entry, checked before EKS is asked.
/// https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
/// </summary>
internal static class EntryRules
{
    private static readonly string[] Reserved = ["system:", "eks:", "aws:", "amazon:", "iam:"];

    /// <summary>Whether an access entry can have the username.</summary>
    public static bool TakesUsername(string username)
    {
        try
        {
            RequireUsername(username, string.Empty);
            return true;
        }
        catch (EksToolsException)
        {
            return false;
        }
    }

    public static void RequireUsername(string username, string who)
    {
        if (Array.Find(Reserved, prefix => username.StartsWith(prefix, StringComparison.Ordinal)) is { } reserved)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidUsername", $"The username '{username}' of {who} begins with {reserved}, which EKS keeps for itself in access entries.", who, "Take another name, -NodeRole for the role of nodes, or -Target ConfigMap where the cluster looks at aws-auth.");
        }

        int session = username.IndexOf("{{SessionName", StringComparison.Ordinal);
        if (session >= 0 && !username[..session].Contains(':', StringComparison.Ordinal))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidUsername", $"In the username '{username}' of {who} no colon stands before {{{{SessionName}}}}, which access entries want.", who, $"Write it as '{username[..session].TrimEnd('-', '/', '_')}:{username[session..]}'.");
        }
    }

    public static void RequireGroups(IEnumerable<string> groups, string who)
    {
        if (groups.FirstOrDefault(static group => Array.Exists(Reserved, prefix => group.StartsWith(prefix, StringComparison.Ordinal))) is { } group)
        {
            throw new EksToolsException(
                EksErrorKind.Validation,
                "ReservedGroup",
                $"The group '{group}' of {who} cannot stand in an access entry, where EKS keeps groups that begin with {group[..(group.IndexOf(':', StringComparison.Ordinal) + 1)]} for itself.",
                who,
                group == "system:masters"
                    ? $"Say -AccessPolicy {MappingIntent.ClusterAdmin} in its place, or -Target ConfigMap where the cluster looks at aws-auth."
                    : "Bind a group of another name to the same role, take an access policy or -NodeRole, or say -Target ConfigMap where the cluster looks at aws-auth.");
        }
    }
}
