using EksTools.Access;
using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Mappings;

/// <summary>
/// One of aws-auth's three texts as the authenticator reads it (aws-iam-authenticator, pkg/mapper/configmap, ParseMap): mapRoles and mapUsers
/// become JSON by sigs.k8s.io/yaml and then Go structs, mapAccounts becomes a list of strings by gopkg.in/yaml.v2. Both read the first document.
/// </summary>
internal sealed class AwsAuthValue
{
    private AwsAuthValue(EksIamPrincipalKind kind, string? text)
    {
        Kind = kind;
        Text = text;
    }

    /// <summary>Role for mapRoles, User for mapUsers, Account for mapAccounts.</summary>
    public EksIamPrincipalKind Kind { get; }

    /// <summary>The key in the ConfigMap's data.</summary>
    public string Key => KeyOf(Kind);

    /// <summary>The text; null when the ConfigMap does not have the key.</summary>
    public string? Text { get; }

    /// <summary>Whether the authenticator does not even parse the text, and an edit may replace it.</summary>
    public bool IsBlank { get; private init; }

    /// <summary>The document; null when it is empty, or when the text is blank or not valid.</summary>
    public TextNode? Root { get; private init; }

    /// <summary>The rows of mapRoles and mapUsers.</summary>
    public IReadOnlyList<AwsAuthRow> Rows { get; private init; } = [];

    /// <summary>The accounts of mapAccounts that count.</summary>
    public IReadOnlyList<AwsAuthAccount> Accounts { get; private init; } = [];

    /// <summary>Why the value is not valid, or null when it is.</summary>
    public AwsAuthFault? Fault { get; private init; }

    /// <summary>The list's items.</summary>
    public IReadOnlyList<TextNode> Items => Root is TextSequence list ? list.Items : [];

    /// <summary>The key in the ConfigMap's data that holds rows of a kind.</summary>
    public static string KeyOf(EksIamPrincipalKind kind) => kind switch
    {
        EksIamPrincipalKind.Role => AwsAuthMap.MapRoles,
        EksIamPrincipalKind.User => AwsAuthMap.MapUsers,
        _ => AwsAuthMap.MapAccounts,
    };

    /// <summary>Reads a text; what is wrong with it is its <see cref="Fault"/>.</summary>
    public static AwsAuthValue Parse(EksIamPrincipalKind kind, string? text)
    {
        // The authenticator's isSkippable.
        if (text is null || text.Trim() is "" or "``" or "\"\"" or "''")
            return new(kind, text) { IsBlank = true };
        try
        {
            GoYaml.CheckText(text);
            TextNode? root = TextNodeReader.Read(text, YamlReading.FirstDocument | YamlReading.RepeatedKeys);
            TextNode? list = root is TextAlias alias ? alias.Target : root;
            if (root is not null && GoYaml.FindUnreadable(text, root, asJson: kind != EksIamPrincipalKind.Account) is { } odd)
                return Faulty(odd.Node, odd.Problem);
            if (list is null or TextScalar && (list is null || GoScalars.KindOf((TextScalar)list) == GoScalarKind.Null))
                return new(kind, text) { Root = root };
            if (list is not TextSequence rows)
                return Faulty(list, "the value is no list, so the authenticator takes nothing from it; write a list ('- …').");
            LineMap lines = new(text);
            return kind == EksIamPrincipalKind.Account
                ? new(kind, text) { Root = root, Accounts = [.. AccountsOf(rows, lines)] }
                : new(kind, text) { Root = root, Rows = [.. rows.Items.Select((item, index) => AwsAuthRowReader.Read(kind, item, index, lines))] };
        }
        catch (YamlTextException exception)
        {
            string problem = exception.Kind == YamlTextFault.Syntax ? $"the value is not valid YAML: {exception.Problem}." : exception.Problem;
            return new(kind, text) { Fault = new AwsAuthFault(KeyOf(kind), exception.Line, exception.Column, problem) };
        }

        AwsAuthValue Faulty(TextNode node, string problem)
        {
            (int line, int column) = TextPlace.LineAndColumn(text, node.Start);
            return new(kind, text) { Fault = new AwsAuthFault(KeyOf(kind), line, column, problem) };
        }
    }

    /// <summary>Go takes any scalar's characters for a string field, and skips what is no scalar.</summary>
    private static IEnumerable<AwsAuthAccount> AccountsOf(TextSequence list, LineMap lines)
    {
        for (int i = 0; i < list.Items.Count; i++)
        {
            TextNode item = list.Items[i];
            if ((item is TextAlias alias ? alias.Target : item) is TextScalar scalar)
                yield return new AwsAuthAccount(i, lines.LineOf(item.Start), GoScalars.KindOf(scalar) == GoScalarKind.Null ? "" : scalar.Value);
        }
    }
}
