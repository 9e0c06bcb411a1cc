using EksTools.Nodes;

namespace EksTools.Core.Clusters.Creation;

/// <summary>In which subnets of a VPC of the cluster's own nodes and pods stand.</summary>
internal static class NodePlacement
{
    // As PlannedSubnet calls them.
    private const string Public = "subnet-public-", Private = "subnet-private-";

    /// <summary>Components of the subnets that a node group stands in.</summary>
    public static IEnumerable<string> SubnetsOf(NodeGroupOptions group, NetworkSteps network) =>
        (group.PublicSubnet ? network.SubnetComponents.Where(static component => component.StartsWith(Public, StringComparison.Ordinal)) : network.NodeSubnetComponents)
            .Where(component => group.Zone.Count == 0 || group.Zone.Any(zone => component.EndsWith($"-{zone}", StringComparison.Ordinal)));

    /// <summary>Components of the private subnets, which pods on Fargate stand in.</summary>
    public static IEnumerable<string> SubnetsOfFargate(NetworkSteps network) => network.SubnetComponents.Where(static component => component.StartsWith(Private, StringComparison.Ordinal));
}
