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

    /// <summary>The tags of what the request names: of resources, and of rules, which live in their groups.</summary>
    private static List<Dictionary<string, string>> Named(AwsCall call) => [.. call.Parameters.Strings("ResourceId").Select(id =>
        call.Ec2().Resources.FirstOrDefault(resource => resource.Id == id)?.Tags ?? Rules(call).FirstOrDefault(rule => rule.Id == id)?.Tags ?? throw new AwsException("InvalidID", $"The ID '{id}' is not valid"))];

    private static IEnumerable<SecurityGroupRule> Rules(AwsCall call) => call.Ec2().All<SecurityGroup>().SelectMany(group => group.Rules);

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var tags = Ec2Region.CheckTags(call.Parameters.Tags("Tag").ToDictionary());
        foreach (var there in Named(call))
        {
            Ec2Region.CheckTags(there.Keys.Union(tags.Keys).Where(key => !key.StartsWith("aws:", StringComparison.Ordinal)).ToDictionary(key => key, _ => ""));
            foreach (var (key, value) in tags)
            {
                there[key] = value;
            }
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        foreach (var there in Named(call))
        {
            foreach (var tag in call.Parameters.List("Tag"))
            {
                // A tag given with a value goes only when it has that value.
                var key = tag.Require("Key");
                if (there.TryGetValue(key, out var value) && (tag.Get("Value") ?? value) == value)
                {
                    there.Remove(key);
                }
            }
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var filters = Filters.Read(call);
        var tagged = call.Ec2().Resources.Select(resource => (resource.Id, resource.Type, resource.Tags)).Concat(Rules(call).Select(rule => (rule.Id, Type: "security-group-rule", rule.Tags)));
        var tags = tagged.SelectMany(resource => resource.Tags.Select(tag => (Resource: resource, Tag: tag))).Where(pair => filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
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
