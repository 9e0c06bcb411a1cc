using System.Management.Automation;
using EksTools.Nodes;

namespace EksTools.Pipeline;

/// <summary>
/// Options as text, which is all that a row of Import-Csv has: lists with commas between their items, pairs as <c>key=value,key=value</c>, a Fargate profile's selectors as
/// <c>namespace:key=value,key=value</c> with semicolons between them, and true or false. An empty text says nothing.
/// </summary>
internal static class OptionsCell
{
    private const StringSplitOptions Split = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
    private static readonly char[] Separators = [',', ';'];

    /// <summary>The text that a value is; null where it is none.</summary>
    public static string? TextOf(object value) => value as string ?? (value as PSObject)?.BaseObject as string;

    /// <summary>The cell of a column that is for other rows.</summary>
    public static bool IsEmpty(object value) => TextOf(value) is { } text && string.IsNullOrWhiteSpace(text);

    /// <summary>What the text means for a property; null where it means itself.</summary>
    /// <exception cref="FormatException">It means nothing.</exception>
    public static object? Read(string text, Type type) =>
        type == typeof(IReadOnlyDictionary<string, string>) ? Pairs(text)
        : type == typeof(IReadOnlyList<string>) ? text.Split(Separators, Split)
        : type == typeof(IReadOnlyList<FargateSelector>) ? text.Split(';', Split).Select(Selector).ToArray()
        : (Nullable.GetUnderlyingType(type) ?? type) == typeof(bool) ? Flag(text)
        : null;

    private static Dictionary<string, string> Pairs(string text)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        foreach (string pair in text.Split(Separators, Split))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !pairs.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..].Trim()))
            {
                throw new FormatException(equals < 1 ? $"'{pair}' is no pair; write key=value,key=value." : $"'{pair[..equals].Trim()}' is there twice.");
            }
        }

        return pairs;
    }

    private static FargateSelector Selector(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new FargateSelector { Namespace = text } : new FargateSelector { Namespace = text[..colon].Trim(), Label = Pairs(text[(colon + 1)..]) };
    }

    /// <summary>PowerShell itself takes every text but the empty one for true.</summary>
    private static object Flag(string text) => text.Trim().TrimStart('$').ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "1" => true,
        "FALSE" or "NO" or "0" => false,
        _ => throw new FormatException("Write true or false."),
    };
}
