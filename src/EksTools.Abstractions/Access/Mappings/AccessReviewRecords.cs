using EksTools.Findings;

namespace EksTools.Access;

/// <summary>Something about the IAM mappings of a cluster.</summary>
public sealed record EksIamMappingFinding : EksFinding
{
    /// <summary>The principal as it is written there; null where it is about none, or about an account.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>Where the mapping stands; null where it is about the cluster.</summary>
    public EksIamMappingSource? Source { get; init; }

    /// <summary>The line in the aws-auth value, from 1; null where there is none.</summary>
    public int? Line { get; init; }
}

/// <summary>What a principal is in a cluster, and why.</summary>
public sealed record EksEffectiveAccess
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>CONFIG_MAP, API_AND_CONFIG_MAP or API.</summary>
    public required string AuthenticationMode { get; init; }

    /// <summary>The principal as it was asked for.</summary>
    public required string PrincipalArn { get; init; }

    /// <summary>Whether it is let in; null when that cannot be told from what can be read.</summary>
    public required bool? Allowed { get; init; }

    /// <summary>Why, and where it is not let in what to do, in plain words.</summary>
    public required string Reason { get; init; }

    /// <summary>The rule that wins; null when there is none.</summary>
    public EksIamMapping? Rule { get; init; }

    /// <summary>Its name in Kubernetes; a template that cannot be filled in from here stays as it is. Null when it is not let in.</summary>
    public string? Username { get; init; }

    /// <summary>Its groups in Kubernetes, with those that nobody writes down but everybody has.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Its access policies.</summary>
    public IReadOnlyList<EksAccessPolicyScope> AccessPolicies { get; init; } = [];

    /// <summary>
    /// Whether it may do everything in the whole cluster by system:masters or AmazonEKSClusterAdminPolicy; null when it is not known whether it is let in.
    /// What role bindings add only the API server knows.
    /// </summary>
    public bool? IsAdmin { get; init; }

    /// <summary>Rules for the principal that do not count; <see cref="EksIamMapping.Ineffective"/> says why.</summary>
    public IReadOnlyList<EksIamMapping> ShadowedRules { get; init; } = [];

    /// <summary>What cannot be seen from here.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the API server said; null when it was not asked.</summary>
    public EksAccessVerification? Verification { get; init; }
}

/// <summary>What the API server says of a principal.</summary>
public sealed record EksAccessVerification
{
    /// <summary>Whether it agrees with what was worked out; null when it could not say.</summary>
    public required bool? Agrees { get; init; }

    /// <summary>What it said, or why it could not be asked, in a sentence or two.</summary>
    public required string Message { get; init; }

    /// <summary>The name that the API server knows the caller by; null when it did not say.</summary>
    public string? Username { get; init; }

    /// <summary>The groups that the API server knows the caller by.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What the principal may do.</summary>
    public IReadOnlyList<EksAccessRight> Rights { get; init; } = [];
}

/// <summary>Whether something may be done.</summary>
/// <param name="Verb">get, list, create … or * for all.</param>
/// <param name="Resource">The resource, with its API group behind a full stop where it has one; * for all.</param>
/// <param name="Namespace">The namespace; null for all of them and for what stands in none.</param>
/// <param name="Allowed">Whether it may be done.</param>
public sealed record EksAccessRight(string Verb, string Resource, string? Namespace, bool Allowed)
{
    /// <summary>As <c>kubectl auth can-i</c> would be asked, and the answer.</summary>
    public override string ToString() => $"{Verb} {Resource}{(Namespace is null ? string.Empty : $" in {Namespace}")}: {(Allowed ? "yes" : "no")}";
}

/// <summary>What became of a row of aws-auth.</summary>
public enum EksIamMappingConversionAction
{
    /// <summary>An access entry was made for it.</summary>
    Moved,

    /// <summary>The principal's access entry was given what the row adds.</summary>
    Merged,

    /// <summary>The principal's access entry gives all of it already.</summary>
    AlreadyThere,

    /// <summary>No access entry can take its place.</summary>
    CannotMove,
}

/// <summary>A row of aws-auth and the access entry that takes its place.</summary>
public sealed record EksIamMappingConversion
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The principal as the access entry names it, with its path; as the row has it where it cannot be moved; null for an account.</summary>
    public required string? PrincipalArn { get; init; }

    /// <summary>What became of the row, or with -WhatIf would.</summary>
    public required EksIamMappingConversionAction Action { get; init; }

    /// <summary>Why it cannot be moved, or what is otherwise than in the row; empty when there is nothing to say.</summary>
    public required string Reason { get; init; }

    /// <summary>The row.</summary>
    public required EksIamMapping Row { get; init; }

    /// <summary>The access entry as it is after, or would be; null when the row cannot be moved.</summary>
    public EksIamMapping? Entry { get; init; }

    /// <summary>The access policies of the entry.</summary>
    public IReadOnlyList<EksAccessPolicyScope> AccessPolicies => Entry?.AccessPolicies ?? [];

    /// <summary>Whether the row was taken out of aws-auth, or would be.</summary>
    public bool RowRemoved { get; init; }
}

/// <summary>What to convert.</summary>
public sealed record ConvertMappingRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Take the rows that were moved out of aws-auth.</summary>
    public bool RemoveConfigMap { get; init; }

    /// <summary>Take them out even where that is the last way in that can be seen for an administrator, the caller or a node.</summary>
    public bool Force { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; }
}

/// <summary>A conversion before or after it ran.</summary>
public sealed record MappingConversion
{
    /// <summary>The steps.</summary>
    public required IReadOnlyList<Plans.EksPlanStep> Steps { get; init; }

    /// <summary>The rows in their order.</summary>
    public required IReadOnlyList<EksIamMappingConversion> Rows { get; init; }

    /// <summary>Whether there is anything to change.</summary>
    public bool Changes => Rows.Any(static row => row.RowRemoved || row.Action is EksIamMappingConversionAction.Moved or EksIamMappingConversionAction.Merged) || Steps.Any(static step => step.Step == "authentication-mode");

    /// <summary>What could not be found out, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
