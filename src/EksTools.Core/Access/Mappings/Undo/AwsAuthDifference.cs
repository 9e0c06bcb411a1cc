using System.Text;

namespace EksTools.Core.Access.Mappings.Undo;

/// <summary>The lines in which two texts of aws-auth differ.</summary>
internal static class AwsAuthDifference
{
    private const int Context = 2;

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
        IReadOnlyList<(LineChange Change, string Line)> lines = LineDifference.Find(before, after);
        int next = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            bool near = false;
            for (int j = Math.Max(0, i - Context); j <= Math.Min(lines.Count - 1, i + Context) && !near; j++)
            {
                near = lines[j].Change != LineChange.Same;
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
            text.Append(lines[i].Change switch { LineChange.Same => ' ', LineChange.Added => '+', _ => '-' }).Append(' ').Append([.. lines[i].Line.Select(static c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c)]).Append('\n');
            next = i + 1;
        }
    }
}
