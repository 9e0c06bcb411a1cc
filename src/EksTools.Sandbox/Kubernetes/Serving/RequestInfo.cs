using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>What a request's path and method ask for, as Kubernetes reads them.</summary>
internal sealed record RequestInfo(string Verb, string Group, string Version, string Resource, string Subresource, string? Namespace, string Name, string? Path)
{
    /// <summary>Whether the request is about a resource rather than a path such as <c>/version</c>.</summary>
    public bool IsResource => Path is null;

    public AccessRequest By(KubernetesUser user) => new(user, Verb, Group, Resource, Subresource, Namespace, Name, Path);

    public static RequestInfo Read(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var method = request.Method.ToUpperInvariant();
        var prefix = parts switch
        {
            ["api", _, _, ..] => 2,
            ["apis", _, _, _, ..] => 3,
            _ => 0,
        };
        if (prefix == 0)
        {
            return new(method.ToLowerInvariant(), "", "", "", "", null, "", path);
        }

        var (group, version) = prefix == 2 ? ("", parts[1]) : (parts[1], parts[2]);
        var rest = parts[prefix..];
        string? ns = null;
        if (rest is ["namespaces", var space, var next, ..] && next is not ("status" or "finalize"))
        {
            ns = space;
            rest = rest[2..];
        }

        var name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : "";
        var subresource = rest.Length > 2 ? string.Join('/', rest[2..]) : "";
        if (rest is ["namespaces", ..] && name.Length > 0)
        {
            // Access to one namespace is judged within it.
            ns = name;
        }

        var watch = request.Query["watch"] is ["true" or "1" or ""];
        if (name.Length == 0 && request.Query["fieldSelector"] is [{ } selector] && selector.StartsWith("metadata.name=", StringComparison.Ordinal) && !selector.Contains(',', StringComparison.Ordinal))
        {
            return new(VerbOf(method, "", watch), group, version, rest[0], "", ns, selector["metadata.name=".Length..], null);
        }

        return new(VerbOf(method, name, watch), group, version, rest[0], subresource, ns, name, null);
    }

    private static string VerbOf(string method, string name, bool watch) => method switch
    {
        "GET" or "HEAD" when watch => "watch",
        "GET" or "HEAD" => name.Length > 0 ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
        _ => method.ToLowerInvariant(),
    };
}
