using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Resources;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Answers who somebody is and what he may do. Reviews are not stored.</summary>
internal sealed class ReviewHandler(Authenticator authenticator, Authorizer authorizer)
{
    public async Task HandleAsync(HttpContext context, ResourceType type, RequestInfo info, KubernetesUser user)
    {
        if (info.Verb != "create")
        {
            throw StatusException.MethodNotAllowed();
        }

        var review = await WriteHandler.ReadAsync(context, type).ConfigureAwait(false);
        review["kind"] = type.Kind;
        review["apiVersion"] = type.ApiVersion;
        review["status"] = type.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = UserInfo(user) },
            "SelfSubjectAccessReview" => Access(review, user),
            "SubjectAccessReview" => Access(review, SubjectOf(review)),
            "SelfSubjectRulesReview" => Rules(user, review.Text("spec", "namespace")),
            _ => await TokenAsync(review, context.RequestAborted).ConfigureAwait(false),
        };
        await Negotiation.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    /// <summary>A user as reviews write it.</summary>
    public static JsonObject UserInfo(KubernetesUser user)
    {
        var info = new JsonObject { ["username"] = user.Username };
        if (user.Uid.Length > 0)
        {
            info["uid"] = user.Uid;
        }

        info["groups"] = user.Groups.ToJson();
        if (user.Extra.Count > 0)
        {
            info["extra"] = new JsonObject(user.Extra.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value.ToJson())));
        }

        return info;
    }

    /// <summary>Whom a SubjectAccessReview is about.</summary>
    public static KubernetesUser SubjectOf(JsonObject review) =>
        new(review.Text("spec", "user") ?? "", review.Text("spec", "uid") ?? "", review.Texts("spec", "groups"), new Dictionary<string, IReadOnlyList<string>>(), []);

    /// <summary>What an access review asks about.</summary>
    /// <exception cref="StatusException">400 when it asks about both or neither of a resource and a path.</exception>
    public static AccessRequest Read(JsonObject review, KubernetesUser user)
    {
        var resource = review.Object("spec", "resourceAttributes");
        var path = review.Object("spec", "nonResourceAttributes");
        if (resource is null == path is null)
        {
            throw StatusException.BadRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }

        return resource is not null
            ? new AccessRequest(
                user, resource.Text("verb") ?? "", resource.Text("group") ?? "", resource.Text("resource") ?? "", resource.Text("subresource") ?? "",
                resource.Text("namespace") is { Length: > 0 } ns ? ns : null, resource.Text("name") ?? "", null)
            : new AccessRequest(user, path.Text("verb") ?? "", "", "", "", null, "", path.Text("path") ?? "");
    }

    private JsonObject Access(JsonObject review, KubernetesUser user) => new() { ["allowed"] = authorizer.IsAllowed(Read(review, user)) };

    private JsonObject Rules(KubernetesUser user, string? ns)
    {
        var rules = authorizer.RulesFor(user, string.IsNullOrEmpty(ns) ? null : ns).Select(r => r.ToJson()).ToList();
        return new()
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(r => r["resources"] is not null)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(r => r["nonResourceURLs"] is not null)]),
            ["incomplete"] = false,
        };
    }

    private async Task<JsonObject> TokenAsync(JsonObject review, CancellationToken cancellationToken)
    {
        var audiences = review.Texts("spec", "audiences");
        var user = review.Text("spec", "token") is { Length: > 0 } token ? await authenticator.AuthenticateAsync(token, cancellationToken, audiences).ConfigureAwait(false) : null;
        if (user is null)
        {
            return new() { ["authenticated"] = false, ["error"] = "the token is refused" };
        }

        var status = new JsonObject { ["authenticated"] = true, ["user"] = UserInfo(user) };
        if (user.Audiences.Count > 0)
        {
            status["audiences"] = user.Audiences.ToJson();
        }

        return status;
    }
}
