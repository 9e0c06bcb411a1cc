namespace EksTools.Access;

/// <summary>Where a mapping stands. Each value is a bit of its own, so that a list of them can be told from one.</summary>
public enum EksIamMappingSource
{
    /// <summary>An access entry of the EKS API.</summary>
    AccessEntry = 1,

    /// <summary>The ConfigMap aws-auth in the namespace kube-system.</summary>
    ConfigMap = 2,
}

/// <summary>What kind of principal a mapping lets in. Each value is a bit of its own, so that a list of them can be told from one.</summary>
public enum EksIamPrincipalKind
{
    /// <summary>An IAM role.</summary>
    Role = 1,

    /// <summary>An IAM user.</summary>
    User = 2,

    /// <summary>Every principal of an account (aws-auth's mapAccounts).</summary>
    Account = 4,
}

/// <summary>One way into a cluster: an access entry, or a row of aws-auth.</summary>
public sealed record EksIamMapping
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>Where the mapping stands.</summary>
    public required EksIamMappingSource Source { get; init; }

    /// <summary>Role, user or account.</summary>
    public required EksIamPrincipalKind Kind { get; init; }

    /// <summary>The principal as it is written there; null for an account.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>The account of a mapAccounts row, twelve digits; null for roles and users.</summary>
    public string? AccountId { get; init; }

    /// <summary>The Kubernetes username, with its templates as written; null for an account, whose principals are named by their ARNs.</summary>
    public string? Username { get; init; }

    /// <summary>The Kubernetes groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The access policies of an access entry.</summary>
    public IReadOnlyList<EksAccessPolicyScope> AccessPolicies { get; init; } = [];

    /// <summary>The type of an access entry (STANDARD, EC2_LINUX …); null for a row of aws-auth.</summary>
    public string? Type { get; init; }

    /// <summary>The ARN of the access entry itself, which its tags hang on; null for a row of aws-auth.</summary>
    public string? EntryArn { get; init; }

    /// <summary>The line of the row in its aws-auth value, from 1; null for an access entry.</summary>
    public int? Line { get; init; }

    /// <summary>Why the mapping has no effect, or null when it has one.</summary>
    public string? Ineffective { get; init; }

    /// <summary>When EKS made the access entry; null for a row of aws-auth. An entry that is older than its principal belongs to one that was deleted.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The principal, as it is written there.</summary>
    public override string ToString() => PrincipalArn ?? AccountId ?? string.Empty;
}

/// <summary>An access policy and where in the cluster it holds.</summary>
public sealed record EksAccessPolicyScope
{
    /// <summary>The policy's ARN.</summary>
    public required string PolicyArn { get; init; }

    /// <summary>The policy's name, such as AmazonEKSViewPolicy.</summary>
    public string Name => PolicyArn[(PolicyArn.LastIndexOf('/') + 1)..];

    /// <summary>The namespaces it holds in, with * as a wildcard; none when it holds in the whole cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>The name, and the namespaces in brackets where there are any.</summary>
    public override string ToString() => Namespaces.Count == 0 ? Name : $"{Name} ({string.Join(", ", Namespaces)})";
}
