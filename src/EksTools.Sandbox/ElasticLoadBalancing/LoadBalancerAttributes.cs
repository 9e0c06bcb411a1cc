namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>The attributes that load balancers and target groups have, with their defaults; AWS refuses any other key.</summary>
internal static class LoadBalancerAttributes
{
    private static readonly Dictionary<string, string> Shared = new()
    {
        ["access_logs.s3.enabled"] = "false", ["access_logs.s3.bucket"] = "", ["access_logs.s3.prefix"] = "", ["deletion_protection.enabled"] = "false", ["ipv6.deny_all_igw_traffic"] = "false", ["zonal_shift.config.enabled"] = "false",
    };

    private static readonly Dictionary<string, string> Network = new(Shared)
    {
        ["load_balancing.cross_zone.enabled"] = "false", ["dns_record.client_routing_policy"] = "any_availability_zone", ["secondary_ips.auto_assigned.per_subnet"] = "0",
    };

    private static readonly Dictionary<string, string> Application = new(Shared)
    {
        ["load_balancing.cross_zone.enabled"] = "true", ["idle_timeout.timeout_seconds"] = "60", ["client_keep_alive.seconds"] = "3600", ["connection_logs.s3.enabled"] = "false", ["connection_logs.s3.bucket"] = "",
        ["connection_logs.s3.prefix"] = "", ["routing.http.desync_mitigation_mode"] = "defensive", ["routing.http.drop_invalid_header_fields.enabled"] = "false", ["routing.http.preserve_host_header.enabled"] = "false",
        ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"] = "false", ["routing.http.xff_client_port.enabled"] = "false", ["routing.http.xff_header_processing.mode"] = "append", ["routing.http2.enabled"] = "true",
        ["waf.fail_open.enabled"] = "false",
    };

    private static readonly Dictionary<string, string> NetworkTargets = new()
    {
        ["deregistration_delay.timeout_seconds"] = "300", ["deregistration_delay.connection_termination.enabled"] = "false", ["stickiness.enabled"] = "false", ["stickiness.type"] = "source_ip", ["proxy_protocol_v2.enabled"] = "false",
        ["preserve_client_ip.enabled"] = "false", ["load_balancing.cross_zone.enabled"] = "use_load_balancer_configuration", ["target_health_state.unhealthy.connection_termination.enabled"] = "true",
        ["target_health_state.unhealthy.draining_interval_seconds"] = "0", ["target_group_health.dns_failover.minimum_healthy_targets.count"] = "1", ["target_group_health.dns_failover.minimum_healthy_targets.percentage"] = "off",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] = "1", ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"] = "off",
    };

    private static readonly Dictionary<string, string> ApplicationTargets = new()
    {
        ["deregistration_delay.timeout_seconds"] = "300", ["stickiness.enabled"] = "false", ["stickiness.type"] = "lb_cookie", ["stickiness.lb_cookie.duration_seconds"] = "86400", ["stickiness.app_cookie.cookie_name"] = "",
        ["stickiness.app_cookie.duration_seconds"] = "86400", ["load_balancing.algorithm.type"] = "round_robin", ["load_balancing.algorithm.anomaly_mitigation"] = "off", ["slow_start.duration_seconds"] = "0",
        ["load_balancing.cross_zone.enabled"] = "use_load_balancer_configuration", ["target_group_health.dns_failover.minimum_healthy_targets.count"] = "1", ["target_group_health.dns_failover.minimum_healthy_targets.percentage"] = "off",
        ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] = "1", ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"] = "off",
    };

    /// <summary>Those of a load balancer's type.</summary>
    public static IDictionary<string, string> Of(string type) => type == "application" ? Application : Network;

    /// <summary>Those of a target group. Client addresses are kept for instances, and for UDP always.</summary>
    public static IDictionary<string, string> OfTargets(string protocol, string targetType) => protocol is "HTTP" or "HTTPS"
        ? ApplicationTargets
        : new Dictionary<string, string>(NetworkTargets) { ["preserve_client_ip.enabled"] = targetType == "instance" || protocol is "UDP" or "TCP_UDP" ? "true" : "false" };

    /// <summary>Sets attributes.</summary>
    /// <exception cref="Protocols.AwsException">A key is none of the resource's.</exception>
    public static void Set(IDictionary<string, string> attributes, IEnumerable<KeyValuePair<string, string>> changes)
    {
        List<KeyValuePair<string, string>> wanted = [.. changes];
        foreach (var (key, _) in wanted.Where(change => !attributes.ContainsKey(change.Key)))
        {
            throw ElbErrors.Configuration($"The attribute key '{key}' is not recognized");
        }

        foreach (var (key, value) in wanted)
        {
            attributes[key] = value;
        }
    }
}
