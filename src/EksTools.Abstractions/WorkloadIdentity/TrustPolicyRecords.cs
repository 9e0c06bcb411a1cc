namespace EksTools.WorkloadIdentity;

/// <summary>A Kubernetes service account, or several by wildcards (* and ?).</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The service account's name.</param>
public sealed record ServiceAccountName(string Namespace, string Name)
{
    /// <summary>True when it stands for several.</summary>
    public bool IsPattern => ToString().AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>As <c>NAMESPACE/NAME</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>A cluster's OpenID Connect provider, as a trust policy names it: by its ARN, or by the cluster's issuer and the account that the provider is in.</summary>
/// <param name="ProviderArn">The provider's ARN; null when the other two are given.</param>
/// <param name="Issuer">The cluster's issuer URL.</param>
/// <param name="ClusterArn">The cluster's ARN, which tells partition and account.</param>
public sealed record TrustPolicyCluster(string? ProviderArn, string? Issuer, string? ClusterArn);

/// <summary>What a trust policy is to say.</summary>
public sealed record TrustPolicyRequest
{
    /// <summary>The clusters whose pods may assume the role. For Pod Identity none means every cluster of the account.</summary>
    public IReadOnlyList<TrustPolicyCluster> Clusters { get; init; } = [];

    /// <summary>The service accounts that may. For Pod Identity none means every one that is associated with the role.</summary>
    public IReadOnlyList<ServiceAccountName> ServiceAccounts { get; init; } = [];

    /// <summary>The audience that tokens must be meant for.</summary>
    public string Audience { get; init; } = "sts.amazonaws.com";

    /// <summary>True for EKS Pod Identity, false for IAM roles for service accounts.</summary>
    public bool PodIdentity { get; init; }
}

/// <summary>A trust policy for a role that pods assume. Its property is named so that it binds to AWS.Tools' New-IAMRole.</summary>
public sealed record EksTrustPolicy
{
    /// <summary>The cluster's name, when the policy trusts one cluster and its ARN was given.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The region of that cluster.</summary>
    public string? Region { get; init; }

    /// <summary>The document, as JSON.</summary>
    public required string AssumeRolePolicyDocument { get; init; }

    /// <summary>The document, so that the object does where text is asked for.</summary>
    public override string ToString() => AssumeRolePolicyDocument;
}
