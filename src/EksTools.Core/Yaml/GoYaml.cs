using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace EksTools.Core.Yaml;

/// <summary>
/// Finds what Go's gopkg.in/yaml.v2 and sigs.k8s.io/yaml refuse although YamlDotNet reads it, and what the two may read differently.
/// It refuses too much rather than too little: a text that passes means the same to both.
/// </summary>
internal static partial class GoYaml
{
    /// <summary>How many nodes a text may have with its aliases written out. Go has a limit of its own, beyond this one.</summary>
    private const long MaxExpanded = 300_000;

    private const int MaxKeyLength = 1000; // The scanners stop to take a text for a key at 1024 characters, counted in their own ways.

    /// <summary>Checks the characters.</summary>
    /// <exception cref="YamlTextException">A character, an escape or a directive is none that both readers take.</exception>
    public static void CheckText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool fits = c switch
            {
                '\t' or '\n' or '\r' or (>= ' ' and <= '~') => true,
                '\uFEFF' => i == 0,
                >= '\uD800' and <= '\uDBFF' => i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]),
                >= '\uDC00' and <= '\uDFFF' => i > 0 && char.IsHighSurrogate(text[i - 1]),
                _ => c is >= '\u00A0' and not ('\u2028' or '\u2029' or '\uFFFE' or '\uFFFF'),
            };
            if (!fits)
                throw Fault(text, i, $"the character U+{(int)c:X4} is not allowed here or not read alike by all YAML readers; remove it.");
        }
        if (Directive().Match(text) is { Success: true } directive)
            throw Fault(text, directive.Groups[1].Index, "the YAML directive is not read alike by all YAML readers; remove it.");
        if (TabIndent().Match(text) is { Success: true } tab)
            throw Fault(text, tab.Groups[1].Index, "a tab stands where YAML wants spaces; write spaces.");
    }

    /// <summary>The first node that Go cannot read, or cannot turn into JSON; null when there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="root">Its root.</param>
    /// <param name="asJson">Whether the nodes become JSON.</param>
    public static (TextNode Node, string Problem)? FindUnreadable(string text, TextNode root, bool asJson)
    {
        Dictionary<TextNode, long> sizes = [];
        (TextNode Node, string Problem)? found = null;
        bool aliases = false;
        return Visit(root, inFlow: false) > MaxExpanded && aliases ? (root, "the value's YAML aliases stand for too much; write the rows out.") : found;

        long Visit(TextNode node, bool inFlow)
        {
            long size = 1;
            if (node.Anchor.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
                found ??= (node, "the name of the YAML anchor is not read alike by all YAML readers; write letters and digits alone.");
            switch (node)
            {
                case TextAlias alias:
                    aliases = true;
                    return sizes.GetValueOrDefault(alias.Target, MaxExpanded + 1);
                case TextSequence list:
                    foreach (TextNode item in list.Items)
                        size += Visit(item, inFlow || list.IsFlow);
                    break;
                case TextMapping map:
                    foreach (TextPair pair in map.Pairs)
                    {
                        size += Visit(pair.Key, inFlow || map.IsFlow) + Visit(pair.Value, inFlow || map.IsFlow);
                        if (ProblemOfPair(text, pair, asJson) is { } problem)
                            found ??= (pair.Key, problem);
                    }
                    break;
                case TextScalar scalar when ProblemOfScalar(text, scalar, inFlow, asJson) is { } problem:
                    found ??= (scalar, problem);
                    break;
            }
            if (TextGaps.FindOdd(text, node) >= 0)
                found ??= (node, "the punctuation of this part is not read alike by all YAML readers; write one key or item a line, as 'key: value' or '- item'.");
            if (node.Tag.Length > 0 && !(node is TextScalar { IsTaggedText: true } || (node, node.Tag) is (TextSequence, "tag:yaml.org,2002:seq") or (TextMapping, "tag:yaml.org,2002:map")))
                found ??= (node, "the YAML tag is not read alike by all YAML readers; remove it.");
            return sizes[node] = Math.Min(size, MaxExpanded + 1);
        }
    }

    /// <summary>Whether a key takes the keys of other mappings in.</summary>
    public static bool IsMerge(TextNode key) => key is TextScalar { Style: ScalarStyle.Plain, Value: "<<", Tag: "" };

    private static string? ProblemOfPair(string text, TextPair pair, bool asJson)
    {
        if (IsMerge(pair.Key))
        {
            return pair.Value is TextMapping or TextAlias { Target: TextMapping }
                || (pair.Value is TextSequence list && list.Items.All(static item => item is TextMapping or TextAlias { Target: TextMapping }))
                ? null : "'<<' wants a mapping or a list of mappings.";
        }
        if (Follow(pair.Key) is not TextScalar key)
            return "a key must be a word; a key that begins with '{' or '[' needs quotes.";
        if (text.AsSpan(pair.Key.Start, pair.Key.End - pair.Key.Start).IndexOfAny('\n', '\r') >= 0)
            return "the key goes over several lines; write it on one.";
        if (key.Value.Length > MaxKeyLength)
            return "the key is longer than all YAML readers take.";
        if (pair.Key.End == pair.Key.Start)
            return "a key is missing before ':'.";
        return asJson && (GoScalars.KindOf(key) == GoScalarKind.Null || (GoScalars.KindOf(key) == GoScalarKind.Number && key.Value.Length > 15))
            ? $"the key '{key.Value}' has no form in JSON, which the value is turned into; put it in quotes." : null;
    }

    private static string? ProblemOfScalar(string text, TextScalar scalar, bool inFlow, bool asJson)
    {
        if (asJson && GoScalars.KindOf(scalar) == GoScalarKind.NoJson)
            return $"'{scalar.Value}' without quotes is a number that has no form in JSON, which the value is turned into; put it in quotes.";
        ReadOnlySpan<char> raw = text.AsSpan(scalar.Start, scalar.End - scalar.Start);
        if (scalar.Style == ScalarStyle.Plain && raw is ['|' or '>' or '%' or '@' or '`' or '?' or ':', ..])
            return "this text begins with a character that has a meaning in YAML; put it in quotes.";
        if (scalar.Style == ScalarStyle.Plain && inFlow && raw.Contains('?'))
            return "'?' in brackets is not read alike by all YAML readers; put the text in quotes.";
        return scalar.Style == ScalarStyle.DoubleQuoted && raw.Contains('\\') && !GoodEscapes().IsMatch(raw)
            ? "an escape in this text is not read alike by all YAML readers; write the character itself." : null;
    }

    /// <summary>What a node means when aliases are followed.</summary>
    public static TextNode Follow(TextNode node) => node is TextAlias alias ? Follow(alias.Target) : node;

    private static YamlTextException Fault(string text, int at, string problem)
    {
        (int line, int column) = TextPlace.LineAndColumn(text, at);
        return new YamlTextException(YamlTextFault.Unsafe, line, column, problem);
    }

    [GeneratedRegex(@"\A\uFEFF?(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*(%)", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();

    // A tab that begins a line's text, or that follows the dash of a list or the question mark of a key.
    [GeneratedRegex(@"(?:\A\uFEFF?|[\r\n]) *(?:[-?] *)*(\t)[ \t]*[^\s#]", RegexOptions.CultureInvariant)]
    private static partial Regex TabIndent();

    // Go refuses surrogates, and \/ of YAML 1.2.
    [GeneratedRegex(@"\A(?:[^\\]|\\[0abtnvfre ""'\\N_LPx\t\r\n]|\\u(?![dD][89a-fA-F])|\\U0000(?![dD][89a-fA-F])|\\U00(?:0[1-9a-fA-F]|10))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex GoodEscapes();
}
