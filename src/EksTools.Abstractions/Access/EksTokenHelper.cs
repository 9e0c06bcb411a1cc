namespace EksTools.Access;

/// <summary>eks-token at its path per user.</summary>
public sealed record EksTokenHelper
{
    /// <summary>The executable.</summary>
    public required string Path { get; init; }

    /// <summary>What the executable says of its version.</summary>
    public required string Version { get; init; }

    /// <summary>Added, Updated or Unchanged.</summary>
    public required string Change { get; init; }
}
