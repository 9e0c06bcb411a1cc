using System.Collections.Concurrent;
using System.Net;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>Gathers what the checks are about.</summary>
internal sealed class ServiceAccountFactReader(AwsAccount account, EksCluster cluster, ClusterApi api)
{
    private const int AtOnce = 8;
    private const string Webhook = "pod-identity-webhook";

    public async Task<ClusterFacts> ReadClusterAsync(CancellationToken cancellationToken)
    {
        OidcIssuer issuer = OidcProviderEnsure.IssuerOf(cluster);
        string? provider = await OidcProviderEnsure.FindAsync(account, issuer, cancellationToken);
        return new ClusterFacts
        {
            Cluster = cluster,
            Partition = account.Partition.Name,
            Issuer = issuer,
            ProviderAudiences = provider is null ? null : (await account.Iam.GetOpenIDConnectProviderAsync(new GetOpenIDConnectProviderRequest { OpenIDConnectProviderArn = provider }, cancellationToken)).ClientIDList ?? [],
            HasAgent = await new PodIdentityEnsure(account, cluster.Name).HasAgentAsync(cancellationToken),
            HasWebhook = await HasWebhookAsync(cancellationToken),
        };
    }

    /// <summary>The service accounts that are named; or, when none is, all that have a role.</summary>
    public async Task<IReadOnlyList<ServiceAccountFacts>> ReadAsync(ServiceAccountRoleReviewRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        IReadOnlyList<EksServiceAccountRole> listed = await new ServiceAccountRoleReader(account, cluster, api).ListAsync(
            new ServiceAccountRoleQuery { ClusterName = cluster.Name, Namespace = request.Namespace, Match = request.ServiceAccounts.Count == 0 ? null : request.ServiceAccounts.Contains, Pods = true, WithoutRole = request.ServiceAccounts.Count > 0 },
            observer,
            cancellationToken);
        Dictionary<ServiceAccountName, EksServiceAccountRole> roles = listed.ToDictionary(static role => new ServiceAccountName(role.Namespace, role.ServiceAccount));
        ServiceAccountName[] names = request.ServiceAccounts.Count > 0 ? [.. request.ServiceAccounts] : [.. roles.Keys];
        string[] arns = [.. listed.SelectMany(static role => new[] { role.RoleArn, role.ShadowedRoleArn }).OfType<string>().Distinct(StringComparer.Ordinal)];
        IReadOnlyDictionary<string, RoleFacts> known = await ReadRolesAsync(arns, cancellationToken);
        List<ServiceAccountFacts> facts = [];
        foreach (ServiceAccountName name in names)
        {
            V1ServiceAccount? there = await new ServiceAccountEnsure(api, TimeProvider.System).FindAsync(name, cancellationToken);
            EksServiceAccountRole? role = roles.GetValueOrDefault(name);
            bool associated = role?.Mode == ServiceAccountRoleMode.PodIdentity;
            facts.Add(new ServiceAccountFacts
            {
                Name = name,
                Exists = there is not null,
                Annotation = associated ? role!.ShadowedRoleArn : role?.RoleArn,
                Audience = there?.GetAnnotation(ServiceAccountEnsure.AudienceAnnotation) ?? "sts.amazonaws.com",
                AssociatedRole = associated ? role!.RoleArn : null,
                Roles = known,
                Pods = role?.Pods ?? [],
            });
        }

        return facts;
    }

    private async Task<IReadOnlyDictionary<string, RoleFacts>> ReadRolesAsync(string[] arns, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, RoleFacts> roles = new(StringComparer.Ordinal);
        string own = ClusterArn.Parse(cluster.Arn)!.Account;
        await Parallel.ForEachAsync(arns, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (arn, token) =>
        {
            if (arn.Split(':') is [_, _, _, _, { Length: 12 } owner, ..] && owner != own)
            {
                roles[arn] = new RoleFacts(null, null, $"it is of account {owner}.");
                return;
            }

            try
            {
                Role role = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = arn[(arn.LastIndexOf('/') + 1)..] }, token)).Role;
                roles[arn] = new RoleFacts(role.Arn, PolicyDocument.Parse(role.AssumeRolePolicyDocument, $"The trust policy of role {role.RoleName}"), null);
            }
            catch (NoSuchEntityException)
            {
                roles[arn] = new RoleFacts(null, null, null);
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind is EksErrorKind.Denied or EksErrorKind.Validation)
            {
                roles[arn] = new RoleFacts(null, null, (await account.TranslateAsync(exception)).Message);
            }
        });
        return roles;
    }

    private async Task<bool?> HasWebhookAsync(CancellationToken cancellationToken)
    {
        try
        {
            V1MutatingWebhookConfigurationList all = await api.CallAsync((client, token) => client.AdmissionregistrationV1.ListMutatingWebhookConfigurationAsync(cancellationToken: token), cancellationToken);
            return all.Items.Any(static item => item.Metadata.Name.Contains(Webhook, StringComparison.Ordinal));
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
