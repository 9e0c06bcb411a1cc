using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Sts;

/// <summary>The permissions that STS's operations need. GetCallerIdentity and GetSessionToken need none.</summary>
internal static class StsActions
{
    /// <summary>Those of a call.</summary>
    public static IEnumerable<AccessCheck> Of(AwsCall call)
    {
        if (call.Operation != "AssumeRole" || call.Parameters.Get("RoleArn") is not { Length: > 0 } arn)
        {
            yield break;
        }

        // A role of the same account that names the caller itself, and not the account, needs no more.
        var role = call.Account.Iam.FindRole(arn);
        var granted = role is not null && TrustPolicy.Evaluate(role, RequestPrincipal.Aws(call.Caller.Arn, call.Caller.IamArn), "sts:AssumeRole", Context(call)) == PolicyDecision.Allowed;
        yield return new AccessCheck("sts:AssumeRole", arn) { Context = Context(call), Granted = granted }.On(role?.Tags, "iam");
        if (call.Parameters.Has("Tags"))
        {
            yield return new AccessCheck("sts:TagSession", arn) { Context = Context(call), Granted = granted }.On(role?.Tags, "iam").Giving(call.Parameters.Tags("Tags"));
        }
    }

    private static RequestContext Context(AwsCall call) =>
        new RequestContext().With("sts:RoleSessionName", call.Parameters.Get("RoleSessionName")).With("sts:ExternalId", call.Parameters.Get("ExternalId"));
}
