using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>Anything of EC2 that has an id and tags.</summary>
internal abstract class Ec2Resource(string id, string type, DateTimeOffset created)
{
    /// <summary>Such as <c>vpc-0123456789abcdef0</c>.</summary>
    public string Id { get; } = id;

    /// <summary>The resource type that tags know, such as <c>vpc</c>.</summary>
    public string Type { get; } = type;

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>The tags.</summary>
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>The values that a filter compares, or null when the resource knows no such filter.</summary>
    public abstract IEnumerable<string>? Values(string filter);

    /// <summary>The tags as answers carry them.</summary>
    public XElement WriteTags() => WriteTags(Tags);

    /// <summary>Tags as answers carry them.</summary>
    public static XElement WriteTags(IReadOnlyDictionary<string, string> tags) => Items("tagSet", tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new[] { X("key", tag.Key), X("value", tag.Value) }));

    /// <summary>Whether the resource passes a filter.</summary>
    public bool Passes(string name, IReadOnlyList<string> wanted) => (name switch
    {
        "tag-key" => Tags.Keys,
        _ when name.StartsWith("tag:", StringComparison.Ordinal) => Tags.TryGetValue(name[4..], out var value) ? [value] : [],
        _ => Values(name) ?? throw new AwsException("InvalidParameterValue", $"The filter '{name}' is invalid"),
    }).Any(value => wanted.Any(pattern => Filters.Like(pattern, value)));

    /// <summary>A filter's value for a flag.</summary>
    protected static string[] Flag(bool flag) => [flag ? "true" : "false"];
}
