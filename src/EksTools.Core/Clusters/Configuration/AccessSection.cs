using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Findings;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>accessConfig</c>, and what else lets people in.</summary>
internal static class AccessSection
{
    public static FileFields Fields(ClusterFileDraft draft) => new FileFields()
        .Take("authenticationMode", value => draft.Request = draft.Request with { AuthenticationMode = ControlPlaneSection.OneOf(value, ClusterRequestRules.AuthenticationModes) ?? draft.Request.AuthenticationMode })
        .Take("bootstrapClusterCreatorAdminPermissions", value => draft.Request = draft.Request with { NoCreatorAdmin = value.Flag() == false })
        .Take("accessEntries", value => ReadEntries(value, draft));

    public static void RefuseMappings(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            Dictionary<string, FileValue> fields = item.Pairs().ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal);
            string? arn = fields.GetValueOrDefault("arn")?.Text(), account = fields.GetValueOrDefault("account")?.Text(), username = fields.GetValueOrDefault("username")?.Text();
            IReadOnlyList<string> groups = fields.GetValueOrDefault("groups")?.Texts() ?? [];
            item.Problem("is not supported.", fields.ContainsKey("serviceName")
                ? "Leave it out, and map the service's role with Add-EksIamMapping when the cluster is there."
                : $"Leave it out, and run Add-EksIamMapping {PowerShellText.Argument(draft.Name)} {(account is null ? PowerShellText.Argument(arn ?? "ARN") : $"-AccountId {PowerShellText.Argument(account)}")}{Option("Username", username)}{Option("Group", groups)} when the cluster is there.");
        }
    }

    public static void RefuseProviders(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            item.Problem("is not supported.", $"Leave it out, and add the provider with Add-EKSIdentityProviderConfig of AWS.Tools.EKS when cluster {draft.Name} is there.");
        }
    }

    /// <summary>An entry that makes an administrator is what -AdministratorArn makes; others are Add-EksIamMapping's.</summary>
    private static void ReadEntries(FileValue value, ClusterFileDraft draft)
    {
        List<string> administrators = [];
        foreach (FileValue item in value.Items())
        {
            string? principal = null, type = null, username = null;
            IReadOnlyList<string> groups = [];
            List<(string Policy, IReadOnlyList<string> Namespaces)> policies = [];
            item.Read(new FileFields()
                .Take("principalARN", field => principal = field.Text())
                .Take("type", field => type = field.Text())
                .Take("kubernetesUsername", field => username = field.Text())
                .Take("kubernetesGroups", field => groups = field.Texts())
                .Take("accessPolicies", field => policies.AddRange(field.Items().Select(ReadPolicy))));
            bool plain = (type is null or "STANDARD") && username is null && groups.Count == 0;
            if (principal is null)
            {
                item.Problem("has no principal.", "Write principalARN.");
            }
            else if (plain && policies is [({ } only, { Count: 0 })] && only.EndsWith($"/{MappingIntent.ClusterAdmin}", StringComparison.Ordinal))
            {
                administrators.Add(principal);
            }
            else
            {
                string kind = type switch
                {
                    "EC2_LINUX" => " -NodeRole Linux",
                    "EC2_WINDOWS" => " -NodeRole Windows",
                    "FARGATE_LINUX" => " -NodeRole Fargate",
                    _ => $"{Option("Username", username)}{Option("Group", groups)}{Option("AccessPolicy", [.. policies.Select(static policy => policy.Policy[(policy.Policy.LastIndexOf('/') + 1)..])])}{Option("Namespace", [.. policies.SelectMany(static policy => policy.Namespaces).Distinct(StringComparer.Ordinal)])}",
                };
                item.Problem("makes no administrator, which is all that is supported.", $"Leave it out, and run Add-EksIamMapping {PowerShellText.Argument(draft.Name)} {PowerShellText.Argument(principal)}{kind} when the cluster is there.");
            }
        }

        draft.Request = draft.Request with { AdministratorArn = administrators };
    }

    private static (string Policy, IReadOnlyList<string> Namespaces) ReadPolicy(FileValue item)
    {
        string? arn = null, type = null;
        IReadOnlyList<string> namespaces = [];
        item.Read(new FileFields()
            .Take("policyARN", value => arn = value.Text())
            .Take("accessScope", value => value.Read(new FileFields()
                .Take("type", field => type = ControlPlaneSection.OneOf(field, ["cluster", "namespace"]))
                .Take("namespaces", field => namespaces = field.Texts()))));
        if (arn is null || type is null)
        {
            item.Problem("has no policy or no scope.", "Write policyARN and accessScope.type.");
        }

        return (arn ?? string.Empty, namespaces);
    }

    private static string Option(string name, string? value) => value is null ? string.Empty : $" -{name} {PowerShellText.Argument(value)}";

    private static string Option(string name, IReadOnlyList<string> values) => values.Count == 0 ? string.Empty : $" -{name} {string.Join(", ", values.Select(PowerShellText.Argument))}";
}
