using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The release of the chart in the cluster, by helm.</summary>
internal sealed class ControllerRelease(HelmProgram helm, AwsAccount account, EksCluster cluster, LoadBalancerControllerRequest request)
{
    private const string NotThere = "release: not found";

    /// <summary>The values that the installation wants, over those that the release has.</summary>
    public static JsonObject Merge(JsonObject former, LoadBalancerControllerRequest request, EksCluster cluster)
    {
        JsonObject values = (JsonObject)former.DeepClone();
        Lay(values, ControllerRequestRules.ReadValues(request));
        JsonObject wanted = new()
        {
            ["clusterName"] = cluster.Name,
            ["region"] = cluster.Region,
            ["vpcId"] = cluster.ResourcesVpcConfig?.VpcId,
            ["serviceAccount"] = new JsonObject { ["create"] = false, ["name"] = request.ServiceAccount },
        };
        if (request.EnableServiceMutatorWebhook is { } mutates)
        {
            wanted["enableServiceMutatorWebhook"] = mutates;
        }

        if (request.Isolated)
        {
            foreach (string name in new[] { "enableShield", "enableWaf", "enableWafv2" })
            {
                wanted[name] = false;
            }
        }

        if (request.ImageRepository is { } repository)
        {
            wanted["image"] = new JsonObject { ["repository"] = repository };
        }

        Lay(values, wanted);
        return values;
    }

    /// <summary>Installs the release, upgrades it, or leaves it when it is what is wanted. Values that somebody else gave it stay.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="isCurrent">Whether the Deployment is of that chart.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepOutcome> EnsureAsync(HelmChart chart, bool isCurrent, CancellationToken cancellationToken)
    {
        using PrivateFolder folder = new();
        string[] target = ["--namespace", request.Namespace, "--kubeconfig", await HelmKubeconfig.WriteAsync(folder, account, cluster, cancellationToken)];
        string? status = await helm.TryRunAsync(["status", ControllerNames.Release, "--output", "json", .. target], NotThere, cancellationToken) is { } described ? Status(described) : null;
        if (status?.StartsWith("pending-", StringComparison.Ordinal) == true)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "HelmReleasePending", $"The release {ControllerNames.Release} in {request.Namespace} of cluster {cluster.Name} is {status}: helm is at work on it, or was cut off.", ControllerNames.Release, $"If no other helm is at work on it: helm {(status == "pending-install" ? "uninstall" : "rollback")} {ControllerNames.Release} --namespace {request.Namespace}. Then run the same command again.");
        }

        JsonObject former = status is null ? [] : Values(await helm.RunAsync(["get", "values", ControllerNames.Release, "--output", "json", .. target], null, cancellationToken));
        JsonObject values = Merge(former, request, cluster);
        if (status == "deployed" && isCurrent && JsonNode.DeepEquals(former, values))
        {
            return StepOutcome.Found;
        }

        // In a file, not by --set: there a comma or a brace of a value has a meaning, and each user of the machine could read them. All values are in it.
        string file = await folder.WriteAsync("values.json", values.ToJsonString(), cancellationToken);
        string[] now = ["--namespace", request.Namespace, "--kubeconfig", await HelmKubeconfig.WriteAsync(folder, account, cluster, cancellationToken)];
        await helm.RunAsync(["upgrade", ControllerNames.Release, .. chart.Arguments, "--install", "--reset-values", "--values", file, "--skip-crds", .. now], null, cancellationToken);
        return status is null ? StepOutcome.Created : StepOutcome.Updated;
    }

    private static string? Status(string json) => JsonNode.Parse(json)?["info"]?["status"]?.GetValue<string>();

    /// <summary>A release without values of its own says null.</summary>
    private static JsonObject Values(string json) => string.IsNullOrWhiteSpace(json) ? [] : JsonNode.Parse(json) as JsonObject ?? [];

    private static void Lay(JsonObject under, JsonObject over)
    {
        foreach ((string key, JsonNode? value) in over)
        {
            if (value is JsonObject above && under[key] is JsonObject below)
            {
                Lay(below, above);
            }
            else if (value?.GetValueKind() != JsonValueKind.Null)
            {
                under[key] = value?.DeepClone();
            }
        }
    }
}
