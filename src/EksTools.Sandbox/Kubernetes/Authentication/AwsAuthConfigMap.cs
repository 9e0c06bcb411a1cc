using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>One mapping of aws-auth.</summary>
internal sealed record AwsAuthMapping(string Arn, string Username, IReadOnlyList<string> Groups);

/// <summary>
/// What the authenticator takes from <c>kube-system/aws-auth</c> (aws-iam-authenticator's pkg/mapper/configmap/configmap.go, ParseMap). Its
/// <c>data</c> values are YAML text; what cannot be read is lost without a word to the writer, which is the trap that this class reproduces.
/// </summary>
internal sealed class AwsAuthConfigMap
{
    private readonly Dictionary<string, AwsAuthMapping> _roles;
    private readonly Dictionary<string, AwsAuthMapping> _users;
    private readonly HashSet<string> _accounts;

    public AwsAuthConfigMap(JsonObject? configMap)
    {
        _roles = Mappings(configMap.Text("data", "mapRoles"), "rolearn");
        _users = Mappings(configMap.Text("data", "mapUsers"), "userarn");
        _accounts = [.. Parsed(configMap.Text("data", "mapAccounts"), YamlReading.ToStrings) ?? []];
    }

    /// <summary>Roles are looked up before users, accounts last: a principal known by account alone has no groups.</summary>
    public AwsAuthMapping? Find(string canonicalArn, string account) => _roles.GetValueOrDefault(canonicalArn) ?? _users.GetValueOrDefault(canonicalArn)
        ?? (_accounts.Contains(account) ? new(canonicalArn, canonicalArn, []) : null);

    // A later entry of the same ARN shadows an earlier one. Of users whose ARNs differ in case alone the authenticator takes any; here it is the last.
    private static Dictionary<string, AwsAuthMapping> Mappings(string? yaml, string arnField)
    {
        var mappings = new Dictionary<string, AwsAuthMapping>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in Parsed(yaml, YamlReading.ToJson) as JsonArray ?? [])
        {
            if (Decode(item as JsonObject ?? [], arnField) is { } mapping)
            {
                mappings[mapping.Arn] = mapping;
            }
        }

        return mappings;
    }

    /// <summary>
    /// A row by the rules of Go's encoding/json: keys in any case, the last in the order of their bytes counting; a value of the wrong type is reported
    /// and leaves the field as it was, which in a list is an empty string. Null for a row that the authenticator drops.
    /// </summary>
    private static AwsAuthMapping? Decode(JsonObject row, string arnField)
    {
        var (arn, username, sso) = ("", "", false);
        List<string> groups = [];
        foreach (var (key, value) in row.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (key.Equals(arnField, StringComparison.OrdinalIgnoreCase))
            {
                arn = value.Text() ?? arn;
            }
            else if (key.Equals("username", StringComparison.OrdinalIgnoreCase))
            {
                username = value.Text() ?? username;
            }
            else if (key.Equals("sso", StringComparison.OrdinalIgnoreCase))
            {
                sso = value is not null;
            }
            else if (key.Equals("groups", StringComparison.OrdinalIgnoreCase) && (value is null or JsonArray))
            {
                groups = [.. (value as JsonArray ?? []).Select((item, index) => item.Text() ?? groups.ElementAtOrDefault(index) ?? "")];
            }
        }

        // Matching by SSO permission set is behind a feature gate that is off: such a row, too, maps nobody.
        return arn.Length == 0 || (sso && arnField == "rolearn") ? null : new(arn, username, groups);
    }

    private static T? Parsed<T>(string? yaml, Func<string, T?> parse) where T : class
    {
        if (yaml?.Trim() is null or "" or "``" or "\"\"" or "''")
        {
            return null;
        }

        try
        {
            return parse(yaml);
        }
        catch (Exception error) when (error is YamlException or JsonException)
        {
            // A syntax error loses the whole key, as in the authenticator ("Only saving data that was good").
            return null;
        }
    }
}
