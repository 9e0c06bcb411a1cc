using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace EksTools.HelmStandIn;

/// <summary>A release as helm keeps it: a Secret for each revision, with its status as a label. https://helm.sh/docs/topics/advanced/#storage-backends</summary>
internal sealed class Release(Cluster cluster, string name)
{
    private JsonObject content = [];

    public int Revision => content["version"]!.GetValue<int>();

    public string Status => Info["status"]!.GetValue<string>();

    public string Updated => Info["last_deployed"]!.GetValue<string>();

    public JsonObject Config => content["config"] as JsonObject ?? [];

    public IReadOnlyList<JsonObject> Objects => [.. (content["objects"] as JsonArray ?? []).Select(static item => item!.AsObject())];

    private JsonObject Info => content["info"]!.AsObject();

    private string SecretName => string.Create(CultureInfo.InvariantCulture, $"sh.helm.release.v1.{name}.v{Revision}");

    /// <summary>The revisions, the oldest first. What counts is the content: the labels are there to be searched by (helm: pkg/storage/driver/secrets.go).</summary>
    public static async Task<IReadOnlyList<Release>> ListAsync(Cluster cluster, string name) =>
        [.. (await cluster.ListAsync("Secret", $"owner=helm,name={name}")).Select(secret => new Release(cluster, name) { content = Unpack(secret["data"]!["release"]!.GetValue<string>()) }).OrderBy(static release => release.Revision)];

    public static async Task UpgradeAsync(Cluster cluster, CommandLine line)
    {
        (string name, Chart chart) = (line.Arguments[0], new Chart(line, line.Arguments[1]));
        IReadOnlyList<Release> history = await ListAsync(cluster, name);
        Release? last = history is [.., var latest] ? latest : null;
        if (last is null && line["install"] is null)
        {
            throw new HelmError($"UPGRADE FAILED: \"{name}\" has no deployed releases");
        }

        if (last?.Status.StartsWith("pending-", StringComparison.Ordinal) == true)
        {
            throw new HelmError("UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress");
        }

        // From the deployed one, otherwise from one that failed (helm: pkg/action/upgrade.go, prepareUpgrade).
        Release? former = history.LastOrDefault(static one => one.Status == "deployed") ?? last;
        if (former is { Status: not ("deployed" or "failed" or "superseded") })
        {
            throw new HelmError($"UPGRADE FAILED: \"{name}\" has no deployed releases");
        }

        // JSON alone of what YAML could be, which is all that the module writes.
        JsonObject config = line["values"] is { } file ? JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject() : [];
        IReadOnlyList<JsonObject> objects = new ControllerTemplates(chart, new ChartValues(config), name, cluster.Namespace).Render();
        if (chart.Name != "aws-load-balancer-controller")
        {
            throw new HelmError($"the stand-in cannot render {chart.Name}");
        }

        Release next = new(cluster, name)
        {
            content = new JsonObject
            {
                ["name"] = name,
                ["version"] = (last?.Revision ?? 0) + 1,
                ["info"] = new JsonObject { ["status"] = former is null ? "pending-install" : "pending-upgrade", ["last_deployed"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture) },
                ["config"] = config.DeepClone(),
                ["objects"] = new JsonArray([.. objects.Select(static item => item.DeepClone())]),
            },
        };
        await next.StoreAsync();
        if (Environment.GetEnvironmentVariable("HELM_STAND_IN_KILLED") is not null)
        {
            Process.GetCurrentProcess().Kill();
        }

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
            else
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

    private Task StoreAsync() => cluster.CreateAsync(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "helm.sh/release.v1",
        ["metadata"] = new JsonObject { ["name"] = SecretName, ["labels"] = new JsonObject { ["owner"] = "helm", ["name"] = name, ["status"] = Status, ["version"] = Revision.ToString(CultureInfo.InvariantCulture) } },
        ["data"] = new JsonObject { ["release"] = Pack() },
    });

    private Task MarkAsync(string status)
    {
        Info["status"] = status;
        return cluster.MergeAsync("Secret", SecretName, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["status"] = status } }, ["data"] = new JsonObject { ["release"] = Pack() } });
    }

    // As helm does: JSON, gzipped, in base64; and that again in base64, as the data of any Secret.
    private string Pack()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content.ToJsonString()));
        }

        return Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.ToArray())));
    }

    private static JsonObject Unpack(string data)
    {
        using GZipStream gzip = new(new MemoryStream(Convert.FromBase64String(Encoding.ASCII.GetString(Convert.FromBase64String(data)))), CompressionMode.Decompress);
        return JsonNode.Parse(gzip)!.AsObject();
    }
}
