using EksTools.Access;
using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Mappings;

/// <summary>
/// Reads one row as encoding/json fills the authenticator's RoleMapping and UserMapping: keys in any case, in the order of their bytes (which the
/// conversion to JSON sorts them by); a value of another type leaves its field as it is; null leaves a string and clears a list.
/// </summary>
internal static class AwsAuthRowReader
{
    /// <summary>The fields of a row that this room reads and writes.</summary>
    public static string ArnKey(EksIamPrincipalKind kind) => kind == EksIamPrincipalKind.Role ? "rolearn" : "userarn";

    public const string UsernameKey = "username";
    public const string GroupsKey = "groups";
    private const string SsoKey = "sso";
    private const string UserIdKey = "userid";

    /// <summary>Reads an item of the list.</summary>
    public static AwsAuthRow Read(EksIamPrincipalKind kind, TextNode item, int index, LineMap lines)
    {
        string arnKey = ArnKey(kind);
        string arn = "", username = "", id = "";
        bool sso = false;
        List<string> groups = [];
        List<string> oddities = [];
        TextMapping? map = GoYaml.Follow(item) as TextMapping;
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach ((string key, TextNode node) in map is null ? [] : FieldsOf(map))
        {
            TextNode value = GoYaml.Follow(node);
            string field = Fold(key);
            if (field != SsoKey && field is not (UsernameKey or GroupsKey or UserIdKey) && field != arnKey)
            {
                oddities.Add($"the authenticator does not know the key '{key}'");
                continue;
            }
            if (!named.Add(field))
                oddities.Add($"'{field}' is there in several spellings; the authenticator takes '{key}'");
            switch (field)
            {
                case UsernameKey:
                    TakeText(field, value, ref username, oddities);
                    break;
                case GroupsKey:
                    TakeGroups(value, groups, oddities);
                    break;
                case SsoKey when kind == EksIamPrincipalKind.Role:
                    sso = value is not TextScalar scalar || GoScalars.KindOf(scalar) != GoScalarKind.Null;
                    break;
                case SsoKey:
                    oddities.Add($"the authenticator does not know the key '{key}'");
                    break;
                case UserIdKey:
                    TakeText(field, value, ref id, oddities);
                    break;
                default:
                    TakeText(field, value, ref arn, oddities);
                    break;
            }
        }
        if (map is not null && map.Pairs.Select(static pair => (pair.Key as TextScalar)?.Value).Where(static key => key is not null).GroupBy(static key => key, StringComparer.Ordinal).FirstOrDefault(static keys => keys.Skip(1).Any()) is { } repeated)
            oddities.Add($"the key '{repeated.Key}' is there twice; the authenticator takes the last one");
        return new AwsAuthRow(kind, index, lines.LineOf(item.Start), arn.Length == 0 ? null : arn, username, groups)
        {
            Column = lines.ColumnOf(item.Start),
            Oddities = oddities,
            Dropped = map is null ? $"the row is no mapping with {arnKey}"
                : arn.Length > 0 && sso ? "the row has both rolearn and sso, and the authenticator takes one of them alone"
                : sso ? "the row names a permission set by sso, which is an alpha feature of the authenticator that EKS does not turn on"
                : arn.Length == 0 ? $"the row has no {arnKey}"
                : null,
        };
    }

    /// <summary>A key as encoding/json compares it: the letters that Unicode folds to s and k count as those.</summary>
    public static string Fold(string key) => key.Replace('\u017F', 's').Replace('\u212A', 'k').ToLowerInvariant();

    /// <summary>The row's fields, merges made (in the order in which they stand, as gopkg.in/yaml.v2 does), the last of equal keys alone, by their bytes.</summary>
    private static IEnumerable<KeyValuePair<string, TextNode>> FieldsOf(TextMapping map)
    {
        Dictionary<string, TextNode> fields = new(StringComparer.Ordinal);
        Put(map);
        return fields.OrderBy(static field => field.Key, StringComparer.Ordinal);

        void Put(TextMapping from)
        {
            foreach (TextPair pair in from.Pairs)
            {
                if (!GoYaml.IsMerge(pair.Key))
                    fields[((TextScalar)GoYaml.Follow(pair.Key)).Value] = pair.Value;
                else if (GoYaml.Follow(pair.Value) is TextSequence list)
                    foreach (TextNode item in list.Items.Reverse())
                        Put((TextMapping)GoYaml.Follow(item));
                else
                    Put((TextMapping)GoYaml.Follow(pair.Value));
            }
        }
    }

    private static void TakeText(string field, TextNode value, ref string text, List<string> oddities)
    {
        switch (value is TextScalar scalar ? GoScalars.KindOf(scalar) : (GoScalarKind?)null)
        {
            case GoScalarKind.Text:
                text = ((TextScalar)value).Value;
                break;
            case GoScalarKind.Null:
                break;
            case null:
                oddities.Add($"'{field}' is no text, and the authenticator reads nothing there");
                break;
            case GoScalarKind.Boolean:
                oddities.Add($"'{field}: {((TextScalar)value).Value}' is true or false to YAML 1.1, and the authenticator reads nothing there; put it in quotes");
                break;
            default:
                oddities.Add($"'{field}: {((TextScalar)value).Value}' is a number to YAML, and the authenticator reads nothing there; put it in quotes");
                break;
        }
    }

    private static void TakeGroups(TextNode value, List<string> groups, List<string> oddities)
    {
        if (value is not TextSequence list)
        {
            if (value is TextScalar scalar && GoScalars.KindOf(scalar) == GoScalarKind.Null)
                groups.Clear();
            else
                oddities.Add("'groups' is no list, and the authenticator takes no group; write '- ' before each");
            return;
        }
        for (int i = 0; i < list.Items.Count; i++)
        {
            string group = i < groups.Count ? groups[i] : "";
            TakeText("groups", GoYaml.Follow(list.Items[i]), ref group, oddities);
            if (group.Contains(" - ", StringComparison.Ordinal))
                oddities.Add($"'{group}' is a single group: a line of the list is indented too far");
            if (i < groups.Count)
                groups[i] = group;
            else
                groups.Add(group);
        }
        groups.RemoveRange(list.Items.Count, groups.Count - list.Items.Count);
    }
}
