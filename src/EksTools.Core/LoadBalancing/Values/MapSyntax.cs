namespace EksTools.Core.LoadBalancing.Values;

/// <summary>Pairs as the AWS Load Balancer Controller reads them.</summary>
/// <param name="Words">What they are called.</param>
/// <param name="Judge">What is wrong with them once they are read.</param>
/// <param name="Known">The keys that there are; null where they are free.</param>
internal sealed record MapSyntax(string Words, Func<IReadOnlyList<KeyValuePair<string, string>>, IEnumerable<ValueProblem>>? Judge = null, AttributeCatalogue? Known = null) : ValueSyntax
{
    public override string Name => "Map";

    public override string Description => $"{Words} as KEY=VALUE, with commas between";

    public override IEnumerable<ValueProblem> Check(string value)
    {
        if (GoValues.Map(value) is not { } pairs)
        {
            yield return ValueProblem.Error("is no list of KEY=VALUE pairs to the controller, which fails; a comma within a value wants a backslash before it");
            yield break;
        }
        // Lines in place of commas make one pair of all, as in an example of the EKS user guide.
        if (pairs.Any(static pair => pair.Value.Contains('\n', StringComparison.Ordinal)))
        {
            IEnumerable<string> lines = value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static line => line.TrimEnd(','));
            yield return ValueProblem.Error("has line breaks where the controller wants commas, and is one pair to it", string.Join(',', lines));
        }
        if (pairs.GroupBy(static pair => pair.Key, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            yield return ValueProblem.Warning($"has the key {twice.Key} twice, and the last counts");
        foreach (ValueProblem problem in (Known?.Check(pairs) ?? []).Concat(Judge?.Invoke(pairs) ?? []))
            yield return problem;
    }
}

/// <summary>Pairs as the cloud provider reads them.</summary>
/// <param name="Words">What they are called.</param>
/// <param name="Judge">What is wrong with them once they are read.</param>
internal sealed record LooseMapSyntax(string Words, Func<IReadOnlyList<KeyValuePair<string, string>>, IEnumerable<ValueProblem>>? Judge = null) : ValueSyntax
{
    public override string Name => "Map";

    public override string Description => $"{Words} as KEY=VALUE or KEY, with commas between";

    public override IEnumerable<ValueProblem> Check(string value)
    {
        foreach (string pair in value.Split(','))
        {
            if (pair.Count(static c => c == '=') > 1)
                yield return ValueProblem.Warning($"has the pair '{pair.Trim()}', of which this controller loses what follows the second '='");
            if (pair.Contains('\\', StringComparison.Ordinal))
                yield return ValueProblem.Warning($"has the pair '{pair.Trim()}', whose backslash is a character like others to this controller");
        }
        foreach (ValueProblem problem in Judge?.Invoke(GoValues.LooseMap(value)) ?? [])
            yield return problem;
    }
}
