using System.Text.RegularExpressions;

namespace EksTools.Core.Tests.LoadBalancing;

/// <summary>An example of an annotation in a controller's documentation.</summary>
/// <param name="File">The page.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Key">The key.</param>
/// <param name="Yaml">What stands after the colon, as YAML.</param>
/// <param name="Beside">The other annotations of the same block.</param>
internal sealed record DocumentedExample(string File, int Line, string Key, string Yaml, IReadOnlyList<DocumentedExample> Beside);

/// <summary>Takes the examples out of the Markdown of a controller's documentation: lines within fences, and rows of the cloud provider's table.</summary>
internal static partial class DocumentedExamples
{
    /// <summary>The examples of one page.</summary>
    public static IReadOnlyList<DocumentedExample> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        List<DocumentedExample> all = [];
        List<DocumentedExample> block = [];
        bool fenced = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
                block = [];
                line = line.TrimStart('`'); // Some pages begin the text beside the fence.
                if (!fenced)
                    continue;
            }
            if (!fenced || Pair().Match(line) is not { Success: true } pair)
                continue;
            string value = pair.Groups["value"].Value;
            if (value is ">" or "|" or ">-" or "|-")
            {
                // A block scalar: what follows and is indented further.
                int indent = Indent(lines[i]);
                List<string> body = [];
                while (i + 1 < lines.Length && (lines[i + 1].Trim().Length == 0 || Indent(lines[i + 1]) > indent) && !lines[i + 1].Trim().StartsWith("```", StringComparison.Ordinal))
                    body.Add(lines[++i].Trim());
                value += string.Concat(body.Select(static one => "\n      " + one));
            }
            if (value.StartsWith('\'') && value.Count(static c => c == '\'') % 2 == 1 && i + 1 < lines.Length)
                value += "\n      " + lines[++i].Trim(); // Goes on in the next line.
            DocumentedExample example = new(Path.GetFileName(path), i + 1, pair.Groups["key"].Value, value, block);
            block.Add(example);
            all.Add(example);
        }
        return all;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex(@"^(?<key>(?:service\.beta|alb\.ingress)\.kubernetes\.io/[A-Za-z0-9_.\-]+)\s*:\s*(?<value>.*?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
