namespace EksTools.Core.Yaml;

/// <summary>Lines of many places of one text, found without reading the text anew for each.</summary>
internal sealed class LineMap
{
    private readonly List<int> _starts = [0];

    public LineMap(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                _starts.Add(i + 1);
        }
    }

    /// <summary>The line of a place, from 1.</summary>
    public int LineOf(int at)
    {
        int found = _starts.BinarySearch(at);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>The column of a place, from 1.</summary>
    public int ColumnOf(int at) => at - _starts[LineOf(at) - 1] + 1;
}
