using System.Runtime.ExceptionServices;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>What the roles of one cluster have in common: it is read, and made, once, however many roles come.</summary>
internal sealed class ServiceAccountRoleStage : IDisposable
{
    private readonly Lazy<ClusterApi> api;
    private readonly OidcProviderEnsure providers;
    private readonly SemaphoreSlim gate = new(1);
    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ExceptionDispatchInfo> failed = new(StringComparer.Ordinal);
    private bool? hasAgent;

    private ServiceAccountRoleStage(AwsAccount account, EksCluster cluster)
    {
        Account = account;
        Cluster = cluster;
        PodIdentity = new PodIdentityEnsure(account, cluster.Name);
        providers = new OidcProviderEnsure(account, IssuerCertificate.ReadAsync);
        api = new Lazy<ClusterApi>(() => ClusterApi.Open(account, cluster));
    }

    public AwsAccount Account { get; }

    public EksCluster Cluster { get; }

    public PodIdentityEnsure PodIdentity { get; }

    /// <summary>The cluster's Kubernetes API, opened by the first who asks.</summary>
    public ClusterApi Api => api.Value;

    public static async Task<ServiceAccountRoleStage> OpenAsync(AwsAccount account, string cluster, CancellationToken cancellationToken) =>
        new(account, await ClusterReader.GetAsync(account, cluster, cancellationToken));

    /// <summary>The cluster's provider, with the audience among its client ids.</summary>
    public Task<StepOutcome> EnsureProviderAsync(string audience, IJobObserver observer, CancellationToken cancellationToken) => OnceAsync(
        $"provider {audience}",
        async () => (await providers.EnsureAsync(Cluster, new OidcProviderRequest { ClusterName = Cluster.Name, ClientIds = [audience] }, observer, cancellationToken)).Change,
        cancellationToken);

    /// <summary>The agent on the nodes.</summary>
    public Task<StepOutcome> EnsureAgentAsync(StepContext context, CancellationToken cancellationToken) => OnceAsync(
        "agent",
        () => PodIdentity.EnsureAgentAsync(new ClusterIdentity(Cluster.Name, Cluster.Region).Tags($"addon-{PodIdentityEnsure.Agent}"), context, cancellationToken),
        cancellationToken);

    /// <summary>Whether the agent was there when the first role asked.</summary>
    public async Task<bool> HasAgentAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return hasAgent ??= await PodIdentity.HasAgentAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A managed policy that is to be attached must exist.</summary>
    public Task RequirePolicyAsync(string arn, CancellationToken cancellationToken) => OnceAsync(
        arn,
        async () =>
        {
            try
            {
                await Account.Iam.GetPolicyAsync(new GetPolicyRequest { PolicyArn = arn }, cancellationToken);
            }
            catch (NoSuchEntityException exception)
            {
                throw new EksToolsException(EksErrorKind.NotFound, "PolicyNotFound", $"There is no managed policy {arn}.", arn, "Get-IAMPolicyList finds the name.", exception);
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
            {
                // Who may not look may still attach: then IAM tells.
            }

            return StepOutcome.Found;
        },
        cancellationToken);

    public void Dispose()
    {
        if (api.IsValueCreated)
        {
            api.Value.Dispose();
        }

        gate.Dispose();
    }

    /// <summary>What failed in a way that passes is tried again by the next who asks; anything else would fail each of them alike.</summary>
    private async Task<StepOutcome> OnceAsync(string what, Func<Task<StepOutcome>> work, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (done.Contains(what))
            {
                return StepOutcome.Found;
            }

            if (failed.TryGetValue(what, out ExceptionDispatchInfo? failure))
            {
                failure.Throw();
            }

            StepOutcome outcome = await work();
            done.Add(what);
            return outcome;
        }
        catch (Exception exception) when (exception is AmazonServiceException or EksToolsException && !AwsFailure.IsTransient(exception))
        {
            failed.TryAdd(what, ExceptionDispatchInfo.Capture(exception));
            throw;
        }
        finally
        {
            gate.Release();
        }
    }
}
