using EksTools.Findings;

namespace EksTools.WorkloadIdentity;

/// <summary>What to look at for faults.</summary>
public sealed record ServiceAccountRoleReviewRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The service accounts; all that have a role when none is named.</summary>
    public IReadOnlyList<ServiceAccountName> ServiceAccounts { get; init; } = [];

    /// <summary>The namespace, where none is named; every one when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The account's roles for pods too, whichever cluster they are for.</summary>
    public bool All { get; init; }
}

/// <summary>Something that is wrong between a service account and its role.</summary>
public sealed record EksServiceAccountRoleFinding : EksFinding
{
    /// <summary>The service account's namespace; null where a finding is about a role or the cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>The service account; null where a finding is about a role or the cluster.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>The role; null where there is none.</summary>
    public string? RoleArn { get; init; }
}
