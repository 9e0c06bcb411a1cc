using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What of the control plane's options can be refused before anything is made.</summary>
internal static partial class ControlPlaneRules
{
    /// <summary>The size that costs nothing besides the control plane itself.</summary>
    public const string UnprovisionedTier = "standard";

    /// <summary>The provisioned sizes of a control plane: https://docs.aws.amazon.com/eks/latest/userguide/eks-provisioned-control-plane.html</summary>
    public static IReadOnlyList<string> Tiers { get; } = [UnprovisionedTier, "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl"];

    /// <summary>What holds where nothing is said.</summary>
    public const string DefaultSupport = "EXTENDED";

    /// <summary>How long EKS supports a version: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpgradePolicyRequest.html</summary>
    public static IReadOnlyList<string> SupportTypes { get; } = ["STANDARD", DefaultSupport];

    /// <summary>Those that CloudWatch Logs takes, in days: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html</summary>
    public static IReadOnlyList<int> Retentions { get; } = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

    /// <summary>Rules that the request alone tells.</summary>
    public static IEnumerable<Action> Of(NewClusterRequest request) =>
    [
        () => RequireSupport(request.SupportType),
        () => RequireTier(request.ControlPlaneTier),
        () => RequireRetention(request.LogRetention),
        () => RequireLogs(request),
        () => RequireAdministrator(request),
        () => RequireEntries(request),
        () => RequireKeyArn(request.KmsKeyArn),
    ];

    private static void RequireLogs(NewClusterRequest request)
    {
        if (request.LogRetention is not null && request.LogType.Count == 0)
        {
            throw Wrong("LogRetentionWithoutLogs", nameof(request.LogRetention), "-LogRetention says how long logs are kept, and -LogType names none.", "Name log types in -LogType, or leave -LogRetention out.");
        }
    }

    private static void RequireAdministrator(NewClusterRequest request)
    {
        if (request.NoCreatorAdmin && request.AdministratorArn.Count == 0)
        {
            throw Wrong("NoAdministrator", nameof(request.NoCreatorAdmin), "-NoCreatorAdmin would leave nobody who administers the cluster.", "Say with -AdministratorArn who does.");
        }
    }

    private static void RequireEntries(NewClusterRequest request)
    {
        if (request.AdministratorArn.Count > 0 && string.Equals(request.AuthenticationMode, "CONFIG_MAP", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("ContradictoryAccess", nameof(request.AdministratorArn), "-AdministratorArn and -AuthenticationMode CONFIG_MAP contradict each other: administrators are let in by access entries, which that mode does not know.", "Say API_AND_CONFIG_MAP or API, or map them afterwards with Add-EksIamMapping.");
        }
    }

    /// <summary>Rules that the region tells too.</summary>
    /// <param name="keyArn">The key; none when null.</param>
    /// <param name="partition">The region's partition.</param>
    /// <param name="region">The cluster's region.</param>
    public static void RequireKey(string? keyArn, string partition, string region)
    {
        RequireKeyArn(keyArn);
        if (keyArn?.Split(':') is not [_, var named, _, var there, ..])
        {
            return;
        }

        if (named != partition)
        {
            throw Wrong("ArnOfOtherPartition", nameof(NewClusterRequest.KmsKeyArn), $"-KmsKeyArn '{keyArn}' is of partition {named}, but the region is of {partition}.", "Name a key of the cluster's own region.");
        }

        if (there != region)
        {
            throw Wrong("KmsKeyOfOtherRegion", nameof(NewClusterRequest.KmsKeyArn), $"-KmsKeyArn '{keyArn}' is a key of {there}, and EKS in {region} encrypts with keys of {region} alone.", "Name a key of the cluster's own region; of a multi-Region key, its replica there.");
        }
    }

    public static void RequireSupport(string? type)
    {
        if (type is not null && !SupportTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong("InvalidSupportType", nameof(NewClusterRequest.SupportType), $"-SupportType '{type}' is not {string.Join(" or ", SupportTypes)}.", null);
        }
    }

    public static void RequireTier(string? tier)
    {
        if (tier is not null && !Tiers.Contains(tier, StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong("InvalidControlPlaneTier", nameof(NewClusterRequest.ControlPlaneTier), $"-ControlPlaneTier '{tier}' is no size of a control plane.", $"They are {string.Join(", ", Tiers)}.");
        }
    }

    public static void RequireRetention(int? days)
    {
        if (days is { } number && !Retentions.Contains(number))
        {
            throw Wrong("InvalidLogRetention", nameof(NewClusterRequest.LogRetention), $"-LogRetention {number} is not a number of days that CloudWatch Logs takes.", $"It takes {string.Join(", ", Retentions)}.");
        }
    }

    /// <summary>Refuses what is not the ARN of a key.</summary>
    public static void RequireKeyArn(string? keyArn)
    {
        if (keyArn is not null && !KeyArn().IsMatch(keyArn))
        {
            throw Wrong("InvalidKmsKeyArn", nameof(NewClusterRequest.KmsKeyArn), $"-KmsKeyArn '{keyArn}' is not the ARN of a KMS key.", "Write it as arn:PARTITION:kms:REGION:ACCOUNT:key/ID; Get-KMSKeyList shows those of the region.");
        }
    }

    private static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);

    // An alias may be moved to another key, which EKS would not follow: what the cluster is encrypted with is a key.
    [GeneratedRegex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$")]
    private static partial Regex KeyArn();
}
