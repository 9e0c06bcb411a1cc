using System.Collections.Concurrent;
using System.Diagnostics;
using Amazon.IdentityManagement.Model;
using EksTools.Core.WorkloadIdentity.Policies;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>
/// The trust policies that this process wrote of late, by the role's unique id. IAM may answer for some seconds what a policy was before, and who adds to that
/// takes away again what was written in between: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
/// </summary>
internal static class WrittenTrusts
{
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<string, Written> Roles = new(StringComparer.Ordinal);

    /// <summary>The trust policy of a role as IAM answered it; or what was written here since, where the answer is what that replaced.</summary>
    public static PolicyDocument Latest(Role role)
    {
        PolicyDocument read = Parse(role, role.AssumeRolePolicyDocument);
        return Roles.TryGetValue(role.RoleId, out Written? written) && !written.IsOld && written.Former.Any(read.Equals) ? Parse(role, written.Document) : read;
    }

    /// <summary>Remembers what was written.</summary>
    /// <param name="role">The role as it was read before.</param>
    /// <param name="document">Its trust policy from now on.</param>
    public static void Remember(Role role, PolicyDocument document)
    {
        foreach ((string id, Written old) in Roles)
        {
            if (old.IsOld)
            {
                Roles.TryRemove(new KeyValuePair<string, Written>(id, old));
            }
        }

        PolicyDocument read = Parse(role, role.AssumeRolePolicyDocument);
        Roles.AddOrUpdate(
            role.RoleId,
            _ => new Written([read], document.ToJson(), Stopwatch.GetTimestamp()),
            (_, before) => new Written([.. before.Former, Parse(role, before.Document), read], document.ToJson(), Stopwatch.GetTimestamp()));
    }

    private static PolicyDocument Parse(Role role, string document) => PolicyDocument.Parse(document, $"The trust policy of role {role.RoleName}");

    private sealed record Written(IReadOnlyList<PolicyDocument> Former, string Document, long At)
    {
        public bool IsOld => Stopwatch.GetElapsedTime(At) > Settled;
    }
}
