namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>One kind of object that the API serves, with what discovery says about it.</summary>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    /// <summary>Every verb of an ordinary resource, in the order discovery lists them.</summary>
    public static readonly IReadOnlyList<string> AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool HasStatus { get; init; }

    public bool HasScale { get; init; }

    /// <summary>Of a CustomResourceDefinition.</summary>
    public bool IsCustom { get; init; }

    /// <summary>The verbs; reviews can only be created.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    /// <summary>The same resource is the same type, whatever its short names have become.</summary>
    public bool Equals(ResourceType? other) => other is not null && (Group, Version, Plural) == (other.Group, other.Version, other.Plural);

    public override int GetHashCode() => HashCode.Combine(Group, Version, Plural);

    /// <summary>How messages name it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string Path(string? ns) => (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (Namespaced && ns is not null ? $"/namespaces/{ns}" : "") + "/" + Plural;
}
