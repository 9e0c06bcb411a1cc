using System.Collections.Concurrent;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The service accounts of a cluster with their roles, by annotation and by association.</summary>
internal sealed class ServiceAccountRoleReader(AwsAccount account, EksCluster cluster, ClusterApi api)
{
    private const int PageSize = 500;
    private const int AtOnce = 8;

    public async Task<IReadOnlyList<EksServiceAccountRole>> ListAsync(ServiceAccountRoleQuery query, IJobObserver observer, CancellationToken cancellationToken)
    {
        Dictionary<ServiceAccountName, PodIdentityAssociation> associations = await ListAssociationsAsync(query, cancellationToken);
        Dictionary<ServiceAccountName, V1ServiceAccount> accounts = await ListAccountsAsync(query.Namespace, cancellationToken);
        ILookup<ServiceAccountName, V1Pod>? pods = query.Pods ? await ServiceAccountPods.ListAsync(api, query.Namespace, cancellationToken) : null;

        // An association may be there before its service account is.
        List<EksServiceAccountRole> roles = [];
        foreach (ServiceAccountName name in accounts.Keys.Union(associations.Keys).Where(name => query.Match?.Invoke(name) ?? true).OrderBy(static name => name.ToString(), StringComparer.Ordinal))
        {
            EksServiceAccountRole role = Join(name, accounts.GetValueOrDefault(name), associations.GetValueOrDefault(name));
            if (role.RoleArn is not null || query.WithoutRole)
            {
                roles.Add(pods is null ? role : role with { Pods = [.. pods[name].Select(pod => ServiceAccountPods.Describe(pod, role.Mode, role.RoleArn))] });
            }
        }

        IReadOnlyDictionary<string, DateTimeOffset?> used = await ReadLastUsesAsync([.. roles.Select(static role => role.RoleArn).OfType<string>().Distinct(StringComparer.Ordinal)], observer, cancellationToken);
        return [.. roles.Select(role => role.RoleArn is { } arn ? role with { LastUsed = used.GetValueOrDefault(arn) } : role)];
    }

    /// <summary>The SDKs look for a web identity before they ask the agent: the annotation wins while it stays.</summary>
    private EksServiceAccountRole Join(ServiceAccountName name, V1ServiceAccount? there, PodIdentityAssociation? association)
    {
        string? annotated = there?.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) is { Length: > 0 } arn ? arn : null;
        return new EksServiceAccountRole
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            Namespace = name.Namespace,
            ServiceAccount = name.Name,
            Mode = annotated is not null ? ServiceAccountRoleMode.Irsa : association is not null ? ServiceAccountRoleMode.PodIdentity : null,
            RoleArn = annotated ?? association?.RoleArn,
            AssociationId = association?.AssociationId,
            TargetRoleArn = association?.TargetRoleArn,
            ShadowedRoleArn = annotated is null ? null : association?.RoleArn,
        };
    }

    private async Task<Dictionary<ServiceAccountName, V1ServiceAccount>> ListAccountsAsync(string? space, CancellationToken cancellationToken)
    {
        Dictionary<ServiceAccountName, V1ServiceAccount> accounts = [];
        string? next = null;
        do
        {
            V1ServiceAccountList page = await api.CallAsync(
                (client, token) => space is null
                    ? client.CoreV1.ListServiceAccountForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token)
                    : client.CoreV1.ListNamespacedServiceAccountAsync(space, limit: PageSize, continueParameter: next, cancellationToken: token),
                cancellationToken);
            foreach (V1ServiceAccount item in page.Items)
            {
                accounts[new ServiceAccountName(item.Metadata.NamespaceProperty, item.Metadata.Name)] = item;
            }

            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return accounts;
    }

    private async Task<Dictionary<ServiceAccountName, PodIdentityAssociation>> ListAssociationsAsync(ServiceAccountRoleQuery query, CancellationToken cancellationToken)
    {
        List<PodIdentityAssociationSummary> summaries = [];
        ListPodIdentityAssociationsRequest request = new() { ClusterName = cluster.Name, Namespace = query.Namespace };
        await foreach (PodIdentityAssociationSummary summary in account.Eks.Paginators.ListPodIdentityAssociations(request).Associations.WithCancellation(cancellationToken))
        {
            if (query.Match?.Invoke(new ServiceAccountName(summary.Namespace, summary.ServiceAccount)) ?? true)
            {
                summaries.Add(summary);
            }
        }

        ConcurrentDictionary<ServiceAccountName, PodIdentityAssociation> read = [];
        await Parallel.ForEachAsync(summaries, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (summary, token) =>
        {
            try
            {
                read[new ServiceAccountName(summary.Namespace, summary.ServiceAccount)] = (await account.Eks.DescribePodIdentityAssociationAsync(new DescribePodIdentityAssociationRequest { ClusterName = cluster.Name, AssociationId = summary.AssociationId }, token)).Association;
            }
            catch (ResourceNotFoundException)
            {
                // Gone since it was listed.
            }
        });
        return new Dictionary<ServiceAccountName, PodIdentityAssociation>(read);
    }

    /// <summary>A role of another account, or one that may not be read, is no reason to show nothing: one warning tells.</summary>
    private async Task<IReadOnlyDictionary<string, DateTimeOffset?>> ReadLastUsesAsync(IReadOnlyList<string> roles, IJobObserver observer, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, DateTimeOffset?> used = new(StringComparer.Ordinal);
        ConcurrentBag<EksToolsException> denied = [];
        string own = cluster.Arn.Split(':')[4];
        await Parallel.ForEachAsync(roles.Where(arn => arn.Split(':') is [_, _, _, _, var owner, ..] && owner == own), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (arn, token) =>
        {
            try
            {
                RoleLastUsed? last = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = arn[(arn.LastIndexOf('/') + 1)..] }, token)).Role.RoleLastUsed;
                used[arn] = last?.LastUsedDate is { } date ? new DateTimeOffset(date.ToUniversalTime()) : null;
            }
            catch (NoSuchEntityException)
            {
                // A role that is gone was not used; Test-EksServiceAccountRole tells of it.
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
            {
                denied.Add(await account.TranslateAsync(exception));
            }
        });
        if (denied.TryPeek(out EksToolsException? first))
        {
            observer.Warn($"When roles were last used is not known: {first.Message}");
        }

        return used;
    }
}
