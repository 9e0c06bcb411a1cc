using System.Globalization;
using System.Text.Json;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>The JSON that annotations take, checked as pkg/ingress/config_types.go and pkg/service/config_types.go do.</summary>
internal static class IngressJson
{
    private static readonly Dictionary<string, string> Conditions = new(StringComparer.Ordinal)
    {
        ["host-header"] = "hostHeaderConfig",
        ["path-pattern"] = "pathPatternConfig",
        ["http-header"] = "httpHeaderConfig",
        ["http-request-method"] = "httpRequestMethodConfig",
        ["query-string"] = "queryStringConfig",
        ["source-ip"] = "sourceIPConfig",
    };

    /// <summary>[{"HTTP": 80}, {"HTTPS": 443}]</summary>
    public static string? ListenPorts(GoJson value)
    {
        IReadOnlyList<(string Protocol, int Port)> ports = ReadListenPorts(value);
        if (ports.Count == 0)
            return "names no port";
        foreach ((string protocol, int port) in ports)
        {
            if (protocol is not ("HTTP" or "HTTPS"))
                return $"has the protocol {protocol}, which must be HTTP or HTTPS";
            if (port is < 1 or > 65535)
                return $"has the port {port.ToString(CultureInfo.InvariantCulture)}, which is not within 1 and 65535";
        }
        return ports.GroupBy(static port => port.Port).FirstOrDefault(static same => same.Select(static one => one.Protocol).Distinct(StringComparer.Ordinal).Count() > 1) is { } both
            ? $"has the port {both.Key.ToString(CultureInfo.InvariantCulture)} for HTTP and for HTTPS" : null;
    }

    /// <summary>The ports of a value that <see cref="ListenPorts"/> takes.</summary>
    public static IReadOnlyList<(string Protocol, int Port)> ReadListenPorts(GoJson value) =>
        [.. value.Items("no list of {PROTOCOL: PORT}").SelectMany(static entry =>
        {
            entry.Require(JsonValueKind.Object, "{PROTOCOL: PORT}");
            return entry.Element.EnumerateObject().Select(static pair => (pair.Name, new GoJson(pair.Value).AsNumber() ?? throw new GoJsonException($"has the port {pair.Value.GetRawText()}, which must be a number without quotes")));
        })];

    /// <summary>An action of a listener rule.</summary>
    public static string? Action(GoJson action)
    {
        string type = action.Text("type") ?? string.Empty;
        GoJson? fixedResponse = action.Field("fixedResponseConfig"), redirect = action.Field("redirectConfig"), forward = action.Field("forwardConfig");
        bool simple = action.Text("targetGroupARN") is not null | action.Text("targetGroupName") is not null;
        return type switch
        {
            "fixed-response" => fixedResponse is not { } response ? "lacks fixedResponseConfig" : response.Has("statusCode") ? null : "lacks fixedResponseConfig.statusCode",
            "redirect" => redirect is not { } target ? "lacks redirectConfig" : target.Has("statusCode") ? null : "lacks redirectConfig.statusCode",
            "forward" when !simple && forward is null => "lacks forwardConfig, targetGroupARN or targetGroupName",
            "forward" when simple && forward is not null => "has both forwardConfig and a target group of its own",
            "forward" => forward is { } config ? Forward(config, isNetwork: false) : null,
            _ => $"has the type '{type}', which must be forward, redirect or fixed-response",
        };
    }

    /// <summary>An action of a listener of a Network Load Balancer.</summary>
    public static string? NetworkAction(GoJson action) => action.Text("type") is not "forward" and var type
        ? $"has the type '{type}', which must be forward"
        : action.Field("forwardConfig") is { } config ? Forward(config, isNetwork: true) : "lacks forwardConfig";

    /// <summary>Conditions of a listener rule.</summary>
    public static string? ConditionList(GoJson value)
    {
        foreach (GoJson condition in value.Items("no list of conditions"))
        {
            string field = condition.Text("field") ?? string.Empty;
            if (!Conditions.TryGetValue(field, out string? name))
                return $"has a condition with the field '{field}', which must be one of {string.Join(", ", Conditions.Keys)}";
            if (condition.Field(name) is not { } config)
                return $"has a condition on {field} without {name}";
            bool regular = field is "host-header" or "path-pattern" or "http-header";
            int values = config.List("values").Count, expressions = regular ? config.Texts("regexValues").Count : 0;
            if (values + expressions == 0)
                return $"has a condition on {field} without values";
            if (values > 0 && expressions > 0)
                return $"has a condition on {field} with both values and regexValues";
            if (field == "query-string" && config.List("values").Any(static pair => !pair.Has("value")))
                return "has a condition on query-string with an empty value";
            if (field != "query-string")
                _ = config.Texts("values");
        }
        return null;
    }

