using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>How a file is laid out, so that what is added looks like what is there.</summary>
internal static class KubeconfigLayout
{
    /// <summary>The block layout of the first list and the first entry that show one.</summary>
    public static BlockLayout OfBlocks(string text, TextMapping root)
    {
        BlockLayout layout = new();
        if (root.IsFlow)
            return layout;
        foreach (TextPair pair in root.Pairs)
        {
            if (pair.Value is not TextSequence { IsFlow: false } list)
                continue;
            layout = layout with { IndentSequences = TextPlace.Column(text, list.Start) > TextPlace.Column(text, pair.Key.Start) };
            foreach (TextMapping item in list.Items.OfType<TextMapping>().Where(item => !item.IsFlow))
            {
                if (item.Pairs.Select(inner => inner.Value).OfType<TextMapping>().FirstOrDefault(inner => !inner.IsFlow) is { } body)
                    return layout with { Step = Math.Clamp(TextPlace.Column(text, body.Start) - TextPlace.Column(text, item.Start), 1, 8) };
            }
        }
        return layout;
    }

    /// <summary>The white space that a level adds in a JSON kubeconfig.</summary>
    public static string FlowUnit(string text, TextMapping root)
    {
        if (!root.IsFlow || root.Pairs.Count == 0 || !TextPlace.IsFirstOnLine(text, root.Pairs[0].Key.Start))
            return "  ";
        string outer = TextPlace.Indent(text, root.Start), inner = TextPlace.Indent(text, root.Pairs[0].Key.Start);
        return inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal) ? inner[outer.Length..] : "  ";
    }
}
