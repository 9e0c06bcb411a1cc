using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Sts;

/// <summary>Sessions of roles, whichever way they are begun: their names, their time, their credentials.</summary>
internal static class RoleSessions
{
    /// <summary>The longest name of a session.</summary>
    public const int LongestName = 64;

    private const int MostPolicies = 10;

    /// <summary>The session's name of a request.</summary>
    public static string ReadName(AwsCall call)
    {
        var session = IamService.RequireMember(call, "RoleSessionName");
        return session.Length is >= 2 and <= LongestName && session.All(letter => char.IsAsciiLetterOrDigit(letter) || "_+=,.@-".Contains(letter, StringComparison.Ordinal)) ? session
            : throw new AwsException("ValidationError", $"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
    }

    /// <summary>The time that a request asks for, or the standard one.</summary>
    /// <param name="longest">The most seconds that the role or the caller may have.</param>
    public static TimeSpan ReadDuration(AwsCall call, int standard, int longest)
    {
        var seconds = call.Parameters.Number("DurationSeconds") ?? standard;
        return seconds < 900 ? throw new AwsException("ValidationError", $"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900")
            : seconds > longest ? throw new AwsException("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
            : TimeSpan.FromSeconds(seconds);
    }

    /// <summary>The session policy of a request, checked; null when it has none.</summary>
    public static string? ReadPolicy(AwsCall call)
    {
        if (call.Parameters.Get("Policy") is not { Length: > 0 } policy)
        {
            return null;
        }

        _ = PolicyDocument.ParseIdentity(policy);
        return policy;
    }

    /// <summary>The managed policies that a request narrows its session to, ten at most.</summary>
    public static IReadOnlyList<string> ReadPolicyArns(AwsCall call)
    {
        string[] arns = [.. call.Parameters.List("PolicyArns").Select(one => one.Get("arn") ?? "")];
        return arns.Length <= MostPolicies ? arns
            : throw new AwsException("ValidationError", $"1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to {MostPolicies}");
    }

    /// <summary>Begins a session.</summary>
    /// <param name="policy">A policy that narrows it.</param>
    /// <param name="policyArns">Managed policies that narrow it; all of them together with <paramref name="policy"/> say what the session may at most.</param>
    public static AccessKey Begin(AwsAccount account, Role role, string session, TimeSpan duration, IReadOnlyDictionary<string, string>? tags = null, string? policy = null, IReadOnlyList<string>? policyArns = null) =>
        account.Credentials.AddTemporary(
            new Principal(account.Arn("sts", "", $"assumed-role/{role.Name}/{session}"), $"{role.Id}:{session}", role.Arn) { Tags = tags ?? new Dictionary<string, string>(), SessionPolicies = SessionPolicies(account, policy, policyArns ?? []) },
            account.Now + duration);

    /// <summary>One that is not there allows nothing, and narrows the session all the same.</summary>
    private static List<PolicyDocument> SessionPolicies(AwsAccount account, string? policy, IReadOnlyList<string> arns)
    {
        List<PolicyDocument> policies = [.. arns.SelectMany(arn => PolicyStore.Find(account, arn)), .. policy is null ? Array.Empty<PolicyDocument>() : [PolicyDocument.ParseIdentity(policy)]];
        return policies.Count == 0 && arns.Count > 0 ? [new PolicyDocument(HasVariables: false, [])] : policies;
    }

    /// <summary>The credentials as STS answers them.</summary>
    public static XElement WriteCredentials(AccessKey key) =>
        X("Credentials", X("AccessKeyId", key.Id), X("SecretAccessKey", key.Secret), X("SessionToken", key.SessionToken), X("Expiration", key.Expires));

    /// <summary>The session's principal as STS answers it.</summary>
    public static XElement WriteUser(AccessKey key) => X("AssumedRoleUser", X("AssumedRoleId", key.Principal.UserId), X("Arn", key.Principal.Arn));
}
