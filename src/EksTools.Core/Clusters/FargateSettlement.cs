using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Core.Networking.Subnets;
using EksTools.Core.Nodes;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>Settles the Fargate profiles of a cluster whose network is settled: pods on Fargate stand in private subnets with a way out.</summary>
internal static class FargateSettlement
{
    /// <summary>Settles the profiles. Changes nothing.</summary>
    /// <exception cref="EksToolsException">There is no subnet for them.</exception>
    public static async Task<IReadOnlyList<FargateProfileOptions>> SettleAsync(AwsAccount account, ClusterSpecification cluster, CancellationToken cancellationToken)
    {
        if (cluster.FargateProfiles.Count == 0)
        {
            return [];
        }

        if (cluster.VpcCidr is not null)
        {
            return cluster.FargateProfiles.FirstOrDefault(static profile => profile.SubnetId.Count > 0) is { } early
                ? throw Wrong("ContradictoryNetwork", $"Fargate profile '{early.Name}': SubnetId names what is in a VPC, and the cluster's VPC is still to be made.", "Say the cluster's -SubnetId, or leave it out.")
                : cluster is { NatGateway: NatGatewayMode.None, PrivateCluster: false }
                    ? throw Wrong("FargateNeedsPrivateSubnets", "Pods on Fargate stand in private subnets, which have no way out with -NatGateway None.", "Leave -NatGateway out, or make the cluster private.")
                    : cluster.FargateProfiles;
        }

        return await WithSubnetsAsync(account, cluster, cancellationToken);
    }

    /// <summary>Refuses a cluster whose pods would have no names: of Fargate alone, with coredns, and with no profile that takes it. Who says -NoNodeGroup means to bring nodes.</summary>
    /// <param name="cluster">The cluster, settled.</param>
    /// <param name="bringsNodes">The caller said that nodes are made otherwise.</param>
    public static void RequireCoreDns(ClusterSpecification cluster, bool bringsNodes)
    {
        bool hasCoreDns = cluster.DefaultAddOns || cluster.AddOns.Any(static addon => addon.Options.Name == "coredns");
        if (hasCoreDns && !bringsNodes && cluster is { FargateProfiles.Count: > 0, NodeGroups.Count: 0, AutoMode: false } && !FargateCoverage.RunsCoreDns(cluster.FargateProfiles))
        {
            throw Wrong("CoreDnsHasNoPlace", "None of the Fargate profiles takes coredns, and the cluster has no nodes: without it no pod could look up a name.", "Add -Fargate, whose profile takes the namespace kube-system, or a selector such as @{ Namespace = 'kube-system'; Label = @{ 'k8s-app' = 'kube-dns' } }; or -NodeGroup; say -NoNodeGroup when nodes come by other ways.");
        }
    }

    private static async Task<IReadOnlyList<FargateProfileOptions>> WithSubnetsAsync(AwsAccount account, ClusterSpecification cluster, CancellationToken cancellationToken)
    {
        string[] ids = [.. cluster.SubnetIds.Concat(cluster.FargateProfiles.SelectMany(static profile => profile.SubnetId)).Distinct(StringComparer.Ordinal)];
        List<Subnet> subnets = (await account.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. ids] }, cancellationToken)).Subnets ?? [];
        string vpc = subnets.First(subnet => subnet.SubnetId == cluster.SubnetIds[0]).VpcId;
        List<RouteTable> tables = await account.Ec2.FindRouteTablesAsync([new Filter { Name = "vpc-id", Values = [vpc] }], cancellationToken);
        HashSet<string> inner = [.. subnets.Where(subnet => subnet.VpcId == vpc && SubnetRoutes.ToInternetGateway(SubnetRoutes.TableOf(subnet.SubnetId, tables)) is null).Select(static subnet => subnet.SubnetId)];
        string[] all = [.. cluster.SubnetIds.Where(inner.Contains)];
        return [.. cluster.FargateProfiles.Select(profile => Settle(profile, inner, all))];
    }

    private static FargateProfileOptions Settle(FargateProfileOptions profile, HashSet<string> inner, string[] all)
    {
        if (profile.SubnetId.FirstOrDefault(id => !inner.Contains(id)) is { } open)
        {
            throw Wrong("FargateNeedsPrivateSubnets", $"Fargate profile '{profile.Name}': {open} is no private subnet of the cluster's VPC, and pods on Fargate stand in no others.", "Name private subnets with a NAT gateway.");
        }

        return profile.SubnetId.Count > 0 ? profile
            : all.Length > 0 ? profile with { SubnetId = all }
            : throw Wrong("FargateNeedsPrivateSubnets", $"Fargate profile '{profile.Name}': none of the cluster's subnets is private, and pods on Fargate stand in no others.", "Add private subnets with a NAT gateway to -SubnetId.");
    }

    private static EksToolsException Wrong(string id, string message, string hint) => new(EksErrorKind.Validation, id, message, "FargateProfile", hint);
}
