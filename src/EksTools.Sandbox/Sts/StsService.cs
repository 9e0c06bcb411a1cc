using System.Xml.Linq;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Sts;

/// <summary>STS's operations.</summary>
internal static class StsService
{
    public static IReadOnlyDictionary<string, QueryOperation> Operations { get; } = new Dictionary<string, QueryOperation>
    {
        ["GetCallerIdentity"] = call => [X("UserId", call.Caller.UserId), X("Account", call.Account.Id), X("Arn", call.Caller.Arn)],
        ["AssumeRole"] = AssumeRole,
        [WebIdentity.Operation] = WebIdentity.AssumeRole,
        ["GetSessionToken"] = call => [RoleSessions.WriteCredentials(call.Account.Credentials.AddTemporary(call.Caller, call.Now + RoleSessions.ReadDuration(call, 43200, 129600)))],
    };

    private static IEnumerable<XElement?> AssumeRole(AwsCall call)
    {
        var (arn, session) = (IamService.RequireMember(call, "RoleArn"), RoleSessions.ReadName(call));

        // STS does not tell a missing role from one that does not trust the caller.
        var role = call.Account.Iam.FindRole(arn);
        var context = StsActions.Context(call);
        if (StsActions.Wanted(call).FirstOrDefault(action => role is null || !TrustPolicy.TrustsPrincipal(role, call.Caller.IamArn, call.Caller.Arn, call.Account.Id, action, context)) is { } refused)
        {
            throw new AwsException("AccessDenied", $"User: {call.Caller.Arn} is not authorized to perform: {refused} on resource: {arn}", 403);
        }

        // A role's session may itself assume roles for an hour at most.
        var longest = call.Caller.Arn.Contains(":assumed-role/", StringComparison.Ordinal) ? 3600 : role!.MaxSessionDuration;
        var key = RoleSessions.Begin(call.Account, role!, session, RoleSessions.ReadDuration(call, 3600, longest), call.Parameters.Tags("Tags"), RoleSessions.ReadPolicy(call), RoleSessions.ReadPolicyArns(call));
        return [RoleSessions.WriteCredentials(key), RoleSessions.WriteUser(key)];
    }
}
