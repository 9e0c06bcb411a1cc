using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A Kubernetes version that EKS offers.</summary>
internal sealed record KubernetesRelease(int Minor, int Patch, string Platform, DateOnly Released, DateOnly StandardUntil, DateOnly ExtendedUntil)
{
    public string Version => $"1.{Minor}";

    public string Patched => $"1.{Minor}.{Patch}";

    /// <summary>The AMI release that node groups get.</summary>
    public string AmiRelease => $"{Patched}-{Released.AddMonths(2):yyyyMMdd}";

    public string Status(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return today <= StandardUntil ? "STANDARD_SUPPORT" : today <= ExtendedUntil ? "EXTENDED_SUPPORT" : "UNSUPPORTED";
    }
}

/// <summary>The versions of EKS, with AWS's published dates of support.</summary>
internal static class VersionCatalog
{
    /// <summary>What CreateCluster takes when it is given no version.</summary>
    public const string Default = "1.34";

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<KubernetesRelease> All { get; } =
    [
        Of(35, 0, "eks.2", "2026-01-27", "2027-03-27", "2028-03-27"), Of(34, 2, "eks.9", "2025-10-02", "2026-12-02", "2027-12-02"), Of(33, 5, "eks.23", "2025-05-29", "2026-07-29", "2027-07-29"),
        Of(32, 9, "eks.30", "2025-01-23", "2026-03-23", "2027-03-23"), Of(31, 13, "eks.46", "2024-09-26", "2025-11-26", "2026-11-26"), Of(30, 14, "eks.54", "2024-05-23", "2025-07-23", "2026-07-23"),
    ];

    public static KubernetesRelease? Find(string version) => All.FirstOrDefault(release => release.Version == version);

    /// <summary>DescribeClusterVersions.</summary>
    public static JsonObject Describe(AwsCall call)
    {
        var wanted = call.Query.Where(pair => pair.Key == "clusterVersions").SelectMany(pair => pair.Value.Split(',')).ToHashSet();
        var status = call.QueryValue("versionStatus") ?? call.QueryValue("status")?.ToUpperInvariant().Replace('-', '_');
        var all = bool.TryParse(call.QueryValue("includeAll"), out var every) && every;
        var onlyDefault = bool.TryParse(call.QueryValue("defaultOnly"), out var only) && only;
        var chosen = All.Where(release => (wanted.Count == 0 || wanted.Contains(release.Version)) && (status is null || release.Status(call.Now) == status)
            && (!onlyDefault || release.Version == Default) && (all || status is not null || wanted.Count > 0 || release.Status(call.Now) != "UNSUPPORTED" || release.Version == Default));
        return EksRegion.Page(call, "clusterVersions", chosen.Select(JsonNode? (release) => new JsonObject
        {
            ["clusterVersion"] = release.Version,
            ["clusterType"] = "eks",
            ["defaultPlatformVersion"] = release.Platform,
            ["defaultVersion"] = release.Version == Default,
            ["releaseDate"] = Date(release.Released),
            ["endOfStandardSupportDate"] = Date(release.StandardUntil),
            ["endOfExtendedSupportDate"] = Date(release.ExtendedUntil),
            ["status"] = release.Status(call.Now).ToLowerInvariant().Replace('_', '-'),
            ["versionStatus"] = release.Status(call.Now),
            ["kubernetesPatchVersion"] = release.Patched,
        }));
    }

    private static KubernetesRelease Of(int minor, int patch, string platform, string released, string standard, string extended) =>
        new(minor, patch, platform, DateOnly.Parse(released, CultureInfo.InvariantCulture), DateOnly.Parse(standard, CultureInfo.InvariantCulture), DateOnly.Parse(extended, CultureInfo.InvariantCulture));

    private static JsonValue Date(DateOnly date) => Time(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero));
}
