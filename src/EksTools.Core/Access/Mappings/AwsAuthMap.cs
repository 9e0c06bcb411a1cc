using EksTools.Access;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EksTools.Core.Access.Mappings;

/// <summary>A row of mapRoles or mapUsers as the authenticator reads it.</summary>
/// <param name="Kind">Role (mapRoles) or User (mapUsers).</param>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Line">Its line in the value, from 1.</param>
/// <param name="Arn">rolearn or userarn as written; null when the row has none, and is then dropped.</param>
/// <param name="Username">The username template; empty when the row has none.</param>
/// <param name="Groups">The groups; none when they are no list.</param>
internal sealed record AwsAuthRow(EksIamPrincipalKind Kind, int Index, int Line, string? Arn, string Username, IReadOnlyList<string> Groups)
{
    /// <summary>Why the authenticator drops the row, or null when it takes it.</summary>
    public string? Dropped { get; init; }

    /// <summary>What the authenticator takes otherwise than it was probably meant, in plain words.</summary>
    public IReadOnlyList<string> Oddities { get; init; } = [];
}

/// <summary>A row of mapAccounts.</summary>
internal sealed record AwsAuthAccount(int Index, int Line, string AccountId);

/// <summary>A value of aws-auth that is not valid: the authenticator loses every mapping of it.</summary>
/// <param name="Key">mapRoles, mapUsers or mapAccounts.</param>
/// <param name="Line">Where in the value, from 1.</param>
/// <param name="Column">Where in the line, from 1.</param>
/// <param name="Problem">One sentence without the place.</param>
internal sealed record AwsAuthFault(string Key, int Line, int Column, string Problem);

/// <summary>The ConfigMap aws-auth as the authenticator reads it.</summary>
internal sealed class AwsAuthMap
{
    public const string MapRoles = "mapRoles";
    public const string MapUsers = "mapUsers";
    public const string MapAccounts = "mapAccounts";

    private AwsAuthMap(IReadOnlyDictionary<string, string> data) => Data = data;

    /// <summary>The ConfigMap's data.</summary>
    public IReadOnlyDictionary<string, string> Data { get; }

    /// <summary>The rows of mapRoles in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthRow> Roles { get; private init; } = [];

    /// <summary>The rows of mapUsers in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthRow> Users { get; private init; } = [];

    /// <summary>The rows of mapAccounts in their order; none when the value is not valid.</summary>
    public IReadOnlyList<AwsAuthAccount> Accounts { get; private init; } = [];

    /// <summary>The values that are not valid.</summary>
    public IReadOnlyList<AwsAuthFault> Faults { get; private init; } = [];

    /// <summary>Reads a ConfigMap's data; null is a ConfigMap without any.</summary>
    public static AwsAuthMap Parse(IReadOnlyDictionary<string, string>? data)
    {
        data ??= new Dictionary<string, string>();
        List<AwsAuthFault> faults = [];
        return new AwsAuthMap(data)
        {
            Roles = Rows(MapRoles, EksIamPrincipalKind.Role, "rolearn"),
            Users = Rows(MapUsers, EksIamPrincipalKind.User, "userarn"),
            Accounts = [.. Items(MapAccounts).Select(static (node, index) => new AwsAuthAccount(index, (int)node.Start.Line, node.ToString()))],
            Faults = faults,
        };

        AwsAuthRow[] Rows(string key, EksIamPrincipalKind kind, string arnKey) => [.. Items(key).Select((node, index) => Row(node, index, kind, arnKey))];

        IReadOnlyList<YamlNode> Items(string key)
        {
            try
            {
                YamlStream stream = [];
                stream.Load(new StringReader(data.GetValueOrDefault(key) ?? string.Empty));
                return stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlSequenceNode list ? [.. list.Children] : [];
            }
            catch (YamlException exception)
            {
                faults.Add(new AwsAuthFault(key, (int)exception.Start.Line, (int)exception.Start.Column, exception.Message));
                return [];
            }
        }
    }

    private static AwsAuthRow Row(YamlNode node, int index, EksIamPrincipalKind kind, string arnKey)
    {
        Dictionary<string, YamlNode> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach ((YamlNode key, YamlNode value) in (node as YamlMappingNode)?.Children ?? Enumerable.Empty<KeyValuePair<YamlNode, YamlNode>>())
        {
            fields[key.ToString()] = value;
        }

        string? arn = fields.GetValueOrDefault(arnKey)?.ToString();
        return new AwsAuthRow(kind, index, (int)node.Start.Line, arn, fields.GetValueOrDefault("username")?.ToString() ?? string.Empty,
            fields.GetValueOrDefault("groups") is YamlSequenceNode groups ? [.. groups.Select(static group => group.ToString())] : [])
        {
            Dropped = string.IsNullOrEmpty(arn) ? $"the row has no {arnKey}" : null,
        };
    }
}
