using EksTools.Core.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What is the control plane's own: logs, encryption, size, support, Auto Mode.</summary>
internal static class ControlPlaneSection
{
    public static FileFields CloudWatchFields(ClusterFileDraft draft) => new FileFields()
        .Take("clusterLogging", value => value.Read(new FileFields()
            .Take("enableTypes", types => ReadLogTypes(types, draft))
            .Take("logRetentionInDays", days => draft.Request = draft.Request with { LogRetention = days.Whole() })));

    public static FileFields SecretsFields(ClusterFileDraft draft) => new FileFields()
        .Take("keyARN", value => draft.Request = draft.Request with { KmsKeyArn = value.Text() });

    public static FileFields UpgradeFields(ClusterFileDraft draft) => new FileFields()
        .Take("supportType", value => draft.Request = draft.Request with { SupportType = OneOf(value, ControlPlaneRules.SupportTypes) });

    public static FileFields ScalingFields(ClusterFileDraft draft) => new FileFields()
        .Take("tier", value => draft.Request = draft.Request with { ControlPlaneTier = OneOf(value, ControlPlaneRules.Tiers) });

    public static FileFields ZonalShiftFields(ClusterFileDraft draft) => new FileFields()
        .Take("enabled", value => draft.Request = draft.Request with { ZonalShift = value.Flag() == true });

    public static FileFields AutoModeFields(ClusterFileDraft draft) => new FileFields()
        .Take("enabled", value => draft.Request = draft.Request with { AutoMode = value.Flag() == true })
        .Take("nodePools", value => ReadPools(value, draft))
        .Take("nodeRoleARN", value => draft.NodeRoles[value.Path] = value.Text())
        .Take("permissionsBoundaryARN", value => draft.Bound(value));

    public static void RefuseCapabilities(FileValue value, ClusterFileDraft draft)
    {
        foreach (FileValue item in value.Items())
        {
            item.Problem("is not supported.", $"Leave it out, and make the capability with New-EKSCapability of AWS.Tools.EKS when cluster {draft.Name} is there.");
        }
    }

    /// <summary>The value where it is one of some words; a problem otherwise.</summary>
    public static string? OneOf(FileValue value, IReadOnlyList<string> words)
    {
        string? text = value.Text();
        if (text is null || words.Contains(text))
        {
            return text;
        }

        value.Problem($"'{text}' is none of its values.", $"They are {string.Join(", ", words)}.");
        return null;
    }

    private static void ReadLogTypes(FileValue value, ClusterFileDraft draft)
    {
        List<string> types = [];
        foreach (FileValue item in value.Items())
        {
            string? text = item.Text();
            if (text is "*" or "all")
            {
                types.AddRange(ClusterRequestRules.LogTypes);
            }
            else if (text is not null && ClusterRequestRules.LogTypes.Contains(text))
            {
                types.Add(text);
            }
            else if (text is not null)
            {
                item.Problem($"'{text}' is no log of a control plane.", $"They are {string.Join(", ", ClusterRequestRules.LogTypes)}, and all.");
            }
        }

        draft.Request = draft.Request with { LogType = [.. ClusterRequestRules.LogTypes.Where(types.Contains)] };
    }

    private static void ReadPools(FileValue value, ClusterFileDraft draft)
    {
        string[] pools = [.. value.Items().Select(static item => OneOf(item, AutoModeRules.NodePools)).OfType<string>()];
        draft.Request = draft.Request with { NodePool = pools };
        if (pools.Length == 0 && value.Items().Count == 0)
        {
            value.Problem("has no node pool, which is not supported.", $"Leave the field out for both of them, {string.Join(" and ", AutoModeRules.NodePools)}.");
        }
    }
}
