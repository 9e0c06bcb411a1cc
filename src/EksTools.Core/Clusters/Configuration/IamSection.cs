using EksTools.Core.Findings;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>iam</c>: the roles of the control plane and of pods.</summary>
internal static class IamSection
{
    // eksctl's well-known policies, and what New-EksServiceAccountRole calls them.
    private static readonly Dictionary<string, string> WellKnown = new(StringComparer.Ordinal)
    {
        ["autoScaler"] = "ClusterAutoscaler",
        ["awsLoadBalancerController"] = "LoadBalancerController",
        ["certManager"] = "CertManager",
        ["ebsCSIController"] = "EbsCsiController",
        ["efsCSIController"] = "EfsCsiController",
        ["externalDNS"] = "ExternalDns",
        ["imageBuilder"] = "ImageBuilder",
    };

    // For a person to read and to run.
    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FileFields Fields(ClusterFileDraft draft) => new FileFields()
        .Take("serviceRoleARN", value => draft.Request = draft.Request with { ClusterRoleArn = value.Text() })
        .Take("serviceRolePermissionsBoundary", value => draft.Bound(value))
        .Take("fargatePodExecutionRoleARN", value => draft.FargateRole = value.Text())
        .Take("fargatePodExecutionRolePermissionsBoundary", value => draft.Bound(value))
        .Take("withOIDC", value => draft.Oidc = value.Flag())
        .Only(true, "vpcResourceControllerPolicy", "The cluster role has AmazonEKSVPCResourceController; name a role of your own in serviceRoleARN to do without.")
        .Take("serviceAccounts", value => RefuseServiceAccounts(value, draft))
        .Take("podIdentityAssociations", value => RefuseAssociations(value, draft));

    private static void RefuseServiceAccounts(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            RoleFields role = new(item);
            Dictionary<string, FileValue> metadata = role.Find("metadata")?.Pairs().ToDictionary(static pair => pair.Name, static pair => pair.Value) ?? [];
            string account = $"{metadata.GetValueOrDefault("namespace")?.Text() ?? "default"}/{metadata.GetValueOrDefault("name")?.Text() ?? "NAME"}";
            Refuse(item, draft, account, $" -Mode Irsa{role.Policies("attachPolicyARNs", "attachPolicy")}{role.Role("attachRoleARN", "permissionsBoundary")}{(role.Find("roleOnly")?.Flag() == true ? " -NoServiceAccount" : string.Empty)}");
        }
    }

    private static void RefuseAssociations(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            RoleFields role = new(item);
            string account = $"{role.Find("namespace")?.Text() ?? "default"}/{role.Find("serviceAccountName")?.Text() ?? "NAME"}";
            Refuse(item, draft, account, $" -Mode PodIdentity{role.Policies("permissionPolicyARNs", "permissionPolicy")}{role.Role("roleARN", "permissionsBoundaryARN")}{(role.Find("targetRoleARN")?.Text() is { } target ? $" -TargetRoleArn {PowerShellText.Argument(target)}" : string.Empty)}");
        }
    }

    private static void Refuse(FileValue item, ClusterFileDraft draft, string account, string arguments) =>
        item.Problem("is not supported.", $"Leave it out, and run New-EksServiceAccountRole {PowerShellText.Argument(draft.Name)} {PowerShellText.Argument(account)}{arguments} when the cluster is there.");

    /// <summary>What New-EksServiceAccountRole calls a well-known policy of eksctl; null for others.</summary>
    public static string? WellKnownPolicy(string name) => WellKnown.GetValueOrDefault(name switch { "ebs" => "ebsCSIController", "efs" => "efsCSIController", "albIngress" => "awsLoadBalancerController", _ => name });

    /// <summary>The fields of something that gives pods a role, as arguments of New-EksServiceAccountRole.</summary>
    internal sealed class RoleFields(FileValue item)
    {
        private readonly IReadOnlyList<(string Name, FileValue Value)> pairs = item.Pairs();

        public FileValue? Find(string field) => pairs.FirstOrDefault(pair => pair.Name == field).Value;

        /// <summary>What the role may do.</summary>
        public string Policies(string arns, string document)
        {
            string[] attached = [.. Find(arns)?.Texts().Select(PowerShellText.Argument) ?? []];
            string[] known = [.. Find("wellKnownPolicies")?.Pairs().Where(static pair => WellKnown.ContainsKey(pair.Name) && pair.Value.Flag() == true).Select(static pair => WellKnown[pair.Name]) ?? []];
            return string.Concat(
                attached.Length > 0 ? $" -PolicyArn {string.Join(", ", attached)}" : string.Empty,
                known.Length > 0 ? $" -WellKnownPolicy {string.Join(", ", known)}" : string.Empty,
                Find(document) is { IsNothing: false } policy ? $" -PolicyDocument {PowerShellText.Literal(policy.Json()?.ToJsonString(Readable) ?? string.Empty)}" : string.Empty);
        }

        /// <summary>Which role it is, and what bounds it.</summary>
        public string Role(string existing, string boundary) => string.Concat(
            Find(existing)?.Text() is { } arn ? $" -RoleName {PowerShellText.Argument(arn[(arn.LastIndexOf('/') + 1)..])} -Adopt" : Find("roleName")?.Text() is { } name ? $" -RoleName {PowerShellText.Argument(name)}" : string.Empty,
            Find(boundary)?.Text() is { } bound ? $" -PermissionsBoundary {PowerShellText.Argument(bound)}" : string.Empty,
            Find("tags")?.Map() is { Count: > 0 } tags ? $" -Tag @{{ {string.Join("; ", tags.Select(static tag => $"{PowerShellText.Literal(tag.Key)} = {PowerShellText.Literal(tag.Value)}"))} }}" : string.Empty);
    }
}
