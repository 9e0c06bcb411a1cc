using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.Access.Mappings;

/// <summary>Finds the splices that change fields of rows. A field that reads as asked already is not touched.</summary>
internal sealed class AwsAuthRowEditor(AwsAuthValue value, AwsAuthLayout layout)
{
    private readonly string _text = value.Text ?? "";

    /// <summary>The splices of all replacements.</summary>
    /// <exception cref="YamlTextException">A row is written in a way that cannot be edited safely.</exception>
    public IEnumerable<TextSplice> Splices(IReadOnlyDictionary<int, AwsAuthReplace> replacements) => replacements.SelectMany(edit => Splices(edit.Key, edit.Value));

    private List<TextSplice> Splices(int index, AwsAuthReplace edit)
    {
        AwsAuthRow row = value.Rows[index];
        List<(string Key, object Value)> changes = [];
        if (edit.Groups is { } groups && !groups.SequenceEqual(row.Groups))
            changes.Add((AwsAuthRowReader.GroupsKey, groups));
        if (edit.Arn is { } arn && arn != row.Arn)
            changes.Add((AwsAuthRowReader.ArnKey(value.Kind), arn));
        if (edit.Username is { } username && username != row.Username)
            changes.Add((AwsAuthRowReader.UsernameKey, username));
        if (changes.Count == 0)
            return [];
        if (value.Items[index].HasDecoration)
            throw Fault(value.Items[index].Start, "the row uses a YAML anchor, alias or tag, and changing it could change other rows; edit it by hand.");
        if (value.Items[index] is not TextMapping { Pairs.Count: > 0 } map)
            throw Fault(value.Items[index].Start, "the row is no mapping with keys; remove it and add the mapping anew.");
        List<TextSplice> splices = [];
        List<string> added = [];
        foreach ((string key, object wanted) in changes)
        {
            TextPair[] pairs = [.. map.Pairs.Where(pair => pair.Key is TextScalar scalar && AwsAuthRowReader.Fold(scalar.Value) == key)];
            if (pairs.Length > 1)
                throw Fault(pairs[1].Key.Start, $"the row has '{key}' more than once; remove all but one by hand.");
            if (pairs.Length == 0)
            {
                if (map.IsFlow)
                    added.Add(layout.FlowField(key, wanted));
                else
                    added.AddRange(layout.BlockField(key, wanted, TextPlace.Column(_text, map.Pairs[0].Key.Start)));
            }
            else if (pairs[0].Colon < 0)
            {
                throw Fault(pairs[0].Key.Start, "this key is not written as 'key: value'; rewrite it so by hand.");
            }
            else
            {
                splices.AddRange(wanted is string text ? Text(map, pairs[0], text) : Groups(map, pairs[0], (IReadOnlyList<string>)wanted));
            }
        }
        if (added.Count > 0)
            splices.Add(map.IsFlow ? new(map.Pairs[^1].End, map.Pairs[^1].End, string.Concat(added.Select(static field => ", " + field))) : TextLines.Insert(_text, map.End, added));
        return splices;
    }

    private IEnumerable<TextSplice> Text(TextMapping row, TextPair pair, string wanted)
    {
        string Write(ScalarStyle style) => AwsAuthScalars.Write(wanted, style, row.IsFlow);
        return pair.Value switch
        {
            TextScalar { Start: var start, End: var end } scalar when end > start => [new(start, end, Write(scalar.Style))],
            TextScalar => [new(pair.Colon + 1, pair.Colon + 1, " " + Write(ScalarStyle.Plain))],
            _ => throw Fault(pair.Value.Start, "this is no text; replace it by hand."),
        };
    }

