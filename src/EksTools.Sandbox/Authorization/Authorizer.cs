using System.Globalization;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.CloudWatchLogs;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.EksAuth;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.KeyManagement;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.Authorization;

/// <summary>
/// Whether the caller may make a call: its identity's policies, its permissions boundary and its session's policies, all as AWS weighs them
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
/// </summary>
internal static class Authorizer
{
    private const string Own = "identity-based policy";

    private static readonly Dictionary<string, Func<AwsCall, IEnumerable<AccessCheck>>> Services = new()
    {
        ["eks"] = EksActions.Of,
        ["iam"] = IamActions.Of,
        ["ec2"] = Ec2Actions.Of,
        ["sts"] = StsActions.Of,
        ["elb"] = ElbActions.OfClassic,
        ["elbv2"] = ElbActions.OfSecond,
        [EksAuthService.Name] = EksAuthService.Needs,
        [LogsService.Name] = LogsService.Needs,
        [AcmService.Name] = AcmService.Needs,
        [KmsService.Name] = KmsService.Needs,
    };

    /// <summary>Refuses a call that the caller may not make, in the service's own words.</summary>
    public static void Require(string service, AwsCall call)
    {
        foreach (var check in Services[service](call))
        {
            call.Actions.Add(check.Action);
            if (Judge(call, check) is { } reason)
            {
                throw check.Refusal ?? Refusals.For(service, call.Caller.Arn, check, reason);
            }
        }
    }

    /// <summary>The refusal of a call whatever the policies say.</summary>
    public static AwsException Refuse(string service, AwsCall call)
    {
        var check = Services[service](call).FirstOrDefault() ?? new AccessCheck($"{service}:{call.Operation}", "*");
        return Refusals.For(service, call.Caller.Arn, check, Silence(Own, check));
    }

    private static string Silence(string kind, AccessCheck check) => $"because no {kind} allows the {check.Action} action";

    /// <summary>Why the caller may not, or null when it may.</summary>
    private static string? Judge(AwsCall call, AccessCheck check)
    {
        var identity = call.Account.Iam.FindIdentity(call.Caller.IamArn);
        var request = new PolicyRequest(null, check.Action, check.Resource, Global(call, identity, check.Context));
        (string Name, string Article, IReadOnlyList<PolicyDocument>? Policies)[] kinds =
        [
            (Own, "an", [.. PolicyStore.Of(call.Account, identity)]),
            ("permissions boundary", "a", identity?.PermissionsBoundary is { } boundary ? [.. PolicyStore.Find(call.Account, boundary)] : null),
            ("session policy", "a", call.Caller.SessionPolicies.Count > 0 ? call.Caller.SessionPolicies : null),
        ];
        var decisions = kinds.Where(kind => kind.Policies is not null).Select(kind => (kind.Name, kind.Article, Decision: PolicyEvaluator.Evaluate(kind.Policies!, request))).ToList();
        return decisions.FirstOrDefault(kind => kind.Decision == PolicyDecision.ExplicitDeny) is { Name: { } denying } denied ? $"with an explicit deny in {denied.Article} {denying}"
            : check.Granted != ResourceGrant.ToCaller && decisions.FirstOrDefault(kind => kind.Decision == PolicyDecision.ImplicitDeny && !(check.Granted == ResourceGrant.ToRole && kind.Name == Own)) is { Name: { } silent } ? Silence(silent, check)
            : null;
    }

    /// <summary>The condition keys of a request with those that every request has.</summary>
    public static RequestContext Surround(AwsCall call, RequestContext own) => Global(call, call.Account.Iam.FindIdentity(call.Caller.IamArn), own);

    private static RequestContext Global(AwsCall call, IIdentity? identity, RequestContext own)
    {
        var (caller, isSession) = (call.Caller, call.Caller.Arn.Contains(":assumed-role/", StringComparison.Ordinal));
        var context = new RequestContext()
            .With("aws:PrincipalArn", caller.IamArn).With("aws:PrincipalAccount", call.Account.Id).With("aws:PrincipalType", isSession ? "AssumedRole" : "User")
            .With("aws:userid", caller.UserId).With("aws:username", isSession ? null : caller.IamArn[(caller.IamArn.LastIndexOf('/') + 1)..])
            .With("aws:CurrentTime", call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)).With("aws:EpochTime", call.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))
            .With("aws:RequestedRegion", call.Region).With("aws:ViaAWSService", "false").With("aws:SourceIp", "127.0.0.1")
            // Loopback stands for AWS's endpoints, which policies may want to be asked over TLS.
            .With("aws:SecureTransport", "true");
        // A tag of the session stands before the role's own of that key.
        foreach (var (key, value) in (identity?.Tags ?? []).Concat(caller.Tags))
        {
            context.With($"aws:PrincipalTag/{key}", value);
        }

        foreach (var (key, values) in own)
        {
            context.With(key, values);
        }

        return context;
    }
}
