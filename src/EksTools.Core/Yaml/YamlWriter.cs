using System.Text;

namespace EksTools.Core.Yaml;

/// <summary>How block style is laid out in a file.</summary>
/// <param name="Step">Columns from a mapping to the mapping inside it.</param>
/// <param name="IndentSequences">Whether a list's dashes stand deeper than the key they belong to.</param>
internal sealed record BlockLayout(int Step = 2, bool IndentSequences = false);

/// <summary>Writes values as YAML text in block or flow style.</summary>
internal static class YamlWriter
{
    /// <summary>A mapping's lines, each indented by <paramref name="column"/>.</summary>
    public static List<string> Block(YamlMap map, int column, BlockLayout layout)
    {
        List<string> lines = [];
        foreach ((string key, YamlValue value) in map.Pairs)
            lines.AddRange(BlockPair(key, value, column, layout));
        return lines;
    }

    /// <summary>The lines of one key and its value.</summary>
    public static List<string> BlockPair(string key, YamlValue value, int column, BlockLayout layout)
    {
        string head = new string(' ', column) + YamlScalars.Write(new YamlText(key)) + ":";
        return value switch
        {
            YamlText text => [$"{head} {YamlScalars.Write(text)}"],
            YamlMap { Pairs.Count: 0 } => [$"{head} {{}}"],
            YamlList { Items.Count: 0 } => [$"{head} []"],
            YamlMap map => [head, .. Block(map, column + layout.Step, layout)],
            YamlList list => [head, .. list.Items.SelectMany(item => BlockItem(item, DashColumn(column, layout), 2, layout))],
            _ => throw new NotSupportedException($"{value.GetType().Name} has no YAML form."),
        };
    }

    /// <summary>The lines of one list item whose dash is at <paramref name="column"/> and whose content begins <paramref name="gap"/> columns later.</summary>
    public static List<string> BlockItem(YamlValue item, int column, int gap, BlockLayout layout)
    {
        string dash = new string(' ', column) + "-" + new string(' ', gap - 1);
        if (item is YamlText text)
            return [dash + YamlScalars.Write(text)];
        List<string> lines = Block((YamlMap)item, column + gap, layout);
        lines[0] = dash + lines[0][(column + gap)..];
        return lines;
    }

    /// <summary>Where dashes stand under a key at <paramref name="column"/>.</summary>
    public static int DashColumn(int column, BlockLayout layout) => layout.IndentSequences ? column + layout.Step : column;

    /// <summary>JSON, which is flow style too.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="newLine">The line break to spread it with, or null to keep it on one line.</param>
    /// <param name="indent">White space before the closing bracket.</param>
    /// <param name="unit">White space that each level adds.</param>
    public static string Flow(YamlValue value, string? newLine = null, string indent = "", string unit = "  ")
    {
        string inner = indent + unit;
        return value switch
        {
            YamlText { IsLiteral: true } literal => literal.Text,
            YamlText text => YamlScalars.DoubleQuoted(text.Text),
            YamlMap map => Bracket('{', '}', map.Pairs.Select(pair => FlowPair(pair.Key, pair.Value, newLine, inner, unit))),
            YamlList list => Bracket('[', ']', list.Items.Select(item => Flow(item, newLine, inner, unit))),
            _ => throw new NotSupportedException($"{value.GetType().Name} has no YAML form."),
        };

        string Bracket(char open, char close, IEnumerable<string> parts)
        {
            string[] all = [.. parts];
            if (all.Length == 0)
                return $"{open}{close}";
            StringBuilder builder = new();
            builder.Append(open);
            if (newLine is null)
                return builder.AppendJoin(", ", all).Append(close).ToString();
            return builder.Append(newLine).Append(inner).AppendJoin("," + newLine + inner, all).Append(newLine).Append(indent).Append(close).ToString();
        }
    }

    /// <summary>One key and its value in flow style.</summary>
    public static string FlowPair(string key, YamlValue value, string? newLine, string indent, string unit) =>
        $"{YamlScalars.DoubleQuoted(key)}: {Flow(value, newLine, indent, unit)}";
}
