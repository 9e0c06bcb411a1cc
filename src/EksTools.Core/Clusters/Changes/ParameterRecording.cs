namespace EksTools.Core.Clusters.Changes;

/// <summary>Keeps what a cluster of ours records of its parameters true when they change, so that New-EksCluster tells the difference.</summary>
internal sealed class ParameterRecording(ClusterRecord record)
{
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

        string[] erased = [.. left, .. removedTags.Where(there.ContainsKey)];
        if (erased.Length > 0)
        {
            await record.EraseAsync(erased, cancellationToken);
        }
    }
}
