namespace EksTools.Core.Yaml;

/// <summary>Splices of whole lines, and where block lists have their dashes.</summary>
internal static class TextLines
{
    /// <summary>Lines that follow the line of <paramref name="after"/>.</summary>
    public static TextSplice Insert(string text, int after, IEnumerable<string> lines)
    {
        int at = TextPlace.LineEnd(text, after);
        string newLine = TextPlace.NewLineNear(text, after);
        return new(at, at, string.Concat(lines.Select(line => newLine + line)));
    }

    /// <summary>Removes the lines from that of <paramref name="start"/> to that of <paramref name="end"/>, with the break before them where there is one.</summary>
    public static TextSplice Remove(string text, int start, int end)
    {
        int lineStart = TextPlace.LineStart(text, start), lineEnd = TextPlace.LineEnd(text, end);
        int previous = TextPlace.PreviousLineEnd(text, lineStart);
        return previous >= 0 ? new(previous, lineEnd, "") : new(lineStart, lineEnd + TextPlace.BreakAt(text, lineEnd).Length, "");
    }

    /// <summary>The dash before an item of a block list, or -1 where it was not found: parser events do not show it, but it stands in the list's column.</summary>
    public static int DashOf(string text, TextSequence list, int index)
    {
        if (index == 0)
            return list.Start;
        int column = TextPlace.Column(text, list.Start);
        for (int line = TextPlace.LineStart(text, list.Items[index].Start); line > list.Items[index - 1].End; )
        {
            if (TextPlace.Indent(text, line).Length == column && text[line + column] == '-')
                return line + column;
            line = TextPlace.LineStart(text, TextPlace.PreviousLineEnd(text, line));
        }
        return -1;
    }

    /// <summary>Columns from the dash of a block list's last item to what it holds; 2 where that stands on another line.</summary>
    public static int ItemGap(string text, TextSequence list)
    {
        int last = list.Items.Count - 1;
        int dash = DashOf(text, list, last), content = list.Items[last].Start;
        return dash >= 0 && TextPlace.LineStart(text, dash) == TextPlace.LineStart(text, content) ? Math.Max(2, content - dash) : 2;
    }
}
