using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Authorization;

/// <summary>What somebody wants to do.</summary>
/// <param name="Namespace">Null at the cluster scope.</param>
/// <param name="Path">The URL path of a request that is about no resource; null otherwise.</param>
internal sealed record AccessRequest(KubernetesUser User, string Verb, string Group, string Resource, string Subresource, string? Namespace, string Name, string? Path)
{
    /// <summary>As rules name it: <c>pods</c>, <c>pods/eviction</c>.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>One rule of a role.</summary>
internal sealed record PolicyRule(IReadOnlyList<string> Verbs, IReadOnlyList<string> ApiGroups, IReadOnlyList<string> Resources, IReadOnlyList<string> ResourceNames, IReadOnlyList<string> NonResourceUrls)
{
    public static PolicyRule Read(JsonObject rule) =>
        new(rule.Texts("verbs"), rule.Texts("apiGroups"), rule.Texts("resources"), rule.Texts("resourceNames"), rule.Texts("nonResourceURLs"));

    /// <summary>A rule about resources of one group.</summary>
    public static PolicyRule Of(string verbs, string group, string resources) => new(verbs.Split(' '), [group], resources.Split(' '), [], []);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = Verbs.ToJson() };
        foreach (var (field, values) in ((string, IReadOnlyList<string>)[])[("apiGroups", ApiGroups), ("resources", Resources), ("resourceNames", ResourceNames), ("nonResourceURLs", NonResourceUrls)])
        {
            if (values.Count > 0)
            {
                json[field] = values.ToJson();
            }
        }

        return json;
    }

    public bool Allows(AccessRequest request)
    {
        if (!Verbs.Contains("*") && !Verbs.Contains(request.Verb))
        {
            return false;
        }

        if (request.Path is { } path)
        {
            return NonResourceUrls.Any(u => u == "*" || u == path || (u.EndsWith('*') && path.StartsWith(u[..^1], StringComparison.Ordinal)));
        }

        return (ApiGroups.Contains("*") || ApiGroups.Contains(request.Group))
            && (Resources.Contains("*") || Resources.Contains(request.FullResource) || (request.Subresource.Length > 0 && Resources.Contains("*/" + request.Subresource)))
            && (ResourceNames.Count == 0 || ResourceNames.Contains(request.Name));
    }
}
