using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace EksTools.Core.Yaml;

/// <summary>A value that is to stand in a YAML text.</summary>
internal abstract record YamlValue
{
    public static implicit operator YamlValue(string text) => new YamlText(text);
}

/// <summary>A string; or, when <paramref name="IsLiteral"/>, a plain word such as false, null or {}.</summary>
internal sealed record YamlText(string Text, bool IsLiteral = false) : YamlValue;

internal sealed record YamlList(IReadOnlyList<YamlValue> Items) : YamlValue;

internal sealed record YamlMap(IReadOnlyList<KeyValuePair<string, YamlValue>> Pairs) : YamlValue
{
    public static YamlMap Of(params (string Key, YamlValue? Value)[] pairs) =>
        new([.. pairs.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!))]);
}

/// <summary>Writes scalars so that YAML 1.1 (kubectl, Go) and YAML 1.2 readers take them for the same string.</summary>
internal static partial class YamlScalars
{
    /// <summary>The text in the given style where that can hold it.</summary>
    public static string Write(YamlText value, ScalarStyle wanted = ScalarStyle.Plain)
    {
        string text = value.Text;
        if (value.IsLiteral)
            return text;
        if (text.Length == 0)
            return wanted == ScalarStyle.SingleQuoted ? "''" : "\"\"";
        bool printable = text.All(IsPlainlyPrintable);
        return wanted switch
        {
            ScalarStyle.Plain when IsPlain(text) => text,
            ScalarStyle.DoubleQuoted => DoubleQuoted(text),
            ScalarStyle.SingleQuoted when printable => SingleQuoted(text),
            _ when printable && (!text.Contains('\'') || text.Contains('"') || text.Contains('\\')) => SingleQuoted(text),
            _ => DoubleQuoted(text),
        };
    }

    /// <summary>Whether the text needs no quotes in block style: it starts like a word or an option and is no bool, null or number.</summary>
    public static bool IsPlain(string text) =>
        PlainText().IsMatch(text) && !text.EndsWith(':') && !Words.Contains(text);

    /// <summary>Whether the text, found without quotes, is a string and no bool, null or number.</summary>
    public static bool IsStringWhenPlain(string text) => text is not ("" or "~") && !Words.Contains(text) && !Number().IsMatch(text);

    public static string DoubleQuoted(string text)
    {
        StringBuilder builder = new("\"", text.Length + 2);
        foreach (char c in text)
        {
            builder = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append(@"\\"),
                '\n' => builder.Append(@"\n"),
                '\r' => builder.Append(@"\r"),
                '\t' => builder.Append(@"\t"),
                _ when IsPlainlyPrintable(c) => builder.Append(c),
                _ => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
            };
        }
        return builder.Append('"').ToString();
    }

    private static string SingleQuoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static bool IsPlainlyPrintable(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    // YAML 1.1's words for true, false and null, as Go's yaml.v2 reads them.
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "yes", "no", "on", "off", "y", "n", "null",
    };

    [GeneratedRegex(@"^(?:[A-Za-z/]|--?[A-Za-z])[A-Za-z0-9_./:@+=,-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    // Wide on purpose: binary, octal, hexadecimal, sexagesimal, with exponent, infinite and dates.
    [GeneratedRegex(@"^[-+]?\.?(?:[0-9][0-9A-Fa-fxo_.:eE+-]*|inf|nan)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Number();
}
