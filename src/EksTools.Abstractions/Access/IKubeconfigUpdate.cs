using EksTools.Connections;
using EksTools.Errors;

namespace EksTools.Access;

/// <summary>Writes clusters into kubeconfigs and leaves every other byte alone: take clusters in, say what would change, write each file once.</summary>
public interface IKubeconfigUpdate : IDisposable
{
    /// <summary>Takes a cluster in, and begins to ask EKS about it.</summary>
    /// <exception cref="EksToolsException">The request makes no sense, or there are no credentials or no region for it.</exception>
    Task AddAsync(AwsConnection connection, string clusterName, KubeconfigRequest request, CancellationToken cancellationToken);

    /// <summary>Waits for EKS and reads the files.</summary>
    /// <returns>What would change in each file, and the clusters that cannot be written.</returns>
    Task<KubeconfigPlan> PlanAsync(CancellationToken cancellationToken);

    /// <summary>Writes one file, as it is then: what others wrote since the plan was made stays.</summary>
    /// <returns>What was written, in the order in which the clusters came.</returns>
    /// <exception cref="EksToolsException">The file cannot be read, parsed or written, and was left as it was.</exception>
    Task<IReadOnlyList<EksKubeconfigEntry>> WriteAsync(KubeconfigFileChange file, CancellationToken cancellationToken);
}

/// <summary>What an update comes to.</summary>
/// <param name="Files">The files and what would change in each.</param>
/// <param name="Failures">The clusters that cannot be written.</param>
public sealed record KubeconfigPlan(IReadOnlyList<KubeconfigFileChange> Files, IReadOnlyList<KubeconfigFailure> Failures);

/// <summary>A cluster that cannot be written into a kubeconfig.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="Error">Why.</param>
public sealed record KubeconfigFailure(string ClusterName, EksToolsException Error);

/// <summary>What would change in one kubeconfig.</summary>
public abstract class KubeconfigFileChange
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The clusters' entries as they would be.</summary>
    public required IReadOnlyList<EksKubeconfigEntry> Entries { get; init; }

    /// <summary>The lines that change, as a unified diff without secrets; empty when nothing does.</summary>
    public required string Difference { get; init; }
}
