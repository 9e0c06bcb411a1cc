using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Classic Load Balancers.</summary>
internal static class ClassicOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateLoadBalancer"] = Create,
        ["DescribeLoadBalancers"] = Describe,
        ["DeleteLoadBalancer"] = Delete,
        ["DescribeLoadBalancerAttributes"] = call => [Named(call).WriteAttributes()],
        ["ModifyLoadBalancerAttributes"] = Modify,
        ["ConfigureHealthCheck"] = Check,
        ["RegisterInstancesWithLoadBalancer"] = call => Instances(call, true),
        ["DeregisterInstancesFromLoadBalancer"] = call => Instances(call, false),
        ["DescribeInstanceHealth"] = Health,
    };

    public static ClassicLoadBalancer Find(AwsCall call, string name) => call.Elb().Classic.Find(balancer => balancer.Name == name) ?? throw ElbErrors.ClassicMissing(name);

    private static ClassicLoadBalancer Named(AwsCall call) => Find(call, call.Parameters.Require("LoadBalancerName"));

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (elb, parameters) = (call.Elb(), call.Parameters);
        var name = LoadBalancerOperations.CheckName(parameters.Require("LoadBalancerName"), "Load balancer");
        var scheme = parameters.Get("Scheme") ?? LoadBalancer.InternetFacing;
        if (scheme is not (LoadBalancer.Internal or LoadBalancer.InternetFacing))
        {
            throw new AwsException("InvalidScheme", $"Load Balancer Scheme must be internal or internet-facing, not {scheme}");
        }

        List<Subnet> subnets = [.. parameters.Strings("Subnets").Select(id => ElbServices.Subnet(call, id))];
        if (subnets.Count == 0)
        {
            // The account has no default VPC, in which zones alone would do.
            throw ElbErrors.Invalid("Either AvailabilityZones or SubnetIds must be specified");
        }

        List<ClassicListener> listeners = [.. parameters.List("Listeners").Select(ReadListener)];
        if (listeners.Count == 0)
        {
            throw ElbErrors.Invalid("Listeners cannot be empty");
        }

        if (elb.Classic.Find(other => other.Name == name) is { } there)
        {
            return there.Scheme == scheme && there.Listeners.SequenceEqual(listeners) ? [X("DNSName", there.DnsName)] : throw ElbErrors.DuplicateName(name);
        }

        var groups = parameters.Strings("SecurityGroups");
        groups = groups.Count > 0 ? groups : [elb.Ec2.All<SecurityGroup>().First(group => group.VpcId == subnets[0].VpcId && group.Name == "default").Id];
        var made = elb.CreateClassic(name, scheme, subnets, groups, ElbServices.ReadTags(call));
        made.Listeners.AddRange(listeners);
        made.Check = made.Check with { Target = $"TCP:{listeners[0].InstancePort}" };
        return [X("DNSName", made.DnsName)];
    }

    private static ClassicListener ReadListener(QueryParameters listener)
    {
        var protocol = listener.Require("Protocol").ToUpperInvariant();
        var port = listener.Number("LoadBalancerPort") ?? throw ElbErrors.Invalid("A listener needs a LoadBalancerPort");
        var instancePort = listener.Number("InstancePort") ?? throw ElbErrors.Invalid("A listener needs an InstancePort");
        return new ClassicListener(protocol, port, listener.Get("InstanceProtocol")?.ToUpperInvariant() ?? protocol, instancePort, listener.Get("SSLCertificateId"));
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var elb = call.Elb();
        var names = call.Parameters.Strings("LoadBalancerNames");
        var all = elb.Classic.Where(balancer => balancer.Created <= call.VisibleUntil).ToList();
        return names.FirstOrDefault(name => !all.Exists(balancer => balancer.Name == name)) is { } missing ? throw ElbErrors.ClassicMissing(missing)
            : ElbServices.Page(call, "LoadBalancerDescriptions", all.Where(balancer => names.Count == 0 || names.Contains(balancer.Name)), balancer => balancer.Write(elb.Ec2));
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        // One that is gone already is no error.
        var name = call.Parameters.Require("LoadBalancerName");
        if (call.Elb().Classic.Find(balancer => balancer.Name == name) is { } balancer)
        {
            call.Elb().Delete(balancer);
        }

        return [];
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var (balancer, attributes) = (Named(call), call.Parameters.Structure("LoadBalancerAttributes"));
        var (log, draining) = (attributes.Structure("AccessLog"), attributes.Structure("ConnectionDraining"));
        balancer.CrossZone = attributes.Structure("CrossZoneLoadBalancing").Flag("Enabled") ?? balancer.CrossZone;
        balancer.AccessLog = log.Flag("Enabled") ?? balancer.AccessLog;
        balancer.AccessLogBucket = log.Get("S3BucketName") ?? balancer.AccessLogBucket;
        balancer.AccessLogPrefix = log.Get("S3BucketPrefix") ?? balancer.AccessLogPrefix;
        balancer.AccessLogInterval = log.Number("EmitInterval") ?? balancer.AccessLogInterval;
        balancer.Draining = draining.Flag("Enabled") ?? balancer.Draining;
        balancer.DrainingTimeout = draining.Number("Timeout") ?? balancer.DrainingTimeout;
        balancer.IdleTimeout = attributes.Structure("ConnectionSettings").Number("IdleTimeout") ?? balancer.IdleTimeout;
        return [X("LoadBalancerName", balancer.Name), balancer.WriteAttributes()];
    }

    private static IEnumerable<XElement?> Check(AwsCall call)
    {
        var (balancer, check) = (Named(call), call.Parameters.Structure("HealthCheck"));
        int Number(string name) => check.Number(name) ?? throw ElbErrors.Invalid($"HealthCheck needs {name}");
        balancer.Check = new ClassicHealthCheck(check.Require("Target"), Number("Interval"), Number("Timeout"), Number("UnhealthyThreshold"), Number("HealthyThreshold"));
        return
        [
            X("HealthCheck", X("Target", balancer.Check.Target), X("Interval", balancer.Check.Interval), X("Timeout", balancer.Check.Timeout), X("UnhealthyThreshold", balancer.Check.Unhealthy), X("HealthyThreshold", balancer.Check.Healthy)),
        ];
    }

    private static IEnumerable<XElement?> Instances(AwsCall call, bool register)
    {
        var balancer = Named(call);
        foreach (var id in call.Parameters.List("Instances").Select(instance => instance.Require("InstanceId")))
        {
            if (call.Ec2().Find<Instance>(id) is null)
            {
                throw new AwsException("InvalidInstance", $"Could not find EC2 instance {id}.");
            }

            if (register)
            {
                balancer.Instances.TryAdd(id, true);
            }
            else
            {
                balancer.Instances.Remove(id);
            }
        }

        return [Members("Instances", balancer.Instances.Keys.Select(id => new[] { X("InstanceId", id) }))];
    }

    private static IEnumerable<XElement?> Health(AwsCall call) =>
    [
        Members("InstanceStates", Named(call).Instances.Select(instance => new[]
        {
            X("InstanceId", instance.Key), X("State", instance.Value ? "InService" : "OutOfService"), X("ReasonCode", instance.Value ? "N/A" : "Instance"),
            X("Description", instance.Value ? "N/A" : "Instance has failed at least the UnhealthyThreshold number of health checks consecutively."),
        })),
    ];
}
