using EksTools.Sandbox.Iam.Policies;

namespace EksTools.Sandbox.Iam;

/// <summary>What a role's trust policy says.</summary>
internal static class TrustPolicy
{
    /// <summary>What the role's trust policy alone says of a principal.</summary>
    /// <param name="action">Such as <c>sts:AssumeRole</c>, <c>sts:AssumeRoleWithWebIdentity</c> or <c>sts:TagSession</c>.</param>
    public static PolicyDecision Evaluate(Role role, RequestPrincipal principal, string action, RequestContext context) =>
        PolicyEvaluator.Evaluate(PolicyDocument.ParseTrust(role.TrustPolicy), new PolicyRequest(principal, action, role.Arn, context));

    /// <summary>Whether a service may assume the role.</summary>
    /// <param name="context">What the service says of itself, such as <c>aws:SourceAccount</c>.</param>
    public static bool TrustsService(Role role, string service, string action = "sts:AssumeRole", RequestContext? context = null) =>
        Evaluate(role, new RequestPrincipal("Service", [service, service + ".cn"]), action, context ?? []) == PolicyDecision.Allowed;

    /// <summary>Whether a principal of the account may assume the role by its own trust policy.</summary>
    public static bool TrustsPrincipal(Role role, string iamArn, string callerArn, string accountId) =>
        Evaluate(role, RequestPrincipal.Aws(callerArn, iamArn, accountId, $"{iamArn[..iamArn.IndexOf("::", StringComparison.Ordinal)]}::{accountId}:root"), "sts:AssumeRole", new RequestContext().With("aws:PrincipalArn", iamArn)) == PolicyDecision.Allowed;
}
