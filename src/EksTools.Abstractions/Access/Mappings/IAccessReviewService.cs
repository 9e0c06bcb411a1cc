using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.Access;

/// <summary>Judging who may enter a cluster, and moving aws-auth to access entries.</summary>
public interface IAccessReviewService
{
    /// <summary>Looks for what is wrong with a cluster's mappings. Changes nothing.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="observer">Is told what could not be looked into.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    Task<IReadOnlyList<EksIamMappingFinding>> TestAsync(AwsConnection connection, string clusterName, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Says what a principal is in a cluster.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="principalArn">Any ARN of a principal; the caller when null.</param>
    /// <param name="verify">Ask the API server as well.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="Errors.EksToolsException">The ARN is of no principal; the cluster is not there or may not be described.</exception>
    Task<EksEffectiveAccess> GetEffectiveAccessAsync(AwsConnection connection, string clusterName, string? principalArn, bool verify, CancellationToken cancellationToken);

    /// <summary>What <see cref="ConvertAsync"/> would do. Changes nothing.</summary>
    Task<MappingConversion> PlanConvertAsync(AwsConnection connection, ConvertMappingRequest request, CancellationToken cancellationToken);

    /// <summary>Gives every principal of aws-auth an access entry. What was interrupted continues when it is run again.</summary>
    /// <exception cref="Errors.EksToolsException">A step failed, or the entries do not give what the rows gave.</exception>
    Task<MappingConversion> ConvertAsync(AwsConnection connection, ConvertMappingRequest request, IJobObserver observer, CancellationToken cancellationToken);
}
