namespace EksTools.Access;

/// <summary>A token to look into, and the server that it is meant for.</summary>
public sealed class TokenInspectionRequest
{
    /// <summary>The token, or the JSON text of an ExecCredential that holds one.</summary>
    public required string Text { get; init; }

    /// <summary>The cluster that the token was made for, where its maker said so; the token itself does not.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The server's partition; that of <see cref="Region"/> when null.</summary>
    public string? Partition { get; init; }

    /// <summary>The server's region; when null and no partition is said either, the token is judged in its own partition.</summary>
    public string? Region { get; init; }
}

/// <summary>What sort of access key a token was signed with, as the key id's prefix tells.</summary>
public enum AccessKeyKind
{
    /// <summary>The prefix is not one that AWS documents, or there is no key id.</summary>
    Unknown,

    /// <summary>AKIA: the long-term key of an IAM user or of the account's root user.</summary>
    LongTerm,

    /// <summary>ASIA: the temporary key of an assumed role, a federated user or a session of an IAM user.</summary>
    Temporary,
}

/// <summary>How much a finding matters.</summary>
public enum EksTokenFindingSeverity
{
    /// <summary>It works now; it may not elsewhere or later.</summary>
    Warning,

    /// <summary>The token is refused.</summary>
    Error,
}

/// <summary>One thing that is wrong with a token.</summary>
public sealed record EksTokenFinding
{
    /// <summary>The rule in the order in which the server applies them: 1 to 14 are its own, 15 is what AWS STS will say.</summary>
    public required int Rule { get; init; }

    /// <summary>A stable id, such as <c>TokenExpired</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How much it matters.</summary>
    public required EksTokenFindingSeverity Severity { get; init; }

    /// <summary>What is wrong, and what to do. Holds no part of the signature or of a session token.</summary>
    public required string Message { get; init; }
}

/// <summary>What a token says, and whether a cluster's API server would take it to AWS STS. Holds neither the token nor its signature.</summary>
public sealed record EksTokenInspection
{
    /// <summary>Whether no rule refuses the token. Only the server can check the signature and the cluster.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The cluster that the token's maker named beside it; null for a bare token, which does not say.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The region that the token is signed for; null when it cannot be read.</summary>
    public string? Region { get; init; }

    /// <summary>The partition of the server that the token was judged for; null when neither was said nor can be read.</summary>
    public string? Partition { get; init; }

    /// <summary>The id of the access key that signed it; null when it cannot be read.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>What sort of key that is. Whose it is only AWS STS can say.</summary>
    public required AccessKeyKind KeyKind { get; init; }

    /// <summary>When it was signed, UTC.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>When servers cease to take it: 15 minutes after it was signed, UTC.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>How long it is good for yet; zero when it has ended.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>What is wrong with it, in the server's order: the first error is the one that the server would name.</summary>
    public required IReadOnlyList<EksTokenFinding> Findings { get; init; }

    /// <summary>What nobody can tell from the token alone.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
