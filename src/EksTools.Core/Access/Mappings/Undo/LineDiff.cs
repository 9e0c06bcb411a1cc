using System.Text;

namespace EksTools.Core.Access.Mappings.Undo;

/// <summary>The lines in which two texts differ.</summary>
internal static class LineDiff
{
    private const int Context = 2;

    /// <summary>Beyond this many cells a table would take too long; what differs is then told as one block.</summary>
    private const long LargestTable = 4_000_000;

    /// <summary>The lines that go (-) and come (+) between two sets of values, by key, with the lines around them.</summary>
    public static string Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        StringBuilder text = new();
        foreach (string key in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string? had = before.GetValueOrDefault(key), has = after.GetValueOrDefault(key);
            if (had == has)
            {
                continue;
            }

            text.Append(key).Append(had is null ? " (new)" : has is null ? " (goes)" : string.Empty).Append('\n');
            Write(text, Lines(had), Lines(has));
        }

        return text.ToString();
    }

    private static string[] Lines(string? text) => text is null or "" ? [] : (text.EndsWith('\n') ? text[..^1] : $"{text}\n\\ no line break at the end").Split('\n');

    private static void Write(StringBuilder text, string[] before, string[] after)
    {
        (char Mark, string Line)[] lines = [.. Compare(before, after)];
        int next = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            bool near = false;
            for (int j = Math.Max(0, i - Context); j <= Math.Min(lines.Length - 1, i + Context) && !near; j++)
            {
                near = lines[j].Mark != ' ';
            }

            if (!near)
            {
                continue;
            }

            if (i > next)
            {
                text.Append("  …\n");
            }

            // What stands in others' text must not reach a terminal as a command to it.
            text.Append(lines[i].Mark).Append(' ').Append([.. lines[i].Line.Select(static c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c)]).Append('\n');
            next = i + 1;
        }
    }

    private static IEnumerable<(char Mark, string Line)> Compare(string[] before, string[] after)
    {
        int head = 0;
        while (head < before.Length && head < after.Length && before[head] == after[head])
        {
            head++;
        }

        int tail = 0;
        while (tail < before.Length - head && tail < after.Length - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        return before[..head].Select(static line => (' ', line))
            .Concat(Middle(before[head..^tail], after[head..^tail]))
            .Concat(before[^tail..].Select(static line => (' ', line)));
    }

    /// <summary>By the longest common subsequence.</summary>
    private static List<(char Mark, string Line)> Middle(string[] before, string[] after)
    {
        if ((long)before.Length * after.Length > LargestTable)
        {
            return [.. before.Select(static line => ('-', line)), .. after.Select(static line => ('+', line))];
        }

        int[,] common = new int[before.Length + 1, after.Length + 1];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            for (int j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        List<(char, string)> lines = [];
        int b = 0, a = 0;
        while (b < before.Length || a < after.Length)
        {
            if (b < before.Length && a < after.Length && before[b] == after[a])
            {
                lines.Add((' ', before[b++]));
                a++;
            }
            else if (b < before.Length && (a == after.Length || common[b + 1, a] >= common[b, a + 1]))
            {
                lines.Add(('-', before[b++]));
            }
            else
            {
                lines.Add(('+', after[a++]));
            }
        }

        return lines;
    }
}
