using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>
/// YAML read as Kubernetes' Go code reads it: gopkg.in/yaml.v2 and the conversion to JSON of sigs.k8s.io/yaml. The cases of YamlReadingTests
/// were run through both.
/// </summary>
internal static partial class YamlReading
{
    // Aliases can make a small text large without end; yaml.v2 gives up, too.
    private const int MaxNodes = 1_000_000;

    private const string Yaml = "tag:yaml.org,2002:";

    /// <summary>The first document as JSON; null for an empty one. The last of equal keys counts.</summary>
    /// <exception cref="YamlException">The text is no YAML, or has what JSON has not: a key that is null or no scalar, an infinite number.</exception>
    public static JsonNode? ToJson(string text)
    {
        var budget = MaxNodes;
        return YamlTree.Read(text) is { } tree ? ToJson(tree, ref budget) : null;
    }

    /// <summary>
    /// The first document as yaml.v2 decodes it into a list of strings: scalars as they are spelled, whatever they would be elsewhere; null is
    /// empty; lists and mappings are left out. None when the document is no list.
    /// </summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public static IReadOnlyList<string> ToStrings(string text) => YamlTree.Read(text) is YamlList list
        ? [.. list.Items.OfType<YamlScalar>().Select(item => item.Tag == Yaml + "binary" ? Binary(item.Value) : IsNull(item) ? "" : item.Value)]
        : [];

    private static JsonNode? ToJson(YamlTree tree, ref int budget)
    {
        if (--budget < 0)
        {
            throw new YamlException("document contains excessive aliasing");
        }

        switch (tree)
        {
            case YamlScalar scalar:
                return Resolve(scalar);
            case YamlList list:
                var array = new JsonArray();
                foreach (var item in list.Items)
                {
                    array.Add(ToJson(item, ref budget));
                }

                return array;
            default:
                var map = new JsonObject();
                Fill(map, (YamlMap)tree, ref budget);
                return map;
        }
    }

    private static void Fill(JsonObject map, YamlMap source, ref int budget)
    {
        foreach (var (key, value) in source.Pairs)
        {
            if (key is not YamlScalar scalar)
            {
                throw new YamlException("invalid map key");
            }

            if (scalar is { IsPlain: true, Value: "<<" })
            {
                Merge(map, value, ref budget);
                continue;
            }

            var name = Resolve(scalar) is { } resolved ? resolved.GetValueKind() == System.Text.Json.JsonValueKind.String ? resolved.GetValue<string>() : resolved.ToJsonString() : throw new YamlException("Unsupported map key: null");
            map[name] = ToJson(value, ref budget);
        }
    }

    private static void Merge(JsonObject map, YamlTree value, ref int budget)
    {
        IReadOnlyList<YamlTree> sources = value is YamlList list ? [.. list.Items.Reverse()] : [value];
        foreach (var source in sources)
        {
            if (--budget < 0 || source is not YamlMap merged)
            {
                throw new YamlException("map merge requires map or sequence of maps as the value");
            }

            Fill(map, merged, ref budget);
        }
    }

    private static JsonNode? Resolve(YamlScalar scalar)
    {
        var (text, tag) = (scalar.Value, scalar.Tag);
        switch (tag)
        {
            case Yaml + "str":
                return text;
            case Yaml + "binary":
                return Binary(text);
            case not "" when !tag.StartsWith(Yaml, StringComparison.Ordinal):
                return text;
            case "" when !scalar.IsPlain:
                return text;
            default:
                break;
        }

        var value = Plain(text);
        return tag switch
        {
            "" => value,
            Yaml + "float" when value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number => value,
            _ when tag == TagOf(value) => value,
            _ => throw new YamlException($"cannot decode {TagOf(value)} `{text}` as a {tag}"),
        };
    }

    private static string TagOf(JsonNode? value) => Yaml + (value?.GetValueKind() switch
    {
        null => "null",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "bool",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "int",
        _ => "str",
    });

    private static bool IsNull(YamlScalar scalar) => scalar.IsPlain && scalar.Tag is "" or Yaml + "null" && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    private static string Binary(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw new YamlException("!!binary value contains invalid base64 data");
        }
    }

    private static JsonNode? Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return true;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return false;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN":
                throw new YamlException($"json: unsupported value: {text}");
            default:
                break;
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (Based().Match(digits) is { Success: true } based)
        {
            try
            {
                var number = Convert.ToInt64(based.Groups["digits"].Value, char.ToLowerInvariant(based.Groups["base"].ValueSpan is [var letter] ? letter : 'o') switch { 'x' => 16, 'b' => 2, _ => 8 });
                return based.Groups["sign"].Value == "-" ? -number : number;
            }
            catch (OverflowException)
            {
                return text;
            }
        }

        return Integer().IsMatch(digits) && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer
            : Decimal().IsMatch(digits) && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real
            : text;
    }

    [GeneratedRegex("^(?<sign>[-+]?)0((?<base>[xX])(?<digits>[0-9a-fA-F]+)|(?<base>[bB])(?<digits>[01]+)|(?<base>[oO])?(?<digits>[0-7]+))$", RegexOptions.CultureInvariant)]
    private static partial Regex Based();

    [GeneratedRegex("^[-+]?(0|[1-9][0-9]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}
