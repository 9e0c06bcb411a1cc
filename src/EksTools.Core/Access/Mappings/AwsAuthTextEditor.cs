using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.Access.Mappings;

/// <summary>Finds the splices that edit one value.</summary>
internal sealed class AwsAuthTextEditor(AwsAuthValue value)
{
    private readonly string _text = value.Text ?? "";
    private readonly AwsAuthLayout _layout = AwsAuthLayout.Of(value);

    /// <summary>The splices of all edits; none overlaps another.</summary>
    /// <exception cref="YamlTextException">A row, or the list, is written in a way that cannot be edited safely.</exception>
    public IEnumerable<TextSplice> Splices(IReadOnlyDictionary<int, AwsAuthReplace> replacements, IReadOnlySet<int> removals, IReadOnlyList<AwsAuthEdit> appends)
    {
        if (value.Root is null or TextScalar)
            return appends.Count == 0 ? [] : [NewList(value.Root, appends)];
        if (value.Root is not TextSequence { IsDecorated: false } list)
            throw Fault(value.Root, "the list has a YAML anchor or tag, or is an alias; write it without.");
        IEnumerable<TextSplice> changed = new AwsAuthRowEditor(value, _layout).Splices(replacements);
        foreach (int index in removals)
            RefuseDecorated(list.Items[index]);
        if (list.Items.Count == 0)
            return appends.Count == 0 ? [] : [NewList(list, appends)];
        return changed.Concat(list.IsFlow ? InFlow(list, removals, appends) : InBlock(list, removals, appends));
    }

    private IEnumerable<TextSplice> InBlock(TextSequence list, IReadOnlySet<int> removals, IReadOnlyList<AwsAuthEdit> appends)
    {
        int column = TextPlace.Column(_text, list.Start);
        int gap = TextLines.ItemGap(_text, list);
        string[] lines = [.. appends.SelectMany(row => _layout.BlockItem(row, column, gap))];
        if (removals.Count == list.Items.Count)
        {
            int dash = list.Start;
            yield return Whole(dash, list.Items[0].End) with { Text = lines.Length == 0 ? new string(' ', column) + "[]" : string.Join(TextPlace.NewLineNear(_text, dash), lines) };
        }
        else if (lines.Length > 0)
        {
            yield return TextLines.Insert(_text, list.End, lines);
        }
        int head = -1; // Where the lines end that go from the top of the text: those that follow them have no line before them.
        foreach (int index in removals.Order())
        {
            int dash = TextLines.DashOf(_text, list, index);
            if (dash < 0 || !TextPlace.IsFirstOnLine(_text, dash))
                throw Fault(list.Items[index], "the row shares its line with other YAML; write it on lines of its own.");
            if (index == 0 && removals.Count == list.Items.Count)
                continue;
            TextSplice own = Whole(dash, list.Items[index].End);
            int previous = TextPlace.PreviousLineEnd(_text, own.Start);
            if (previous < 0 || own.Start == head)
                yield return new(own.Start, head = own.End + TextPlace.BreakAt(_text, own.End).Length, "");
            else
                yield return own with { Start = previous };
        }

        TextSplice Whole(int dash, int end) => new(TextPlace.LineStart(_text, dash), TextPlace.LineEnd(_text, Math.Max(dash + 1, end)), "");
    }

    private IEnumerable<TextSplice> InFlow(TextSequence list, IReadOnlySet<int> removals, IReadOnlyList<AwsAuthEdit> appends)
    {
        IReadOnlyList<TextNode> items = list.Items;
        if (removals.Count > 0 && TextGaps.FindComment(_text, list) is >= 0 and var comment)
            throw Fault(comment, "a comment stands between rows in brackets, and would go with a row; write the rows as a list of lines ('- …').");
        string newLine = TextPlace.NewLineNear(_text, items[^1].Start);
        string separator = TextPlace.IsFirstOnLine(_text, items[^1].Start) ? "," + newLine + TextPlace.Indent(_text, items[^1].Start) : ", ";
        string[] rows = [.. appends.Select(_layout.FlowItem)];
        int firstKept = Enumerable.Range(0, items.Count).FirstOrDefault(index => !removals.Contains(index), items.Count);
        if (firstKept == items.Count)
        {
            yield return new(list.Start + 1, list.End - 1, string.Join(", ", rows));
            yield break;
        }
        foreach (int index in removals)
        {
            if (index > firstKept)
                yield return new(items[index - 1].End, items[index].End, "");
        }
        if (firstKept > 0)
            yield return new(items[0].Start, items[firstKept].Start, "");
        if (rows.Length > 0)
            yield return new(items[^1].End, items[^1].End, string.Concat(rows.Select(row => separator + row)));
    }

    /// <summary>A list where there was none: after the comments, or in place of [] or null.</summary>
    private TextSplice NewList(TextNode? empty, IReadOnlyList<AwsAuthEdit> appends)
    {
        if (empty is { HasDecoration: true })
            throw Fault(empty, "the empty list has a YAML anchor or tag; write it without.");
        string newLine = _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (empty is not null && empty.End > empty.Start)
        {
            if (!TextPlace.IsFirstOnLine(_text, empty.Start))
                throw Fault(empty, "the empty list shares its line with other YAML; write it on a line of its own.");
            string[] lines = [.. appends.SelectMany(row => _layout.BlockItem(row, TextPlace.Column(_text, empty.Start), 2))];
            int end = TextPlace.LineEnd(_text, empty.End);
            string comment = _text[empty.End..end].Trim();
            return new(TextPlace.LineStart(_text, empty.Start), end, string.Join(newLine, comment.Length == 0 ? lines : [TextPlace.Indent(_text, empty.Start) + comment, .. lines]));
        }
        if (_text.Split('\n', '\r').Any(static line => line.Trim(' ', '\t', '\uFEFF') is { Length: > 0 } content && content[0] != '#'))
            throw new YamlTextException(YamlTextFault.Unsafe, 1, 1, "the text has no list but something else than comments; write '[]' there.");
        bool atLineStart = TextPlace.LineStart(_text, _text.Length) == _text.Length;
        return new(_text.Length, _text.Length, (atLineStart ? "" : newLine) + string.Concat(appends.SelectMany(row => _layout.BlockItem(row, 0, 2)).Select(line => line + newLine)));
    }

    private void RefuseDecorated(TextNode row)
    {
        if (row.HasDecoration)
            throw Fault(row, "the row uses a YAML anchor, alias or tag, and changing it could change other rows; edit it by hand.");
    }

    private YamlTextException Fault(TextNode node, string problem) => Fault(node.Start, problem);

    private YamlTextException Fault(int at, string problem)
    {
        (int line, int column) = TextPlace.LineAndColumn(_text, at);
        return new YamlTextException(YamlTextFault.Unsafe, line, column, problem);
    }
}
