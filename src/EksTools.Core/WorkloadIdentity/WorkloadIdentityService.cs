using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Audit;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity;

/// <inheritdoc/>
internal sealed class WorkloadIdentityService(TimeProvider time) : IWorkloadIdentityService
{
    private readonly Poller poller = new(time);

    /// <inheritdoc/>
    public IReadOnlyList<string> WellKnownPolicyNames => WellKnownPolicies.Names;

    /// <inheritdoc/>
    public EksTrustPolicy CreateTrustPolicy(TrustPolicyRequest request) => TrustPolicyDocument.Create(request);

    /// <inheritdoc/>
    public async Task<EksOidcProvider> RegisterProviderAsync(AwsConnection connection, OidcProviderRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
            return await account.Retry(time).RunAsync("oidc-provider", token => new OidcProviderEnsure(account, IssuerCertificate.ReadAsync).EnsureAsync(cluster, request, observer, token), observer, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanRoleAsync(AwsConnection connection, ServiceAccountRoleRequest request, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using ServiceAccountRoleStage stage = await ServiceAccountRoleStage.OpenAsync(account, request.ClusterName, cancellationToken);
            ServiceAccountRoleCreation creation = await ServiceAccountRoleCreation.PrepareAsync(stage, request, time, cancellationToken);
            return creation.Plan.Describe(request.ClusterName, account.Region);
        });
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ServiceAccountRoleResult> CreateRolesAsync(AwsConnection connection, IReadOnlyList<ServiceAccountRoleRequest> requests, IJobObserver observer, CancellationToken cancellationToken) =>
        new ServiceAccountRoleBatch(time, poller).RunAsync(connection, requests, observer, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksServiceAccountRole>> ListRolesAsync(AwsConnection connection, ServiceAccountRoleQuery query, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(query.ClusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, query.ClusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            return await new ServiceAccountRoleReader(account, cluster, api).ListAsync(query, observer, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksServiceAccountRoleFinding>> TestRolesAsync(AwsConnection connection, ServiceAccountRoleReviewRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        foreach (ServiceAccountName name in request.ServiceAccounts)
        {
            ServiceAccountNames.Require(name, wildcards: false);
        }

        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync<IReadOnlyList<EksServiceAccountRoleFinding>>(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            ServiceAccountFactReader reader = new(account, cluster, api);
            ClusterFacts facts = await reader.ReadClusterAsync(cancellationToken);
            ServiceAccountChecks checks = new(facts);
            List<EksServiceAccountRoleFinding> findings = [.. (await reader.ReadAsync(request, observer, cancellationToken)).SelectMany(checks.Check)];
            if (request.All)
            {
                IReadOnlyList<EksServiceAccountRole> inUse = await new ServiceAccountRoleReader(account, cluster, api).ListAsync(new ServiceAccountRoleQuery { ClusterName = cluster.Name }, observer, cancellationToken);
                findings.AddRange(await new AccountRoleAudit(account, facts).FindAsync(inUse, cancellationToken));
            }

            return findings;
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanRemoveRoleAsync(AwsConnection connection, ServiceAccountRoleRemovalRequest request, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using ServiceAccountRoleRemoval removal = await ServiceAccountRoleRemoval.PrepareAsync(account, request, time, cancellationToken);
            return removal.Plan.Describe(request.ClusterName, account.Region);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> RemoveRoleAsync(AwsConnection connection, ServiceAccountRoleRemovalRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using ServiceAccountRoleRemoval removal = await ServiceAccountRoleRemoval.PrepareAsync(account, request, time, cancellationToken);
            return removal.Plan.Describe(request.ClusterName, account.Region, await account.Runner(poller, time).RunAsync(removal.Plan, observer, request.Timeout, cancellationToken));
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanConvertRoleAsync(AwsConnection connection, ServiceAccountRoleConversionRequest request, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using PodIdentityConversion conversion = await PodIdentityConversion.PrepareAsync(account, request, time, cancellationToken);
            return conversion.Plan.Describe(request.ClusterName, account.Region);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> ConvertRoleAsync(AwsConnection connection, ServiceAccountRoleConversionRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using PodIdentityConversion conversion = await PodIdentityConversion.PrepareAsync(account, request, time, cancellationToken);
            return conversion.Plan.Describe(request.ClusterName, account.Region, await account.Runner(poller, time).RunAsync(conversion.Plan, observer, request.Timeout, cancellationToken));
        });
    }
}
