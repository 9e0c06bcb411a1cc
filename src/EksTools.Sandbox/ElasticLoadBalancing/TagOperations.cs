using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Tags of load balancers, listeners and target groups, by ARN.</summary>
internal static class TagOperations
{
    private const int MostResources = 20;

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["AddTags"] = Add,
        ["RemoveTags"] = Remove,
        ["DescribeTags"] = call => [Members("TagDescriptions", Named(call).Select(resource => new[] { X("ResourceArn", resource.Arn), ElbServices.WriteTags(resource.Tags) }))],
    };

    private static List<(string Arn, Dictionary<string, string> Tags)> Named(AwsCall call)
    {
        var arns = call.Parameters.Strings("ResourceArns");
        return arns.Count is 0 or > MostResources ? throw ElbErrors.Invalid($"1 to {MostResources} resources must be named") : [.. arns.Select(arn => (arn, Find(call.Elb(), arn)))];
    }

    /// <summary>The tags of a load balancer, target group or listener; null when it is not there.</summary>
    public static Dictionary<string, string>? TryFind(ElbRegion elb, string arn) =>
        elb.LoadBalancers.Find(balancer => balancer.Arn == arn)?.Tags
        ?? elb.TargetGroups.Find(group => group.Arn == arn)?.Tags
        ?? elb.LoadBalancers.SelectMany(balancer => balancer.Listeners).FirstOrDefault(listener => listener.Arn == arn)?.Tags;

    private static Dictionary<string, string> Find(ElbRegion elb, string arn) => TryFind(elb, arn)
        ?? throw (arn.Contains(":targetgroup/", StringComparison.Ordinal) ? ElbErrors.TargetGroupsMissing() : arn.Contains(":listener/", StringComparison.Ordinal) ? ElbErrors.ListenersMissing() : ElbErrors.LoadBalancersMissing());

    private static IEnumerable<XElement?> Add(AwsCall call)
    {
        foreach (var (_, tags) in Named(call))
        {
            foreach (var (key, value) in ElbServices.ReadTags(call, tags))
            {
                tags[key] = value;
            }
        }

        return [];
    }

    private static IEnumerable<XElement?> Remove(AwsCall call)
    {
        foreach (var (_, tags) in Named(call))
        {
            foreach (var key in call.Parameters.Strings("TagKeys"))
            {
                tags.Remove(key);
            }
        }

        return [];
    }
}
