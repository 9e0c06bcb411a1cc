using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>
/// The ConfigMap aws-auth as the authenticator reads it, and edits of it as text: they change the lines that they are about and no others.
/// </summary>
internal sealed class AwsAuthMap
{
    public const string MapRoles = "mapRoles";
    public const string MapUsers = "mapUsers";
    public const string MapAccounts = "mapAccounts";

    private static readonly EksIamPrincipalKind[] Kinds = [EksIamPrincipalKind.Role, EksIamPrincipalKind.User, EksIamPrincipalKind.Account];

    private readonly AwsAuthValue[] _values;

    private AwsAuthMap(IReadOnlyDictionary<string, string> data, AwsAuthValue[] values)
    {
        Data = data;
        _values = values;
    }

    /// <summary>The ConfigMap's data.</summary>
    public IReadOnlyDictionary<string, string> Data { get; }

    /// <summary>The rows of mapRoles in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthRow> Roles => _values[0].Rows;

    /// <summary>The rows of mapUsers in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthRow> Users => _values[1].Rows;

    /// <summary>The rows of mapAccounts in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthAccount> Accounts => _values[2].Accounts;

    /// <summary>The values that are not valid. No edit touches them.</summary>
    public IReadOnlyList<AwsAuthFault> Faults => [.. _values.Select(static value => value.Fault).OfType<AwsAuthFault>()];

    /// <summary>The data's other keys, which the authenticator does not look at: it takes the three only as they are spelled here (maproles is none).</summary>
    public IReadOnlyList<string> UnknownKeys => [.. Data.Keys.Where(static key => key is not (MapRoles or MapUsers or MapAccounts)).Order(StringComparer.Ordinal)];

    /// <summary>Reads a ConfigMap's data; null is a ConfigMap without any.</summary>
    public static AwsAuthMap Parse(IReadOnlyDictionary<string, string>? data)
    {
        data ??= new Dictionary<string, string>();
        return new AwsAuthMap(data, [.. Kinds.Select(kind => AwsAuthValue.Parse(kind, data.GetValueOrDefault(AwsAuthValue.KeyOf(kind))))]);
    }

    /// <summary>The map with all edits made, each key's in one pass. A key that no edit is about, or that reads as asked already, keeps its text.</summary>
    /// <param name="edits">What to change; places are those of this map. New rows stand in the order of their edits.</param>
    /// <exception cref="AwsAuthException">A value is not valid, or an edit cannot be made without touching what it is not about.</exception>
    /// <exception cref="ArgumentException">An edit names a row that is not there, two edits name one row, or a new ARN or account is empty.</exception>
    public AwsAuthMap Edit(IReadOnlyList<AwsAuthEdit> edits)
    {
        Dictionary<string, string> data = new(Data, StringComparer.Ordinal);
        AwsAuthValue[] values = [.. _values];
        for (int i = 0; i < values.Length; i++)
        {
            AwsAuthEdit[] own = [.. edits.Where(edit => edit.Kind == Kinds[i])];
            if (own.Length == 0)
                continue;
            values[i] = AwsAuthEditing.Edit(_values[i], own);
            if (values[i].Text is { } text && (values[i].Text != _values[i].Text))
                data[values[i].Key] = text;
        }
        return new AwsAuthMap(data, values);
    }
}
