using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Access.Reviews;

/// <summary>Command lines that mend what a finding is about. Each stands by itself: it names the cluster and its region.</summary>
internal sealed class FixCommands(EksCluster cluster)
{
    private const string Edit = "kubectl edit configmap aws-auth --namespace kube-system";

    /// <summary>Gives a principal a mapping; what is not said stays as it is or is the default.</summary>
    public string Add(string principalArn, string? username = null, IEnumerable<string>? groups = null, string? target = null) =>
        Line("Add-EksIamMapping", ("PrincipalArn", [principalArn]), ("Username", One(username)), ("Group", [.. groups ?? []]), ("Target", One(target)));

    /// <summary>Lets the nodes of a role join.</summary>
    public string AddNodeRole(string roleArn, bool windows = false) => Line("Add-EksIamMapping", ("PrincipalArn", [roleArn]), ("NodeRole", [windows ? "Windows" : "Linux"]));

    /// <summary>Makes a principal an administrator by an access policy.</summary>
    public string AddAdministrator(string principalArn) => Line("Add-EksIamMapping", ("PrincipalArn", [principalArn]), ("AccessPolicy", [EffectiveAccess.AdminPolicy]));

    /// <summary>An access entry with the rights of another.</summary>
    public string AddLike(EksIamMapping entry, string principalArn) => entry.Type switch
    {
        "EC2_WINDOWS" => AddNodeRole(principalArn, windows: true),
        not (null or "STANDARD") => AddNodeRole(principalArn),
        _ => Line("Add-EksIamMapping", ("PrincipalArn", [principalArn]), ("Group", [.. entry.Groups]), ("AccessPolicy", [.. entry.AccessPolicies.Select(static policy => policy.Name)])),
    };

    /// <summary>Takes an access policy from an entry.</summary>
    public string RemovePolicy(string principalArn, string policyArn) => Line("Remove-EksIamMapping", ("PrincipalArn", [principalArn]), ("AccessPolicy", [policyArn]));

    /// <summary>Takes a principal's mapping away.</summary>
    public string Remove(string principalArn, string target) => Line("Remove-EksIamMapping", ("PrincipalArn", [principalArn]), ("Target", [target]));

    /// <summary>Takes an account's mapping away.</summary>
    public string RemoveAccount(string accountId) => Line("Remove-EksIamMapping", ("AccountId", [accountId]));

    /// <summary>Moves aws-auth to access entries; shows first what that changes.</summary>
    public string Convert(bool whatIf) => Line("Convert-EksIamMapping", ("To", ["AccessEntry"]), (whatIf ? "WhatIf" : "RemoveConfigMap", []));

    /// <summary>Gives a top-level key of aws-auth its right name.</summary>
    public static string RenameKey(string wrong, string right) =>
        $"kubectl patch configmap aws-auth --namespace kube-system --type json --patch {Quote($$"""[{"op":"move","from":"/data/{{Escape(wrong)}}","path":"/data/{{right}}"}]""")}";

    /// <summary>Opens aws-auth for what only a person can decide.</summary>
    public static string EditConfigMap() => Edit;

    /// <summary>Gives a group rights.</summary>
    public static string BindGroup(string group) =>
        $"kubectl create clusterrolebinding {Quote($"{Name(group)}-view")} --clusterrole view --group {Quote(group)}";

    /// <summary>A value as PowerShell reads it back.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '+')
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string[]? One(string? value) => value is null ? null : [value];

    private static string Escape(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    // The name of a Kubernetes object.
    private static string Name(string group) => string.Concat(group.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-')).Trim('-');

    /// <summary>A parameter without values is a switch; one whose values are null or none, where values are meant, is left out.</summary>
    private string Line(string command, params (string Name, string[]? Values)[] parameters)
    {
        List<string> words = [command, Quote(cluster.Name), "-Region", cluster.Region];
        foreach ((string name, string[]? values) in parameters)
        {
            bool isSwitch = name is "WhatIf" or "RemoveConfigMap";
            if (isSwitch || values is { Length: > 0 })
            {
                words.Add(isSwitch ? $"-{name}" : $"-{name} {string.Join(", ", values!.Select(Quote))}");
            }
        }

        return string.Join(' ', words);
    }
}
