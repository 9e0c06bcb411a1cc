using EksTools.Access;
using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.Access.Mappings;

/// <summary>How the rows of a value are laid out, so that a new one looks like the last.</summary>
internal sealed record AwsAuthLayout
{
    /// <summary>A value without rows: as the EKS console and eksctl write it.</summary>
    public static AwsAuthLayout Default { get; } = new();

    /// <summary>The known keys in the last row's order; what it does not have comes last.</summary>
    public IReadOnlyList<string> KeyOrder { get; private init; } = [];

    /// <summary>Whether rows are written { in: braces }.</summary>
    public bool FlowRows { get; private init; }

    /// <summary>Whether groups are written [in, brackets].</summary>
    public bool FlowGroups { get; private init; }

    /// <summary>Columns from the key groups to the dashes under it.</summary>
    public int GroupIndent { get; private init; }

    /// <summary>Quotes of the keys' values; plain for those not named.</summary>
    public IReadOnlyDictionary<string, ScalarStyle> Styles { get; private init; } = new Dictionary<string, ScalarStyle>();

    /// <summary>The layout of a value's last row.</summary>
    public static AwsAuthLayout Of(AwsAuthValue value)
    {
        if (value.Kind == EksIamPrincipalKind.Account)
            return value.Items is [.., TextScalar account] ? new AwsAuthLayout { Styles = new Dictionary<string, ScalarStyle> { [""] = account.Style } } : Default;
        string arnKey = AwsAuthRowReader.ArnKey(value.Kind);
        AwsAuthLayout? layout = null;
        foreach (TextMapping row in value.Items.OfType<TextMapping>().Reverse().Where(static row => row.Pairs.Count > 0))
        {
            (string Field, TextPair Pair)[] fields = [.. row.Pairs.Where(static pair => pair.Key is TextScalar)
                .Select(static pair => (AwsAuthRowReader.Fold(((TextScalar)pair.Key).Value), pair)).Where(field => field.Item1 == arnKey || field.Item1 is AwsAuthRowReader.UsernameKey or AwsAuthRowReader.GroupsKey)];
            layout ??= new AwsAuthLayout
            {
                FlowRows = row.IsFlow,
                KeyOrder = [.. fields.Select(static field => field.Field).Distinct()],
                Styles = fields.Where(static field => field.Pair.Value is TextScalar).DistinctBy(static field => field.Field).ToDictionary(static field => field.Field, static field => ((TextScalar)field.Pair.Value).Style),
            };
            if (fields.FirstOrDefault(static field => field.Field == AwsAuthRowReader.GroupsKey && field.Pair.Value is TextSequence { Items.Count: > 0 }).Pair is { Value: TextSequence groups } pair)
                return layout.WithGroups(value.Text!, pair, groups);
        }
        return layout ?? Default;
    }

    /// <summary>The text of a value that had none.</summary>
    public string NewText(IReadOnlyList<AwsAuthEdit> rows) => string.Concat(rows.SelectMany(row => BlockItem(row, 0, 2)).Select(static line => line + "\n"));

    /// <summary>The lines of a row whose dash is at <paramref name="column"/> and whose content begins <paramref name="gap"/> columns later.</summary>
    public IReadOnlyList<string> BlockItem(AwsAuthEdit row, int column, int gap)
    {
        string dash = new string(' ', column) + "-" + new string(' ', gap - 1);
        if (row is not AwsAuthAppend append || FlowRows)
            return [dash + FlowItem(row)];
        List<string> lines = [.. FieldsOf(append).SelectMany(field => BlockField(field.Key, field.Value, column + gap))];
        lines[0] = dash + lines[0][(column + gap)..];
        return lines;
    }

    /// <summary>The row in braces, or the account.</summary>
    public string FlowItem(AwsAuthEdit row) => row is AwsAuthAppend append
        ? "{" + string.Join(", ", FieldsOf(append).Select(field => FlowField(field.Key, field.Value))) + "}"
        : AwsAuthScalars.Write(((AwsAuthAppendAccount)row).AccountId, Styles.GetValueOrDefault("", ScalarStyle.DoubleQuoted), inFlow: true);

    /// <summary>The lines of one field.</summary>
    public IReadOnlyList<string> BlockField(string key, object value, int column)
    {
        string head = new string(' ', column) + key + ":";
        if (value is string text)
            return [$"{head} {AwsAuthScalars.Write(text, StyleOf(key), inFlow: false)}"];
        IReadOnlyList<string> groups = (IReadOnlyList<string>)value;
        if (FlowGroups || groups.Count == 0)
            return [$"{head} {FlowGroupList(groups)}"];
        string dash = new string(' ', column + GroupIndent) + "- ";
        return [head, .. groups.Select(group => dash + AwsAuthScalars.Write(group, StyleOf(AwsAuthRowReader.GroupsKey), inFlow: false))];
    }

    /// <summary>One field in braces.</summary>
    public string FlowField(string key, object value) =>
        $"{key}: {(value is string text ? AwsAuthScalars.Write(text, StyleOf(key), inFlow: true) : FlowGroupList((IReadOnlyList<string>)value))}";

    /// <summary>Groups in brackets.</summary>
    public string FlowGroupList(IReadOnlyList<string> groups) => $"[{string.Join(", ", groups.Select(group => AwsAuthScalars.Write(group, StyleOf(AwsAuthRowReader.GroupsKey), inFlow: true)))}]";

    /// <summary>The style in which a field's texts are written.</summary>
    public ScalarStyle StyleOf(string key) => Styles.GetValueOrDefault(key, ScalarStyle.Plain);

    private AwsAuthLayout WithGroups(string text, TextPair pair, TextSequence groups) => this with
    {
        FlowGroups = groups.IsFlow,
        GroupIndent = groups.IsFlow ? 0 : Math.Max(0, TextPlace.Column(text, groups.Start) - TextPlace.Column(text, pair.Key.Start)),
        Styles = groups.Items[^1] is TextScalar last ? new Dictionary<string, ScalarStyle>(Styles) { [AwsAuthRowReader.GroupsKey] = last.Style } : Styles,
    };

    private IEnumerable<(string Key, object Value)> FieldsOf(AwsAuthAppend row)
    {
        string arnKey = AwsAuthRowReader.ArnKey(row.Kind);
        return new (string Key, object Value)[] { (AwsAuthRowReader.GroupsKey, row.Groups), (arnKey, row.Arn), (AwsAuthRowReader.UsernameKey, row.Username) }
            .Where(static field => field.Value is not ("" or IReadOnlyList<string> { Count: 0 }))
            .OrderBy(field => KeyOrder.Contains(field.Key) ? 0 : 1)
            .ThenBy(field => KeyOrder.TakeWhile(key => key != field.Key).Count())
            .ThenBy(static field => field.Key, StringComparer.Ordinal);
    }
}
