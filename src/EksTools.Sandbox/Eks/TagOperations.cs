using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Tags of EKS's resources, by ARN.</summary>
internal static class TagOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("ListTagsForResource", "GET", "/tags/{resourceArn}", call => new JsonObject { ["tags"] = Named(call).ToJson() }),
        new("TagResource", "POST", "/tags/{resourceArn}", Tag),
        new("UntagResource", "DELETE", "/tags/{resourceArn}", Untag),
    ];

    private static Dictionary<string, string> Named(AwsCall call)
    {
        var arn = call.Path["resourceArn"];
        if (!arn.StartsWith($"arn:{call.Account.Partition}:eks:", StringComparison.Ordinal))
        {
            throw new AwsException("BadRequestException", $"Invalid resource ARN: {arn}");
        }

        return Find(call, arn) ?? throw new AwsException("NotFoundException", $"Resource was not found for resource ARN '{arn}'", 404);
    }

    /// <summary>The tags of whatever has the ARN; null when nothing has.</summary>
    public static Dictionary<string, string>? Find(AwsCall call, string arn) => call.Eks().Clusters.Values.SelectMany(cluster => new[] { (cluster.Arn, cluster.Tags) }
        .Concat(cluster.Nodegroups.Values.Select(group => (group.Arn, group.Tags))).Concat(cluster.Addons.Values.Select(addon => (addon.Arn, addon.Tags)))
        .Concat(cluster.FargateProfiles.Values.Select(profile => (profile.Arn, profile.Tags))).Concat(cluster.AccessEntries.Values.Select(entry => (entry.Arn, entry.Tags))).Concat(cluster.Capabilities.Values.Select(one => (one.Arn, one.Tags)))
        .Concat(cluster.PodIdentityAssociations.Values.Select(association => (association.Arn, association.Tags)))).FirstOrDefault(pair => pair.Arn == arn).Tags;

    private static JsonObject Tag(AwsCall call)
    {
        var tags = Named(call);
        foreach (var (key, value) in EksRegion.ReadTags(call.Body))
        {
            tags[key] = value;
        }

        return [];
    }

    private static JsonObject Untag(AwsCall call)
    {
        var tags = Named(call);
        foreach (var pair in call.Query.Where(pair => pair.Key == "tagKeys"))
        {
            tags.Remove(pair.Value);
        }

        return [];
    }
}
