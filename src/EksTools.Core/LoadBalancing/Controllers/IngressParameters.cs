using System.Text.Json.Nodes;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Controllers;

/// <summary>
/// What the IngressClassParams of a class say, in the words of the annotations that they go before: aws-load-balancer-controller
/// apis/elbv2/v1beta1/ingressclassparams_types.go and pkg/ingress; Auto Mode's have the same fields but for the certificates and the pool
/// (https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html).
/// </summary>
/// <param name="Name">The IngressClassParams' name.</param>
/// <param name="Settings">What goes before an annotation as a whole, by the annotation's suffix.</param>
/// <param name="Attributes">Attributes of the load balancer, each of which goes before the same of an annotation.</param>
/// <param name="Tags">Tags, each of which goes before the same of an annotation.</param>
internal sealed record IngressParameters(string Name, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Attributes, IReadOnlyDictionary<string, string> Tags)
{
    public const string Kind = "IngressClassParams";
    public const string LbcGroup = "elbv2.k8s.aws";
    public const string AutoGroup = "eks.amazonaws.com";

    private static readonly (string Suffix, string[] Fields)[] Fields =
    [
        ("scheme", ["scheme"]), ("load-balancer-name", ["loadBalancerName"]), ("ip-address-type", ["ipAddressType"]), ("target-type", ["targetType"]),
        ("certificate-arn", ["certificateArn", "certificateARNs"]), ("ssl-policy", ["sslPolicy"]), ("ssl-redirect", ["sslRedirectPort"]), ("inbound-cidrs", ["inboundCIDRs"]),
        ("security-group-prefix-lists", ["prefixListsIDs", "PrefixListsIDs"]), ("wafv2-acl-arn", ["wafv2AclArn"]), ("wafv2-acl-name", ["wafv2AclName"]),
    ];

    /// <summary>The version of the definition by its group.</summary>
    public static string VersionOf(string group) => group == AutoGroup ? "v1" : "v1beta1";

    /// <summary>Reads the object as JSON.</summary>
    public static IngressParameters Read(string name, JsonNode? spec)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach ((string suffix, string[] fields) in Fields)
        {
            if (fields.Select(field => Text(Member(spec, field))).FirstOrDefault(static text => text.Length > 0) is { } value)
                settings[suffix] = value;
        }
        if (Text(Member(Member(spec, "group"), "name")) is { Length: > 0 } group)
            settings["group.name"] = group;
        if (Member(spec, "subnets") is JsonObject subnets)
            settings["subnets"] = Text(Member(subnets, "ids")) is { Length: > 0 } ids ? ids : string.Join(' ', (Member(subnets, "tags") as JsonObject ?? []).Select(static tag => $"{tag.Key}={Text(tag.Value)}"));
        if (Text(Member(Member(spec, "ipamConfiguration"), "ipv4IPAMPoolId")) is { Length: > 0 } pool)
            settings["ipam-ipv4-pool-id"] = pool;
        if (Text(Member(Member(spec, "minimumLoadBalancerCapacity"), "capacityUnits")) is { Length: > 0 } units)
            settings["minimum-load-balancer-capacity"] = $"CapacityUnits={units}";
        return new IngressParameters(name, settings, Pairs(Member(spec, "loadBalancerAttributes")), Pairs(Member(spec, "tags")));
    }

    /// <summary>Whether an annotation says the same, as far as order and white space go.</summary>
    public static bool Same(string one, string other) => GoValues.List(one).ToHashSet(StringComparer.Ordinal).SetEquals(GoValues.List(other));

    private static JsonNode? Member(JsonNode? node, string name) => node is JsonObject map ? map[name] : null;

    private static string Text(JsonNode? node) => node switch
    {
        null => string.Empty,
        JsonArray list => string.Join(',', list.Select(Text)),
        JsonValue value => value.ToString(),
        _ => string.Empty,
    };

    private static Dictionary<string, string> Pairs(JsonNode? list)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        foreach (JsonNode? item in list as JsonArray ?? [])
            pairs[Text(Member(item, "key"))] = Text(Member(item, "value"));
        return pairs;
    }
}
