using EksTools.Access;
using EksTools.Clusters;

namespace EksTools.Core.Access.Mappings;

/// <summary>Who may enter a cluster, as it was read at one time.</summary>
internal sealed record ClusterAccess
{
    public const string ConfigMapMode = "CONFIG_MAP";
    public const string BothMode = "API_AND_CONFIG_MAP";
    public const string ApiMode = "API";

    /// <summary>The cluster.</summary>
    public required EksCluster Cluster { get; init; }

    /// <summary>CONFIG_MAP, API_AND_CONFIG_MAP or API.</summary>
    public required string AuthenticationMode { get; init; }

    /// <summary>The access entries, with their policies; none in mode CONFIG_MAP, where EKS refuses to list them.</summary>
    public IReadOnlyList<EksIamMapping> Entries { get; init; } = [];

    /// <summary>aws-auth; null when there is no such ConfigMap, or when it was not or could not be read.</summary>
    public AwsAuthMap? ConfigMap { get; init; }

    /// <summary>Why aws-auth could not be read, or null when it was (or is not there).</summary>
    public string? ConfigMapUnreadable { get; init; }

    /// <summary>Whether the authenticator looks at access entries.</summary>
    public bool UsesEntries => AuthenticationMode is BothMode or ApiMode;

    /// <summary>Whether the authenticator looks at aws-auth.</summary>
    public bool UsesConfigMap => AuthenticationMode is BothMode or ConfigMapMode;
}
