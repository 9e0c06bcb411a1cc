using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.WorkloadIdentity;

/// <summary>IAM roles for the pods of a cluster.</summary>
public interface IWorkloadIdentityService
{
    /// <summary>Writes a trust policy. Asks nobody.</summary>
    /// <exception cref="EksTools.Errors.EksToolsException">A provider, issuer, cluster or service account cannot be what it is said to be.</exception>
    EksTrustPolicy CreateTrustPolicy(TrustPolicyRequest request);

    /// <summary>Finds or makes a cluster's OpenID Connect provider.</summary>
    Task<EksOidcProvider> RegisterProviderAsync(AwsConnection connection, OidcProviderRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The steps that <see cref="CreateRolesAsync"/> would take. Changes nothing.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanRoleAsync(AwsConnection connection, ServiceAccountRoleRequest request, CancellationToken cancellationToken);

    /// <summary>Makes, or mends, roles for service accounts and all that leads to them, a few at once.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="requests">What is wanted, one or more, all of one cluster; the answers come in their order.</param>
    /// <param name="observer">Where the jobs tell what they are doing.</param>
    /// <param name="cancellationToken">Stops the jobs.</param>
    /// <exception cref="EksTools.Errors.EksToolsException">The cluster cannot be read. What fails of one request is in its result.</exception>
    IAsyncEnumerable<ServiceAccountRoleResult> CreateRolesAsync(AwsConnection connection, IReadOnlyList<ServiceAccountRoleRequest> requests, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The service accounts of a cluster with their roles.</summary>
    Task<IReadOnlyList<EksServiceAccountRole>> ListRolesAsync(AwsConnection connection, ServiceAccountRoleQuery query, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What is wrong between service accounts and their roles.</summary>
    Task<IReadOnlyList<EksServiceAccountRoleFinding>> TestRolesAsync(AwsConnection connection, ServiceAccountRoleReviewRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The steps that <see cref="RemoveRoleAsync"/> would take. Changes nothing.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanRemoveRoleAsync(AwsConnection connection, ServiceAccountRoleRemovalRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a service account's role away, as far as EksTools made it.</summary>
    Task<IReadOnlyList<EksPlanStep>> RemoveRoleAsync(AwsConnection connection, ServiceAccountRoleRemovalRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The steps that <see cref="ConvertRoleAsync"/> would take. Changes nothing.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanConvertRoleAsync(AwsConnection connection, ServiceAccountRoleConversionRequest request, CancellationToken cancellationToken);

    /// <summary>Moves a service account from IRSA to Pod Identity.</summary>
    Task<IReadOnlyList<EksPlanStep>> ConvertRoleAsync(AwsConnection connection, ServiceAccountRoleConversionRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The names of the well-known policies.</summary>
    IReadOnlyList<string> WellKnownPolicyNames { get; }
}
