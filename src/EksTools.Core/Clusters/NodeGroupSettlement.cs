using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>Settles the node groups of a cluster whose network is settled: images, subnets, and whether what was named is there.</summary>
internal static class NodeGroupSettlement
{
    /// <summary>Settles the groups. Changes nothing.</summary>
    /// <exception cref="EksToolsException">A group does not fit its instance types, the cluster's zones or its network, or names what is not there.</exception>
    public static async Task<IReadOnlyList<NodeGroupSpecification>> SettleAsync(AwsAccount account, ClusterSpecification cluster, IReadOnlyList<NodeGroupOptions> groups, CancellationToken cancellationToken)
    {
        RequireNetwork(cluster, groups);
        IReadOnlyDictionary<string, IReadOnlyList<string>> subnets = cluster.VpcCidr is null ? await NodeSubnets.ChooseAsync(account, cluster, groups, cancellationToken) : new Dictionary<string, IReadOnlyList<string>>();
        foreach (NodeGroupOptions group in groups.Where(group => cluster.VpcCidr is not null && group.Zone.Count > 0))
        {
            await ZoneSelection.RequireOfferedAsync(account, [NodeGroupSpecification.InstanceTypesOf(group)], group.Zone, cancellationToken);
        }

        await RequireKeyPairsAsync(account, groups, cancellationToken);
        NodeGroupSpecification[] settled = await Task.WhenAll(groups.Select(async group => new NodeGroupSpecification(group, await AmiTypes.ForAsync(account, group, cluster.KubernetesVersion, cancellationToken))
        {
            SubnetIds = subnets.GetValueOrDefault(group.Name) ?? [],
        }));
        WindowsRules.Require(cluster, settled);
        RequireRoleOfItsOwn(cluster, settled);
        return settled;
    }

    /// <summary>An access entry lets in the nodes of groups, or those of Auto Mode.</summary>
    private static void RequireRoleOfItsOwn(ClusterSpecification cluster, IReadOnlyList<NodeGroupSpecification> groups)
    {
        if (cluster is { AutoMode: true, NodeRoleArn: { } role } && role == cluster.AutoModeNodeRoleArn && groups.Count > 0)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ContradictoryNodes", $"-NodeRoleArn and -AutoModeNodeRoleArn both name {role}, and nodes of node groups and of Auto Mode need a role each: a role has one access entry, of one type.", "AutoModeNodeRoleArn", "Leave one of them out, for which a role is made then, or name another role.");
        }
    }

    /// <summary>What a group names of a network must be there before it, and belong to the cluster's.</summary>
    private static void RequireNetwork(ClusterSpecification cluster, IReadOnlyList<NodeGroupOptions> groups)
    {
        if (cluster.VpcCidr is null)
        {
            return;
        }

        foreach (NodeGroupOptions group in groups)
        {
            if ((group.SubnetId.Count > 0 ? "SubnetId" : group.SecurityGroupId.Count > 0 ? "SecurityGroupId" : group.SshSourceSecurityGroupId.Count > 0 ? "SshSourceSecurityGroupId" : null) is { } property)
            {
                throw Wrong("ContradictoryNetwork", $"Node group '{group.Name}': {property} names what is in a VPC, and the cluster's VPC is still to be made.", "Say the cluster's -SubnetId, or leave it out.");
            }

            if (group.Zone.FirstOrDefault(zone => !cluster.Zones.Contains(zone)) is { } zone)
            {
                throw Wrong("ZoneNotOfCluster", $"Node group '{group.Name}' is to stand in {zone}, and the cluster stands in {string.Join(", ", cluster.Zones)}.", "Name the zone with the cluster's -Zone too.");
            }

            if (group.PublicSubnet && cluster.PrivateCluster)
            {
                throw Wrong("ContradictoryNetwork", $"Node group '{group.Name}' is to stand in public subnets, of which a private cluster has none.", "Leave PublicSubnet or -PrivateCluster out.");
            }
        }
    }

    private static async Task RequireKeyPairsAsync(AwsAccount account, IReadOnlyList<NodeGroupOptions> groups, CancellationToken cancellationToken)
    {
        foreach (string key in groups.Select(static group => group.SshKeyName).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            try
            {
                await account.Ec2.DescribeKeyPairsAsync(new DescribeKeyPairsRequest { KeyNames = [key] }, cancellationToken);
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidKeyPair.NotFound")
            {
                throw new EksToolsException(EksErrorKind.Validation, "KeyPairNotFound", $"EC2 has no key pair '{key}' in {account.Region}.", "NodeGroup", "Make it first, or leave SshKeyName out: nodes are reached by Session Manager.", exception);
            }
        }
    }

    internal static EksToolsException Wrong(string id, string message, string hint) => new(EksErrorKind.Validation, id, message, "NodeGroup", hint);
}
