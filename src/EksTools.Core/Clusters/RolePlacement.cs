namespace EksTools.Core.Clusters;

/// <summary>Where roles stand that are made for a cluster, and what bounds them.</summary>
/// <param name="Path">Their path.</param>
/// <param name="PermissionsBoundary">The managed policy that bounds them; none when null.</param>
internal sealed record RolePlacement(string Path = "/", string? PermissionsBoundary = null)
{
    /// <summary>Nowhere in particular.</summary>
    public static RolePlacement Default { get; } = new();

    /// <summary>As a cluster's record says.</summary>
    public static RolePlacement Read(IReadOnlyDictionary<string, string>? recordTags)
    {
        Dictionary<string, string> recorded = RecordedParameters.Read(recordTags ?? new Dictionary<string, string>());
        return new RolePlacement(recorded.GetValueOrDefault(ParameterDefinition.RolePath, "/"), recorded.GetValueOrDefault(ParameterDefinition.Boundary) is { Length: > 0 } boundary ? boundary : null);
    }
}
