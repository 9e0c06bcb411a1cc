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
            IReadOnlyList<(string Name, FileValue Value)> pairs = item.Pairs();
            IReadOnlyDictionary<string, FileValue> metadata = pairs.FirstOrDefault(static pair => pair.Name == "metadata").Value?.Pairs().ToDictionary(static pair => pair.Name, static pair => pair.Value) ?? [];
            string account = $"{metadata.GetValueOrDefault("namespace")?.Text() ?? "default"}/{metadata.GetValueOrDefault("name")?.Text() ?? "NAME"}";
            item.Problem("is not supported.", $"Leave it out, and run New-EksServiceAccountRole {PowerShellText.Argument(draft.Name)} {PowerShellText.Argument(account)} -Mode Irsa{Policies(pairs, "attachPolicyARNs", "attachPolicy")} when the cluster is there.");
        }
    }

    private static void RefuseAssociations(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            IReadOnlyList<(string Name, FileValue Value)> pairs = item.Pairs();
            string account = $"{Text(pairs, "namespace") ?? "default"}/{Text(pairs, "serviceAccountName") ?? "NAME"}";
            item.Problem("is not supported.", $"Leave it out, and run New-EksServiceAccountRole {PowerShellText.Argument(draft.Name)} {PowerShellText.Argument(account)} -Mode PodIdentity{Policies(pairs, "permissionPolicyARNs", "permissionPolicy")} when the cluster is there.");
        }
    }

    /// <summary>The argument that gives a role eksctl's well-known policies; empty where none is switched on.</summary>
    public static string WellKnownPolicies(FileValue? value)
    {
        string[] known = [.. value?.Pairs().Where(static pair => WellKnown.ContainsKey(pair.Name) && pair.Value.Flag() == true).Select(static pair => WellKnown[pair.Name]) ?? []];
        return known.Length > 0 ? $" -WellKnownPolicy {string.Join(", ", known)}" : string.Empty;
    }

    private static string? Text(IReadOnlyList<(string Name, FileValue Value)> pairs, string name) => pairs.FirstOrDefault(pair => pair.Name == name).Value?.Text();

    private static string Policies(IReadOnlyList<(string Name, FileValue Value)> pairs, string arns, string document)
    {
        string[] attached = [.. Find(arns)?.Texts().Select(PowerShellText.Argument) ?? []];
        return string.Concat(
            attached.Length > 0 ? $" -PolicyArn {string.Join(", ", attached)}" : string.Empty,
            WellKnownPolicies(Find("wellKnownPolicies")),
            Find(document) is { IsNothing: false } ? " -PolicyDocument POLICY" : string.Empty);

        FileValue? Find(string field) => pairs.FirstOrDefault(pair => pair.Name == field).Value;
    }
}
