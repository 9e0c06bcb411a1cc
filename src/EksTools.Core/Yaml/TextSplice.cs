using System.Text;

namespace EksTools.Core.Yaml;

/// <summary>Text that takes the place of [Start, End).</summary>
internal readonly record struct TextSplice(int Start, int End, string Text)
{
    /// <summary>The text with all splices made, in one pass. They must not overlap; insertions at one place stand in the order given.</summary>
    public static string Apply(string text, IEnumerable<TextSplice> splices)
    {
        StringBuilder edited = new(text.Length);
        int at = 0;
        foreach (TextSplice splice in splices.OrderBy(static splice => splice.Start).ThenBy(static splice => splice.End))
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(splice.Start, at, nameof(splices));
            edited.Append(text, at, splice.Start - at).Append(splice.Text);
            at = splice.End;
        }
        return edited.Append(text, at, text.Length - at).ToString();
    }
}
