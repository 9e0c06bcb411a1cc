using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.Access;

/// <summary>IAM principals in clusters: access entries and aws-auth as one list.</summary>
public interface IIamMappingService
{
    /// <summary>The mappings of a cluster. Where aws-auth cannot be read, the access entries with a warning.</summary>
    /// <exception cref="Errors.EksToolsException">There is no such cluster, or nothing at all could be read.</exception>
    Task<EksIamMappingList> ListAsync(AwsConnection connection, string clusterName, EksIamMappingFilter filter, CancellationToken cancellationToken);

    /// <summary>The names of the access policies that EKS offers in the region.</summary>
    Task<IReadOnlyList<string>> ListAccessPolicyNamesAsync(AwsConnection connection, CancellationToken cancellationToken);

    /// <summary>Brings mappings to what is asked for: with one read and one write of aws-auth, and calls in parallel for access entries.</summary>
    /// <param name="connection">The account and region.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="requests">The mappings; those of one principal add up.</param>
    /// <param name="force">Do what would lock people or nodes out.</param>
    /// <param name="approve">Asked for each change before anything is written.</param>
    /// <param name="observer">Told of progress and of what else to know.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    /// <exception cref="Errors.EksToolsException">The cluster cannot be read, or nothing was written because it would lock somebody out.</exception>
    Task<EksIamMappingOutcome> AddAsync(AwsConnection connection, string clusterName, IReadOnlyList<EksIamMappingRequest> requests, bool force, Func<EksIamMappingChange, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Removes mappings, in the same way.</summary>
    /// <param name="connection">The account and region.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="selectors">Which.</param>
    /// <param name="force">Do what would lock people or nodes out.</param>
    /// <param name="approve">Asked for each change before anything is written.</param>
    /// <param name="observer">Told of progress and of what else to know.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    /// <exception cref="Errors.EksToolsException">The cluster cannot be read, or nothing was written because it would lock somebody out.</exception>
    Task<EksIamMappingOutcome> RemoveAsync(AwsConnection connection, string clusterName, IReadOnlyList<EksIamMappingSelector> selectors, bool force, Func<EksIamMappingChange, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Brings back the text that aws-auth had before the last write of this module that is not undone yet.</summary>
    /// <param name="connection">The account and region.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="force">Also when somebody else has written since, and when it would lock people or nodes out.</param>
    /// <param name="approve">Asked before anything is written.</param>
    /// <param name="observer">Told of what else to know.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>What was, or with a refusal of <paramref name="approve"/> would be, undone; false when it was not approved.</returns>
    /// <exception cref="Errors.EksToolsException">There is nothing to undo, or it is refused.</exception>
    Task<(EksIamMappingUndo Undo, bool Written)> UndoAsync(AwsConnection connection, string clusterName, bool force, Func<EksIamMappingUndo, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken);
}
