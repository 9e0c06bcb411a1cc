using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Authorization;

/// <summary>Decides whether a request may be made: system:masters, access policies, nodes, then RBAC.</summary>
internal sealed class Authorizer(ObjectStore store)
{
    public bool IsAllowed(AccessRequest request) => RulesFor(request.User, request.Namespace).Any(rule => rule.Allows(request));

    /// <summary>Refuses what is not allowed.</summary>
    /// <exception cref="StatusException">403, worded as the API server does.</exception>
    public void Demand(AccessRequest request)
    {
        if (IsAllowed(request))
        {
            return;
        }

        var user = request.User.Username;
        if (request.Path is not null)
        {
            throw StatusException.Forbidden($"forbidden: User \"{user}\" cannot {request.Verb} path \"{request.Path}\"", []);
        }

        var what = request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}";
        var named = request.Name.Length == 0 ? $"{what} is forbidden" : $"{what} \"{request.Name}\" is forbidden";
        var scope = request.Namespace is null ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var details = new JsonObject();
        foreach (var (field, value) in ((string, string)[])[("name", request.Name), ("group", request.Group), ("kind", request.Resource)])
        {
            if (value.Length > 0)
            {
                details[field] = value;
            }
        }

        throw StatusException.Forbidden($"{named}: User \"{user}\" cannot {request.Verb} resource \"{request.FullResource}\" in API group \"{request.Group}\" {scope}", details);
    }

    /// <summary>Every rule that a user has at the cluster scope and, where one is given, in a namespace.</summary>
    public IEnumerable<PolicyRule> RulesFor(KubernetesUser user, string? ns)
    {
        if (user.Groups.Contains("system:masters"))
        {
            return BuiltInRules.Everything;
        }

        var rules = AccessPolicyRules.For(user.Policies, ns);
        if (user.Groups.Contains("system:nodes"))
        {
            rules = rules.Concat(BuiltInRules.Node);
        }

        rules = rules.Concat(Bound(user, ResourceCatalog.ClusterRoleBindings, null));
        return ns is null ? rules : rules.Concat(Bound(user, ResourceCatalog.RoleBindings, ns));
    }

    private static bool IsSubject(JsonObject subject, KubernetesUser user) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Username,
        "Group" => user.Groups.Contains(subject.Text("name") ?? ""),
        "ServiceAccount" => user.Username == $"system:serviceaccount:{subject.Text("namespace")}:{subject.Text("name")}",
        _ => false,
    };

    private IEnumerable<PolicyRule> Bound(KubernetesUser user, ResourceType bindings, string? ns) =>
        store.List(bindings, ns).Items.Where(b => b.Objects("subjects").Any(s => IsSubject(s, user))).SelectMany(b => RulesOf(b["roleRef"], ns));

    private IEnumerable<PolicyRule> RulesOf(JsonNode? roleRef, string? ns)
    {
        var name = roleRef.Text("name") ?? "";
        var role = roleRef.Text("kind") == "Role" ? store.Find(ResourceCatalog.Roles, ns, name) : store.Find(ResourceCatalog.ClusterRoles, null, name);
        if (role is null)
        {
            return [];
        }

        var selectors = role.Objects("aggregationRule", "clusterRoleSelectors").Select(s => new LabelSelector(s)).ToList();
        var aggregated = selectors.Count == 0
            ? []
            : store.List(ResourceCatalog.ClusterRoles).Items.Where(r => selectors.Exists(s => s.Matches(r.Object("metadata", "labels")))).SelectMany(r => r.Objects("rules"));
        return role.Objects("rules").Concat(aggregated).Select(PolicyRule.Read);
    }
}
