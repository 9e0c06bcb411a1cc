using EksTools.Core.Kubernetes;
using k8s;
using k8s.Models;

namespace EksTools.Core.Access.Reviews;

/// <summary>Reads role bindings from Kubernetes.</summary>
internal static class BindingReader
{
    private const int PageSize = 500;
    private const string Aggregate = "rbac.authorization.k8s.io/aggregate-to-";

    /// <summary>The built-in roles that stand for rights of people, the widest first.</summary>
    public static readonly IReadOnlyList<string> BuiltIn = ["cluster-admin", "admin", "edit", "view"];

    public static async Task<BindingFacts> ReadAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        List<BoundRole> bindings = [];
        await ForEachAsync<V1ClusterRoleBindingList, V1ClusterRoleBinding>(
            api,
            (client, next, token) => client.RbacAuthorizationV1.ListClusterRoleBindingAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
            binding => Add(bindings, binding.Subjects, binding.RoleRef, null, binding.Metadata.Name),
            cancellationToken);
        await ForEachAsync<V1RoleBindingList, V1RoleBinding>(
            api,
            (client, next, token) => client.RbacAuthorizationV1.ListRoleBindingForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
            binding => Add(bindings, binding.Subjects, binding.RoleRef, binding.Metadata.NamespaceProperty, binding.Metadata.Name),
            cancellationToken);
        HashSet<string> extended = new(StringComparer.Ordinal);
        await ForEachAsync<V1ClusterRoleList, V1ClusterRole>(
            api,
            (client, next, token) => client.RbacAuthorizationV1.ListClusterRoleAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
            role => extended.UnionWith(Extends(role)),
            cancellationToken);
        return new BindingFacts(bindings, extended);
    }

    /// <summary>
    /// The built-in roles that a role adds its rules to. Kubernetes' own do so too (view to edit, edit to admin), and are what EKS's access policies stand for.
    /// </summary>
    private static IEnumerable<string> Extends(V1ClusterRole role) => role.Metadata.Name.StartsWith("system:aggregate-to-", StringComparison.Ordinal) || BuiltIn.Contains(role.Metadata.Name)
        ? []
        : (role.Metadata.Labels ?? new Dictionary<string, string>())
            .Where(label => label.Key.StartsWith(Aggregate, StringComparison.Ordinal) && label.Value == "true")
            .Select(static label => label.Key[Aggregate.Length..])
            .SelectMany(static name => BuiltIn.Skip(1).TakeWhile(wider => wider != name).Append(name));

    private static void Add(List<BoundRole> bindings, IList<Rbacv1Subject>? subjects, V1RoleRef role, string? space, string name) => bindings.AddRange((subjects ?? [])
        .Where(static subject => subject.Kind is "Group" or "User")
        .Select(subject => new BoundRole(subject.Name, subject.Kind == "Group", role.Name, role.Kind == "ClusterRole", space, name)));

    private static async Task ForEachAsync<TList, T>(ClusterApi api, Func<IKubernetes, string?, CancellationToken, Task<TList>> list, Action<T> take, CancellationToken cancellationToken)
        where TList : IKubernetesObject<V1ListMeta>, IItems<T>
    {
        string? next = null;
        do
        {
            TList page = await api.CallAsync((client, token) => list(client, next, token), cancellationToken);
            foreach (T item in page.Items)
            {
                take(item);
            }

            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
    }
}
