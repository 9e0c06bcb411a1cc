using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Tags of Classic Load Balancers, by name.</summary>
internal static class ClassicTagOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["AddTags"] = Add,
        ["RemoveTags"] = Remove,
        ["DescribeTags"] = call => [Members("TagDescriptions", Named(call).Select(balancer => new[] { X("LoadBalancerName", balancer.Name), ElbServices.WriteTags(balancer.Tags) }))],
    };

    private static List<ClassicLoadBalancer> Named(AwsCall call) => [.. call.Parameters.Strings("LoadBalancerNames").Select(name => ClassicOperations.Find(call, name))];

    private static IEnumerable<XElement?> Add(AwsCall call)
    {
        foreach (var balancer in Named(call))
        {
            foreach (var (key, value) in ElbServices.ReadTags(call, balancer.Tags))
            {
                balancer.Tags[key] = value;
            }
        }

        return [];
    }

    private static IEnumerable<XElement?> Remove(AwsCall call)
    {
        foreach (var balancer in Named(call))
        {
            foreach (var tag in call.Parameters.List("Tags"))
            {
                balancer.Tags.Remove(tag.Require("Key"));
            }
        }

        return [];
    }
}
