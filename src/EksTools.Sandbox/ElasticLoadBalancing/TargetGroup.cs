using System.Xml.Linq;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>How targets are asked for their health.</summary>
internal sealed record HealthCheck(string Protocol, string Port, string? Path, int Interval, int Timeout, int Healthy, int Unhealthy, string? Codes)
{
    /// <summary>What a target group has whose maker says nothing.</summary>
    public static HealthCheck Default(string protocol) => protocol is "HTTP" or "HTTPS"
        ? new(protocol, "traffic-port", "/", 30, 5, 5, 2, "200")
        : new("TCP", "traffic-port", null, 30, 10, 5, 2, null);
}

/// <summary>A target: an instance, or an address of a pod.</summary>
internal sealed record Target(string Id, int Port, string? Zone = null)
{
    /// <summary>Whether its health checks succeed.</summary>
    public bool Answers { get; init; } = true;
}

/// <summary>A target group.</summary>
internal sealed class TargetGroup
{
    public TargetGroup(ElbRegion elb, string name, string protocol, int port, string vpcId, string targetType, HealthCheck? check = null)
    {
        (Name, Protocol, Port, VpcId, TargetType, Created) = (name, protocol, port, vpcId, targetType, elb.Account.Now);
        Arn = elb.Arn($"targetgroup/{name}/{ElbRegion.NewId()}");
        Check = check ?? HealthCheck.Default(protocol);
        Attributes = new(LoadBalancerAttributes.OfTargets(protocol, targetType), StringComparer.Ordinal);
    }

    public string Name { get; }
    public string Arn { get; }
    public string Protocol { get; }
    public int Port { get; }
    public string VpcId { get; }
    public string TargetType { get; }
    public DateTimeOffset Created { get; }
    public string? ProtocolVersion { get; init; }
    public HealthCheck Check { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public SortedDictionary<string, string> Attributes { get; }

    /// <summary>The targets, with the moment of their registration.</summary>
    public Dictionary<Target, DateTimeOffset> Targets { get; } = [];

    /// <summary>Whether a listener sends requests here.</summary>
    public IEnumerable<LoadBalancer> UsedBy(ElbRegion elb) => elb.LoadBalancers.Where(balancer => balancer.Listeners.Exists(listener => listener.Default == this || listener.Rules.Exists(rule => rule.Target == this)));

    /// <summary>Brings the group to exactly these targets; those that stay keep their registration's time.</summary>
    public void SetTargets(IEnumerable<Target> targets, DateTimeOffset now)
    {
        var before = Targets.ToDictionary(target => (target.Key.Id, target.Key.Port), target => target.Value);
        Targets.Clear();
        foreach (var target in targets)
        {
            Targets[target] = before.TryGetValue((target.Id, target.Port), out var since) ? since : now;
        }
    }

    public XElement?[] Write(ElbRegion elb) =>
    [
        X("TargetGroupArn", Arn), X("TargetGroupName", Name), X("Protocol", Protocol), X("Port", Port), X("VpcId", VpcId), X("HealthCheckProtocol", Check.Protocol), X("HealthCheckPort", Check.Port), X("HealthCheckEnabled", true),
        X("HealthCheckIntervalSeconds", Check.Interval), X("HealthCheckTimeoutSeconds", Check.Timeout), X("HealthyThresholdCount", Check.Healthy), X("UnhealthyThresholdCount", Check.Unhealthy), X("HealthCheckPath", Check.Path),
        Check.Codes is null ? null : X("Matcher", X("HttpCode", Check.Codes)), MemberValues("LoadBalancerArns", UsedBy(elb).Select(balancer => balancer.Arn)), X("TargetType", TargetType),
        X("ProtocolVersion", Protocol is "HTTP" or "HTTPS" ? ProtocolVersion ?? "HTTP1" : null), X("IpAddressType", "ipv4"),
    ];

    /// <summary>The targets' health: unused without a listener, initial until the first checks have passed.</summary>
    public IEnumerable<XElement?[]> WriteHealth(ElbRegion elb, IReadOnlyList<string> ids)
    {
        var used = UsedBy(elb).Any();
        foreach (var (target, since) in Targets.Where(target => ids.Count == 0 || ids.Contains(target.Key.Id)).OrderBy(target => target.Key.Id, StringComparer.Ordinal))
        {
            var settled = elb.Account.Now >= since + elb.Account.Scale(TimeSpan.FromSeconds(Check.Interval * Check.Healthy));
            var (state, reason, description) = !used ? ("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
                : !settled ? ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
                : target.Answers ? ("healthy", null, (string?)null)
                : ("unhealthy", "Target.FailedHealthChecks", "Health checks failed");
            yield return
            [
                X("Target", X("Id", target.Id), X("Port", target.Port), X("AvailabilityZone", target.Zone)), X("HealthCheckPort", Check.Port == "traffic-port" ? $"{target.Port}" : Check.Port),
                X("TargetHealth", X("State", state), X("Reason", reason), X("Description", description)),
            ];
        }
    }
}
