using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Findings;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>Command lines that mend what a finding is about. Each stands by itself: it names the cluster and its region.</summary>
internal sealed class FixCommands(EksCluster cluster)
{
    private const string Edit = "kubectl edit configmap aws-auth --namespace kube-system";

    /// <summary>Gives a principal a mapping; what is not said stays as it is or is the default.</summary>
    public string Add(string principalArn, string? username = null, IEnumerable<string>? groups = null, string? target = null) =>
        Line("Add-EksIamMapping", ("PrincipalArn", [principalArn]), ("Username", One(username)), ("Group", [.. groups ?? []]), ("Target", One(target)));

    /// <summary>Lets the nodes of a role join.</summary>
    public string AddNodeRole(string roleArn, NodeKind kind, string? target = null) => Line("Add-EksIamMapping", ("PrincipalArn", [roleArn]), ("NodeRole", [$"{kind}"]), ("Target", One(target)));

    /// <summary>Makes a principal an administrator by an access policy.</summary>
    public string AddAdministrator(string principalArn) => Line("Add-EksIamMapping", ("PrincipalArn", [principalArn]), ("AccessPolicy", [MappingIntent.ClusterAdmin]));

    /// <summary>Makes an access entry anew, with the same rights, for a principal: that of an entry cannot be changed. As it stands it lets nobody in, so nothing need hold it.</summary>
    public string Replace(EksIamMapping entry, string principalArn) =>
        $"$entry = {Line("Get-EksIamMapping", ("PrincipalArn", [entry.PrincipalArn!]), ("Source", ["AccessEntry"]))}; $entry | Remove-EksIamMapping -Force; $entry | Add-EksIamMapping -PrincipalArn {PowerShellText.Argument(principalArn)}";

    /// <summary>Makes the entry of a node role anew with the right type, which cannot be changed.</summary>
    public string ReplaceByNodeRole(string roleArn, NodeKind kind) => $"{Line("Remove-EksIamMapping", ("PrincipalArn", [roleArn]), ("Source", ["AccessEntry"]), ("Force", []))}; {AddNodeRole(roleArn, kind)}";

    /// <summary>Takes an access policy from an entry.</summary>
    public string RemovePolicy(string principalArn, string policyArn) =>
        $"aws eks disassociate-access-policy --cluster-name {PowerShellText.Argument(cluster.Name)} --principal-arn {PowerShellText.Argument(principalArn)} --policy-arn {PowerShellText.Argument(policyArn)} --region {cluster.Region}";

    /// <summary>Takes one row of aws-auth away, and no other of its principal. Lines shift when other rows go, so the row is known by what it says.</summary>
    /// <param name="row">The row.</param>
    /// <param name="counts">Whether the authenticator takes it: of two rows that say the same only one is meant.</param>
    public string RemoveRow(AwsAuthRow row, bool counts)
    {
        string[] conditions =
        [
            $"$_.Kind -eq '{row.Kind}'",
            $"$_.PrincipalArn -ceq {PowerShellText.Literal(row.Arn ?? string.Empty)}",
            $"$_.Username -ceq {PowerShellText.Literal(row.Username)}",
            $"($_.Groups -join ',') -ceq {PowerShellText.Literal(string.Join(',', row.Groups))}",
            counts ? "-not $_.Ineffective" : "$_.Ineffective",
        ];
        return $"@({Line("Get-EksIamMapping", ("Source", ["ConfigMap"]))}).Where({{ {string.Join(" -and ", conditions)} }}, 'First') | Remove-EksIamMapping";
    }

    /// <summary>Asks IAM for a principal, with the credentials of its account.</summary>
    public static string Look(IamPrincipal principal) => principal.Kind == EksIamPrincipalKind.Role ? $"aws iam get-role --role-name {PowerShellText.Argument(principal.Name)}" : $"aws iam get-user --user-name {PowerShellText.Argument(principal.Name)}";

    /// <summary>Takes a principal's mapping away.</summary>
    public string Remove(string principalArn, string source) => Line("Remove-EksIamMapping", ("PrincipalArn", [principalArn]), ("Source", [source]));

    /// <summary>Takes an account's mapping away.</summary>
    public string RemoveAccount(string accountId) => Line("Remove-EksIamMapping", ("AccountId", [accountId]));

    /// <summary>Moves aws-auth to access entries; shows first what that changes.</summary>
    public string Convert(bool whatIf) => Line("Convert-EksIamMapping", ("To", ["AccessEntry"]), (whatIf ? "WhatIf" : "RemoveConfigMap", []));

    /// <summary>Gives a top-level key of aws-auth its right name.</summary>
    public static string RenameKey(string wrong, string right) =>
        $"kubectl patch configmap aws-auth --namespace kube-system --type json --patch {PowerShellText.Argument($$"""[{"op":"move","from":"/data/{{Escape(wrong)}}","path":"/data/{{right}}"}]""")}";

    /// <summary>Opens aws-auth for what only a person can decide.</summary>
    public static string EditConfigMap() => Edit;

    /// <summary>Gives a group rights.</summary>
    public static string BindGroup(string group) =>
        $"kubectl create clusterrolebinding {PowerShellText.Argument($"{Name(group)}-view")} --clusterrole view --group {PowerShellText.Argument(group)}";

    private static string[]? One(string? value) => value is null ? null : [value];

    private static string Escape(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    // The name of a Kubernetes object.
    private static string Name(string group) => string.Concat(group.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-')).Trim('-');

    /// <summary>A parameter without values is a switch; one whose values are null or none, where values are meant, is left out.</summary>
    private string Line(string command, params (string Name, string[]? Values)[] parameters)
    {
        List<string> words = [command, PowerShellText.Argument(cluster.Name), "-Region", cluster.Region];
        foreach ((string name, string[]? values) in parameters)
        {
            bool isSwitch = name is "WhatIf" or "Force" or "RemoveConfigMap";
            if (isSwitch || values is { Length: > 0 })
            {
                words.Add(isSwitch ? $"-{name}" : $"-{name} {string.Join(", ", values!.Select(PowerShellText.Argument))}");
            }
        }

        return string.Join(' ', words);
    }
}
