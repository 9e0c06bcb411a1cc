namespace EksTools.Core.Yaml;

/// <summary>Lines and columns of a text whose line ends may be LF, CRLF, CR or a mixture.</summary>
internal static class TextPlace
{
    /// <summary>Where the line of <paramref name="at"/> begins; a BOM is before the first line.</summary>
    public static int LineStart(string text, int at)
    {
        int i = at;
        while (i > 0 && text[i - 1] is not ('\n' or '\r') && !(i == 1 && text[0] == '\uFEFF'))
            i--;
        return i;
    }

    /// <summary>Where the line of <paramref name="at"/> ends: the place of its line break, or the end of the text.</summary>
    public static int LineEnd(string text, int at)
    {
        int i = at;
        while (i < text.Length && text[i] is not ('\n' or '\r'))
            i++;
        return i;
    }

    /// <summary>Where the line before the one that begins at <paramref name="lineStart"/> ends; -1 for the first line.</summary>
    public static int PreviousLineEnd(string text, int lineStart)
    {
        if (lineStart == 0 || text[lineStart - 1] is not ('\n' or '\r'))
            return -1;
        int i = lineStart - 1;
        return text[i] == '\n' && i > 0 && text[i - 1] == '\r' ? i - 1 : i;
    }

    /// <summary>The line break at <paramref name="at"/>, or "" at the end of the text.</summary>
    public static string BreakAt(string text, int at) =>
        at >= text.Length ? "" : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? "\r\n" : text[at].ToString();

    /// <summary>The line break for lines added after the line of <paramref name="at"/>: this line's own, else the one before, else LF.</summary>
    public static string NewLineNear(string text, int at)
    {
        string own = BreakAt(text, LineEnd(text, at));
        if (own.Length > 0)
            return own;
        int previous = PreviousLineEnd(text, LineStart(text, at));
        return previous < 0 ? "\n" : BreakAt(text, previous);
    }

    /// <summary>Column of <paramref name="at"/> from 0.</summary>
    public static int Column(string text, int at) => at - LineStart(text, at);

    /// <summary>The white space that the line of <paramref name="at"/> begins with.</summary>
    public static string Indent(string text, int at)
    {
        int start = LineStart(text, at), i = start;
        while (i < text.Length && text[i] is ' ' or '\t')
            i++;
        return text[start..i];
    }

    /// <summary>Whether only white space precedes <paramref name="at"/> on its line.</summary>
    public static bool IsFirstOnLine(string text, int at) => LineStart(text, at) + Indent(text, at).Length == at;

    /// <summary>Line and column, both from 1.</summary>
    public static (int Line, int Column) LineAndColumn(string text, int at)
    {
        int line = 1;
        for (int start = LineStart(text, at); (start = PreviousLineEnd(text, start)) >= 0; start = LineStart(text, start))
            line++;
        return (line, Column(text, at) + 1);
    }
}
