using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace EksTools.Core.Yaml;

/// <summary>What a scalar is to Go.</summary>
internal enum GoScalarKind
{
    Text,
    Null,
    Boolean,
    Number,

    /// <summary>Infinity or not a number, which have no JSON form.</summary>
    NoJson,
}

/// <summary>Reads plain scalars as Go's gopkg.in/yaml.v2 does: YAML 1.1 with numbers as strconv takes them, and no sexagesimals.</summary>
internal static partial class GoScalars
{
    private static readonly HashSet<string> Booleans = new(StringComparer.Ordinal)
    {
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    };

    /// <summary>What the scalar is when nothing says that it must be text. Dates are text.</summary>
    public static GoScalarKind KindOf(TextScalar scalar) => scalar.Style == ScalarStyle.Plain && !scalar.IsTaggedText ? KindOf(scalar.Value) : GoScalarKind.Text;

    /// <summary>What the text is when it stands without quotes.</summary>
    public static GoScalarKind KindOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => GoScalarKind.Null,
        ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" => GoScalarKind.NoJson,
        _ when Booleans.Contains(plain) => GoScalarKind.Boolean,
        ['.', ..] => !LooseUnderscore().IsMatch(plain) && IsFinite(plain.Replace("_", "", StringComparison.Ordinal)) ? GoScalarKind.Number : GoScalarKind.Text,
        [>= '0' and <= '9' or '+' or '-', ..] => IsNumber(plain.Replace("_", "", StringComparison.Ordinal)) ? GoScalarKind.Number : GoScalarKind.Text,
        _ => GoScalarKind.Text,
    };

    private static bool IsNumber(string text)
    {
        if (IsFinite(text))
            return true;
        if (Based().Match(text) is not { Success: true } based)
            return false;
        int shift = char.ToLowerInvariant(based.Groups[2].ValueSpan[0]) switch { 'x' => 4, 'o' => 3, _ => 1 };
        ReadOnlySpan<char> digits = based.Groups[3].ValueSpan.TrimStart('0');
        UInt128 value = 0;
        foreach (char digit in digits)
        {
            int one = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : 16;
            if (one >= 1 << shift || value > ulong.MaxValue)
                return false;
            value = (value << shift) | (uint)one;
        }
        return based.Groups[1].ValueSpan switch
        {
            "-" => value <= (UInt128)long.MaxValue + 1,
            "+" => value <= long.MaxValue,
            _ => value <= ulong.MaxValue,
        };
    }

    private static bool IsFinite(string text) =>
        Decimal().IsMatch(text) && double.IsFinite(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    // strconv takes underscores between digits alone; yaml.v2 takes them all out of what begins with a digit or a sign.
    [GeneratedRegex(@"(?<![0-9])_|_(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex LooseUnderscore();

    [GeneratedRegex(@"^([-+]?)0([xXoObB])([0-9A-Fa-f]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Based();
}
