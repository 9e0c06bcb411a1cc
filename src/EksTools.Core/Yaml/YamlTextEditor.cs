using YamlDotNet.Core;

namespace EksTools.Core.Yaml;

/// <summary>
/// Finds the splices that add, change and remove single nodes of a parsed text, in block and in flow style. It looks at nodes of the
/// text it was made with, so a caller applies what one call returns and parses again.
/// </summary>
internal sealed class YamlTextEditor(string text, BlockLayout layout, string flowUnit)
{
    /// <summary>The first change that makes the mapping hold each of the wanted keys with their values, or none when it does.</summary>
    /// <remarks>Other keys stay. Lists are compared and replaced as a whole.</remarks>
    public IReadOnlyList<TextSplice> FirstDifference(TextMapping node, YamlMap wanted)
    {
        foreach ((string key, YamlValue value) in wanted.Pairs)
        {
            if (node.Find(key) is not { } pair)
                return AddPair(node, key, value);
            if (IsEqual(pair.Value, value))
                continue;
            if (value is YamlMap map && pair.Value is TextMapping { Pairs.Count: > 0 } inner)
            {
                IReadOnlyList<TextSplice> deeper = FirstDifference(inner, map);
                if (deeper.Count > 0)
                    return deeper;
                continue; // Only keys that are not ours differ.
            }
            return ReplaceValue(node, pair, value);
        }
        return [];
    }

    /// <summary>Adds a key at the mapping's end.</summary>
    public IReadOnlyList<TextSplice> AddPair(TextMapping node, string key, YamlValue value)
    {
        if (node.IsDecorated)
            RefuseDecorated(node);
        if (node.IsFlow)
            return AddToFlow(node, [.. node.Pairs.Select(pair => (pair.Key.Start, pair.End))],
                (newLine, indent) => YamlWriter.FlowPair(key, value, newLine, indent, flowUnit));
        RequireSimple(node.Pairs[^1], node.Pairs[0]);
        return InsertLines(node.End, YamlWriter.BlockPair(key, value, TextPlace.Column(text, node.Pairs[0].Key.Start), layout));
    }

    /// <summary>Adds an item at the end of the list that is a key's value; the value may also be null or not there.</summary>
    public IReadOnlyList<TextSplice> AddItem(TextMapping parent, TextPair pair, YamlValue item)
    {
        if (pair.Value is not TextSequence { IsDecorated: false })
            RefuseDecorated(pair.Value);
        if (pair.Value is TextSequence { IsFlow: false } block)
        {
            int dash = TextPlace.Column(text, block.Start);
            return InsertLines(block.End, YamlWriter.BlockItem(item, dash, TextLines.ItemGap(text, block), layout));
        }
        if (pair.Value is TextSequence { Items.Count: > 0 } flow)
            return AddToFlow(flow, [.. flow.Items.Select(node => (node.Start, node.End))],
                (newLine, indent) => YamlWriter.Flow(item, newLine, indent, flowUnit));
        return ReplaceValue(parent, pair, new YamlList([item]));
    }

    /// <summary>Puts another value after a key.</summary>
    public IReadOnlyList<TextSplice> ReplaceValue(TextMapping node, TextPair pair, YamlValue value)
    {
        RefuseDecorated(pair.Value);
        RequireSimple(pair, pair);
        TextNode old = pair.Value;
        bool keepsFlow = old is TextSequence { IsFlow: true, Items.Count: > 0 } or TextMapping { IsFlow: true, Pairs.Count: > 0 };
        if (value is YamlText scalar && old is TextScalar { Style: not (ScalarStyle.Literal or ScalarStyle.Folded) } before && before.End > before.Start)
            return [new(before.Start, before.End, YamlScalars.Write(scalar, node.IsFlow ? ScalarStyle.DoubleQuoted : before.Style))];
        if (node.IsFlow || keepsFlow)
        {
            bool spread = node.IsFlow ? TextPlace.IsFirstOnLine(text, pair.Key.Start) : text.AsSpan(old.Start, old.End - old.Start).Contains('\n');
            string flow = YamlWriter.Flow(value, spread ? TextPlace.NewLineNear(text, pair.Key.Start) : null, TextPlace.Indent(text, pair.Key.Start), flowUnit);
            return [new(old.Start, old.End, old.Start == old.End ? " " + flow : flow)];
        }
        List<string> lines = YamlWriter.BlockPair(YamlText(pair.Key), value, TextPlace.Column(text, pair.Key.Start), layout);
        string head = lines[0][(lines[0].IndexOf(':', YamlScalars.Write(new YamlText(YamlText(pair.Key))).Length + TextPlace.Column(text, pair.Key.Start)) + 1)..];
        // A comment between the key and a value on a later line stays: then the value alone makes room.
        bool commented = old.End > old.Start && text.AsSpan(pair.Colon + 1, old.Start - pair.Colon - 1).Contains('#');
        TextSplice first = commented ? new(old.Start, old.End, head.TrimStart()) : new(pair.Colon + 1, pair.End, head);
        // The lines that follow go under a comment that stands after the old value.
        return lines.Count == 1 ? [first] : [first, .. InsertLines(pair.End, lines[1..])];
    }

