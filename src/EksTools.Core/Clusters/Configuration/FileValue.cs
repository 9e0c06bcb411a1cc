using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Core.Yaml;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>
/// A value of the file with its path. Each reader of a type answers null, or nothing, where the value is null or of another type; the latter is a problem of
/// the reading. Scalars are told apart as eksctl's reader does, which is Go's gopkg.in/yaml.v2.
/// </summary>
internal sealed class FileValue(FileReading reading, TextNode node, TextNode key, string path)
{
    private readonly TextNode node = GoYaml.Follow(node);

    /// <summary>The path, such as <c>managedNodeGroups[web].maxSize</c>.</summary>
    public string Path => path;

    /// <summary>Null, an empty list or an empty mapping: as good as not there.</summary>
    public bool IsNothing => node is TextScalar { IsNull: true } or TextSequence { Items.Count: 0 } or TextMapping { Pairs.Count: 0 };

    public void Problem(string message, string? advice = null) => reading.Add(key, path, $"{path} {message}", advice);

    public string? Text() => Scalar(GoScalarKind.Text, static scalar => scalar.Value, scalar => $"must be text: put it in quotes, \"{scalar.Value}\".", "must be text.");

    public bool? Flag() => Scalar<bool?>(GoScalarKind.Boolean, static scalar => char.ToLowerInvariant(scalar.Value[0]) is 't' or 'y' || scalar.Value.Equals("on", StringComparison.OrdinalIgnoreCase), static _ => "must be true or false, without quotes.", "must be true or false.");

    public int? Whole()
    {
        int? number = Scalar<int?>(GoScalarKind.Number, static scalar => int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) ? whole : int.MinValue, static _ => "must be a whole number, without quotes.", "must be a whole number.");
        if (number != int.MinValue)
        {
            return number;
        }

        Problem("must be a whole number.");
        return null;
    }

    /// <summary>The value as JSON, whatever it is; null for null.</summary>
    public JsonNode? Json() => node switch
    {
        TextMapping => new JsonObject(Pairs().Select(static pair => KeyValuePair.Create(pair.Name, pair.Value.Json()))),
        TextSequence => new JsonArray([.. Items().Select(static item => item.Json())]),
        TextScalar scalar => GoScalars.KindOf(scalar) switch
        {
            GoScalarKind.Null => null,
            GoScalarKind.Boolean => JsonValue.Create(Flag()),
            GoScalarKind.Number when decimal.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => JsonValue.Create(number),
            _ => JsonValue.Create(scalar.Value),
        },
        _ => null,
    };

    /// <summary>The items of a list, each with its name in its path where it has one.</summary>
    public IReadOnlyList<FileValue> Items()
    {
        switch (node)
        {
            case TextSequence list:
                List<FileValue> items = [];
                foreach ((TextNode item, int index) in list.Items.Select(static (item, index) => (item, index)))
                {
                    string name = $"{path}[{NameOf(item) ?? index.ToString(CultureInfo.InvariantCulture)}]";
                    reading.Remember(name, item);
                    items.Add(new FileValue(reading, item, item, name));
                }

                return items;
            case TextScalar { IsNull: true }:
                return [];
            default:
                Problem("must be a list.");
                return [];
        }
    }

    public IReadOnlyList<string> Texts() => [.. Items().Select(static item => item.Text()).OfType<string>()];

    /// <summary>A mapping from text to text, such as tags or labels.</summary>
    public IReadOnlyDictionary<string, string> Map()
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach ((string name, FileValue value) in Pairs())
        {
            if (value.Text() is { } text)
            {
                map[name] = text;
            }
        }

        return map;
    }

    /// <summary>The pairs of a mapping; keys that are there twice are a problem.</summary>
    public IReadOnlyList<(string Name, FileValue Value)> Pairs()
    {
        if (node is TextScalar { IsNull: true })
        {
            return [];
        }

        if (node is not TextMapping mapping)
        {
            Problem("must be a mapping of fields.");
            return [];
        }

        Dictionary<string, (TextPair Pair, bool Merged)> pairs = new(StringComparer.Ordinal);
        Collect(mapping, merged: false);
        return [.. pairs.Select(pair => (pair.Key, Child(pair.Key, pair.Value.Pair)))];

        void Collect(TextMapping from, bool merged)
        {
            foreach (TextPair pair in from.Pairs.Where(static pair => !GoYaml.IsMerge(pair.Key)))
            {
                if (GoYaml.Follow(pair.Key) is not TextScalar name)
                {
                    reading.Add(pair.Key, path, $"{path} has a key that is no word.");
                }
                else if (!pairs.TryGetValue(name.Value, out (TextPair Pair, bool Merged) there))
                {
                    pairs[name.Value] = (pair, merged);
                }
                else if (!merged && !there.Merged)
                {
                    reading.Add(pair.Key, Join(path, name.Value), $"{Join(path, name.Value)} is there twice.", "Remove one of them.");
                }
            }

            foreach (TextNode source in from.Pairs.Where(static pair => GoYaml.IsMerge(pair.Key)).Select(static pair => GoYaml.Follow(pair.Value)))
            {
                foreach (TextMapping one in (source is TextSequence several ? several.Items.Select(GoYaml.Follow) : [source]).OfType<TextMapping>())
                {
                    Collect(one, merged: true);
                }
            }
        }
    }

    /// <summary>Reads a mapping's fields; one that is unknown is a problem.</summary>
    public void Read(FileFields fields)
    {
        foreach ((string name, FileValue value) in Pairs())
        {
            if (fields.Find(name) is { } read)
            {
                read(value);
            }
            else
            {
                string? near = fields.Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? Likeness.Nearest(name, fields.Names);
                value.Problem("is not a field of a ClusterConfig.", near is null ? "Remove it." : $"Did you mean {near}?");
            }
        }
    }

    private FileValue Child(string name, TextPair pair)
    {
        string child = Join(path, name);
        reading.Remember(child, pair.Key);
        return new FileValue(reading, pair.Value, pair.Key, child);
    }

    private T? Scalar<T>(GoScalarKind kind, Func<TextScalar, T> read, Func<TextScalar, string> other, string notScalar)
    {
        switch (node)
        {
            case TextScalar scalar when GoScalars.KindOf(scalar) is var found && (found == kind || found == GoScalarKind.Null):
                return found == kind ? read(scalar) : default;
            case TextScalar scalar:
                Problem(other(scalar));
                return default;
            default:
                Problem(notScalar);
                return default;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string? NameOf(TextNode item) =>
        GoYaml.Follow(item) is TextMapping mapping && mapping.Find("name")?.Value is TextScalar { Value.Length: > 0 } name ? name.Value : null;
}
