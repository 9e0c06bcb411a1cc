using EksTools.Access;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>What one mapping is to be, with principal and place resolved. What is null stays as it is.</summary>
internal sealed record MappingIntent
{
    /// <summary>The cluster's access policy for everything.</summary>
    public const string ClusterAdmin = "AmazonEKSClusterAdminPolicy";

    /// <summary>The role or user; null for an account.</summary>
    public IamPrincipal? Principal { get; init; }

    /// <summary>The account of a mapAccounts row.</summary>
    public string? AccountId { get; init; }

    /// <summary>Where it is to stand.</summary>
    public required EksIamMappingSource Source { get; init; }

    public string? Username { get; init; }

    /// <summary>The username of the row of aws-auth that a new access entry comes before: it stays where none is said, for role bindings may name it.</summary>
    public string? FormerUsername { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>The access policies, by their ARNs.</summary>
    public IReadOnlyList<EksAccessPolicyScope>? Policies { get; init; }

    public EksNodeRoleKinds NodeRole { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>What to tell of how the request was read.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>What tells the mapping from others of its source.</summary>
    public string Key => Principal?.Key ?? AccountId!;

    /// <summary>The principal or account, for messages.</summary>
    public string Who => Principal?.Arn ?? $"account {AccountId}";
}
