using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace EksTools.Aws.Tests.Botocore;

/// <summary>botocore's model of a service, read without the generator's code, so that the two cannot share a mistake.</summary>
internal sealed class Model
{
    private static readonly ConcurrentDictionary<string, Model> s_models = new();
    private readonly JsonObject _root;

    private Model(string service)
    {
        Service = service;
        var directory = Directory.GetDirectories(Path.Combine(BotocoreOracle.DataDirectory, service)).Single();
        using var stream = new GZipStream(File.OpenRead(Path.Combine(directory, "service-2.json.gz")), CompressionMode.Decompress);
        _root = JsonNode.Parse(stream)!.AsObject();
        Pagination = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "paginators-1.json")))!["pagination"]!.AsObject();
    }

    public string Service { get; }

    public JsonObject Pagination { get; }

    public string Protocol => (string)_root["metadata"]!["protocol"]!;

    public bool IsJson => Protocol is "rest-json" or "json";

    public JsonObject Operations => _root["operations"]!.AsObject();

    public JsonObject Shapes => _root["shapes"]!.AsObject();

    public static Model Of(string service) => s_models.GetOrAdd(service, name => new Model(name));

    public JsonObject Shape(JsonNode reference) => Shapes[(string)reference["shape"]!]!.AsObject();

    /// <summary>The members of an operation's input or output; none where it has none.</summary>
    public JsonObject Structure(string operation, string side) =>
        Operations[operation]![side] is { } reference ? Shape(reference) : new JsonObject { ["type"] = "structure" };

    public static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonObject shape) => shape["members"]?.AsObject() ?? [];

    public static HashSet<string> Required(JsonObject shape) => [.. shape["required"]?.AsArray().Select(name => (string)name!) ?? []];

    public static string PropertyName(string member) => member[..1].ToUpperInvariant() + member[1..];
}
