using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>
/// What a real kube-apiserver asks EKS: whom a token names (TokenReview), and whether an access policy allows what RBAC
/// does not (SubjectAccessReview). The answers come from the same classes that stand in front of the built-in store.
/// </summary>
internal sealed class AccessWebhooks(Authenticator authenticator)
{
    public const string TokenPath = "/authenticate";
    public const string AccessPath = "/authorize";

    public async Task HandleAsync(HttpContext context)
    {
        if (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false) is not JsonObject review)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        review["status"] = context.Request.Path.Value == TokenPath ? await IdentifyAsync(review, context.RequestAborted).ConfigureAwait(false) : Judge(review);
        await Negotiation.WriteAsync(context, StatusCodes.Status200OK, review).ConfigureAwait(false);
    }

    private async Task<JsonObject> IdentifyAsync(JsonObject review, CancellationToken cancellationToken)
    {
        var user = await authenticator.AuthenticateAsync(review.Text("spec", "token") ?? "", cancellationToken).ConfigureAwait(false);
        return user is null ? new() { ["authenticated"] = false } : new() { ["authenticated"] = true, ["user"] = ReviewHandler.UserInfo(user) };
    }

    private JsonObject Judge(JsonObject review)
    {
        var extra = review.Object("spec", "extra");
        var policies = extra.Texts("canonicalArn") is [var arn] && extra.Texts("principalId") is [var id] ? authenticator.FindPolicies(arn, id) : [];
        var request = ReviewHandler.Read(review, ReviewHandler.SubjectOf(review));

        // Never "denied": RBAC is asked besides.
        return new() { ["allowed"] = policies.Count > 0 && AccessPolicyRules.For(policies, request.Namespace).Any(rule => rule.Allows(request)) };
    }
}
