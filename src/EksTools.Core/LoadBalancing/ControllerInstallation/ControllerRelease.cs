using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Clusters;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The release of the chart in the cluster, by helm.</summary>
internal sealed class ControllerRelease(HelmProgram helm, ServiceAccountRoleStage stage, LoadBalancerControllerRequest request, TimeProvider time)
{
    private const string NotThere = "release: not found";

    // Twice helm's own --timeout, within which an operation that waits for something ends: the clocks of two machines may differ by minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // What this run's own helm left when it failed: nobody is at work on that.
    private int? own;

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
    /// <param name="context">Where it tells what it waits for.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepOutcome> EnsureAsync(HelmChart chart, bool isCurrent, StepContext context, CancellationToken cancellationToken)
    {
        using PrivateFolder folder = new();
        HelmHistory history = await SettleAsync(folder, context, cancellationToken);
        JsonObject former = history.Source is not { } source ? [] : Values(await helm.RunAsync(["get", "values", ControllerNames.Release, "--revision", source.Number.ToString(CultureInfo.InvariantCulture), "--output", "json", .. await TargetAsync(folder, cancellationToken)], null, cancellationToken));
        JsonObject values = Merge(former, request, stage.Cluster);
        if (history.Last?.Status == "deployed" && isCurrent && JsonNode.DeepEquals(former, values))
        {
            return StepOutcome.Found;
        }

        // In a file, not by --set: there a comma or a brace of a value has a meaning, and each user of the machine could read them. All values are in it.
        string file = await folder.WriteAsync("values.json", values.ToJsonString(), cancellationToken);
        context.Detail($"helm upgrade --install, chart {chart.Version}");
        try
        {
            await helm.RunAsync(["upgrade", ControllerNames.Release, .. chart.Arguments, "--install", "--reset-values", "--values", file, "--skip-crds", .. await TargetAsync(folder, cancellationToken)], null, cancellationToken);
        }
        catch (EksToolsException exception) when (!exception.Message.Contains(HelmProgram.Busy, StringComparison.OrdinalIgnoreCase))
        {
            own = (history.Last?.Number ?? 0) + 1;
            throw;
        }

        return history.Source is null ? StepOutcome.Created : StepOutcome.Updated;
    }

    /// <summary>The release's revisions, once no helm is at work on it any more.</summary>
    /// <exception cref="EksToolsException">helm was cut off, and where it keeps the release is not known.</exception>
    private async Task<HelmHistory> SettleAsync(PrivateFolder folder, StepContext context, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        return await context.Poller.UntilAsync<HelmHistory>(
            async token =>
            {
                HelmHistory history = HelmHistory.Parse(await helm.TryRunAsync(["history", ControllerNames.Release, "--output", "json", .. await TargetAsync(folder, token)], NotThere, token));
                if (history.Last is not { IsPending: true } last)
                {
                    return history;
                }

                TimeSpan waited = time.GetElapsedTime(start), age = last.Updated is { } begun ? time.GetUtcNow() - begun : TimeSpan.Zero;
                TimeSpan left = last.Number == own || request.Force ? TimeSpan.Zero : Patience - (age > waited ? age : waited);
                if (left > TimeSpan.Zero)
                {
                    context.Detail(string.Create(CultureInfo.InvariantCulture, $"helm is at work on revision {last.Number} ({last.Status}), or was cut off; if that does not end, it is called failed in {left.TotalMinutes:0.#} min (-Force: at once)"));
                    return null;
                }

                if (!await new HelmStorage(stage.Api, request.Namespace, ControllerNames.Release).MarkFailedAsync(last, token))
                {
                    throw new EksToolsException(EksErrorKind.Conflict, "HelmReleasePending", $"The release {ControllerNames.Release} in {request.Namespace} of cluster {stage.Cluster.Name} is {last.Status}: helm was cut off from it, and it is not kept in a Secret of the cluster that could be mended.", ControllerNames.Release, $"helm {(last.Status == "pending-install" ? "uninstall" : "rollback")} {ControllerNames.Release} --namespace {request.Namespace}, with the HELM_DRIVER that it was installed with. Then run the same command again.");
                }

                context.Observer.Warn($"helm was cut off from revision {last.Number} of the release {ControllerNames.Release} ({last.Status}). It is called failed now, and helm goes on from what is there.");
                return null;
            },
            cancellationToken);
    }

    /// <summary>Which cluster and namespace; each time with a new token, since one may have to wait.</summary>
    private async Task<string[]> TargetAsync(PrivateFolder folder, CancellationToken cancellationToken) =>
        ["--namespace", request.Namespace, "--kubeconfig", await HelmKubeconfig.WriteAsync(folder, stage.Account, stage.Cluster, cancellationToken)];

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
