using EksTools.Errors;

namespace EksTools.Core.Clusters.Changes;

/// <summary>Keeps what a cluster of ours records of its parameters true when they change, so that New-EksCluster tells the difference.</summary>
internal sealed class ParameterRecording(ClusterRecord record)
{
    // Of an IAM role; a launch template takes as many: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    private const int MostTags = 50;

    /// <summary>Refuses changes that what records them has no room for.</summary>
    /// <param name="there">The record's tags, the lease's among them or not.</param>
    /// <param name="changes">The changes.</param>
    public static void RequireRoom(IReadOnlyDictionary<string, string> there, IReadOnlyList<ClusterChange> changes)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal), tags = new(StringComparer.Ordinal);
        foreach (ClusterChange change in changes)
        {
            foreach ((string key, string value) in change.Recorded)
            {
                values[key] = value;
            }

            foreach ((string key, string value) in change.Tags)
            {
                tags[key] = value;
            }
        }

        string[] removed = [.. changes.SelectMany(static change => change.RemovedTags)];
        int count = there.Keys.Concat(Wanted(there, values, tags).Keys).Concat(ClusterLease.Tags).Except(removed, StringComparer.Ordinal).Count();
        if (count > MostTags)
        {
            throw new EksToolsException(EksErrorKind.Validation, "TooManyTags", $"With these changes what records the cluster would have {count} tags, and {MostTags} are the most that fit.", "Tag", "Take others off with -RemoveTag in the same command.");
        }
    }

    /// <summary>What is recorded of some parameters now.</summary>
    public async Task<Dictionary<string, string>> ReadAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        Dictionary<string, string> recorded = RecordedParameters.Read(await record.ReadAsync(cancellationToken) ?? []);
        return keys.ToDictionary(static key => key, key => recorded.GetValueOrDefault(key) ?? ParameterDefinition.All[key].Default ?? string.Empty, StringComparer.Ordinal);
    }

    /// <summary>Records other values of some parameters, and tags of the user's; nothing where that is recorded already.</summary>
    public async Task WriteAsync(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> tags, IReadOnlyList<string> removedTags, CancellationToken cancellationToken)
    {
        if (values.Count + tags.Count + removedTags.Count == 0 || await record.ReadAsync(cancellationToken) is not { } there)
        {
            return;
        }

        // Room first: a record may have as many tags as fit.
        string[] superfluous = [.. removedTags.Where(there.ContainsKey)];
        if (superfluous.Length > 0)
        {
            await record.EraseAsync(superfluous, cancellationToken);
        }

        Dictionary<string, string> wanted = Wanted(there, values, tags);

        // A shorter document leaves tags behind: empty first, with the same call that shortens it, so that it can be read whenever this ends.
        string[] left = [.. there.Keys.Where(key => RecordedParameters.IsOfDocument(key) && !wanted.ContainsKey(key))];
        foreach (string key in left)
        {
            wanted[key] = string.Empty;
        }

        Dictionary<string, string> other = wanted.Where(tag => there.GetValueOrDefault(tag.Key) != tag.Value).ToDictionary(StringComparer.Ordinal);
        if (other.Count > 0)
        {
            await record.WriteAsync(other, cancellationToken);
        }

        if (left.Length > 0)
        {
            await record.EraseAsync(left, cancellationToken);
        }
    }

    /// <summary>The tags of parameters and of the user's that are to be there.</summary>
    private static Dictionary<string, string> Wanted(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> tags)
    {
        Dictionary<string, string> parameters = RecordedParameters.Read(there).Where(static pair => ParameterDefinition.All.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal);
        foreach ((string key, string value) in values)
        {
            // Subnets that New-EksCluster made are no parameter: the VPC is.
            if (key != ParameterDefinition.Subnets || parameters.GetValueOrDefault(key) is { Length: > 0 })
            {
                parameters[key] = value;
            }
        }

        Dictionary<string, string> wanted = RecordedParameters.Write(
            parameters.Where(static pair => ParameterDefinition.All[pair.Key].HasTag).ToDictionary(StringComparer.Ordinal),
            parameters.Where(static pair => !ParameterDefinition.All[pair.Key].HasTag && pair.Value != ParameterDefinition.All[pair.Key].Default).ToDictionary(StringComparer.Ordinal));
        foreach ((string key, string value) in tags)
        {
            wanted[key] = value;
        }

        return wanted;
    }
}
