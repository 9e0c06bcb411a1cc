using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EksTools.ServiceModels;

/// <summary>A service as botocore describes it, reduced to what is generated.</summary>
public sealed class ServiceModel
{
    private readonly JsonObject _shapes;

    private ServiceModel(ServiceDefinition definition, string botocoreVersion, JsonObject model, JsonObject paginators)
    {
        BotocoreVersion = botocoreVersion;
        Definition = definition;
        _shapes = model["shapes"]!.AsObject();
        var metadata = model["metadata"]!.AsObject();
        ApiVersion = (string)metadata["apiVersion"]!;
        DisplayName = (string?)metadata["serviceAbbreviation"] ?? (string)metadata["serviceFullName"]!;
        ServiceId = (string)metadata["serviceId"]!;
        EndpointPrefix = (string)metadata["endpointPrefix"]!;
        SigningName = (string?)metadata["signingName"] ?? EndpointPrefix;
        TargetPrefix = (string?)metadata["targetPrefix"];
        Protocol = (string)metadata["protocol"]! switch
        {
            "rest-json" => Protocol.RestJson,
            "json" => Protocol.Json,
            "query" => Protocol.Query,
            var other => throw new NotSupportedException($"The protocol '{other}' of {definition.DataName} is not supported: rest-json, json and query are."),
        };
        var all = model["operations"]!.AsObject();
        var missing = definition.Operations.Where(name => !all.ContainsKey(name)).ToList();
        if (missing.Count > 0)
            throw new InvalidDataException($"The model of {definition.DataName} has no operation {string.Join(", ", missing)}.");

        Operations =
        [
            .. all.Where(entry => definition.Operations.Count == 0 || definition.Operations.Contains(entry.Key))
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new Operation(this, entry.Key, entry.Value!.AsObject(), paginators[entry.Key]?.AsObject())),
        ];
        var inputs = Reachable(Operations.Select(o => o.Input));
        var outputs = Reachable(Operations.Select(o => o.Output));
        Written = [.. inputs.Order(StringComparer.Ordinal).Select(Shape)];
        Read = [.. outputs.Order(StringComparer.Ordinal).Select(Shape)];
        Structures = [.. inputs.Union(outputs).Order(StringComparer.Ordinal).Select(Shape)];
        Exceptions =
        [
            .. Operations.SelectMany(o => o.Errors).Distinct().Order(StringComparer.Ordinal).Select(Shape),
        ];
        Enumerations =
        [
            .. Structures.Concat(Operations.Select(o => o.Input)).Concat(Operations.Select(o => o.Output)).Concat(Exceptions)
                .SelectMany(s => s.Members).SelectMany(m => Enums(m.Shape)).DistinctBy(s => s.Name).OrderBy(s => s.ClassName, StringComparer.Ordinal),
        ];
    }

    public ServiceDefinition Definition { get; }

    public string BotocoreVersion { get; }

    public string ApiVersion { get; }

    /// <summary>What AWS calls the service in text.</summary>
    public string DisplayName { get; }

    /// <summary>The identity from which <c>AWS_ENDPOINT_URL_…</c> is named.</summary>
    public string ServiceId { get; }

    /// <summary>The first part of the endpoints' host names.</summary>
    public string EndpointPrefix { get; }

    /// <summary>The service in a signature's scope.</summary>
    public string SigningName { get; }

    /// <summary>What stands before the operation in <c>X-Amz-Target</c>; null outside the JSON protocol.</summary>
    public string? TargetPrefix { get; }

    public Protocol Protocol { get; }

    /// <summary>Whether bodies are JSON.</summary>
    public bool IsJson => Protocol != Protocol.Query;

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>Structures below requests.</summary>
    public IReadOnlyList<Shape> Written { get; }

    /// <summary>Structures below responses.</summary>
    public IReadOnlyList<Shape> Read { get; }

    /// <summary>All structures that are neither request, response nor exception.</summary>
    public IReadOnlyList<Shape> Structures { get; }

    public IReadOnlyList<Shape> Exceptions { get; }

    public IReadOnlyList<Shape> Enumerations { get; }

    public static ServiceModel Load(string dataDirectory, ServiceDefinition definition)
    {
        var service = Path.Combine(dataDirectory, definition.DataName);
        var version = Directory.GetDirectories(service).Order(StringComparer.Ordinal).Last();
        var paginators = Parse(Path.Combine(version, "paginators-1.json"))["pagination"]!.AsObject();
        return new ServiceModel(definition, FindVersion(dataDirectory), Parse(Path.Combine(version, "service-2.json")), paginators);
    }

    public Shape Shape(string name) =>
        new(this, name, _shapes[name]?.AsObject() ?? throw new InvalidDataException($"The model of {Definition.DataName} has no shape '{name}'."));

    /// <summary>The version of the botocore that a data directory belongs to.</summary>
    public static string FindVersion(string dataDirectory)
    {
        var init = Path.Combine(dataDirectory, "..", "__init__.py");
        var line = File.ReadLines(init).FirstOrDefault(text => text.StartsWith("__version__", StringComparison.Ordinal));
        return line?.Split('\'', '"')[1] ?? throw new InvalidDataException($"{init} says no __version__: give botocore's own data directory.");
    }

    private static JsonObject Parse(string path)
    {
        using Stream stream = File.Exists(path)
            ? File.OpenRead(path)
            : new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        return JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions { MaxDepth = 128 })!.AsObject();
    }

    private static IEnumerable<Shape> Enums(Shape shape) => shape.Type switch
    {
        "string" when shape.IsEnum => [shape],
        "list" => Enums(shape.Element),
        "map" => Enums(shape.MapValue),
        _ => [],
    };

    private static HashSet<string> Reachable(IEnumerable<Shape> roots)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<Shape>(roots.SelectMany(r => r.Members).Select(m => m.Shape));
        while (queue.TryDequeue(out var shape))
        {
            if (shape.Type == "list")
                queue.Enqueue(shape.Element);
            else if (shape.Type == "map")
                queue.Enqueue(shape.MapValue);
            else if (shape.Type == "structure" && found.Add(shape.Name))
                shape.Members.ToList().ForEach(m => queue.Enqueue(m.Shape));
        }

        return found;
    }
}

/// <summary>The wire protocols that are generated.</summary>
public enum Protocol
{
    RestJson,
    Json,
    Query,
}
