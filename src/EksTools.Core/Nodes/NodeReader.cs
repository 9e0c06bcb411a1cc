using EksTools.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Nodes;
using k8s;
using k8s.Models;

namespace EksTools.Core.Nodes;

/// <summary>Reads nodes from Kubernetes.</summary>
internal static class NodeReader
{
    private const int PageSize = 500;

    public static async Task<IReadOnlyList<EksNode>> ListAsync(ClusterApi api, EksCluster cluster, CancellationToken cancellationToken)
    {
        List<EksNode> nodes = [];
        string? next = null;
        do
        {
            V1NodeList page = await api.CallAsync((client, token) => client.CoreV1.ListNodeAsync(limit: PageSize, continueParameter: next, cancellationToken: token), cancellationToken);
            nodes.AddRange(page.Items.Select(node => ToRecord(node, cluster)));
            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return nodes;
    }

    private static EksNode ToRecord(V1Node node, EksCluster cluster) => new()
    {
        ClusterName = cluster.Name,
        Region = cluster.Region,
        NodeName = node.Metadata.Name,
        Status = Status(node),

        // aws:///ZONE/INSTANCE
        InstanceId = node.Spec?.ProviderID?.Split('/')[^1],
        InstanceType = node.GetLabel("node.kubernetes.io/instance-type"),
        Zone = node.GetLabel("topology.kubernetes.io/zone"),
        NodegroupName = node.GetLabel("eks.amazonaws.com/nodegroup"),
        KubeletVersion = node.Status?.NodeInfo?.KubeletVersion,
        InternalIp = node.Status?.Addresses?.FirstOrDefault(static address => address.Type == "InternalIP")?.Address,
        CreatedAt = node.Metadata.CreationTimestamp,
    };

    private static string Status(V1Node node)
    {
        string ready = node.Status?.Conditions?.FirstOrDefault(static condition => condition.Type == "Ready")?.Status switch
        {
            "True" => "Ready",
            "False" => "NotReady",
            _ => "Unknown",
        };
        return node.Spec?.Unschedulable == true ? $"{ready},SchedulingDisabled" : ready;
    }
}
