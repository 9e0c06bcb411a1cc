using EksTools.Core.Access;
using EksTools.Core.Clusters;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>What can be refused by looking at the request alone: one sentence each, before any call.</summary>
internal static class ServiceAccountRoleRules
{
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    private const int LongestRoleName = 64, LongestPath = 512;
    private const string DefaultAudience = "sts.amazonaws.com";
    private static readonly TimeSpan ShortestSession = TimeSpan.FromHours(1), LongestSession = TimeSpan.FromHours(12);

    // What the webhook takes: amazon-eks-pod-identity-webhook.
    private static readonly TimeSpan ShortestToken = TimeSpan.FromSeconds(600), LongestToken = TimeSpan.FromSeconds(86400);

    public static void Require(ServiceAccountRoleRequest request, string partition)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        foreach (ServiceAccountName account in request.ServiceAccounts)
        {
            ServiceAccountNames.Require(account, wildcards: request.Mode != ServiceAccountRoleMode.PodIdentity);
        }

        if (request.RoleName is { } name && (name.Length is 0 or > LongestRoleName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || "+=,.@_-".Contains(c, StringComparison.Ordinal))))
        {
            throw Wrong("InvalidRoleName", nameof(request.RoleName), $"-RoleName '{name}' cannot be the name of an IAM role.", "Use 1 to 64 letters, digits and + = , . @ _ -.");
        }

        RequirePath(nameof(request.Path), request.Path);

        foreach ((string parameter, string arn) in request.PolicyArns.Select(static arn => ("PolicyArn", arn)).Concat(request.PermissionsBoundary is { } boundary ? [("PermissionsBoundary", boundary)] : []))
        {
            RequirePolicyArn(parameter, arn, partition);
        }

        if (request.MaxSessionDuration is { } session && (session < ShortestSession || session > LongestSession))
        {
            throw Wrong("InvalidMaxSessionDuration", nameof(request.MaxSessionDuration), $"-MaxSessionDuration {session:g} is out of range: one hour to twelve.", "Write it as 04:00:00.");
        }

        if (request.TokenExpiration is { } token && (token < ShortestToken || token > LongestToken))
        {
            throw Wrong("InvalidTokenExpiration", nameof(request.TokenExpiration), $"-TokenExpiration {token:g} is out of range: 600 seconds to 86400.", "Write it as 01:00:00.");
        }

        if (request.TargetRoleArn is { } target && request.Mode != ServiceAccountRoleMode.PodIdentity)
        {
            throw Wrong("TargetRoleNeedsPodIdentity", nameof(request.TargetRoleArn), $"-TargetRoleArn '{target}' is for Pod Identity.", "Say -Mode PodIdentity.");
        }

        if (request.TargetRoleArn is { } passedOn)
        {
            PrincipalArn.RequireRole(passedOn, partition, nameof(request.TargetRoleArn));
        }

        if (request.Mode == ServiceAccountRoleMode.PodIdentity && TokenOption(request) is { } option)
        {
            throw Wrong("TokenOptionNeedsIrsa", option, $"-{option} is for IRSA: with Pod Identity the agent asks for the credentials, and the pod's token is EKS's own.", "Leave it out, or say -Mode Irsa.");
        }

        WellKnownPolicies.Require(request.WellKnownPolicies);
    }

    /// <summary>The parameter that says something of the web identity of pods; null when none does.</summary>
    public static string? TokenOption(ServiceAccountRoleRequest request) =>
        request.RegionalSts is not null ? nameof(request.RegionalSts)
        : request.TokenExpiration is not null ? nameof(request.TokenExpiration)
        : request.Audience != DefaultAudience ? nameof(request.Audience)
        : null;

    /// <summary>Refuses what cannot be the path of a role.</summary>
    public static void RequirePath(string parameter, string path)
    {
        if (path is not ['/', ..] || path[^1] != '/' || path.Length > LongestPath || path.Contains("//", StringComparison.Ordinal))
        {
            throw Wrong("InvalidRolePath", parameter, $"-{parameter} '{path}' cannot be the path of an IAM role.", "Begin and end it with a slash, such as /teams/web/.");
        }
    }

    /// <summary>Refuses what is not the ARN of a policy of a partition.</summary>
    public static void RequirePolicyArn(string parameter, string arn, string partition)
    {
        if (arn.Split(':', 6) is not ["arn", var named, "iam", "", "aws" or { Length: 12 }, var resource] || !resource.StartsWith("policy/", StringComparison.Ordinal) || resource.EndsWith('/'))
        {
            throw Wrong("InvalidPolicyArn", parameter, $"-{parameter} '{arn}' is not the ARN of an IAM policy.", $"Write it as arn:{partition}:iam::aws:policy/NAME or arn:{partition}:iam::111122223333:policy/NAME.");
        }

        if (named != partition)
        {
            throw Wrong("ArnOfOtherPartition", parameter, $"-{parameter} '{arn}' is of partition {named}, but the region is of {partition}.", "Name a policy of the region's partition.");
        }
    }

    private static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);
}
