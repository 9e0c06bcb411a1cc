using EksTools.Access;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Errors;
using k8s.Autorest;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>Gathers what a cluster's mappings are held against. What may not be read, or does not answer, is told and goes without.</summary>
internal static class FactReader
{
    public static async Task<AccessFacts> ReadAsync(AwsAccount account, ClusterAccess access, bool nodeRoles, CancellationToken cancellationToken)
    {
        EksCluster cluster = access.Cluster;
        CallerIdentity caller = await account.Session.GetCallerIdentityAsync(cancellationToken);
        string accountId = ClusterArn.Parse(cluster.Arn)?.Account ?? caller.Account;
        List<string> people = [], nodes = [], policies = [], bindings = [];
        Task<IReadOnlyDictionary<string, PrincipalFact>> asked = PrincipalLookup.AskAsync(account, accountId, Principals(access), people, cancellationToken);
        Task<IReadOnlyList<NodeRole>?> roles = nodeRoles ? TryAsync(account, "Which roles nodes use", nodes, () => new NodeRoleReader(account, cluster.Name).ListAsync(cancellationToken)) : Task.FromResult<IReadOnlyList<NodeRole>?>(null);
        Task<IReadOnlyDictionary<string, string>?> offered = TryAsync(account, "Which access policies EKS offers", policies, async () => (IReadOnlyDictionary<string, string>)await AccessPolicies.ListAsync(account, cancellationToken));
        Task<BindingFacts?> bound = TryAsync(account, "What role bindings give to groups", bindings, () => ReadBindingsAsync(account, cluster, cancellationToken));
        await Task.WhenAll(asked, roles, offered, bound);
        return new AccessFacts
        {
            AccountId = accountId,
            Partition = account.Partition.Name,
            Caller = IamPrincipal.Parse(caller.Arn)?.Arn,
            Principals = await asked,
            NodeRoles = await roles,
            AccessPolicies = await offered,
            Bindings = await bound,
            Warnings = [.. people, .. nodes, .. policies, .. bindings],
        };
    }

    private static async Task<BindingFacts> ReadBindingsAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, cluster);
        return await BindingReader.ReadAsync(api, cancellationToken);
    }

    private static IEnumerable<IamPrincipal> Principals(ClusterAccess access) => access.Entries.Select(static entry => entry.PrincipalArn)
        .Concat((access.ConfigMap?.Roles ?? []).Concat(access.ConfigMap?.Users ?? []).Select(static row => row.Arn))
        .Select(IamPrincipal.Parse)
        .OfType<IamPrincipal>();

    /// <summary>An answer, or a warning where it is denied, refused or nobody answers.</summary>
    private static async Task<T?> TryAsync<T>(AwsAccount account, string what, List<string> warnings, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is not OperationCanceledException && IsBearable(AwsFailure.Translate(exception)))
        {
            warnings.Add($"{what} could not be found out. {(await account.TranslateAsync(exception)).Message}");
            return null;
        }
    }

    private static bool IsBearable(EksToolsException exception) => exception.Kind is EksErrorKind.Denied or EksErrorKind.Unauthenticated or EksErrorKind.Network or EksErrorKind.Timeout
        || exception is { ErrorId: "ClusterWithoutEndpoint" } or { InnerException: HttpOperationException };
}
