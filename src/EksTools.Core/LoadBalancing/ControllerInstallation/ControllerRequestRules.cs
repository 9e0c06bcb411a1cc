using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Core.Clusters;
using EksTools.Core.WorkloadIdentity;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>What can be refused by looking at the request alone.</summary>
internal static partial class ControllerRequestRules
{
    // What the installation itself depends on; another value would contradict a parameter or the cluster.
    private static readonly string[] Own = ["clusterName", "region", "vpcId", "serviceAccount", "nameOverride", "fullnameOverride", "webhookBindPort"];

    public static void Require(LoadBalancerControllerRequest request)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        ServiceAccountNames.Require(new ServiceAccountName(request.Namespace, request.ServiceAccount), wildcards: false);
        if (request.Version is { } version && !SemanticVersion().IsMatch(version))
        {
            throw Wrong("InvalidChartVersion", nameof(request.Version), $"-Version '{version}' is no version of the chart.", $"Write it as {HelmChart.KnownVersion}. It is the chart's, which is the controller's without a v since 2.0.");
        }

        if (request.ChartPath is { } path && !File.Exists(path) && !Directory.Exists(path))
        {
            throw new EksToolsException(EksErrorKind.NotFound, "ChartNotFound", $"There is no chart at {path}.", path, "helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts fetches it.");
        }

        _ = ReadValues(request);
    }

    /// <summary>The further values.</summary>
    public static JsonObject ReadValues(LoadBalancerControllerRequest request)
    {
        if (request.Values is null)
        {
            return [];
        }

        try
        {
            JsonObject values = JsonNode.Parse(request.Values) as JsonObject ?? throw Unreadable(null);
            return values.Select(static pair => pair.Key).FirstOrDefault(Own.Contains) is { } own
                ? throw Wrong("ChartValueReserved", nameof(request.Values), $"-Value has '{own}', which the installation sets itself.", "Leave it out.")
                : values;
        }
        catch (JsonException exception)
        {
            throw Unreadable(exception);
        }
    }

    private static EksToolsException Unreadable(JsonException? inner) => new(EksErrorKind.Validation, "InvalidChartValue", "-Value is no table of values.", "Value", "Write it as @{ replicaCount = 3 }.", inner);

    private static EksToolsException Wrong(string id, string parameter, string message, string hint) => new(EksErrorKind.Validation, id, message, parameter, hint);

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SemanticVersion();
}
