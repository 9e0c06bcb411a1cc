using EksTools.Sandbox.Iam.Policies;

namespace EksTools.Sandbox.Iam;

/// <summary>What a role's trust policy says.</summary>
internal static class TrustPolicy
{
    /// <summary>What the role's trust policy alone says of a principal.</summary>
    /// <param name="action">Such as <c>sts:AssumeRole</c>, <c>sts:AssumeRoleWithWebIdentity</c> or <c>sts:TagSession</c>.</param>
    public static PolicyDecision Evaluate(Role role, RequestPrincipal principal, string action, RequestContext context) =>
        PolicyEvaluator.Evaluate(PolicyDocument.ParseTrust(role.TrustPolicy), new PolicyRequest(principal, action, role.Arn, context));

    /// <summary>
    /// Whether a service may assume the role, whatever the conditions: what they speak of (a session's tags, the resource that asks) is known
    /// only when the role is assumed, not when the service is handed it.
    /// </summary>
    public static bool TrustsService(Role role, string service, string action = "sts:AssumeRole")
    {
        var policy = PolicyDocument.ParseTrust(role.TrustPolicy);
        var bare = policy with { Statements = [.. policy.Statements.Where(statement => statement.Allows || statement.Conditions.Count == 0).Select(statement => statement with { Conditions = [] })] };
        return PolicyEvaluator.Evaluate(bare, new PolicyRequest(new RequestPrincipal("Service", [service, service + ".cn"]), action, role.Arn, [])) == PolicyDecision.Allowed;
    }

    /// <summary>Whether a principal of the account may assume the role by its own trust policy.</summary>
    /// <param name="action">The action, such as <c>sts:AssumeRole</c>, and <c>sts:TagSession</c> where the session is given tags.</param>
    public static bool TrustsPrincipal(Role role, string iamArn, string callerArn, string accountId, string action, RequestContext context) =>
        Evaluate(role, RequestPrincipal.Aws(callerArn, iamArn, accountId, $"{iamArn[..iamArn.IndexOf("::", StringComparison.Ordinal)]}::{accountId}:root"), action, context) == PolicyDecision.Allowed;
}
