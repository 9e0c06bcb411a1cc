using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.WorkloadIdentity;

/// <summary>How pods get their role. Each value is a bit of its own, so that a list of them can be told from one.</summary>
public enum ServiceAccountRoleMode
{
    /// <summary>
    /// What the service account uses already; otherwise Pod Identity where its agent runs and one service account is named, and IRSA where not.
    /// </summary>
    Auto = 1,

    /// <summary>IAM roles for service accounts: a web identity of the cluster's OpenID Connect provider.</summary>
    Irsa = 2,

    /// <summary>EKS Pod Identity: an association, and the agent on the nodes.</summary>
    PodIdentity = 4,
}

/// <summary>A role for service accounts: what is wanted.</summary>
public sealed record ServiceAccountRoleRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The service accounts; patterns are for IRSA alone.</summary>
    public required IReadOnlyList<ServiceAccountName> ServiceAccounts { get; init; }

    /// <summary>IRSA or Pod Identity.</summary>
    public ServiceAccountRoleMode Mode { get; init; } = ServiceAccountRoleMode.Auto;

    /// <summary>The role's name; made of cluster, region and service account when null.</summary>
    public string? RoleName { get; init; }

    /// <summary>The role's path.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Managed policies to attach.</summary>
    public IReadOnlyList<string> PolicyArns { get; init; } = [];

    /// <summary>An inline policy, as JSON.</summary>
    public string? PolicyDocument { get; init; }

    /// <summary>Names of well-known policies.</summary>
    public IReadOnlyList<string> WellKnownPolicies { get; init; } = [];

    /// <summary>The ARN of a permissions boundary.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>The longest session, 1 to 12 hours; IAM's own hour when null.</summary>
    public TimeSpan? MaxSessionDuration { get; init; }

    /// <summary>Further tags of the role and the association.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The audience of the pods' tokens (IRSA).</summary>
    public string Audience { get; init; } = "sts.amazonaws.com";

    /// <summary>Whether pods ask the regional STS endpoint (IRSA); the webhook's default when null.</summary>
    public bool? RegionalSts { get; init; }

    /// <summary>How long the pods' tokens last, 600 to 86400 seconds (IRSA); the webhook's default when null.</summary>
    public TimeSpan? TokenExpiration { get; init; }

    /// <summary>A role of another account that pods end up with (Pod Identity).</summary>
    public string? TargetRoleArn { get; init; }

    /// <summary>Leave Kubernetes alone.</summary>
    public bool NoServiceAccount { get; init; }

    /// <summary>Make the namespaces that are missing.</summary>
    public bool CreateNamespace { get; init; }

    /// <summary>Restart the workloads that use the service accounts.</summary>
    public bool RestartPods { get; init; }

    /// <summary>Take a role of that name that something else made.</summary>
    public bool Adopt { get; init; }

    /// <summary>Take over an annotation that another manager, such as Helm, has set to something else.</summary>
    public bool Force { get; init; }

    /// <summary>How long the whole may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What became of a request.</summary>
/// <param name="Request">What was wanted.</param>
/// <param name="Roles">One record for each service account; empty when it failed.</param>
/// <param name="Error">Why it failed, or null.</param>
public sealed record ServiceAccountRoleResult(ServiceAccountRoleRequest Request, IReadOnlyList<EksServiceAccountRole> Roles, EksToolsException? Error);

/// <summary>Which service accounts to look at.</summary>
public sealed record ServiceAccountRoleQuery
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The namespace; every one when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether a service account is wanted; every one when null.</summary>
    public Func<ServiceAccountName, bool>? Match { get; init; }

    /// <summary>Those too that have no role.</summary>
    public bool WithoutRole { get; init; }

    /// <summary>Look into the pods.</summary>
    public bool Pods { get; init; }
}

/// <summary>A service account with its role. Property names are those of AWS.Tools' New-EKSPodIdentityAssociation and of its IAM cmdlets.</summary>
public sealed record EksServiceAccountRole
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The service account's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account's name.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>Irsa or PodIdentity; null when the service account has no role.</summary>
    public ServiceAccountRoleMode? Mode { get; init; }

    /// <summary>The role's ARN; null when the service account has none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The role's name.</summary>
    public string? RoleName => RoleArn?[(RoleArn.LastIndexOf('/') + 1)..];

    /// <summary>The Pod Identity association; null where there is none.</summary>
    public string? AssociationId { get; init; }

    /// <summary>The role of another account that pods end up with.</summary>
    public string? TargetRoleArn { get; init; }

    /// <summary>The role of an annotation for IRSA that has no effect on new pods, because the service account has a Pod Identity association.</summary>
    public string? ShadowedRoleArn { get; init; }

    /// <summary>When the role was last used, by whomever; null when IAM knows of no use within 400 days, or was not asked.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>The pods that use the service account, where they were asked for.</summary>
    public IReadOnlyList<EksServiceAccountPod> Pods { get; init; } = [];

    /// <summary>What was done to the role: Found, Created or Updated. Found where it was only looked at.</summary>
    public StepOutcome Change { get; init; } = StepOutcome.Found;

    /// <summary>As <c>NAMESPACE/NAME</c>.</summary>
    public override string ToString() => $"{Namespace}/{ServiceAccount}";
}

/// <summary>A pod that uses a service account, and what the webhook injected when the pod was created.</summary>
public sealed record EksServiceAccountPod
{
    /// <summary>The pod's name.</summary>
    public required string PodName { get; init; }

    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>When the pod was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How the pod gets credentials: Irsa, PodIdentity, or null when nothing was injected.</summary>
    public ServiceAccountRoleMode? Mode { get; init; }

    /// <summary>The role that the pod was given (AWS_ROLE_ARN); null for Pod Identity, which asks its agent.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The file that holds the pod's token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The environment variables that were injected.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The containers that got nothing although others did.</summary>
    public IReadOnlyList<string> SkippedContainers { get; init; } = [];

    /// <summary>True when the pod has what its service account would give a new one.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The pod's name.</summary>
    public override string ToString() => PodName;
}

/// <summary>Which service account to move from IRSA to Pod Identity.</summary>
public sealed record ServiceAccountRoleConversionRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The service account.</summary>
    public required ServiceAccountName ServiceAccount { get; init; }

    /// <summary>Take the annotation and the trust in the web identity away.</summary>
    public bool Finish { get; init; }

    /// <summary>Restart the workloads that use the service account.</summary>
    public bool RestartPods { get; init; }

    /// <summary>Finish although pods still use IRSA.</summary>
    public bool Force { get; init; }

    /// <summary>How long the whole may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Which service account's role to take away.</summary>
public sealed record ServiceAccountRoleRemovalRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The service account.</summary>
    public required ServiceAccountName ServiceAccount { get; init; }

    /// <summary>Do it although pods use the role.</summary>
    public bool Force { get; init; }

    /// <summary>Leave Kubernetes alone.</summary>
    public bool NoServiceAccount { get; init; }

    /// <summary>How long the whole may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
