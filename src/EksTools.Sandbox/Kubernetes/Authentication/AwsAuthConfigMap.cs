using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>One mapping of aws-auth.</summary>
internal sealed record AwsAuthMapping(string Arn, string Username, IReadOnlyList<string> Groups);

/// <summary>
/// What the authenticator takes from <c>kube-system/aws-auth</c>. Its <c>data</c> values are YAML text; what cannot be read is lost
/// without a word to the writer, which is the trap that this class reproduces.
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
        _accounts = [.. Items(configMap.Text("data", "mapAccounts")).Select(a => a.Text()).OfType<string>()];
    }

    /// <summary>Roles are looked up before users, accounts last: a principal known by account alone has no groups.</summary>
    public AwsAuthMapping? Find(string canonicalArn, string account)
    {
        var key = canonicalArn.ToLowerInvariant();
        return _roles.GetValueOrDefault(key) ?? _users.GetValueOrDefault(key) ?? (_accounts.Contains(account) ? new(canonicalArn, canonicalArn, []) : null);
    }

    private static Dictionary<string, AwsAuthMapping> Mappings(string? yaml, string arnKey)
    {
        var mappings = new Dictionary<string, AwsAuthMapping>();
        foreach (var item in Items(yaml).OfType<JsonObject>())
        {
            var members = new Dictionary<string, JsonNode?>(StringComparer.OrdinalIgnoreCase);
            foreach (var (key, value) in item)
            {
                members[key] = value;
            }

            var arn = members.GetValueOrDefault(arnKey).Text();
            if (string.IsNullOrEmpty(arn) || (arnKey == "rolearn" && members.ContainsKey("sso")))
            {
                continue;
            }

            // A later entry of the same ARN shadows an earlier one. Groups that are no list are no groups.
            mappings[arn.ToLowerInvariant()] = new(arn, members.GetValueOrDefault("username").Text() ?? "", members.GetValueOrDefault("groups").Texts());
        }

        return mappings;
    }

    private static IEnumerable<JsonNode?> Items(string? yaml)
    {
        if (string.IsNullOrWhiteSpace(yaml))
        {
            return [];
        }

        try
        {
            return YamlReading.ToJson(yaml) as JsonArray ?? [];
        }
        catch (YamlException)
        {
            // A syntax error loses the whole key, as in the authenticator ("Only saving data that was good").
            return [];
        }
    }
}
