namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Text that takes the place of [Start, End).</summary>
internal readonly record struct TextSplice(int Start, int End, string Text)
{
    /// <summary>The text with all splices made. They must not overlap.</summary>
    public static string Apply(string text, IEnumerable<TextSplice> splices)
    {
        foreach (TextSplice splice in splices.OrderByDescending(splice => splice.Start).ThenByDescending(splice => splice.End))
            text = string.Concat(text.AsSpan(0, splice.Start), splice.Text, text.AsSpan(splice.End));
        return text;
    }
}
