using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.Yaml;
using EksTools.Errors;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>
/// Changes single annotations and fields in the text of a manifest and leaves every other byte alone. What it made is read again and held
/// against what was there, so that nothing else can have changed.
/// </summary>
internal static class ManifestEditor
{
    /// <summary>The text with the edits made to one object.</summary>
    /// <exception cref="EksToolsException">The text cannot be edited safely there.</exception>
    public static string Apply(ManifestFile file, ManifestObject target, IReadOnlyList<ObjectEdit> edits)
    {
        string document = file.Text[target.Start..target.End];
        string edited = document;
        try
        {
            TextNode before = Read(document);
            if (GoYaml.FindUnreadable(document, before, asJson: true) is { } odd)
            {
                (int line, int column) = TextPlace.LineAndColumn(document, odd.Node.Start);
                throw new YamlTextException(YamlTextFault.Unsafe, line, column, odd.Problem);
            }
            foreach (ObjectEdit edit in edits)
                edited = ApplyOne(edited, target.Item, edit);
            if (ManifestTree.Describe(before, target.Item, edits) != ManifestTree.Describe(Read(edited), target.Item, edits) || !Holds(edited, target.Item, edits))
                throw new YamlTextException(YamlTextFault.Unsafe, target.Object.Place!.Line - LineOf(file, target.Start) + 1, target.Object.Place.Column, "this part of the manifest cannot be changed without changing others; edit it by hand.");
        }
        catch (YamlTextException exception)
        {
            int line = LineOf(file, target.Start) + exception.Line - 1;
            throw new EksToolsException(
                EksErrorKind.File, "ManifestNotEditable", $"{target.Object} in {file.Label}, line {line}, column {exception.Column}: {exception.Problem.TrimEnd('.')}. The manifest was not changed.", file.Path, "Change that place by hand, or write it in a plainer way, and run the command again.", exception);
        }
        return string.Concat(file.Text.AsSpan(0, target.Start), edited, file.Text.AsSpan(target.End));
    }

    private static int LineOf(ManifestFile file, int at) => TextPlace.LineAndColumn(file.Text, at).Line;

    private static string ApplyOne(string text, int item, ObjectEdit edit)
    {
        TextNode root = Read(text);
        TextMapping subject = ManifestReader.ObjectsOf(root).First(one => one.Item == item).Node;
        TextMapping parent = edit.IsAnnotation ? Child(text, subject, "metadata") : subject;
        string section = edit.IsAnnotation ? "annotations" : "spec";
        YamlTextEditor editor = new(text, LayoutOf(text, subject), FlowUnitOf(text, subject));
        TextPair? pair = parent.Find(section);
        if (pair?.Value is TextAlias)
            throw Fault(text, pair.Value, $"{section} is a YAML alias, and changing it would change what stands elsewhere.");
        if (pair?.Value is not TextMapping { Pairs.Count: > 0 } map)
        {
            if (edit.Value is null)
                return text;
            YamlMap made = YamlMap.Of((edit.Key, edit.Value));
            return TextSplice.Apply(text, pair is null ? editor.AddPair(parent, section, made) : editor.ReplaceValue(parent, pair, made));
        }
        RefuseShared(text, root, subject, map);
        if (map.Find(edit.Key) is not { } former)
        {
            if (edit.Value is not null)
                return TextSplice.Apply(text, editor.AddPair(map, edit.Key, edit.Value));
            return ManifestText.Find(map, edit.Key) is null ? text : throw Fault(text, map, $"'{edit.Key}' comes by a YAML merge key from elsewhere, and cannot be taken away here.");
        }
        if (map.Pairs.Count(one => ManifestText.KeyOf(one) == edit.Key) > 1)
            throw Fault(text, former.Key, $"'{edit.Key}' stands here twice; remove one of them first.");
        if (edit.Value is { } value)
            return YamlTextEditor.IsEqual(former.Value, value) ? text : TextSplice.Apply(text, editor.ReplaceValue(map, former, value));
        if (map.Pairs.Count > 1 || map.IsFlow)
            return TextSplice.Apply(text, editor.RemovePair(map, former));

        // The last one. A comment beside it stays, and with it the key above.
        bool commented = text.AsSpan(pair.Colon + 1, former.Key.Start - pair.Colon - 1).Contains('#');
        return TextSplice.Apply(text, commented ? [new(pair.Colon + 1, pair.Colon + 1, " {}"), TextLines.Remove(text, former.Key.Start, former.End)] : editor.RemovePair(parent, pair));
    }

    private static TextMapping Child(string text, TextMapping node, string key) => node.Find(key)?.Value switch
    {
        TextMapping { Pairs.Count: > 0 } child => child,
        TextAlias alias => throw Fault(text, alias, $"{key} is a YAML alias, and changing it would change what stands elsewhere."),
        var other => throw Fault(text, other ?? node, $"{key} is missing or empty."),
    };

    /// <summary>What an alias repeats elsewhere must not change.</summary>
    private static void RefuseShared(string text, TextNode root, params TextNode[] nodes)
    {
        foreach (TextNode node in nodes)
        {
            if (node.Anchor.Length > 0 && ManifestTree.HasAlias(root, node))
                throw Fault(text, node, $"this part has the YAML anchor &{node.Anchor}, and changing it would change what its aliases stand for.");
        }
    }

    private static bool Holds(string text, int item, IReadOnlyList<ObjectEdit> edits)
    {
        TextMapping subject = ManifestReader.ObjectsOf(Read(text)).First(one => one.Item == item).Node;
        TextNode? annotations = ManifestText.Find(ManifestText.Find(subject, "metadata"), "annotations"), spec = ManifestText.Find(subject, "spec");
        return edits.All(edit => ManifestText.Find(edit.IsAnnotation ? annotations : spec, edit.Key) is var found
            && (edit.Value is null ? found is null : found is not null && YamlTextEditor.IsEqual(found, edit.Value)));
    }

    private static TextNode Read(string text) => TextNodeReader.Read(text, YamlReading.RepeatedKeys) ?? throw new YamlTextException(YamlTextFault.Syntax, 1, 1, "there is nothing here.");

    private static BlockLayout LayoutOf(string text, TextMapping subject)
    {
        foreach (TextPair pair in subject.Pairs)
        {
            if (pair.Value is TextMapping { IsFlow: false, Pairs.Count: > 0 } inner && TextPlace.IsFirstOnLine(text, inner.Start))
                return new BlockLayout(Math.Max(1, TextPlace.Column(text, inner.Start) - TextPlace.Column(text, pair.Key.Start)));
        }
        return new BlockLayout();
    }

    private static string FlowUnitOf(string text, TextMapping subject)
    {
        if (subject is not { IsFlow: true, Pairs: [var first, ..] } || !TextPlace.IsFirstOnLine(text, first.Key.Start))
            return "  ";
        string inner = TextPlace.Indent(text, first.Key.Start), outer = TextPlace.Indent(text, subject.Start);
        return inner.Length > outer.Length ? inner[outer.Length..] : "  ";
    }

    private static YamlTextException Fault(string text, TextNode node, string problem)
    {
        (int line, int column) = TextPlace.LineAndColumn(text, node.Start);
        return new YamlTextException(YamlTextFault.Unsafe, line, column, problem);
    }
}
