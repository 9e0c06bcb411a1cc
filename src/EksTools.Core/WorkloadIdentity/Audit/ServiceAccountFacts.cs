using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>What of a cluster decides whether its pods get their roles.</summary>
internal sealed record ClusterFacts
{
    public required EksCluster Cluster { get; init; }

    public required string Partition { get; init; }

    /// <summary>The cluster's issuer.</summary>
    public required OidcIssuer Issuer { get; init; }

    /// <summary>The audiences of the cluster's provider; null when IAM has no such provider.</summary>
    public IReadOnlyList<string>? ProviderAudiences { get; init; }

    /// <summary>Whether Pod Identity's agent runs.</summary>
    public bool HasAgent { get; init; }

    /// <summary>Whether the webhook is there that gives pods their token; null when that could not be seen.</summary>
    public bool? HasWebhook { get; init; }

    public string Account => ClusterArn.Parse(Cluster.Arn)!.Account;

    /// <summary>The ARN that the cluster's provider has, or would have.</summary>
    public string ProviderArn => Issuer.ProviderArn(Partition, Account);
}

/// <summary>What of one service account decides whether its pods get its role.</summary>
internal sealed record ServiceAccountFacts
{
    public required ServiceAccountName Name { get; init; }

    /// <summary>Whether Kubernetes has it.</summary>
    public bool Exists { get; init; }

    /// <summary>The annotation with the role, as written; null when there is none.</summary>
    public string? Annotation { get; init; }

    /// <summary>The audience that the webhook asks a token for.</summary>
    public string Audience { get; init; } = "sts.amazonaws.com";

    /// <summary>The role of its Pod Identity association; null when there is none.</summary>
    public string? AssociatedRole { get; init; }

    /// <summary>The roles that it names, by the ARN by which it names them.</summary>
    public IReadOnlyDictionary<string, RoleFacts> Roles { get; init; } = new Dictionary<string, RoleFacts>();

    /// <summary>The pods that use it.</summary>
    public IReadOnlyList<EksServiceAccountPod> Pods { get; init; } = [];
}

/// <summary>What IAM knows of a role.</summary>
/// <param name="Arn">The role's ARN, with its path; null when there is none of that name.</param>
/// <param name="Trust">Its trust policy.</param>
/// <param name="Unknown">Why it could not be looked at; null when it was.</param>
internal sealed record RoleFacts(string? Arn, PolicyDocument? Trust, string? Unknown);