    /// <summary>Removes a key and its value.</summary>
    public IReadOnlyList<TextSplice> RemovePair(TextMapping node, TextPair pair)
    {
        RefuseDecorated(pair.Value);
        int index = node.Pairs.TakeWhile(other => other != pair).Count();
        if (node.IsFlow)
            return [RemoveFromFlow(node, [.. node.Pairs.Select(other => (other.Key.Start, other.End))], index)];
        RequireSimple(pair, pair);
        if (!TextPlace.IsFirstOnLine(text, pair.Key.Start) || node.Pairs.Count == 1)
            throw Fault(pair.Key.Start, $"'{YamlText(pair.Key)}' shares its line with other YAML and cannot be removed safely; remove it by hand.");
        return [TextLines.Remove(text, pair.Key.Start, pair.End)];
    }

    /// <summary>Removes an item from the list that is a key's value; a block list that becomes empty becomes [].</summary>
    public IReadOnlyList<TextSplice> RemoveItem(TextPair pair, TextSequence list, int index)
    {
        RefuseDecorated(list.Items[index]);
        if (list.IsFlow)
            return [RemoveFromFlow(list, [.. list.Items.Select(node => (node.Start, node.End))], index)];
        RequireSimple(pair, pair);
        int dash = DashOf(list, index);
        if (!TextPlace.IsFirstOnLine(text, dash))
            throw Fault(dash, "the list entry shares its line with other YAML and cannot be removed safely; remove it by hand.");
        TextSplice lines = TextLines.Remove(text, dash, list.Items[index].End);
        return list.Items.Count > 1 ? [lines] : [lines, new(pair.Colon + 1, pair.Colon + 1, " []")];
    }

    /// <summary>Whether the node holds exactly the value.</summary>
    public static bool IsEqual(TextNode node, YamlValue value) => (node, value) switch
    {
        (TextAlias alias, _) => IsEqual(alias.Target, value),
        (TextScalar scalar, YamlText { IsLiteral: true } literal) => scalar.Style == ScalarStyle.Plain && scalar.Value == literal.Text,
        (TextScalar scalar, YamlText wanted) =>
            scalar.Value == wanted.Text && (scalar.Style != ScalarStyle.Plain || YamlScalars.IsStringWhenPlain(wanted.Text)),
        (TextSequence list, YamlList wanted) => list.Items.Count == wanted.Items.Count && list.Items.Zip(wanted.Items).All(two => IsEqual(two.First, two.Second)),
        (TextMapping map, YamlMap wanted) => map.Pairs.Count == wanted.Pairs.Count
            && wanted.Pairs.All(want => map.Find(want.Key) is { } pair && IsEqual(pair.Value, want.Value)),
        _ => false,
    };

    private List<TextSplice> InsertLines(int after, IReadOnlyList<string> lines) => [TextLines.Insert(text, after, lines)];

    private List<TextSplice> AddToFlow(TextNode node, List<(int Start, int End)> parts, Func<string?, string, string> write)
    {
        if (parts.Count == 0)
        {
            if (!string.IsNullOrWhiteSpace(text[(node.Start + 1)..(node.End - 1)]))
                throw Fault(node.Start, "an empty flow collection with a comment inside cannot be added to safely; remove the comment.");
            return [new(node.Start + 1, node.End - 1, write(null, ""))];
        }
        (int start, int end) = parts[^1];
        bool spread = TextPlace.IsFirstOnLine(text, start);
        if (!spread)
            return [new(end, end, ", " + write(null, ""))];
        string indent = TextPlace.Indent(text, start), newLine = TextPlace.NewLineNear(text, start);
        return [new(end, end, "," + newLine + indent + write(newLine, indent))];
    }

    private static TextSplice RemoveFromFlow(TextNode node, List<(int Start, int End)> parts, int index) => parts.Count switch
    {
        1 => new(node.Start + 1, node.End - 1, ""),
        _ when index == 0 => new(parts[0].Start, parts[1].Start, ""),
        _ => new(parts[index - 1].End, parts[index].End, ""),
    };

    private int DashOf(TextSequence list, int index)
    {
        int dash = TextLines.DashOf(text, list, index);
        return dash >= 0 ? dash : throw Fault(list.Items[index].Start, "the dash of this list entry was not found; write the entry on lines of its own.");
    }

    private void RequireSimple(params ReadOnlySpan<TextPair> pairs)
    {
        foreach (TextPair pair in pairs)
        {
            if (pair.Colon < 0 || pair.Key is not TextScalar)
                throw Fault(pair.Key.Start, "this key is not written as 'key: value', and editing beside it is not safe; rewrite it so.");
        }
    }

    private void RefuseDecorated(TextNode node)
    {
        if (node.HasDecoration)
            throw Fault(node.Start, "this part uses a YAML anchor, alias or tag, and changing it could change other parts; edit it by hand.");
    }

    private static string YamlText(TextNode key) => ((TextScalar)key).Value;

    private YamlTextException Fault(int at, string problem)
    {
        (int line, int column) = TextPlace.LineAndColumn(text, at);
        return new YamlTextException(YamlTextFault.Unsafe, line, column, problem);
    }
}
