using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>The two services of Elastic Load Balancing, which share a signing name and are told apart by their version.</summary>
internal static class ElbServices
{
    public const string SigningName = "elasticloadbalancing";
    public const string ClassicVersion = "2012-06-01";
    public const string SecondVersion = "2015-12-01";

    private const int LargestPage = 400;
    private const int MostTags = 50;

    /// <summary>Classic Load Balancers, which the AWS CLI calls <c>elb</c>.</summary>
    public static IReadOnlyDictionary<string, QueryOperation> Classic { get; } =
        new[] { ClassicOperations.All, ClassicTagOperations.All }.SelectMany(part => part).ToDictionary();

    /// <summary>Application and Network Load Balancers, which the AWS CLI calls <c>elbv2</c>.</summary>
    public static IReadOnlyDictionary<string, QueryOperation> Second { get; } =
        new[] { LoadBalancerOperations.All, ListenerOperations.All, TargetGroupOperations.All, TagOperations.All }.SelectMany(part => part).ToDictionary();

    /// <summary>Elastic Load Balancing in the call's region.</summary>
    public static ElbRegion Elb(this AwsCall call) => call.Account.Elb(call.Region);

    /// <summary>A page of a list, with its marker.</summary>
    public static IEnumerable<XElement?> Page<T>(AwsCall call, string list, IEnumerable<T> items, Func<T, XElement?[]> write)
    {
        var size = call.Parameters.Number("PageSize") ?? LargestPage;
        var start = 0;
        if (size is < 1 or > LargestPage || (call.Parameters.Get("Marker") is { Length: > 0 } marker && !int.TryParse(marker, out start)))
        {
            throw ElbErrors.Invalid($"The page size must be from 1 to {LargestPage}, and the marker one that an earlier answer gave.");
        }

        var all = items.ToList();
        return [Members(list, all.Skip(start).Take(size).Select(write)), all.Count - start > size ? X("NextMarker", start + size) : null];
    }

    /// <summary>The tags of a request, within the limits.</summary>
    public static Dictionary<string, string> ReadTags(AwsCall call, IReadOnlyDictionary<string, string>? present = null)
    {
        var given = call.Parameters.List("Tags").Select(tag => tag.Get("Key") ?? "").ToList();
        if (given.Count != given.Distinct().Count())
        {
            throw new AwsException("DuplicateTagKeys", "A tag key was specified more than once");
        }

        var tags = call.Parameters.Tags("Tags").ToDictionary();
        if (tags.Keys.FirstOrDefault(key => key.Length is 0 or > 128 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) is { } wrong)
        {
            throw ElbErrors.Invalid($"The tag key '{wrong}' must have 1 to 128 characters and not start with 'aws:'");
        }

        return tags.Keys.Union(present?.Keys ?? []).Count() <= MostTags ? tags : throw new AwsException("TooManyTags", $"You've reached the limit of {MostTags} tags per load balancer");
    }

    /// <summary>Tags as answers carry them.</summary>
    public static XElement WriteTags(IReadOnlyDictionary<string, string> tags) =>
        Members("Tags", tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new[] { X("Key", tag.Key), X("Value", tag.Value) }));

    /// <summary>Attributes as answers carry them.</summary>
    public static XElement WriteAttributes(IReadOnlyDictionary<string, string> attributes) => Members("Attributes", attributes.Select(attribute => new[] { X("Key", attribute.Key), X("Value", attribute.Value) }));

    /// <summary>The attributes of a request.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ReadAttributes(AwsCall call) =>
        [.. call.Parameters.List("Attributes").Select(attribute => KeyValuePair.Create(attribute.Require("Key"), attribute.Get("Value") ?? ""))];

    /// <summary>A subnet of the region.</summary>
    public static Subnet Subnet(AwsCall call, string id) => call.Ec2().Find<Subnet>(id) ?? throw ElbErrors.SubnetMissing(id);
}
