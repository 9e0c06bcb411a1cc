using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Serving;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Authorization;

/// <summary>Acting as another (<c>kubectl --as</c>): allowed by the verb <c>impersonate</c> on users, groups and service accounts.</summary>
internal static class Impersonation
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>The user that the request is made as.</summary>
    /// <exception cref="StatusException">403 when the user may not act as the other; 400 for groups without a user.</exception>
    public static KubernetesUser Apply(HttpRequest request, KubernetesUser user, Authorizer authorizer)
    {
        var name = request.Headers["Impersonate-User"].ToString();
        var groups = request.Headers["Impersonate-Group"].OfType<string>().ToList();
        if (name.Length == 0)
        {
            return groups.Count == 0 ? user : throw StatusException.BadRequest("requested groups without impersonating a user");
        }

        if (name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && name[ServiceAccountPrefix.Length..].Split(':') is [var ns, var account])
        {
            authorizer.Demand(new(user, "impersonate", "", "serviceaccounts", "", ns, account, null));
            groups = groups.Count > 0 ? groups : ["system:serviceaccounts", $"system:serviceaccounts:{ns}"];
        }
        else
        {
            authorizer.Demand(new(user, "impersonate", "", "users", "", null, name, null));
        }

        foreach (var group in request.Headers["Impersonate-Group"].OfType<string>())
        {
            authorizer.Demand(new(user, "impersonate", "", "groups", "", null, group, null));
        }

        IReadOnlyList<string> all = name == KubernetesUser.Anonymous.Username ? ["system:unauthenticated"] : [.. groups.Append("system:authenticated").Distinct()];
        return new(name, request.Headers["Impersonate-Uid"].ToString(), all, new Dictionary<string, IReadOnlyList<string>>(), []);
    }
}
