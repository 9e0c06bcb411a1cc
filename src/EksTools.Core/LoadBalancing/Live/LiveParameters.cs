using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Controllers;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.Live;

/// <summary>The IngressClassParams that a cluster's IngressClasses name. What may not be read stays unknown.</summary>
internal static class LiveParameters
{
    /// <summary>Those of each class that has some.</summary>
    public static async Task<IReadOnlyDictionary<string, IngressParameters>> ReadAsync(ClusterApi api, IEnumerable<V1IngressClass> classes, CancellationToken cancellationToken)
    {
        Dictionary<string, IngressParameters> found = new(StringComparer.Ordinal);
        foreach (IGrouping<string, V1IngressClass> group in classes
            .Where(static one => one.Spec?.Parameters is { Kind: IngressParameters.Kind, ApiGroup: IngressParameters.LbcGroup or IngressParameters.AutoGroup })
            .GroupBy(static one => one.Spec.Parameters.ApiGroup, StringComparer.Ordinal))
        {
            Dictionary<string, JsonNode?> all = await ListAsync(api, group.Key, cancellationToken);
            foreach (V1IngressClass one in group.Where(one => all.ContainsKey(one.Spec.Parameters.Name)))
                found[one.Metadata.Name] = IngressParameters.Read(one.Spec.Parameters.Name, all[one.Spec.Parameters.Name]);
        }
        return found;
    }

    private static async Task<Dictionary<string, JsonNode?>> ListAsync(ClusterApi api, string group, CancellationToken cancellationToken)
    {
        try
        {
            object list = await api.CallAsync((client, token) => client.CustomObjects.ListClusterCustomObjectAsync<object>(group, IngressParameters.VersionOf(group), "ingressclassparams", cancellationToken: token), cancellationToken);
            JsonArray items = list is JsonElement element && JsonNode.Parse(element.GetRawText())?["items"] is JsonArray array ? array : [];
            return items.OfType<JsonObject>().ToDictionary(static item => (string?)item["metadata"]?["name"] ?? string.Empty, static item => item["spec"], StringComparer.Ordinal);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return [];
        }
    }
}
