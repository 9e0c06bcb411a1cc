using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>fargateProfiles</c>.</summary>
internal static class FargateSection
{
    public static void Read(FileValue value, ClusterFileDraft draft)
    {
        List<FargateProfileOptions> profiles = [];
        foreach (FileValue item in value.Items())
        {
            FargateProfileOptions profile = new() { Name = string.Empty };
            item.Read(new FileFields()
                .Take("name", name => profile = profile with { Name = name.Text() ?? string.Empty })
                .Take("podExecutionRoleARN", role => profile = profile with { PodExecutionRoleArn = role.Text() })
                .Take("selectors", selectors => profile = profile with { Selector = [.. selectors.Items().Select(ReadSelector).OfType<FargateSelector>()] })
                .Take("subnets", subnets => profile = profile with { SubnetId = draft.SubnetsOf(subnets) })
                .Take("tags", tags => profile = profile with { ResourceTags = tags.Map() })
                .Refuse("status", "It is what eksctl tells of a profile that is there: leave it out."));
            if (profile.Name.Length == 0)
            {
                item.Problem("has no name.", "Write name.");
            }
            else if (profile.Selector.Count == 0)
            {
                item.Problem("has no selectors.", "Write selectors with a namespace.");
            }
            else if (profiles.Any(other => other.Name == profile.Name))
            {
                item.Problem("is there twice.", "Give one of them another name.");
            }

            profiles.Add(profile);
        }

        draft.Request = draft.Request with { FargateProfile = profiles };
    }

    private static FargateSelector? ReadSelector(FileValue item)
    {
        string? space = null;
        IReadOnlyDictionary<string, string> labels = new Dictionary<string, string>();
        item.Read(new FileFields()
            .Take("namespace", value => space = value.Text())
            .Take("labels", value => labels = value.Map()));
        if (space is { Length: > 0 })
        {
            return new FargateSelector { Namespace = space, Label = labels };
        }

        item.Problem("has no namespace.", "Write namespace.");
        return null;
    }
}
