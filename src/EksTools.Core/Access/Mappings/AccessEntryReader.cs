using System.Collections.Concurrent;
using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Accounts;

namespace EksTools.Core.Access.Mappings;

/// <summary>Reads access entries from EKS.</summary>
internal static class AccessEntryReader
{
    /// <summary>How many entries are asked about at a time: EKS throttles an account that asks much faster.</summary>
    public const int Parallel = 8;

    /// <summary>The access entries whose principal's ARN is wanted, with their policies, by ARN. Two calls for each.</summary>
    public static async Task<IReadOnlyList<EksIamMapping>> ListAsync(AwsAccount account, EksCluster cluster, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> arns = await ListArnsAsync(account, cluster.Name, policy: null, cancellationToken);
        return await DescribeAsync(account, cluster, arns.Where(wanted), cancellationToken);
    }

    /// <summary>The ARNs of the principals that have an entry, or those with an access policy.</summary>
    public static async Task<IReadOnlyList<string>> ListArnsAsync(AwsAccount account, string cluster, string? policy, CancellationToken cancellationToken)
    {
        List<string> arns = [];
        await foreach (string arn in account.Eks.Paginators.ListAccessEntries(new ListAccessEntriesRequest { ClusterName = cluster, AssociatedPolicyArn = policy }).AccessEntries.WithCancellation(cancellationToken))
        {
            arns.Add(arn);
        }

        return arns;
    }

    /// <summary>Entries by their principals' ARNs; one that is removed meanwhile is left out.</summary>
    public static async Task<IReadOnlyList<EksIamMapping>> DescribeAsync(AwsAccount account, EksCluster cluster, IEnumerable<string> arns, CancellationToken cancellationToken)
    {
        ConcurrentBag<EksIamMapping> entries = [];
        await System.Threading.Tasks.Parallel.ForEachAsync(arns, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (arn, token) =>
        {
            if (await FindAsync(account, cluster, arn, token) is { } entry)
            {
                entries.Add(entry);
            }
        });
        return [.. entries.OrderBy(static entry => entry.PrincipalArn, StringComparer.Ordinal)];
    }

    /// <summary>The entry of a principal by the ARN that EKS lists, or null.</summary>
    public static async Task<EksIamMapping?> FindAsync(AwsAccount account, EksCluster cluster, string arn, CancellationToken cancellationToken)
    {
        try
        {
            AccessEntry entry = (await account.Eks.DescribeAccessEntryAsync(new DescribeAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = arn }, cancellationToken)).AccessEntry;
            List<EksAccessPolicyScope> policies = [];

            // Only these two types take access policies: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
            if (entry.Type is "STANDARD" or "EC2")
            {
                await foreach (AssociatedAccessPolicy policy in account.Eks.Paginators.ListAssociatedAccessPolicies(new ListAssociatedAccessPoliciesRequest { ClusterName = cluster.Name, PrincipalArn = arn }).AssociatedAccessPolicies.WithCancellation(cancellationToken))
                {
                    policies.Add(new EksAccessPolicyScope { PolicyArn = policy.PolicyArn, Namespaces = policy.AccessScope?.Namespaces ?? [] });
                }
            }

            return new EksIamMapping
            {
                ClusterName = cluster.Name,
                Region = cluster.Region,
                Source = EksIamMappingSource.AccessEntry,
                Kind = IamPrincipal.Parse(entry.PrincipalArn)?.Kind ?? EksIamPrincipalKind.Role,
                PrincipalArn = entry.PrincipalArn,
                Username = entry.Username,
                Groups = entry.KubernetesGroups ?? [],
                AccessPolicies = policies,
                Type = entry.Type,
                EntryArn = entry.AccessEntryArn,
                CreatedAt = entry.CreatedAt is { } created ? new DateTimeOffset(created.ToUniversalTime()) : null,
            };
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
