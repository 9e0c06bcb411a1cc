using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Target groups and what is registered with them.</summary>
internal static class TargetGroupOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateTargetGroup"] = Create,
        ["DescribeTargetGroups"] = Describe,
        ["DeleteTargetGroup"] = Delete,
        ["DescribeTargetGroupAttributes"] = call => [ElbServices.WriteAttributes(Named(call).Attributes)],
        ["ModifyTargetGroupAttributes"] = Modify,
        ["RegisterTargets"] = Register,
        ["DeregisterTargets"] = Deregister,
        ["DescribeTargetHealth"] = call => [Members("TargetHealthDescriptions", Named(call).WriteHealth(call.Elb(), [.. call.Parameters.List("Targets").Select(target => target.Require("Id"))]))],
    };

    private static TargetGroup Named(AwsCall call)
    {
        var arn = call.Parameters.Require("TargetGroupArn");
        return call.Elb().TargetGroups.Find(group => group.Arn == arn) ?? throw ElbErrors.TargetGroupsMissing();
    }

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (elb, parameters) = (call.Elb(), call.Parameters);
        var name = LoadBalancerOperations.CheckName(parameters.Require("Name"), "Target group");
        var (protocol, type) = (parameters.Require("Protocol"), parameters.Get("TargetType") ?? "instance");
        var port = parameters.Number("Port") ?? throw ElbErrors.Invalid("A port must be specified");
        var vpc = parameters.Get("VpcId") is { } id && call.Ec2().Find<Vpc>(id) is { } found ? found : throw ElbErrors.Invalid($"The VPC ID '{parameters.Get("VpcId")}' is not found");
        if (elb.TargetGroups.Find(other => other.Name == name) is { } there)
        {
            return (there.Protocol, there.Port, there.TargetType, there.VpcId) == (protocol, port, type, vpc.Id) ? [Members("TargetGroups", [there.Write(elb)])] : throw ElbErrors.DuplicateTargetGroup(name);
        }

        var check = HealthCheck.Default(parameters.Get("HealthCheckProtocol") ?? protocol);
        var made = new TargetGroup(elb, name, protocol, port, vpc.Id, type, check with
        {
            Port = parameters.Get("HealthCheckPort") ?? check.Port,
            Path = parameters.Get("HealthCheckPath") ?? check.Path,
            Interval = parameters.Number("HealthCheckIntervalSeconds") ?? check.Interval,
            Timeout = parameters.Number("HealthCheckTimeoutSeconds") ?? check.Timeout,
            Healthy = parameters.Number("HealthyThresholdCount") ?? check.Healthy,
            Unhealthy = parameters.Number("UnhealthyThresholdCount") ?? check.Unhealthy,
            Codes = parameters.Structure("Matcher").Get("HttpCode") ?? check.Codes,
        })
        { ProtocolVersion = parameters.Get("ProtocolVersion"), Tags = ElbServices.ReadTags(call) };
        elb.TargetGroups.Add(made);
        return [Members("TargetGroups", [made.Write(elb)])];
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var elb = call.Elb();
        var (arns, names) = (call.Parameters.Strings("TargetGroupArns"), call.Parameters.Strings("Names"));
        var balancer = call.Parameters.Has("LoadBalancerArn") ? LoadBalancerOperations.Named(call) : null;
        if (arns.Any(arn => !elb.TargetGroups.Exists(group => group.Arn == arn)) || names.Any(name => !elb.TargetGroups.Exists(group => group.Name == name)))
        {
            throw ElbErrors.TargetGroupsMissing();
        }

        return ElbServices.Page(call, "TargetGroups", elb.TargetGroups.Where(group =>
            (balancer is null || group.UsedBy(elb).Contains(balancer)) && (arns.Count == 0 || arns.Contains(group.Arn)) && (names.Count == 0 || names.Contains(group.Name))), group => group.Write(elb));
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var arn = call.Parameters.Require("TargetGroupArn");
        if (call.Elb().TargetGroups.Find(group => group.Arn == arn) is { } group)
        {
            if (group.UsedBy(call.Elb()).Any())
            {
                throw new AwsException("ResourceInUse", $"Target group '{arn}' is currently in use by a listener or a rule");
            }

            call.Elb().TargetGroups.Remove(group);
        }

        return [];
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var group = Named(call);
        LoadBalancerAttributes.Set(group.Attributes, ElbServices.ReadAttributes(call));
        return [ElbServices.WriteAttributes(group.Attributes)];
    }

    private static IEnumerable<XElement?> Register(AwsCall call)
    {
        var group = Named(call);
        foreach (var target in call.Parameters.List("Targets"))
        {
            var id = target.Require("Id");
            var instance = group.TargetType == "instance" ? call.Ec2().Find<Instance>(id) : null;
            if (group.TargetType == "instance" && instance?.State is not "running")
            {
                throw new AwsException("InvalidTarget", $"The following targets are not in a running state and cannot be registered: '{id}'");
            }

            group.Targets.TryAdd(new Target(id, target.Number("Port") ?? group.Port, target.Get("AvailabilityZone") ?? instance?.Interface.Subnet.Zone.Name), call.Now);
        }

        return [];
    }

    private static IEnumerable<XElement?> Deregister(AwsCall call)
    {
        var group = Named(call);
        foreach (var target in call.Parameters.List("Targets"))
        {
            var (id, port) = (target.Require("Id"), target.Number("Port"));
            foreach (var there in group.Targets.Keys.Where(other => other.Id == id && (port is null || other.Port == port)).ToList())
            {
                group.Targets.Remove(there);
            }
        }

        return [];
    }
}
