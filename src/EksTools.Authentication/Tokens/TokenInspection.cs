namespace EksTools.Authentication;

/// <summary>One thing that is wrong with a token.</summary>
/// <param name="Rule">The rule in the server's order: 1 to 14 are the API server's own, 15 is what STS will say.</param>
/// <param name="Id">A stable id.</param>
/// <param name="IsRefusal">Whether the token is refused for it.</param>
/// <param name="Message">What is wrong and what to do, without a secret.</param>
public sealed record TokenFinding(int Rule, string Id, bool IsRefusal, string Message);

/// <summary>What a token says. Holds neither the token nor its signature.</summary>
public sealed record TokenInspection
{
    /// <summary>The region that it is signed for.</summary>
    public string? Region { get; init; }

    /// <summary>The partition that it was judged in.</summary>
    public string? Partition { get; init; }

    /// <summary>The id of the key that signed it.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>When it was signed.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>The last moment at which servers take it.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>How long that is from now; never negative.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>What is wrong, in the server's order.</summary>
    public required IReadOnlyList<TokenFinding> Findings { get; init; }

    /// <summary>Whether nothing of it is a refusal.</summary>
    public bool IsValid => !Findings.Any(f => f.IsRefusal);
}
