using System.Xml.Linq;
using EksTools.Sandbox.Account;
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
        ["GetSessionToken"] = call => [WriteCredentials(call.Account.Credentials.AddTemporary(call.Caller, call.Now + Duration(call, 43200, 129600)))],
    };

    private static IEnumerable<XElement?> AssumeRole(AwsCall call)
    {
        var (arn, session) = (IamService.RequireMember(call, "RoleArn"), IamService.RequireMember(call, "RoleSessionName"));
        if (session.Length is < 2 or > 64 || !session.All(letter => char.IsAsciiLetterOrDigit(letter) || "_=,.@-".Contains(letter, StringComparison.Ordinal)))
        {
            throw new AwsException("ValidationError", $"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
        }

        // STS does not tell a missing role from one that does not trust the caller.
        var role = call.Account.Iam.FindRole(arn);
        if (role is null || !TrustPolicy.TrustsPrincipal(role, call.Caller.IamArn, call.Caller.Arn, call.Account.Id))
        {
            throw new AwsException("AccessDenied", $"User: {call.Caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {arn}", 403);
        }

        // A role's session may itself assume roles for an hour at most.
        var longest = call.Caller.Arn.Contains(":assumed-role/", StringComparison.Ordinal) ? 3600 : role.MaxSessionDuration;
        var principal = new Principal(call.Account.Arn("sts", "", $"assumed-role/{role.Name}/{session}"), $"{role.Id}:{session}", role.Arn);
        var key = call.Account.Credentials.AddTemporary(principal, call.Now + Duration(call, 3600, longest));
        return [WriteCredentials(key), X("AssumedRoleUser", X("AssumedRoleId", principal.UserId), X("Arn", principal.Arn))];
    }

    private static TimeSpan Duration(AwsCall call, int standard, int longest)
    {
        var seconds = call.Parameters.Number("DurationSeconds") ?? standard;
        return seconds < 900 ? throw new AwsException("ValidationError", $"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900")
            : seconds > longest ? throw new AwsException("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
            : TimeSpan.FromSeconds(seconds);
    }

    private static XElement WriteCredentials(AccessKey key) =>
        X("Credentials", X("AccessKeyId", key.Id), X("SecretAccessKey", key.Secret), X("SessionToken", key.SessionToken), X("Expiration", key.Expires));
}
