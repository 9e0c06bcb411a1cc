namespace EksTools.Access;

/// <summary>Where a mapping is to stand. Each value is a bit of its own, so that a list of them can be told from one.</summary>
public enum EksIamMappingTarget
{
    /// <summary>Where the principal is mapped already; otherwise by the cluster's authentication mode.</summary>
    Auto = 1,

    /// <summary>The ConfigMap aws-auth.</summary>
    ConfigMap = 2,

    /// <summary>An access entry.</summary>
    AccessEntry = 4,
}

/// <summary>Whose nodes a role is of. Each value is a bit of its own; Linux and Windows go together.</summary>
[Flags]
public enum EksNodeRoleKinds
{
    /// <summary>No role of nodes.</summary>
    None = 0,

    /// <summary>EC2 instances with Linux or Bottlerocket (EC2_LINUX).</summary>
    Linux = 1,

    /// <summary>EC2 instances with Windows (EC2_WINDOWS).</summary>
    Windows = 2,

    /// <summary>Pods on Fargate (FARGATE_LINUX).</summary>
    Fargate = 4,

    /// <summary>Machines outside AWS (HYBRID_LINUX). Access entries alone.</summary>
    Hybrid = 8,

    /// <summary>SageMaker HyperPod (HYPERPOD_LINUX). Access entries alone.</summary>
    HyperPod = 16,

    /// <summary>Nodes of EKS Auto Mode (EC2). Access entries alone.</summary>
    AutoMode = 32,
}

/// <summary>What a mapping is to be. What is null was not said, and stays as it is in a mapping that is there.</summary>
public sealed record EksIamMappingRequest
{
    /// <summary>Any ARN of a role or user, that of an assumed role's session too; null for an account.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>An account, twelve digits; null for a role or user.</summary>
    public string? AccountId { get; init; }

    /// <summary>The Kubernetes username, with templates.</summary>
    public string? Username { get; init; }

    /// <summary>All its Kubernetes groups.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>All its access policies; a policy's name does in place of its ARN.</summary>
    public IReadOnlyList<EksAccessPolicyScope>? AccessPolicies { get; init; }

    /// <summary>Whose nodes the role is of.</summary>
    public EksNodeRoleKinds NodeRole { get; init; }

    /// <summary>Where the mapping is to stand.</summary>
    public EksIamMappingTarget Target { get; init; } = EksIamMappingTarget.Auto;

    /// <summary>Where the mapping stood that this one is a copy of: it stands there again where the cluster's mode allows it.</summary>
    public EksIamMappingSource? CopyOf { get; init; }

    /// <summary>Tags to set on an access entry.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>Which mappings to remove.</summary>
public sealed record EksIamMappingSelector
{
    /// <summary>Any ARN of a role or user; null for an account.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>An account, twelve digits; null for a role or user.</summary>
    public string? AccountId { get; init; }

    /// <summary>Where to remove them; everywhere when null.</summary>
    public EksIamMappingSource? Source { get; init; }

    /// <summary>The line of the one row that is meant, with <see cref="Username"/> and <see cref="Groups"/> as they were read; null for every row of the principal.</summary>
    public int? Line { get; init; }

    /// <summary>The username of the row at <see cref="Line"/>.</summary>
    public string? Username { get; init; }

    /// <summary>The groups of the row at <see cref="Line"/>.</summary>
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>Which mappings to list.</summary>
public sealed record EksIamMappingFilter
{
    /// <summary>ARNs of principals in any form, or patterns with * and ?; all when there are none.</summary>
    public IReadOnlyList<string> PrincipalArns { get; init; } = [];

    /// <summary>Where to look; everywhere when null.</summary>
    public EksIamMappingSource? Source { get; init; }
}
