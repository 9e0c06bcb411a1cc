namespace EksTools.Permissions;

/// <summary>What an IAM policy is to allow.</summary>
public sealed record IamPolicyRequest
{
    /// <summary>The cmdlets whose calls it allows, by name without regard to case.</summary>
    public required IReadOnlyList<string> Cmdlets { get; init; }

    /// <summary>The clusters, by name or wildcard (* and ?).</summary>
    public IReadOnlyList<string> ClusterNames { get; init; } = ["*"];

    /// <summary>The region; null for all of the partition.</summary>
    public string? Region { get; init; }

    /// <summary>The account's twelve digits; null for whichever account the policy is put into.</summary>
    public string? AccountId { get; init; }

    /// <summary>The partition; null for the region's, which is <c>aws</c> without a region.</summary>
    public string? Partition { get; init; }

    /// <summary>The path of roles for pods.</summary>
    public string RolePath { get; init; } = "/";

    /// <summary>The ARN of the permissions boundary that roles for pods must be made with; null for none.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>The managed policies that roles for pods may be given, by ARN or wildcard; none for those of the well-known policies.</summary>
    public IReadOnlyList<string> PolicyArns { get; init; } = [];

    /// <summary>The caller's own roles that clusters, their nodes, Fargate and add-ons are given, by ARN or wildcard.</summary>
    public IReadOnlyList<string> PassRoleArns { get; init; } = [];

    /// <summary>Allow what looks only, which is what -WhatIf needs.</summary>
    public bool ReadOnly { get; init; }
}

/// <summary>A policy that an identity can be given. Its properties are named so that it binds to AWS.Tools' New-IAMPolicy.</summary>
public sealed record EksIamPolicy
{
    /// <summary>A name for it.</summary>
    public required string PolicyName { get; init; }

    /// <summary>The cmdlets whose calls it allows; with several policies, all of them together do.</summary>
    public required IReadOnlyList<string> Cmdlets { get; init; }

    /// <summary>The clusters, as they were asked for.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The region, or null for all.</summary>
    public string? Region { get; init; }

    /// <summary>The document, as JSON.</summary>
    public required string PolicyDocument { get; init; }

    /// <summary>The document's characters without white space, as IAM counts them: 6144 at most.</summary>
    public required int Length { get; init; }

    /// <summary>The document, so that the object does where text is asked for.</summary>
    public override string ToString() => PolicyDocument;
}
