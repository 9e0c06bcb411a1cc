namespace EksTools.Findings;

/// <summary>How much a finding matters.</summary>
public enum EksFindingSeverity
{
    /// <summary>Good to know; nothing need be done.</summary>
    Information,

    /// <summary>It does not do what it seems to, or will fail elsewhere or later.</summary>
    Warning,

    /// <summary>It is broken now, or puts the cluster at risk.</summary>
    Error,
}

/// <summary>One thing that a Test- command found: how much it matters, where, what, and what to do about it.</summary>
public record EksFinding
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>How much it matters.</summary>
    public required EksFindingSeverity Severity { get; init; }

    /// <summary>The rule that found it: a stable id for scripts, such as <c>RolePathInRow</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Where, in a few words.</summary>
    public required string Where { get; init; }

    /// <summary>What is wrong and what comes of it.</summary>
    public required string Message { get; init; }

    /// <summary>A command line for PowerShell that mends it.</summary>
    public required string Fix { get; init; }

    /// <summary>The message.</summary>
    public sealed override string ToString() => Message;
}
