using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Core.WorkloadIdentity.Policies;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>A request to assume a role, as far as a trust policy can tell one from another.</summary>
/// <param name="Action">The action, such as sts:AssumeRoleWithWebIdentity.</param>
/// <param name="PrincipalKind">Federated or Service.</param>
/// <param name="Principal">The provider's ARN, or the service.</param>
/// <param name="Context">The values of condition keys, such as ISSUER:sub.</param>
internal sealed record AssumeRequest(string Action, string PrincipalKind, string Principal, IReadOnlyDictionary<string, string> Context);

/// <summary>What a condition makes of a request.</summary>
internal enum ConditionVerdict
{
    /// <summary>It is met.</summary>
    Met,

    /// <summary>It is not.</summary>
    NotMet,

    /// <summary>It asks for something that cannot be known here, such as a source address.</summary>
    Unknown,
}

/// <summary>
/// Evaluates trust policies as IAM does (reference_policies_evaluation-logic, reference_policies_elements_condition_operators): a Deny that fits wins over
/// every Allow; all operators and keys of a condition must be met, by any of the values; a key that the request does not have meets no positive operator.
/// </summary>
internal static partial class TrustEvaluation
{
    /// <summary>Whether the policy allows the request; null when that hangs on a condition that cannot be known here.</summary>
    public static bool? Allows(PolicyDocument trust, AssumeRequest request)
    {
        ConditionVerdict[] Verdicts(string effect) => [.. trust.Statements.Where(statement => (string?)statement["Effect"] == effect && Covers(statement, request)).Select(statement => Evaluate(statement["Condition"] as JsonObject, request.Context))];
        ConditionVerdict[] denials = Verdicts("Deny");
        ConditionVerdict[] grants = Verdicts("Allow");
        return denials.Contains(ConditionVerdict.Met) ? false
            : grants.Contains(ConditionVerdict.Met) ? (denials.Contains(ConditionVerdict.Unknown) ? null : true)
            : grants.Contains(ConditionVerdict.Unknown) ? null
            : false;
    }

    /// <summary>Whether a statement is about the action and the principal.</summary>
    public static bool Covers(JsonObject statement, AssumeRequest request) => CoversAction(statement, request.Action)
        && (statement["NotPrincipal"] is { } not ? !Names(not, request) : Names(statement["Principal"], request));

    /// <summary>Whether a statement is about an action.</summary>
    public static bool CoversAction(JsonObject statement, string action) => statement["NotAction"] is { } not
        ? !PolicyDocument.Values(not).Any(pattern => Like(pattern, action, ignoreCase: true))
        : PolicyDocument.Values(statement["Action"]).Any(pattern => Like(pattern, action, ignoreCase: true));

    /// <summary>What a condition makes of a request.</summary>
    public static ConditionVerdict Evaluate(JsonObject? condition, IReadOnlyDictionary<string, string> context)
    {
        ConditionVerdict verdict = ConditionVerdict.Met;
        foreach ((string name, JsonNode? keys) in condition ?? [])
        {
            foreach ((string key, JsonNode? values) in keys as JsonObject ?? [])
            {
                ConditionVerdict one = Evaluate(name, key, PolicyDocument.Values(values), context);
                if (one == ConditionVerdict.NotMet)
                {
                    return one;
                }

                verdict = one == ConditionVerdict.Unknown ? one : verdict;
            }
        }

        return verdict;
    }

    /// <summary>IAM's wildcards: * for any text, ? for one character.</summary>
    public static bool Like(string pattern, string text, bool ignoreCase = false) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}\\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));

    /// <summary>Whether a Principal element names whom the request is from. {"AWS": "*"} is the same as "*" (reference_policies_elements_principal).</summary>
    private static bool Names(JsonNode? principal, AssumeRequest request) => principal is JsonValue any ? any.ToString() == "*"
        : PolicyDocument.Values((principal as JsonObject)?[request.PrincipalKind]).Any(name => name == "*" || name == request.Principal) || PolicyDocument.Values((principal as JsonObject)?["AWS"]).Contains("*");

    /// <summary>ARNs are compared part by part, six parts, the last with colons of its own; what has fewer parts is no ARN and fits nothing.</summary>
    private static bool ArnLike(string pattern, string text)
    {
        string[] patterns = pattern.Split(':', 6);
        string[] parts = text.Split(':', 6);
        return patterns.Length == 6 && parts.Length == 6 && patterns.Zip(parts).All(static pair => Like(pair.First, pair.Second));
    }

    private static ConditionVerdict Evaluate(string operatorName, string key, string[] values, IReadOnlyDictionary<string, string> context)
    {
        Match parts = Operator().Match(operatorName);
        string kind = parts.Groups["kind"].Value;
        KeyValuePair<string, string> said = context.FirstOrDefault(pair => pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        bool known = said.Key is not null;
        if (kind == "Null")
        {
            // The issuer's and the session's keys are all there is to know; another key may be there in a real request.
            return known || IsIdentityKey(key, context) ? Verdict(values.Contains(known ? "false" : "true", StringComparer.OrdinalIgnoreCase)) : ConditionVerdict.Unknown;
        }

        Func<string, bool>? compares = kind switch
        {
            "StringEquals" => value => value == said.Value,
            "StringEqualsIgnoreCase" => value => value.Equals(said.Value, StringComparison.OrdinalIgnoreCase),
            "StringLike" => value => Like(value, said.Value),
            "ArnLike" or "ArnEquals" => value => ArnLike(value, said.Value),
            "StringNotEquals" => value => value != said.Value,
            "StringNotEqualsIgnoreCase" => value => !value.Equals(said.Value, StringComparison.OrdinalIgnoreCase),
            "StringNotLike" => value => !Like(value, said.Value),
            "ArnNotLike" or "ArnNotEquals" => value => !ArnLike(value, said.Value),
            _ => null,
        };
        // What a policy variable stands for is known to AWS alone.
        if (compares is null || (!known && !IsIdentityKey(key, context)) || values.Any(static value => value.Contains("${", StringComparison.Ordinal)))
        {
            return ConditionVerdict.Unknown;
        }

        bool negative = kind.Contains("Not", StringComparison.Ordinal);
        return known ? Verdict(negative ? values.All(compares) : values.Any(compares))
            : Verdict(parts.Groups["exists"].Success || parts.Groups["set"].Value switch { "ForAllValues" => true, "ForAnyValue" => false, _ => negative });
    }

    /// <summary>A key of the issuer or the session that the request would have if it had it at all. The tags of a pod come with the pod, and are not known before.</summary>
    private static bool IsIdentityKey(string key, IReadOnlyDictionary<string, string> context)
    {
        int colon = key.LastIndexOf(':');
        return colon > 0 && !key.StartsWith("aws:RequestTag/kubernetes-pod-", StringComparison.OrdinalIgnoreCase) && (key.Contains("/id/", StringComparison.Ordinal) || key.StartsWith("aws:RequestTag/kubernetes-", StringComparison.OrdinalIgnoreCase) || key.StartsWith("aws:RequestTag/eks-", StringComparison.OrdinalIgnoreCase))
            && (context.Keys.Any(known => known.StartsWith(key[..colon], StringComparison.OrdinalIgnoreCase)) || key.Contains("/id/", StringComparison.Ordinal));
    }

    private static ConditionVerdict Verdict(bool met) => met ? ConditionVerdict.Met : ConditionVerdict.NotMet;

    [GeneratedRegex("^((?<set>ForAnyValue|ForAllValues):)?(?<kind>[A-Za-z]+?)(?<exists>IfExists)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Operator();
}
