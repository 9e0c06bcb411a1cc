using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.EksAuth;

/// <summary>The session that EKS begins for a pod, as <c>pods.eks.amazonaws.com</c>: its tags, what a trust policy can tell it by, and the target role behind it.</summary>
internal static class PodIdentitySession
{
    private const string Service = "pods.eks.amazonaws.com";

    // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html; a chain of roles has an hour, as everywhere in STS.
    private static readonly TimeSpan Duration = TimeSpan.FromHours(6), ChainedDuration = TimeSpan.FromHours(1);

    /// <summary>Whether a role trusts EKS with the pods of a service account.</summary>
    /// <param name="tags">The session's tags; empty when the association switches them off.</param>
    public static bool Trusts(Role role, Cluster cluster, IReadOnlyDictionary<string, string> tags) =>
        Actions(tags).All(action => TrustPolicy.Evaluate(role, new RequestPrincipal("Service", [Service, Service + ".cn"]), action, Surroundings(cluster, tags)) == PolicyDecision.Allowed);

    /// <summary>The tags by which AWS says who a session is for (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html).</summary>
    /// <param name="pod">The token's claim of the pod; null where there is no pod yet.</param>
    public static IReadOnlyDictionary<string, string> TagsOf(Cluster cluster, string space, string serviceAccount, JsonObject? pod = null)
    {
        var tags = new Dictionary<string, string>
        {
            ["eks-cluster-arn"] = cluster.Arn, ["eks-cluster-name"] = cluster.Name, ["kubernetes-namespace"] = space, ["kubernetes-service-account"] = serviceAccount,
        };
        if (pod is not null)
        {
            (tags["kubernetes-pod-name"], tags["kubernetes-pod-uid"]) = (pod.Text("name") ?? "", pod.Text("uid") ?? "");
        }

        return tags;
    }

    /// <summary>Begins it.</summary>
    public static AccessKey Begin(AwsCall call, Cluster cluster, PodIdentityAssociation association, JsonObject pod)
    {
        IReadOnlyDictionary<string, string> tags = association.DisableSessionTags ? new Dictionary<string, string>() : TagsOf(cluster, association.Namespace, association.ServiceAccount, pod);
        var name = $"eks-{cluster.Name}-{pod.Text("name")}";
        var session = $"{name[..Math.Min(name.Length, RoleSessions.LongestName - 37)]}-{Guid.NewGuid()}";
        var role = FindRole(call, association.RoleArn);
        if (role is null || !Trusts(role, cluster, tags))
        {
            throw Unauthorized("Unauthorized Exception! EKS does not have permissions to assume the associated role.");
        }

        var first = RoleSessions.Begin(call.Account, role, session, association.TargetRoleArn is null ? Duration : ChainedDuration, tags, association.TargetRoleArn is null ? association.Policy : null);
        if (association.TargetRoleArn is not { } arn)
        {
            return first;
        }

        call.Account.Credentials.Remove(first.Id);
        var target = FindRole(call, arn);
        return target is not null && TrustsChain(target, first.Principal, association, tags) ? RoleSessions.Begin(call.Account, target, session, ChainedDuration, tags, association.Policy)
            : throw Unauthorized("Unauthorized Exception! The associated role does not have permissions to assume the target role.");
    }

    private static Role? FindRole(AwsCall call, string arn) => call.Account.Iam.FindRole(arn) is { } role && call.Account.Iam.IsVisible(role) ? role : null;

    private static bool TrustsChain(Role target, Principal first, PodIdentityAssociation association, IReadOnlyDictionary<string, string> tags)
    {
        var principal = RequestPrincipal.Aws(first.Arn, first.IamArn, first.IamArn.Split(':')[4], $"{first.IamArn[..first.IamArn.IndexOf("::", StringComparison.Ordinal)]}::{first.IamArn.Split(':')[4]}:root");
        RequestContext Context() => Tagged(new RequestContext().With("aws:PrincipalArn", first.IamArn).With("sts:ExternalId", association.ExternalId), tags);
        return Actions(tags).All(action => TrustPolicy.Evaluate(target, principal, action, Context()) == PolicyDecision.Allowed);
    }

    private static string[] Actions(IReadOnlyDictionary<string, string> tags) => tags.Count > 0 ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"];

    private static RequestContext Surroundings(Cluster cluster, IReadOnlyDictionary<string, string> tags) =>
        Tagged(new RequestContext().With("aws:SourceAccount", cluster.Eks.Account.Id).With("aws:SourceArn", cluster.Arn), tags);

    private static RequestContext Tagged(RequestContext context, IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            context.With($"aws:RequestTag/{key}", value);
        }

        return context.With("aws:TagKeys", [.. tags.Keys]);
    }

    private static AwsException Unauthorized(string message) => new("AccessDeniedException", message);
}
