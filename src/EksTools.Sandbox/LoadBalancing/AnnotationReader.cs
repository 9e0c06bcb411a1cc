using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>Annotations of a prefix, read as the AWS Load Balancer Controller reads them.</summary>
internal sealed class AnnotationReader(string prefix, params IReadOnlyList<JsonObject> objects)
{
    public string Key(string suffix) => $"{prefix}/{suffix}";

    /// <summary>The value; where several objects have it, the first one's.</summary>
    public string? Text(string suffix) => objects.Select(obj => obj.Text("metadata", "annotations", Key(suffix))).FirstOrDefault(value => value is not null);

    /// <summary>A list, trimmed and without empty items; null where the annotation is absent.</summary>
    public IReadOnlyList<string>? List(string suffix) => Text(suffix)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A flag as Go writes it; null where the annotation is absent.</summary>
    public bool? Flag(string suffix) => Text(suffix) is not { } raw ? null
        : GoBool(raw) ?? throw new ReconcileFailure($"failed to parse bool annotation, {Key(suffix)}: {raw}: strconv.ParseBool: parsing \"{raw}\": invalid syntax");

    /// <summary>A number; null where the annotation is absent.</summary>
    public int? Number(string suffix) => Text(suffix) is not { } raw ? null
        : int.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ReconcileFailure($"failed to parse int64 annotation, {Key(suffix)}: {raw}: strconv.ParseInt: parsing \"{raw}\": invalid syntax");

    /// <summary>Pairs; empty where the annotation is absent. A backslash before a comma makes it part of the value.</summary>
    public Dictionary<string, string> Map(string suffix)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var raw = Text(suffix) ?? "";
        foreach (var item in raw.Replace("\\,", "\u0001", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = item.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new ReconcileFailure($"failed to parse stringMap annotation, {Key(suffix)}: {raw}");
            }

            map[item[..at].Trim()] = item[(at + 1)..].Trim().Replace('\u0001', ',');
        }

        return map;
    }

    /// <summary>What Go's strconv.ParseBool makes of a text; null where it refuses it.</summary>
    public static bool? GoBool(string text) => text switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => null,
    };
}
