using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.ServiceAccounts;

/// <summary>What a kubelet asks the API server for, to write a file of a pod's projected volume.</summary>
internal static class MountedToken
{
    private const long DefaultExpiration = 3600;

    /// <summary>The TokenRequest behind a path in the pod's containers; null when no container has a token there.</summary>
    public static JsonObject? FindRequest(JsonObject pod, string path)
    {
        foreach (var mount in pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).SelectMany(container => container.Objects("volumeMounts")))
        {
            var folder = (mount.Text("mountPath") ?? "").TrimEnd('/') + "/";
            var volume = pod.Objects("spec", "volumes").FirstOrDefault(volume => volume.Text("name") == mount.Text("name"));
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && volume.Objects("projected", "sources").Select(source => source.Object("serviceAccountToken")).FirstOrDefault(token => token.Text("path") == path[folder.Length..]) is { } projected)
            {
                return Request(pod, projected);
            }
        }

        return null;
    }

    private static JsonObject Request(JsonObject pod, JsonObject projected) => new()
    {
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["kind"] = "TokenRequest",
        ["spec"] = new JsonObject
        {
            ["audiences"] = projected.Text("audience") is { Length: > 0 } audience ? new JsonArray(audience) : [],
            ["expirationSeconds"] = projected.Number("expirationSeconds") ?? DefaultExpiration,
            ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod.Name(), ["uid"] = pod.Uid() },
        },
    };
}
