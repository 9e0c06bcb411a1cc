using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EksTools.HelmStandIn;

/// <summary>A release as helm keeps it: a Secret for each revision, with its status as a label. https://helm.sh/docs/topics/advanced/#storage-backends</summary>
internal sealed class Release(Cluster cluster, string name)
{
    private int revision;
    private JsonObject content = [];

    public string Status { get; private set; } = string.Empty;

    public JsonObject Config => content["config"] as JsonObject ?? [];

    public IReadOnlyList<JsonObject> Objects => [.. (content["objects"] as JsonArray ?? []).Select(static item => item!.AsObject())];

    /// <summary>The latest revision; null when there is none.</summary>
    public static async Task<Release?> FindAsync(Cluster cluster, string name)
    {
        JsonObject? latest = (await cluster.ListAsync("Secret", $"owner=helm,name={name}")).MaxBy(static secret => Number(secret));
        return latest is null ? null : new Release(cluster, name)
        {
            revision = Number(latest),
            Status = latest["metadata"]!["labels"]!["status"]!.GetValue<string>(),
            content = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(latest["data"]!["release"]!.GetValue<string>())))!.AsObject(),
        };
    }

    public static async Task UpgradeAsync(Cluster cluster, CommandLine line)
    {
        (string name, Chart chart) = (line.Arguments[0], new Chart(line, line.Arguments[1]));
        Release? former = await FindAsync(cluster, name);
        if (former is null && line["install"] is null)
        {
            throw new HelmError($"UPGRADE FAILED: \"{name}\" has no deployed releases");
        }

        if (former?.Status.StartsWith("pending-", StringComparison.Ordinal) == true)
        {
            throw new HelmError("UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress");
        }

        // JSON alone of what YAML could be, which is all that the module writes.
        JsonObject config = line["values"] is { } file ? JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject() : [];
        IReadOnlyList<JsonObject> objects = new ControllerTemplates(chart, new ChartValues(config), name, cluster.Namespace).Render();
        if (chart.Name != "aws-load-balancer-controller")
        {
            throw new HelmError($"the stand-in cannot render {chart.Name}");
        }

        Release next = new(cluster, name) { revision = (former?.revision ?? 0) + 1, Status = former is null ? "pending-install" : "pending-upgrade" };
        next.content = new JsonObject { ["config"] = config.DeepClone(), ["objects"] = new JsonArray([.. objects.Select(static item => item.DeepClone())]) };
        await next.StoreAsync();
        try
        {
            await next.ApplyAsync(objects, former?.Objects ?? []);
        }
        catch (HelmError error)
        {
            await next.MarkAsync("failed");
            throw new HelmError($"{(former is null ? string.Empty : "UPGRADE FAILED: ")}{error.Message}");
        }

        if (former is not null)
        {
            await former.MarkAsync("superseded");
        }

        await next.MarkAsync("deployed");
    }

    private async Task ApplyAsync(IReadOnlyList<JsonObject> objects, IReadOnlyList<JsonObject> former)
    {
        foreach (JsonObject item in objects)
        {
            (string kind, string called) = (Cluster.Kind(item), Cluster.Name(item));
            JsonObject? there = await cluster.FindAsync(kind, called);
            if (there is null)
            {
                await cluster.CreateAsync(item);
            }
            else if (there["metadata"]?["annotations"]?["meta.helm.sh/release-name"]?.GetValue<string>() != name)
            {
                throw new HelmError($"Unable to continue with install: {kind} \"{called}\" in namespace \"{cluster.Namespace}\" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: missing key \"meta.helm.sh/release-name\": must be set to \"{name}\"");
            }
            else if (!former.Any(old => JsonNode.DeepEquals(old, item)))
            {
                await cluster.MergeAsync(kind, called, item);
            }
        }

        foreach (JsonObject old in former.Where(old => !objects.Any(item => Cluster.Kind(item) == Cluster.Kind(old) && Cluster.Name(item) == Cluster.Name(old))))
        {
            if (await cluster.FindAsync(Cluster.Kind(old), Cluster.Name(old)) is { } there && there["metadata"]?["annotations"]?["helm.sh/resource-policy"]?.GetValue<string>() != "keep")
            {
                await cluster.DeleteAsync(Cluster.Kind(old), Cluster.Name(old));
            }
        }
    }

    private static int Number(JsonObject secret) => int.Parse(secret["metadata"]!["labels"]!["version"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private string SecretName => string.Create(CultureInfo.InvariantCulture, $"sh.helm.release.v1.{name}.v{revision}");

    private Task StoreAsync() => cluster.CreateAsync(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "helm.sh/release.v1",
        ["metadata"] = new JsonObject { ["name"] = SecretName, ["labels"] = new JsonObject { ["owner"] = "helm", ["name"] = name, ["status"] = Status, ["version"] = revision.ToString(CultureInfo.InvariantCulture) } },
        ["data"] = new JsonObject { ["release"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content.ToJsonString())) },
    });

    private Task MarkAsync(string status) => cluster.MergeAsync("Secret", SecretName, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["status"] = status } } });
}
