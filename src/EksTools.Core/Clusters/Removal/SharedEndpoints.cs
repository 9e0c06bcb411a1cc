using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;

namespace EksTools.Core.Clusters.Removal;

/// <summary>
/// VPC endpoints that were made for this cluster and that other clusters in the same VPC use: a private cluster makes only those that the VPC lacks, and
/// names lead all of a VPC to the same one.
/// </summary>
/// <param name="Endpoints">The endpoints.</param>
/// <param name="Groups">Their security groups.</param>
/// <param name="Clusters">The other clusters.</param>
internal sealed record SharedEndpoints(IReadOnlyList<VpcEndpoint> Endpoints, IReadOnlyList<string> Groups, IReadOnlyList<string> Clusters)
{
    /// <summary>Takes the endpoints, with their groups, out of what goes, where other clusters stand in their VPC.</summary>
    public static async Task<ClusterInventory> KeepAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        if (inventory.Vpcs.Count > 0 || inventory.Endpoints.Count == 0)
        {
            return inventory;
        }

        // By their interfaces, which tell of clusters that this principal may not describe.
        string[] vpcs = [.. inventory.Endpoints.Select(static endpoint => endpoint.VpcId).Distinct(StringComparer.Ordinal)];
        List<NetworkInterface> interfaces = await account.Ec2.FindNetworkInterfacesAsync([new Filter { Name = "vpc-id", Values = [.. vpcs] }, new Filter { Name = "description", Values = [$"{ControlPlaneInterface.Prefix}*"] }], cancellationToken);
        string[] others = [.. ControlPlaneInterface.ClustersOf(interfaces).Where(name => name != inventory.Identity.Name)];
        if (others.Length == 0)
        {
            return inventory;
        }

        // Other groups of the cluster's, such as those that let SSH in, go: they are nothing to others, and would let in whom they let in before.
        ILookup<bool, string> groups = inventory.SecurityGroups.ToLookup(id => inventory.Endpoints.Any(endpoint => (endpoint.Groups ?? []).Exists(group => group.GroupId == id)));
        return inventory with { Endpoints = [], SecurityGroups = [.. groups[false]], Shared = new SharedEndpoints(inventory.Endpoints, [.. groups[true]], others) };
    }
}