    /// <summary>Transforms of a listener rule.</summary>
    public static string? TransformList(GoJson value)
    {
        foreach (GoJson transform in value.Items("no list of transforms"))
        {
            string? name = transform.Text("type") switch { "url-rewrite" => "urlRewriteConfig", "host-header-rewrite" => "hostHeaderRewriteConfig", _ => null };
            if (name is null)
                return $"has a transform of the type '{transform.Text("type")}', which must be url-rewrite or host-header-rewrite";
            if (transform.Field(name) is not { } config || config.List("rewrites").Count == 0)
                return $"has a transform without {name}.rewrites";
        }
        return null;
    }

    /// <summary>Mutual TLS of listeners.</summary>
    public static string? MutualAuthentication(GoJson value)
    {
        IReadOnlyList<GoJson> entries = value.Items("no list");
        foreach (GoJson entry in entries)
        {
            int port = entry.Number("port") ?? 0;
            string mode = entry.Text("mode") ?? string.Empty;
            bool verify = mode == "verify", trusts = entry.Has("trustStore");
            string where = $"port {port.ToString(CultureInfo.InvariantCulture)}";
            if (port is < 1 or > 65535)
                return $"has the {where}, which is not within 1 and 65535";
            if (mode is not ("off" or "passthrough" or "verify"))
                return $"has the mode '{mode}' for {where}, which must be off, passthrough or verify";
            if (verify && !trusts)
                return $"lacks trustStore for {where}, whose mode is verify";
            if (!verify && (trusts | entry.Truth("ignoreClientCertificateExpiry") is not null | entry.Text("advertiseTrustStoreCaNames") is not null))
                return $"has, for {where}, what goes with the mode verify alone";
            if (entry.Text("advertiseTrustStoreCaNames") is not (null or "on" or "off"))
                return $"has advertiseTrustStoreCaNames for {where}, which must be on or off";
        }
        return entries.Count == 0 ? "is an empty list" : null;
    }

    /// <summary>Validation of JSON web tokens.</summary>
    public static string? JwtValidation(GoJson value)
    {
        if (!value.Has("jwksEndpoint") || !value.Has("issuer"))
            return "lacks jwksEndpoint or issuer";
        foreach (GoJson claim in value.List("additionalClaims"))
        {
            if (!claim.Has("name") || !claim.Has("format") || claim.Texts("values").Count == 0)
                return "has an additional claim without name, format or values";
            if (claim.Text("format") is not ("single-string" or "string-array" or "space-separated-values"))
                return $"has the format '{claim.Text("format")}', which must be single-string, string-array or space-separated-values";
        }
        return null;
    }

    /// <summary>Cognito. The controller passes on what it is given; ELB wants all three.</summary>
    public static string? Cognito(GoJson value) => Missing(value, "userPoolARN", "userPoolClientID", "userPoolDomain");

    /// <summary>OpenID Connect. The controller looks the secret up; ELB wants the rest.</summary>
    public static string? Oidc(GoJson value) => Missing(value, "issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint", "secretName");

    private static string? Missing(GoJson value, params string[] names) => names.FirstOrDefault(name => !value.Has(name)) is { } missing ? $"lacks {missing}" : null;

    private static string? Forward(GoJson config, bool isNetwork)
    {
        IReadOnlyList<GoJson> groups = config.List("targetGroups");
        foreach (GoJson group in groups)
        {
            bool byGroup = group.Text("targetGroupARN") is not null | (!isNetwork && group.Text("targetGroupName") is not null), byService = group.Text("serviceName") is not null;
            if (byGroup == byService)
                return byGroup ? "has a target group with both a service and an ARN or name" : "has a target group without serviceName, targetGroupARN or targetGroupName";
            if (byService && group.Field("servicePort") is not { Element.ValueKind: JsonValueKind.String or JsonValueKind.Number })
                return "has a target group with serviceName and without servicePort";
            if (group.Number("weight") is { } weight ? weight is < 0 or > 999 : groups.Count > 1)
                return groups.Count > 1 && group.Number("weight") is null ? "routes to several target groups, and one has no weight" : "has a weight that is not within 0 and 999";
        }
        _ = config.Number("baseServiceWeight");
        if (config.Field("targetGroupStickinessConfig") is { } stickiness)
            _ = (stickiness.Truth("enabled"), stickiness.Number("durationSeconds"));
        return null;
    }
}
