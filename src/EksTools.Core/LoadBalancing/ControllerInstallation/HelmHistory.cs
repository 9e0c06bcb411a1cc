using System.Text.Json.Nodes;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The revisions of a release, as <c>helm history --output json</c> tells them.</summary>
/// <param name="Revisions">The oldest first; none where there is no release.</param>
internal sealed record HelmHistory(IReadOnlyList<HelmRevision> Revisions)
{
    /// <summary>The latest; null where there is none.</summary>
    public HelmRevision? Last => Revisions is [.., var last] ? last : null;

    /// <summary>
    /// The one whose values an upgrade starts from, which is that of helm's own --reuse-values: the deployed one, and where none ever was, the latest. Values
    /// with which an upgrade failed would make the next one fail too.
    /// </summary>
    public HelmRevision? Source => Last is null or { Status: "uninstalled" } ? null : Revisions.LastOrDefault(static one => one.Status == "deployed") ?? Last;

    public static HelmHistory Parse(string? json) => new(
    [
        .. (string.IsNullOrWhiteSpace(json) ? [] : JsonNode.Parse(json) as JsonArray ?? []).OfType<JsonObject>()
            .Select(static one => new HelmRevision(
                one["revision"]!.GetValue<int>(),
                one["status"]?.GetValue<string>() ?? "unknown",
                one["updated"] is JsonValue updated && updated.TryGetValue(out DateTimeOffset time) ? time : null))
            .OrderBy(static one => one.Number),
    ]);
}

/// <summary>One revision of a release.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Status">deployed, failed, superseded, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled or unknown.</param>
/// <param name="Updated">When helm began with it, by the clock of the machine that helm ran on.</param>
internal sealed record HelmRevision(int Number, string Status, DateTimeOffset? Updated)
{
    /// <summary>Whether helm is at work on it, or was cut off: other helms then refuse with "another operation is in progress" (helm: pkg/action/upgrade.go).</summary>
    public bool IsPending => Status.StartsWith("pending-", StringComparison.Ordinal);
}
