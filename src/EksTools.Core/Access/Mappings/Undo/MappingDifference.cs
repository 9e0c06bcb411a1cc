using EksTools.Access;

namespace EksTools.Core.Access.Mappings.Undo;

/// <summary>What becomes of the mappings when one text of aws-auth takes the place of another.</summary>
internal static class MappingDifference
{
    /// <summary>The rows that go, come, or say something else; those of one principal are held against each other in their order.</summary>
    public static IReadOnlyList<EksIamMappingChange> Between(ClusterAccess before, ClusterAccess after)
    {
        ILookup<string, EksIamMapping> had = Rows(before), has = Rows(after);
        List<EksIamMappingChange> changes = [];
        foreach (string key in had.Select(static rows => rows.Key).Union(has.Select(static rows => rows.Key), StringComparer.Ordinal))
        {
            EksIamMapping[] old = [.. had[key]], now = [.. has[key]];
            for (int i = 0; i < Math.Max(old.Length, now.Length); i++)
            {
                EksIamMapping? one = i < old.Length ? old[i] : null, other = i < now.Length ? now[i] : null;
                if (one is null || other is null || !Same(one, other))
                {
                    changes.Add(new EksIamMappingChange
                    {
                        ClusterName = before.Cluster.Name,
                        Region = before.Cluster.Region,
                        Change = one is null ? EksIamMappingChangeKind.Added : other is null ? EksIamMappingChangeKind.Removed : EksIamMappingChangeKind.Updated,
                        Before = one,
                        After = other,
                    });
                }
            }
        }

        return changes;
    }

    private static ILookup<string, EksIamMapping> Rows(ClusterAccess access) =>
        AccessRules.List(access).Where(static rule => rule.Source == EksIamMappingSource.ConfigMap).ToLookup(static rule => $"{rule.Kind} {AccessIndex.KeyOf(rule)}", StringComparer.Ordinal);

    private static bool Same(EksIamMapping one, EksIamMapping other) =>
        one.PrincipalArn == other.PrincipalArn && one.Username == other.Username && one.Groups.SequenceEqual(other.Groups, StringComparer.Ordinal);
}
