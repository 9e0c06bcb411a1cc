using EksTools.LoadBalancing;

namespace EksTools.Connections;

/// <summary>Objects of one cluster, or of manifests, that a command is about.</summary>
/// <param name="ClusterName">The cluster; null for manifests.</param>
/// <param name="Region">The region that the objects themselves name; null where the connection's holds.</param>
/// <param name="Sources">The manifests.</param>
/// <param name="Scope">Which objects.</param>
internal sealed record AnnotationTarget(string? ClusterName, string? Region, IReadOnlyList<LoadBalancerManifestSource> Sources, LoadBalancerScope Scope);
