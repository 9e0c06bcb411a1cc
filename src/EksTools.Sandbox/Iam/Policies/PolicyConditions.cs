using System.Globalization;
using System.Net;

namespace EksTools.Sandbox.Iam.Policies;

/// <summary>
/// Condition operators, and what they say of a key that the request does not have
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
/// </summary>
internal static class PolicyConditions
{
    /// <summary>Whether a value of the request meets a value of the policy, by operator; the negated ones are derived.</summary>
    private static readonly Dictionary<string, Func<string, PolicyPattern, bool>> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["StringEquals"] = (actual, wanted) => actual == wanted.Literal,
        ["StringEqualsIgnoreCase"] = (actual, wanted) => actual.Equals(wanted.Literal, StringComparison.OrdinalIgnoreCase),
        ["StringLike"] = (actual, wanted) => wanted.Match(actual),
        ["ArnEquals"] = (actual, wanted) => wanted.MatchArn(actual),
        ["ArnLike"] = (actual, wanted) => wanted.MatchArn(actual),
        ["BinaryEquals"] = (actual, wanted) => actual == wanted.Literal,
        ["Bool"] = (actual, wanted) => actual.Equals(wanted.Literal, StringComparison.OrdinalIgnoreCase),
        ["IpAddress"] = (actual, wanted) => IPAddress.TryParse(actual, out var address)
            && IPNetwork.TryParse(wanted.Literal.Contains('/', StringComparison.Ordinal) ? wanted.Literal : $"{wanted.Literal}/{(wanted.Literal.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", out var network)
            && network.Contains(address),
        ["NumericEquals"] = Number((actual, wanted) => actual == wanted),
        ["NumericLessThan"] = Number((actual, wanted) => actual < wanted),
        ["NumericLessThanEquals"] = Number((actual, wanted) => actual <= wanted),
        ["NumericGreaterThan"] = Number((actual, wanted) => actual > wanted),
        ["NumericGreaterThanEquals"] = Number((actual, wanted) => actual >= wanted),
        ["DateEquals"] = Date((actual, wanted) => actual == wanted),
        ["DateLessThan"] = Date((actual, wanted) => actual < wanted),
        ["DateLessThanEquals"] = Date((actual, wanted) => actual <= wanted),
        ["DateGreaterThan"] = Date((actual, wanted) => actual > wanted),
        ["DateGreaterThanEquals"] = Date((actual, wanted) => actual >= wanted),
    };

    private static readonly Dictionary<string, string> Negated = new(StringComparer.OrdinalIgnoreCase)
    {
        ["StringNotEquals"] = "StringEquals", ["StringNotEqualsIgnoreCase"] = "StringEqualsIgnoreCase", ["StringNotLike"] = "StringLike", ["ArnNotEquals"] = "ArnEquals", ["ArnNotLike"] = "ArnLike",
        ["NotIpAddress"] = "IpAddress", ["NumericNotEquals"] = "NumericEquals", ["DateNotEquals"] = "DateEquals",
    };

    /// <summary>Whether there is such an operator.</summary>
    public static bool Knows(string name) => name.Equals("Null", StringComparison.OrdinalIgnoreCase) || Operators.ContainsKey(name) || Negated.ContainsKey(name);

    /// <summary>Whether the request meets the condition.</summary>
    /// <param name="hasVariables">Whether the policy's version knows variables.</param>
    public static bool Met(PolicyCondition condition, RequestContext context, bool hasVariables)
    {
        var present = context.TryGetValue(condition.Key, out var actual) && actual.Count > 0;
        if (condition.Operator.Equals("Null", StringComparison.OrdinalIgnoreCase))
        {
            return condition.Values.Any(value => value.Equals(present ? "false" : "true", StringComparison.OrdinalIgnoreCase));
        }

        var negated = Negated.TryGetValue(condition.Operator, out var positive);
        if (!present)
        {
            return condition.IfExists || (condition.Set switch
            {
                ConditionSet.ForAllValues => true,
                ConditionSet.ForAnyValue => false,
                _ => negated,
            });
        }

        var wanted = condition.Values.Select(value => PolicyPattern.Fill(value, hasVariables ? context : null)).ToList();
        if (wanted.Contains(null))
        {
            // A variable that nothing fills makes the statement say nothing, whichever way the operator looks.
            return false;
        }

        // Several values of the policy are alternatives; of a negated operator none may fit.
        var operation = Operators[positive ?? condition.Operator];
        bool Meets(string value) => wanted.Any(pattern => operation(value, pattern!)) != negated;
        return condition.Set == ConditionSet.ForAllValues || (condition.Set == ConditionSet.None && negated) ? actual!.All(Meets) : actual!.Any(Meets);
    }

    private static Func<string, PolicyPattern, bool> Number(Func<decimal, decimal, bool> compare) => (actual, wanted) =>
        decimal.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var left) && decimal.TryParse(wanted.Literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var right) && compare(left, right);

    private static Func<string, PolicyPattern, bool> Date(Func<DateTimeOffset, DateTimeOffset, bool> compare) => (actual, wanted) =>
        ReadDate(actual) is { } left && ReadDate(wanted.Literal) is { } right && compare(left, right);

    /// <summary>An ISO 8601 date, or seconds since 1970.</summary>
    private static DateTimeOffset? ReadDate(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && text.Length > 4 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
