using EksTools.Access;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Access.Conversion;

/// <summary>Tells which rows are out of aws-auth and which were changed while the plan ran, so that what was removed is no longer what was moved.</summary>
internal static class RemovedRows
{
    /// <summary>The rows that stay though they were to go.</summary>
    /// <param name="going">The rows that were to go, as they were read.</param>
    /// <param name="changes">What was done.</param>
    /// <param name="after">aws-auth as it is now; null when there is none.</param>
    public static IReadOnlyList<EksIamMapping> Staying(IReadOnlyList<EksIamMapping> going, IReadOnlyList<EksIamMappingChange> changes, AwsAuthMap? after)
    {
        List<EksIamMapping> removed = [.. changes.Where(static change => change.Change == EksIamMappingChangeKind.Removed).Select(static change => change.Before).OfType<EksIamMapping>()];
        HashSet<string> present = [.. (after?.Roles ?? []).Concat(after?.Users ?? []).Select(static row => AccessIndex.KeyOf(row.Arn)).OfType<string>()];
        List<EksIamMapping> staying = [];
        foreach (EksIamMapping row in going)
        {
            int found = removed.FindIndex(other => Same(row, other));
            if (found >= 0)
            {
                removed.RemoveAt(found);
            }
            else if (AccessIndex.KeyOf(row.PrincipalArn) is { } key && present.Contains(key))
            {
                staying.Add(row);
            }
        }

        return staying;
    }

    private static bool Same(EksIamMapping one, EksIamMapping other) =>
        one.PrincipalArn == other.PrincipalArn && one.Username == other.Username && one.Groups.SequenceEqual(other.Groups, StringComparer.Ordinal);
}
