using System.Text.Json.Nodes;

namespace EksTools.HelmStandIn;

/// <summary>A chart: the one beside this program for the public repository's, or one in a folder.</summary>
internal sealed class Chart
{
    private const string Public = "https://aws.github.io/eks-charts";
    private readonly string folder;
    private readonly string description;

    public Chart(CommandLine line, string reference)
    {
        bool isPublic = line["repo"] is not null;
        if (isPublic && (line["repo"] != Public || reference != "aws-load-balancer-controller"))
        {
            throw new HelmError($"looks like \"{line["repo"]}\" is not a valid chart repository or cannot be reached");
        }

        folder = isPublic ? Path.Combine(AppContext.BaseDirectory, "chart") : Directory.Exists(reference) ? reference : throw new HelmError($"non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}");
        string text = File.ReadAllText(Path.Combine(folder, "Chart.yaml"));
        if (isPublic && line["version"] is { } wanted)
        {
            text = wanted.StartsWith('9') ? throw new HelmError($"chart \"aws-load-balancer-controller\" version \"{wanted}\" not found in {Public} repository") : text.Replace("3.5.0", wanted, StringComparison.Ordinal);
        }

        description = text;
    }

    public string Name => Line("name");

    public string Version => Line("version");

    public string AppVersion => Line("appVersion");

    public string Describe() => description;

    public string Definitions() => string.Join("---\n", Directory.EnumerateFiles(Path.Combine(folder, "crds"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private string Line(string key) => description.Split('\n').First(line => line.StartsWith($"{key}: ", StringComparison.Ordinal))[(key.Length + 2)..].Trim();
}

/// <summary>A chart's values: what is given over the chart's own, read by path.</summary>
internal sealed class ChartValues(JsonObject given)
{
    private static readonly JsonObject Defaults = JsonNode.Parse("""
        {
          "replicaCount": 2, "ingressClass": "alb", "enableServiceMutatorWebhook": true,
          "image": { "repository": "public.ecr.aws/eks/aws-load-balancer-controller" }, "serviceAccount": { "create": true },
          "serviceMutatorWebhookConfig": { "failurePolicy": "Fail" }, "podMutatorWebhookConfig": { "failurePolicy": "Ignore" }
        }
        """)!.AsObject();

    public string? Text(string path) => Find(given, path)?.ToString() ?? Find(Defaults, path)?.ToString();

    public bool Is(string path) => bool.Parse(Text(path) ?? "false");

    private static JsonNode? Find(JsonNode? node, string path)
    {
        foreach (string part in path.Split('.'))
        {
            node = node is JsonObject map ? map[part] : null;
        }

        return node;
    }
}
