using System.Globalization;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>
/// Attributes of load balancers, target groups or listeners as ELB knows them. The controllers pass on what they are given, and ELB refuses
/// what it does not know. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
/// </summary>
/// <param name="What">What they are attributes of.</param>
/// <param name="Rules">Each key with what its value is: b for true or false, a number's bounds, words with bars between, or nothing for free text.</param>
/// <param name="Elsewhere">Keys that are often put here and belong elsewhere, with where.</param>
internal sealed record AttributeCatalogue(string What, IReadOnlyDictionary<string, string> Rules, IReadOnlyDictionary<string, string> Elsewhere)
{
    private const string Truth = "b";

    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["deletion_protection.enabled"] = Truth,
        ["access_logs.s3.enabled"] = Truth,
        ["access_logs.s3.bucket"] = "",
        ["access_logs.s3.prefix"] = "",
        ["ipv6.deny_all_igw_traffic"] = Truth,
        ["load_balancing.cross_zone.enabled"] = Truth,
        ["zonal_shift.config.enabled"] = Truth,
    };

    private static readonly Dictionary<string, string> CommonTargetGroup = new(StringComparer.Ordinal)
    {
        ["deregistration_delay.timeout_seconds"] = "0-3600",
        ["stickiness.enabled"] = Truth,
        ["load_balancing.cross_zone.enabled"] = "true|false|use_load_balancer_configuration",
        ["target_group_health.dns_failover.minimum_healthy_targets.count"] = "",
        ["target_group_health.dns_failover.minimum_healthy_targets.percentage"] = "",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] = "",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"] = "",
    };

    public static AttributeCatalogue Network { get; } = new(
        "a Network Load Balancer",
        new Dictionary<string, string>(Common, StringComparer.Ordinal)
        {
            ["dns_record.client_routing_policy"] = "availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone",
            ["secondary_ips.auto_assigned.per_subnet"] = "0-7",
        },
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["proxy_protocol_v2.enabled"] = "a target group: aws-load-balancer-target-group-attributes",
            ["proxy_protocol.v2.enabled"] = "a target group, where it is called proxy_protocol_v2.enabled: aws-load-balancer-target-group-attributes",
            ["preserve_client_ip.enabled"] = "a target group: aws-load-balancer-target-group-attributes",
            ["deregistration_delay.timeout_seconds"] = "a target group: aws-load-balancer-target-group-attributes",
            ["stickiness.enabled"] = "a target group: aws-load-balancer-target-group-attributes",
            ["tcp.idle_timeout.seconds"] = "a listener: aws-load-balancer-listener-attributes.TCP-PORT",
            ["idle_timeout.timeout_seconds"] = "an Application Load Balancer; a Network Load Balancer has tcp.idle_timeout.seconds on its listeners",
        });

    public static AttributeCatalogue Application { get; } = new(
        "an Application Load Balancer",
        new Dictionary<string, string>(Common, StringComparer.Ordinal)
        {
            ["idle_timeout.timeout_seconds"] = "1-4000",
            ["client_keep_alive.seconds"] = "60-604800",
            ["connection_logs.s3.enabled"] = Truth,
            ["connection_logs.s3.bucket"] = "",
            ["connection_logs.s3.prefix"] = "",
            ["health_check_logs.s3.enabled"] = Truth,
            ["health_check_logs.s3.bucket"] = "",
            ["health_check_logs.s3.prefix"] = "",
            ["routing.http.desync_mitigation_mode"] = "monitor|defensive|strictest",
            ["routing.http.drop_invalid_header_fields.enabled"] = Truth,
            ["routing.http.preserve_host_header.enabled"] = Truth,
            ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"] = Truth,
            ["routing.http.xff_client_port.enabled"] = Truth,
            ["routing.http.xff_header_processing.mode"] = "append|preserve|remove",
            ["routing.http2.enabled"] = Truth,
            ["waf.fail_open.enabled"] = Truth,
        },
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["deregistration_delay.timeout_seconds"] = "a target group: target-group-attributes",
            ["stickiness.enabled"] = "a target group: target-group-attributes",
            ["slow_start.duration_seconds"] = "a target group: target-group-attributes",
        });

    public static AttributeCatalogue NetworkTargetGroup { get; } = new(
        "a target group of a Network Load Balancer",
        new Dictionary<string, string>(CommonTargetGroup, StringComparer.Ordinal)
        {
            ["stickiness.type"] = "|source_ip",
            ["deregistration_delay.connection_termination.enabled"] = Truth,
            ["preserve_client_ip.enabled"] = Truth,
            ["proxy_protocol_v2.enabled"] = Truth,
            ["proxy_protocol_v2.client_to_server.header_placement"] = "",
            ["target_health_state.unhealthy.connection_termination.enabled"] = Truth,
            ["target_health_state.unhealthy.draining_interval_seconds"] = "0-360000",
        },
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["proxy_protocol.v2.enabled"] = "nothing: the key is proxy_protocol_v2.enabled",
            ["deletion_protection.enabled"] = "a load balancer: aws-load-balancer-attributes",
        });

    public static AttributeCatalogue ApplicationTargetGroup { get; } = new(
        "a target group of an Application Load Balancer",
        new Dictionary<string, string>(CommonTargetGroup, StringComparer.Ordinal)
        {
            ["stickiness.type"] = "lb_cookie|app_cookie",
            ["stickiness.lb_cookie.duration_seconds"] = "1-604800",
            ["stickiness.app_cookie.cookie_name"] = "",
            ["stickiness.app_cookie.duration_seconds"] = "1-604800",
            ["slow_start.duration_seconds"] = "0-900",
            ["load_balancing.algorithm.type"] = "round_robin|least_outstanding_requests|weighted_random",
            ["load_balancing.algorithm.anomaly_mitigation"] = "on|off",
        },
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["proxy_protocol_v2.enabled"] = "a Network Load Balancer",
            ["idle_timeout.timeout_seconds"] = "a load balancer: load-balancer-attributes",
        });

    public static AttributeCatalogue NetworkListener { get; } = new(
        "a listener of a Network Load Balancer",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["tcp.idle_timeout.seconds"] = "60-6000" },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["idle_timeout.timeout_seconds"] = "an Application Load Balancer; this listener has tcp.idle_timeout.seconds" });

    public static AttributeCatalogue ApplicationListener { get; } = new(
        "a listener of an Application Load Balancer",
        new[]
        {
            "request.x_amzn_mtls_clientcert_serial_number.header_name", "request.x_amzn_mtls_clientcert_issuer.header_name", "request.x_amzn_mtls_clientcert_subject.header_name",
            "request.x_amzn_mtls_clientcert_validity.header_name", "request.x_amzn_mtls_clientcert_leaf.header_name", "request.x_amzn_mtls_clientcert.header_name",
            "request.x_amzn_tls_version.header_name", "request.x_amzn_tls_cipher_suite.header_name", "response.server.enabled", "response.strict_transport_security.header_value",
            "response.access_control_allow_origin.header_value", "response.access_control_allow_methods.header_value", "response.access_control_allow_headers.header_value",
            "response.access_control_allow_credentials.header_value", "response.access_control_expose_headers.header_value", "response.access_control_max_age.header_value",
            "response.content_security_policy.header_value", "response.x_content_type_options.header_value", "response.x_frame_options.header_value",
        }.ToDictionary(static key => "routing.http." + key, static key => key.EndsWith(".enabled", StringComparison.Ordinal) ? Truth : "", StringComparer.Ordinal),
        new Dictionary<string, string>(StringComparer.Ordinal) { ["idle_timeout.timeout_seconds"] = "a load balancer: load-balancer-attributes" });

    /// <summary>What is wrong with the pairs. ELB may know keys that were not there when this was written: an unknown one is a warning.</summary>
    public IEnumerable<ValueProblem> Check(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        foreach ((string key, string value) in pairs)
        {
            if (!Rules.TryGetValue(key, out string? rule))
            {
                yield return Elsewhere.TryGetValue(key, out string? place)
                    ? ValueProblem.Error($"has the attribute {key}, which is none of {What} but of {place}")
                    : ValueProblem.Warning($"has the attribute {key}, which {What} is not known to have{(Likeness.Nearest(key, Rules.Keys) is { } near ? $"; did you mean {near}?" : string.Empty)}");
            }
            else if (!Fits(rule, value))
            {
                yield return ValueProblem.Error($"has {key}={value}, which must be {rule switch { Truth => "true or false", _ when rule.Contains('|', StringComparison.Ordinal) => string.Join(" or ", Words(rule)), _ => "within " + rule.Replace("-", " and ", StringComparison.Ordinal) }}");
            }
        }
        foreach (string logs in new[] { "access_logs.s3", "connection_logs.s3", "health_check_logs.s3" })
        {
            if (pairs.Any(pair => pair.Key == logs + ".enabled" && pair.Value == "true") && !pairs.Any(pair => pair.Key == logs + ".bucket" && pair.Value.Length > 0))
                yield return ValueProblem.Error($"has {logs}.enabled=true without {logs}.bucket");
        }
    }

    private static string[] Words(string rule) => rule.Split('|', StringSplitOptions.RemoveEmptyEntries);

    private static bool Fits(string rule, string value) => rule switch
    {
        "" => true,
        Truth => value.Length == 0 || bool.TryParse(value, out _),
        _ when rule.Contains('|', StringComparison.Ordinal) => value.Length == 0 || Words(rule).Contains(value, StringComparer.Ordinal),
        _ => value.Length == 0 || (GoValues.Integer(value, 64) is { } number && rule.Split('-') is [var least, var most]
            && number >= long.Parse(least, CultureInfo.InvariantCulture) && number <= long.Parse(most, CultureInfo.InvariantCulture)),
    };
}
