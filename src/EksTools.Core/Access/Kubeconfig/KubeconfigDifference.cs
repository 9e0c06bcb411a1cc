using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>
/// Two texts of a kubeconfig as a unified diff that anybody may see. A kubeconfig holds tokens, passwords and keys of others, and comments
/// about them: a line is shown only where it is known to be harmless, and otherwise its indentation and its key.
/// </summary>
internal static partial class KubeconfigDifference
{
    private const int Context = 3;
    private const string Hidden = "…";

    // Flow style, anchors, block scalars and comments: what follows them may be anything.
    private static readonly SearchValues<char> Structure = SearchValues.Create("{}[]&*!|>#");

    // Keys whose values are no secrets (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/).
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "apiVersion", "kind", "preferences", "clusters", "contexts", "users", "current-context", "name", "cluster", "context", "user", "server", "namespace", "proxy-url",
        "exec", "command", "args", "env", "installHint", "interactiveMode", "provideClusterInfo", "tls-server-name", "insecure-skip-tls-verify", "extensions",
    };

    /// <summary>The hunks; an empty text when nothing differs.</summary>
    public static string Show(string? before, string after)
    {
        IReadOnlyList<(LineChange Change, string Line)> lines = LineDifference.Find(Lines(before), Lines(after));
        StringBuilder shown = new();
        int line = 0, oldNumber = 1, newNumber = 1;
        while (line < lines.Count)
        {
            int first = NextChange(lines, line);
            if (first < 0)
                break;
            int start = Math.Max(line, first - Context), end = EndOfHunk(lines, first);
            oldNumber += lines.Skip(line).Take(start - line).Count(entry => entry.Change != LineChange.Added);
            newNumber += lines.Skip(line).Take(start - line).Count(entry => entry.Change != LineChange.Removed);
            (LineChange Change, string Line)[] hunk = [.. lines.Skip(start).Take(end - start)];
            int olds = hunk.Count(entry => entry.Change != LineChange.Added), news = hunk.Count(entry => entry.Change != LineChange.Removed);
            shown.Append(CultureInfo.InvariantCulture, $"@@ -{(olds == 0 ? oldNumber - 1 : oldNumber)},{olds} +{(news == 0 ? newNumber - 1 : newNumber)},{news} @@\n");
            foreach ((LineChange change, string text) in hunk)
                shown.Append(change switch { LineChange.Same => ' ', LineChange.Added => '+', _ => '-' }).Append(Harmlessly(text, isOurs: change == LineChange.Added)).Append('\n');
            (oldNumber, newNumber, line) = (oldNumber + olds, newNumber + news, end);
        }
        return shown.ToString();
    }

    /// <summary>A line without what may be a secret.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isOurs">Whether we wrote it: then list items and values of variables are shown too.</param>
    internal static string Harmlessly(string line, bool isOurs)
    {
        if (line.AsSpan().Trim() is "" or "---" or "[" or "]" or "]," or "{" or "}" or "},")
            return line;
        if (Pair().Match(line) is { Success: true } pair)
        {
            string key = pair.Groups["key"].Value.Trim('"', '\''), value = pair.Groups["value"].Value;
            string head = line[..pair.Groups["value"].Index];
            if (key is "certificate-authority-data" && isOurs)
                return $"{head}{Hidden} ({value.Trim('"', '\'', ',').Length.ToString(CultureInfo.InvariantCulture)} characters)";
            bool plain = value.Length == 0 || value is "{}" or "[]" or "{" or "[" || !value.AsSpan().ContainsAny(Structure);
            return plain && (Harmless.Contains(key) || (isOurs && key is "value")) ? head + UserInfo().Replace(value, $"//{Hidden}@") : value.Length == 0 ? head : head + Hidden;
        }
        // Only what is a plain list item can be ours alone; a line in flow style may hold others' values beside it.
        return isOurs && Item().IsMatch(line) ? line : line[..^line.TrimStart().Length] + Hidden;
    }

    private static int NextChange(IReadOnlyList<(LineChange Change, string Line)> lines, int from)
    {
        for (int i = from; i < lines.Count; i++)
        {
            if (lines[i].Change != LineChange.Same)
                return i;
        }
        return -1;
    }

    /// <summary>Changes that are nearer to each other than their context form one hunk.</summary>
    private static int EndOfHunk(IReadOnlyList<(LineChange Change, string Line)> lines, int change)
    {
        int end = change;
        while (NextChange(lines, end) is var next and >= 0 && next - end <= 2 * Context)
            end = next + 1;
        return Math.Min(lines.Count, end + Context);
    }

    private static string[] Lines(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        string[] lines = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    [GeneratedRegex("""^\s*(?:- +)*(?<key>[A-Za-z-]+|"[A-Za-z-]+"|'[A-Za-z-]+')\s*:(?:\s+|$)(?<value>.*)$""", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex("""^\s*- +[^\s{\[&*!|>#"'][^{}#]*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Item();

    [GeneratedRegex("""//[^/@\s]*@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
