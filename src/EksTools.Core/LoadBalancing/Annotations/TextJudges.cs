using System.Text.RegularExpressions;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>What single annotations want of their values.</summary>
internal static partial class TextJudges
{
    private static readonly string[] ControllersTags = ["elbv2.k8s.aws/cluster", "service.k8s.aws/stack", "service.k8s.aws/resource", "ingress.k8s.aws/stack", "ingress.k8s.aws/resource"];

    /// <summary>To the cloud provider whatever is there and is not false is true.</summary>
    public static ValueSyntax Internal { get; } = new TextSyntax("false, or anything else for an internal load balancer", static value =>
        value is "true" or "false" or "" ? null
            : GoValues.Boolean(value) == false || value.Trim().ToUpperInvariant() is "NO" or "OFF" or "FALSE" or "N" or "F" or "DISABLED"
                ? ValueProblem.Error("means internal to the cloud provider, to which every text but false is true", "false")
                : ValueProblem.Warning("means internal to the cloud provider, to which every text but false is true", "true"));

    /// <summary>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html</summary>
    public static ValueProblem? LoadBalancerName(string name) =>
        name.Length > 32 ? ValueProblem.Error($"has {name.Length} characters, and a load balancer's name at most 32", NameText().IsMatch(name[..32]) ? name[..32] : null)
        : NameText().IsMatch(name) && !name.StartsWith("internal-", StringComparison.Ordinal) ? null
        : ValueProblem.Error("is no name for a load balancer, which has letters, digits and hyphens, none at its ends, and does not begin with internal-");

    public static ValueProblem? Path(string path) => path.StartsWith('/') ? null : ValueProblem.Error("does not begin with a slash", "/" + path);

    public static ValueProblem? SuccessCodes(string codes) =>
        CodeText().IsMatch(codes) ? null : ValueProblem.Error("is no list of status codes, such as 200, 200,202 or 200-399");

    public static ValueProblem? SslPolicy(string policy) => Annotations.SslPolicies.All.Contains(policy) || !policy.StartsWith("ELB", StringComparison.OrdinalIgnoreCase)
        ? null : ValueProblem.Warning("is no security policy that was known when this module was released", Likeness.Nearest(policy, Annotations.SslPolicies.All));

    public static IEnumerable<ValueProblem> Tags(IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        foreach ((string key, string value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                yield return ValueProblem.Error($"has the tag {key}, and tags of this prefix are AWS's own");
            else if (ControllersTags.Contains(key, StringComparer.Ordinal) || key.StartsWith("kubernetes.io/cluster/", StringComparison.Ordinal))
                yield return ValueProblem.Warning($"has the tag {key}, which the controller sets itself");
            if (key.Length > 128 || value.Length > 256)
                yield return ValueProblem.Error($"has the tag {key}, and a tag has at most 128 characters in its key and 256 in its value");
        }
        if (tags.Count > 50)
            yield return ValueProblem.Error($"has {tags.Count} tags, and a resource of AWS has at most 50");
    }

    public static IEnumerable<ValueProblem> Capacity(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        foreach ((string key, string value) in pairs)
        {
            if (key != "CapacityUnits")
                yield return ValueProblem.Error($"has the key {key}, and CapacityUnits is the only one", string.Equals(key, "CapacityUnits", StringComparison.OrdinalIgnoreCase) ? $"CapacityUnits={value}" : null);
            else if (GoValues.Integer(value, 32) is null or < 0)
                yield return ValueProblem.Error($"has CapacityUnits={value}, which must be a whole number");
        }
    }

    /// <summary>aws_validations.go.</summary>
    public static IEnumerable<ValueProblem> CloudProviderTargetGroup(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        foreach ((string key, string value) in pairs)
        {
            if (key is not ("preserve_client_ip.enabled" or "proxy_protocol_v2.enabled"))
                yield return ValueProblem.Error($"has the attribute {key}, on which the cloud provider fails: it knows preserve_client_ip.enabled and proxy_protocol_v2.enabled alone");
            else if (value is not ("true" or "false"))
                yield return ValueProblem.Error($"has {key}={value}, which must be true or false");
        }
    }

    public static IEnumerable<ValueProblem> PortMapping(IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        pairs.Where(static pair => GoValues.Integer(pair.Key, 32) is null || GoValues.Integer(pair.Value, 32) is null)
            .Select(static pair => ValueProblem.Error($"has the pair {pair.Key}={pair.Value}, which must be NLBPORT=ALBPORT"));

    public static ValueProblem? GroupName(string name) =>
        name.Length <= 63 && GroupText().IsMatch(name) ? null
            : ValueProblem.Error("is no group name, which has at most 63 lower-case letters, digits, hyphens and dots, with a letter or digit at its ends", GroupText().IsMatch(name.ToLowerInvariant()) && name.Length <= 63 ? name.ToLowerInvariant() : null);

    public static ValueProblem? NotEmpty(string value) => value.Length > 0 ? null : ValueProblem.Error("is empty");

    public static ValueProblem? Arn(string value) => value is "" or "none" || value.StartsWith("arn:", StringComparison.Ordinal) ? null : ValueProblem.Error("is neither an ARN nor none");

    public static ValueProblem? Scope(string value) => value.Contains(',', StringComparison.Ordinal) ? ValueProblem.Warning("has commas, and scopes have spaces between", value.Replace(",", " ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal)) : null;

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameText();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupText();

    [GeneratedRegex(@"^[0-9]{1,3}(?:-[0-9]{1,3})?(?:,[0-9]{1,3}(?:-[0-9]{1,3})?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeText();
}