    private IEnumerable<TextSplice> Groups(TextMapping row, TextPair pair, IReadOnlyList<string> wanted)
    {
        switch (pair.Value)
        {
            case TextSequence { IsFlow: true } list:
                return [InBrackets(list, wanted)];
            case TextSequence list:
                return InLines(pair, list, wanted);
            case TextScalar scalar when row.IsFlow || wanted.Count == 0 || layout.FlowGroups:
                string text = layout.FlowGroupList(wanted);
                return [scalar.End > scalar.Start ? new(scalar.Start, scalar.End, text) : new(pair.Colon + 1, pair.Colon + 1, " " + text)];
            case TextScalar scalar:
                TextSplice lines = TextLines.Insert(_text, pair.End, layout.BlockField(((TextScalar)pair.Key).Value, wanted, TextPlace.Column(_text, row.Pairs[0].Key.Start)).Skip(1));
                return scalar.End > scalar.Start ? [new(pair.Colon + 1, scalar.End, ""), lines] : [lines];
            default:
                throw Fault(pair.Value.Start, "the row's groups are a mapping; replace them by hand.");
        }
    }

    /// <summary>Which items stay: those that the wanted list begins with, in its order. What is wanted beyond comes after them.</summary>
    private static (bool[] Kept, IReadOnlyList<string> Added) Compare(TextSequence list, IReadOnlyList<string> wanted)
    {
        bool[] kept = new bool[list.Items.Count];
        int next = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = next < wanted.Count && list.Items[i] is TextScalar scalar && GoScalars.KindOf(scalar) == GoScalarKind.Text && scalar.Value == wanted[next];
            next += kept[i] ? 1 : 0;
        }
        return (kept, [.. wanted.Skip(next)]);
    }

    private IEnumerable<TextSplice> InLines(TextPair pair, TextSequence list, IReadOnlyList<string> wanted)
    {
        (bool[] kept, IReadOnlyList<string> added) = Compare(list, wanted);
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i])
                continue;
            int dash = TextLines.DashOf(_text, list, i);
            if (dash < 0 || !TextPlace.IsFirstOnLine(_text, dash))
                throw Fault(list.Items[i].Start, "the group shares its line with other YAML; write it on a line of its own.");
            yield return TextLines.Remove(_text, dash, Math.Max(dash + 1, list.Items[i].End));
        }
        if (wanted.Count == 0)
            yield return new(pair.Colon + 1, pair.Colon + 1, " []");
        if (added.Count > 0)
        {
            string dashed = new string(' ', TextPlace.Column(_text, list.Start)) + "-" + new string(' ', TextLines.ItemGap(_text, list) - 1);
            ScalarStyle style = list.Items[^1] is TextScalar last ? last.Style : ScalarStyle.Plain;
            yield return TextLines.Insert(_text, list.End, added.Select(group => dashed + AwsAuthScalars.Write(group, style, inFlow: false)));
        }
    }

    private TextSplice InBrackets(TextSequence list, IReadOnlyList<string> wanted)
    {
        if (TextGaps.FindComment(_text, list) is >= 0 and var comment)
            throw Fault(comment, "a comment stands between groups in brackets; write the groups as a list of lines ('- …').");
        if (list.Items.Count == 0)
            return new(list.Start, list.End, layout.FlowGroupList(wanted));
        (bool[] kept, IReadOnlyList<string> added) = Compare(list, wanted);
        ScalarStyle style = list.Items[^1] is TextScalar last ? last.Style : ScalarStyle.Plain;
        string separator = list.Items.Count > 1 ? _text[list.Items[0].End..list.Items[1].Start] : ", ";
        IEnumerable<string> parts = list.Items.Where((_, i) => kept[i]).Select(item => _text[item.Start..item.End])
            .Concat(added.Select(group => AwsAuthScalars.Write(group, style, inFlow: true)));
        return wanted.Count == 0
            ? new(list.Start, list.End, "[]")
            : new(list.Items[0].Start, list.Items[^1].End, string.Join(separator, parts));
    }

    private YamlTextException Fault(int at, string problem)
    {
        (int line, int column) = TextPlace.LineAndColumn(_text, at);
        return new YamlTextException(YamlTextFault.Unsafe, line, column, problem);
    }
}
