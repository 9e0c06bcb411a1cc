using EksTools.Clusters;
using EksTools.Core.Yaml;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>One reading of a cluster's file: its text, what is wrong with it, and on which line each field stands.</summary>
internal sealed class FileReading(string text)
{
    private readonly List<EksClusterFileProblem> problems = [];
    private readonly Dictionary<string, (int Line, int Column)> places = new(StringComparer.Ordinal);

    private readonly List<string> unread = [];

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<EksClusterFileProblem> Problems => [.. problems.Distinct().OrderBy(static problem => problem.Line).ThenBy(static problem => problem.Column)];

    /// <summary>Where each field stands that was read, by its path.</summary>
    public IReadOnlyDictionary<string, (int Line, int Column)> Places => places;

    public void Remember(string path, TextNode node) => places[path] = PlaceOf(node);

    public void Add(TextNode node, string field, string message, string? advice = null)
    {
        (int line, int column) = PlaceOf(node);
        problems.Add(new EksClusterFileProblem(line, column, field, message, advice));
    }

    public void Add(int line, int column, string message, string? advice = null) => problems.Add(new EksClusterFileProblem(line, column, string.Empty, message, advice));

    /// <summary>Adds a problem of a field, or of the nearest one above it that the text has.</summary>
    public void AddAt(string path, string message, string? advice = null)
    {
        (int line, int column) = PlaceOf(path);
        problems.Add(new EksClusterFileProblem(line, column, path, message, advice));
    }

    /// <summary>
    /// Adds a problem that a rule finds in what was read; not where something of the same part could not be read, without which the rule sees something else
    /// than the file says.
    /// </summary>
    public void AddRule(string path, string message, string? advice = null)
    {
        string part = PartOf(path);
        if (!unread.Any(field => PartOf(field).StartsWith(part, StringComparison.Ordinal) || path.StartsWith(PartOf(field), StringComparison.Ordinal)))
        {
            AddAt(path, message, advice);
        }
    }

    /// <summary>What is added from here on is found in what was read so far.</summary>
    public void BeginRules() => unread.AddRange(problems.Select(static problem => problem.Field));

    /// <summary>Where a field stands, or the nearest one above it that the text has.</summary>
    public (int Line, int Column) PlaceOf(string path)
    {
        for (string at = path; at.Length > 0; at = Above(at))
        {
            if (places.TryGetValue(at, out (int Line, int Column) place))
            {
                return place;
            }
        }

        return (1, 1);
    }

    private (int Line, int Column) PlaceOf(TextNode node) => TextPlace.LineAndColumn(text, node.Start);

    /// <summary>An item of a list, or a field of the file.</summary>
    private static string PartOf(string path)
    {
        int bracket = path.IndexOf(']', StringComparison.Ordinal), dot = path.IndexOf('.', StringComparison.Ordinal);
        return bracket > 0 && path.IndexOf('[', StringComparison.Ordinal) is var open && (dot < 0 || open < dot) ? path[..(bracket + 1)] : dot > 0 ? path[..dot] : path;
    }

    /// <summary>managedNodeGroups[web].maxSize, managedNodeGroups[web], managedNodeGroups. A name in brackets may have dots.</summary>
    private static string Above(string path)
    {
        int bracket = path.LastIndexOf('['), end = path.EndsWith(']') ? bracket : path.LastIndexOf('.');
        return end > 0 ? path[..end] : string.Empty;
    }
}
