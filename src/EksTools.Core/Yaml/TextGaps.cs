using System.Buffers;

namespace EksTools.Core.Yaml;

/// <summary>
/// Looks at what stands between the nodes: nothing but white space, comments and the punctuation that belongs there. YamlDotNet passes over
/// some texts that lack a comma or have a word too much.
/// </summary>
internal static class TextGaps
{
    private static readonly SearchValues<char> EndOfProperty = SearchValues.Create(" \t\r\n,[]{}");

    /// <summary>The place of the first thing in a collection's own text that does not belong there; -1 when all does. Inner collections are not looked at.</summary>
    public static int FindOdd(string text, TextNode node) => node switch
    {
        TextSequence { IsFlow: true } list => InBrackets(text, node, '[', ']', list.Items.Count, i => list.Items[i].Start, i => list.Items[i].End),
        TextMapping { IsFlow: true } map => FirstOf(
            InBrackets(text, node, '{', '}', map.Pairs.Count, i => map.Pairs[i].Key.Start, i => map.Pairs[i].End), AtColons(text, map)),
        TextSequence list => AtDashes(text, list),
        TextMapping map => FirstOf(AtColons(text, map), BetweenLines(text, map)),
        _ => -1,
    };

    /// <summary>The place of the first comment between a list's items, or -1.</summary>
    public static int FindComment(string text, TextSequence list)
    {
        int at = list.Start;
        foreach (TextNode item in list.Items)
        {
            if (text.IndexOf('#', at, item.Start - at) is >= 0 and var found)
                return found;
            at = item.End;
        }
        return text.IndexOf('#', at, list.End - at);
    }

    private static int FirstOf(int first, int second) => first >= 0 ? first : second;

    private static int InBrackets(string text, TextNode node, char open, char close, int count, Func<int, int> startOf, Func<int, int> endOf)
    {
        int at = node.IsDecorated ? AfterProperties(text, node.Start) : node.Start;
        if (at >= text.Length || text[at] != open)
            return at;
        int end = node.End - 1;
        if (end <= at || text[end] != close)
            return end;
        at++;
        for (int i = 0; i < count; i++)
        {
            if (Odd(text, at, startOf(i), i == 0 ? '\0' : ',') is >= 0 and var found)
                return found;
            at = endOf(i);
        }
        return Odd(text, at, end, count == 0 ? '\0' : ',', isOptional: true);
    }

    private static int AtColons(string text, TextMapping map)
    {
        foreach (TextPair pair in map.Pairs)
        {
            if (pair.Colon >= 0 && text.AsSpan(pair.Key.End, pair.Colon - pair.Key.End).IndexOfAny('\n', '\r') >= 0)
                return pair.Colon;
            // A key may stand alone in braces.
            if (Odd(text, pair.Key.End, Math.Max(pair.Value.Start, pair.Key.End), ':', isOptional: map.IsFlow && pair.Value.Start == pair.Value.End) is >= 0 and var found)
                return found;
        }
        return -1;
    }

    private static int AtDashes(string text, TextSequence list)
    {
        int at = list.IsDecorated ? AfterProperties(text, list.Start) : list.Start;
        foreach (TextNode item in list.Items)
        {
            if (Odd(text, at, item.Start, '-', isOptional: item.Start == item.End) is >= 0 and var found)
                return found;
            at = item.End;
        }
        return -1;
    }

    private static int BetweenLines(string text, TextMapping map)
    {
        for (int i = 1; i < map.Pairs.Count; i++)
        {
            if (Odd(text, map.Pairs[i - 1].End, map.Pairs[i].Key.Start, '?', isOptional: true) is >= 0 and var found)
                return found;
        }
        return -1;
    }

    /// <summary>The first character that is neither white space nor of a comment nor the one that belongs there; or the end, where that is missing.</summary>
    private static int Odd(string text, int from, int to, char wanted, bool isOptional = false)
    {
        bool seen = wanted == '\0' || isOptional;
        bool spaced = from == 0 || text[from - 1] is ' ' or '\t' or '\n' or '\r' or ',' or '[' or '{';
        for (int i = from; i < to; i++)
        {
            char c = text[i];
            if (c == '#' && spaced)
            {
                i = TextPlace.LineEnd(text, i) - 1;
                continue;
            }
            spaced = c is ' ' or '\t' or '\n' or '\r';
            if (spaced)
                continue;
            if (c != wanted || wanted == '\0')
                return i;
            wanted = '\0';
            seen = spaced = true;
        }
        return seen ? -1 : Math.Min(to, text.Length - 1);
    }

    /// <summary>Where a node begins after its anchor and its tag.</summary>
    private static int AfterProperties(string text, int at)
    {
        while (at < text.Length && text[at] is '&' or '!' or ' ' or '\t' or '\r' or '\n')
        {
            int length = text[at] is '&' or '!' ? text.AsSpan(at).IndexOfAny(EndOfProperty) : 1;
            if (length < 0)
                return text.Length;
            at += length;
        }
        return at;
    }
}
