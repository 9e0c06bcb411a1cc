using System.Globalization;
using System.Text;
using EksTools.Core.Access;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>Two texts of a manifest as a unified diff. Lines around a change are of its own document: the one before may be a Secret.</summary>
internal static class ManifestDifference
{
    private const int Context = 3;

    /// <summary>The hunks; an empty text when nothing differs.</summary>
    public static string Show(string? path, string before, string after)
    {
        if (before == after)
            return string.Empty;
        IReadOnlyList<(LineChange Change, string Line)> lines = LineDifference.Find(Lines(before), Lines(after));
        bool[] shown = new bool[lines.Count];
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Change == LineChange.Same)
                continue;
            shown[i] = true;
            Reach(i, -1);
            Reach(i, 1);
        }
        StringBuilder text = new(path is null ? string.Empty : $"--- {path}\n+++ {path}\n");
        int oldNumber = 1, newNumber = 1;
        for (int i = 0; i < lines.Count;)
        {
            int end = i;
            while (end < lines.Count && shown[end])
                end++;
            if (end > i)
            {
                int olds = Count(i, end, LineChange.Added), news = Count(i, end, LineChange.Removed);
                text.Append(CultureInfo.InvariantCulture, $"@@ -{(olds == 0 ? oldNumber - 1 : oldNumber)},{olds} +{(news == 0 ? newNumber - 1 : newNumber)},{news} @@\n");
                for (int line = i; line < end; line++)
                    text.Append(lines[line].Change switch { LineChange.Same => ' ', LineChange.Added => '+', _ => '-' }).Append(lines[line].Line).Append('\n');
                (oldNumber, newNumber, i) = (oldNumber + olds, newNumber + news, end);
                continue;
            }
            (oldNumber, newNumber, i) = (oldNumber + 1, newNumber + 1, i + 1);
        }
        return text.ToString();

        int Count(int from, int to, LineChange not)
        {
            int count = 0;
            for (int line = from; line < to; line++)
                count += lines[line].Change == not ? 0 : 1;
            return count;
        }

        void Reach(int from, int step)
        {
            for (int i = from + step, left = Context; left > 0 && i >= 0 && i < lines.Count && lines[i].Change == LineChange.Same && !lines[i].Line.StartsWith("---", StringComparison.Ordinal); i += step, left--)
                shown[i] = true;
        }
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
