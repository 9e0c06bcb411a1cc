using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>Insights: what EKS says about a cluster's next upgrade, worked out from the cluster as it is.</summary>
internal static class InsightOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("ListInsights", "POST", "/clusters/{name}/insights", List),
        new("DescribeInsight", "GET", "/clusters/{name}/insights/{id}", Describe),
    ];

    private static JsonObject List(AwsCall call)
    {
        var cluster = call.Eks().Get(call);
        var filter = call.Body.Object("filter") ?? [];
        bool Fits(string member, string value) => filter.Strings(member) is not { Count: > 0 } wanted || wanted.Contains(value);
        return EksRegion.Page(call, "insights", All(cluster).Where(insight => Fits("categories", "UPGRADE_READINESS") && Fits("kubernetesVersions", insight.Next) && Fits("statuses", insight.Status)).Select(JsonNode? (insight) => insight.Summary(cluster)));
    }

    private static JsonObject Describe(AwsCall call)
    {
        var cluster = call.Eks().Get(call);
        var insight = All(cluster).FirstOrDefault(insight => insight.Id == call.Path["id"]) ?? throw EksErrors.NotFound($"No insight found for id: {call.Path["id"]}.", cluster.Name);
        var json = insight.Summary(cluster);
        json["recommendation"] = insight.Recommendation;
        json["additionalInfo"] = new JsonObject();
        json["resources"] = insight.Resources.Select(arn => new JsonObject { ["insightStatus"] = new JsonObject { ["status"] = insight.Status, ["reason"] = insight.Reason }, ["arn"] = arn }).ToJson();
        json["categorySpecificSummary"] = new JsonObject { ["deprecationDetails"] = new JsonArray(), ["addonCompatibilityDetails"] = insight.Addons.Select(addon => new JsonObject { ["name"] = addon.Name, ["compatibleVersions"] = AddonCatalog.Versions(addon.Name, insight.Next).ToJson() }).ToJson() };
        return new JsonObject { ["insight"] = json };
    }

    private static IEnumerable<Insight> All(Cluster cluster)
    {
        var minor = VersionCatalog.Find(cluster.Version)!.Minor;
        var next = $"1.{minor + 1}";
        if (cluster.Status is "CREATING" or "FAILED" || VersionCatalog.Find(next) is null)
        {
            yield break;
        }

        // A kubelet may be three minors older than its API server.
        var old = cluster.Nodegroups.Values.Where(group => minor + 1 - VersionCatalog.Find(group.Version)!.Minor > 3).ToList();
        yield return Insight.Of(cluster, next, "Kubelet version skew", "Checks for kubelet versions of worker nodes in the cluster to see if upgrade would cause non compliance with supported Kubernetes kubelet version skew policy.",
            old.Count == 0 ? "PASSING" : "ERROR", "Update the node groups before the control plane.", [.. old.Select(group => group.Arn)], []);
        var incompatible = cluster.Addons.Values.Where(addon => !AddonCatalog.Versions(addon.Name, next).Contains(addon.Version)).ToList();
        yield return Insight.Of(cluster, next, "EKS add-on version compatibility", "Checks version of installed EKS add-ons to ensure they are compatible with the next version of Kubernetes.",
            incompatible.Count == 0 ? "PASSING" : "ERROR", "Update the add-ons to versions that the next Kubernetes version supports.", [.. incompatible.Select(addon => addon.Arn)], incompatible);
        yield return Insight.Of(cluster, next, "Cluster health issues", "Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version on EKS.", "PASSING", "Resolve the health issues of the cluster.", [], []);
    }

    private sealed record Insight(string Id, string Name, string Next, string Description, string Status, string Recommendation, IReadOnlyList<string> Resources, IReadOnlyList<Addon> Addons)
    {
        public string Reason => Status == "PASSING" ? "No issues were found." : "Resources that stand in the way of the upgrade were found.";

        public static Insight Of(Cluster cluster, string next, string name, string description, string status, string recommendation, IReadOnlyList<string> resources, IReadOnlyList<Addon> addons) =>
            new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(cluster.OidcId + name + next)).AsSpan(0, 16)).ToString(), name, next, description, status, recommendation, resources, addons);

        public JsonObject Summary(Cluster cluster) => new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["category"] = "UPGRADE_READINESS",
            ["kubernetesVersion"] = Next,
            ["lastRefreshTime"] = Time(cluster.Eks.Account.Now),
            ["lastTransitionTime"] = Time(cluster.Created),
            ["description"] = Description,
            ["insightStatus"] = new JsonObject { ["status"] = Status, ["reason"] = Reason },
        };
    }
}
