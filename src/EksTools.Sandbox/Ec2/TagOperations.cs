using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>Tags of existing resources.</summary>
internal static class TagOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateTags"] = Create,
        ["DeleteTags"] = Delete,
        ["DescribeTags"] = Describe,
    };

    private static List<Ec2Resource> Named(AwsCall call) =>
        [.. call.Parameters.Strings("ResourceId").Select(id => call.Ec2().Resources.FirstOrDefault(resource => resource.Id == id) ?? throw new AwsException("InvalidID", $"The ID '{id}' is not valid"))];

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var tags = Ec2Region.CheckTags(call.Parameters.Tags("Tag").ToDictionary());
        foreach (var resource in Named(call))
        {
            Ec2Region.CheckTags(resource.Tags.Keys.Union(tags.Keys).Where(key => !key.StartsWith("aws:", StringComparison.Ordinal)).ToDictionary(key => key, _ => ""));
            foreach (var (key, value) in tags)
            {
                resource.Tags[key] = value;
            }
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        foreach (var resource in Named(call))
        {
            foreach (var tag in call.Parameters.List("Tag"))
            {
                // A tag given with a value goes only when it has that value.
                var key = tag.Require("Key");
                if (resource.Tags.TryGetValue(key, out var value) && (tag.Get("Value") ?? value) == value)
                {
                    resource.Tags.Remove(key);
                }
            }
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var filters = Filters.Read(call);
        var tags = call.Ec2().Resources.SelectMany(resource => resource.Tags.Select(tag => (Resource: resource, Tag: tag))).Where(pair => filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
        {
            "key" => pair.Tag.Key,
            "value" => pair.Tag.Value,
            "resource-id" => pair.Resource.Id,
            "resource-type" => pair.Resource.Type,
            _ when filter.Name.StartsWith("tag:", StringComparison.Ordinal) => pair.Resource.Tags.GetValueOrDefault(filter.Name[4..], ""),
            _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
        }))));
        return Filters.Page(call, "tagSet", tags, pair => [X("resourceId", pair.Resource.Id), X("resourceType", pair.Resource.Type), X("key", pair.Tag.Key), X("value", pair.Tag.Value)]);
    }
}
