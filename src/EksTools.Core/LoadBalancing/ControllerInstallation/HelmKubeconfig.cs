using System.Text.Json.Nodes;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>
/// How helm gets to the cluster: by a kubeconfig of its own with a token. Not by an exec entry, which would need the session's credentials in helm's
/// environment (keys of parameters and of AWS.Tools' session are not there); not by an argument, which every user of the machine can read; not by
/// HELM_KUBETOKEN, which all that helm starts would inherit. The file is this user's alone and goes with its folder; the token ends by itself within a quarter of an hour.
/// </summary>
internal static class HelmKubeconfig
{
    public static async Task<string> WriteAsync(PrivateFolder folder, AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        (string endpoint, string authority) = ClusterReader.RequireEndpoint(cluster);
        EksToken token = await account.CreateTokenAsync(cluster.Name, cancellationToken);

        // JSON is YAML.
        JsonObject kubeconfig = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = cluster.Arn, ["cluster"] = new JsonObject { ["server"] = endpoint, ["certificate-authority-data"] = authority } }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "ekstools", ["user"] = new JsonObject { ["token"] = token.Token } }),
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = cluster.Arn, ["context"] = new JsonObject { ["cluster"] = cluster.Arn, ["user"] = "ekstools" } }),
            ["current-context"] = cluster.Arn,
        };
        return await folder.WriteAsync("kubeconfig", kubeconfig.ToJsonString(), cancellationToken);
    }
}
