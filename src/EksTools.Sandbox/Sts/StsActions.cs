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

        var role = call.Account.Iam.FindRole(arn);
        foreach (var action in Wanted(call))
        {
            yield return new AccessCheck(action, arn) { Context = Context(call), Granted = Granted(call, role, action) }.On(role?.Tags, "iam");
        }
    }

    /// <summary>The actions that AssumeRole is: with tags of the session, or a source identity, their own besides.</summary>
    public static IEnumerable<string> Wanted(AwsCall call)
    {
        yield return "sts:AssumeRole";
        if (call.Parameters.Has("Tags"))
        {
            yield return "sts:TagSession";
        }

        if (call.Parameters.Get("SourceIdentity") is not null)
        {
            yield return "sts:SetSourceIdentity";
        }
    }

    /// <summary>The condition keys of the request, for the caller's policies and for the role's trust policy.</summary>
    public static RequestContext Context(AwsCall call) =>
        Authorizer.Surround(call, new AccessCheck("sts:AssumeRole", "*") { Context = Own(call) }.Giving(call.Parameters.Tags("Tags")).Context);

    private static RequestContext Own(AwsCall call) => new RequestContext()
        .With("sts:RoleSessionName", call.Parameters.Get("RoleSessionName")).With("sts:ExternalId", call.Parameters.Get("ExternalId"))
        .With("sts:SourceIdentity", call.Parameters.Get("SourceIdentity")).With("sts:TransitiveTagKeys", call.Parameters.Strings("TransitiveTagKeys"));

    /// <summary>Whether the role's trust policy names the caller itself, or the role of its session, and not the account.</summary>
    private static ResourceGrant Granted(AwsCall call, Role? role, string action)
    {
        bool Names(string arn) => role is not null && TrustPolicy.Evaluate(role, RequestPrincipal.Aws(arn), action, Context(call)) == PolicyDecision.Allowed;
        return Names(call.Caller.Arn) ? ResourceGrant.ToCaller : Names(call.Caller.IamArn) ? ResourceGrant.ToRole : ResourceGrant.None;
    }
}
