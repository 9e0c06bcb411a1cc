using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using ResourceNotFoundException = Amazon.EKS.Model.ResourceNotFoundException;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What of a cluster is there, read from AWS: by its tags, and by its names where the tags agree.</summary>
internal sealed record ClusterInventory
{
    private static readonly HashSet<string> GoneNats = new(StringComparer.Ordinal) { "deleted", "failed" };

    public required ClusterIdentity Identity { get; init; }

    public EksCluster? Cluster { get; init; }

    /// <summary>Node groups of ours.</summary>
    public IReadOnlyList<string> NodeGroups { get; init; } = [];

    /// <summary>What EKS would not delete the cluster with, and we did not make.</summary>
    public IReadOnlyList<string> Foreign { get; init; } = [];

    public bool HasClusterRole { get; init; }

    public bool HasNodeRole { get; init; }

    public IReadOnlyList<string> LaunchTemplates { get; init; } = [];

    public IReadOnlyList<NatGateway> NatGateways { get; init; } = [];

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public IReadOnlyList<InternetGateway> InternetGateways { get; init; } = [];

    public IReadOnlyList<string> Subnets { get; init; } = [];

    public IReadOnlyList<string> RouteTables { get; init; } = [];

    public IReadOnlyList<string> Vpcs { get; init; } = [];

    /// <summary>What stays and may cost money.</summary>
    public IReadOnlyList<string> Remaining { get; init; } = [];

    public bool IsEmpty => Cluster is null && !HasClusterRole && !HasNodeRole && LaunchTemplates.Count == 0 && NatGateways.Count == 0
        && Addresses.Count == 0 && InternetGateways.Count == 0 && Subnets.Count == 0 && RouteTables.Count == 0 && Vpcs.Count == 0;

    public static async Task<ClusterInventory> ReadAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        EksCluster? cluster = await ClusterReader.FindAsync(account, identity.Name, cancellationToken);
        if (cluster is not null)
        {
            ClusterOwnership.Require(identity, cluster);
        }

        (List<string> groups, List<string> foreign) = cluster is null ? ([], []) : await ReadGroupsAsync(account, identity, cancellationToken);
        ClusterInventory inventory = new()
        {
            Identity = identity,
            Cluster = cluster,
            NodeGroups = groups,
            Foreign = foreign,
            HasClusterRole = await OwnsRoleAsync(account, identity, identity.ClusterRoleName, cancellationToken),
            HasNodeRole = await OwnsRoleAsync(account, identity, identity.NodeRoleName, cancellationToken),
        };
        inventory = await WithNetworkAsync(inventory, account, cancellationToken);
        return inventory with { Remaining = await ReadRemainingAsync(account, identity, cluster, cancellationToken) };
    }

    private static async Task<ClusterInventory> WithNetworkAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        List<Filter> filters = Ec2Ensure.Filters(inventory.Identity);
        Amazon.EC2.IAmazonEC2 ec2 = account.Ec2;
        return inventory with
        {
            LaunchTemplates = [.. ((await ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest { Filters = filters }, cancellationToken)).LaunchTemplates ?? []).Select(static template => template.LaunchTemplateId)],
            NatGateways = [.. ((await ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest { Filter = filters }, cancellationToken)).NatGateways ?? []).Where(static nat => !GoneNats.Contains(nat.State.Value))],
            Addresses = [.. ((await ec2.DescribeAddressesAsync(new DescribeAddressesRequest { Filters = filters }, cancellationToken)).Addresses ?? []).Select(static address => address.AllocationId)],
            InternetGateways = (await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest { Filters = filters }, cancellationToken)).InternetGateways ?? [],
            Subnets = [.. ((await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = filters }, cancellationToken)).Subnets ?? []).Select(static subnet => subnet.SubnetId)],
            RouteTables = [.. ((await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = filters }, cancellationToken)).RouteTables ?? []).Select(static table => table.RouteTableId)],
            Vpcs = [.. ((await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = filters }, cancellationToken)).Vpcs ?? []).Select(static vpc => vpc.VpcId)],
        };
    }

    private static async Task<(List<string> Ours, List<string> Foreign)> ReadGroupsAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        List<string> ours = [];
        List<string> foreign = [];
        try
        {
            await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = identity.Name }).Nodegroups.WithCancellation(cancellationToken))
            {
                Nodegroup group = (await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = identity.Name, NodegroupName = name }, cancellationToken)).Nodegroup;
                if (identity.Owns(group.Tags ?? []))
                {
                    ours.Add(name);
                }
                else
                {
                    foreign.Add($"node group {name}");
                }
            }

            await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = identity.Name }).FargateProfileNames.WithCancellation(cancellationToken))
            {
                foreign.Add($"Fargate profile {name}");
            }
        }
        catch (ResourceNotFoundException)
        {
            // The cluster, or the group just listed, went while we looked: it needs no removing.
            return (ours, foreign);
        }

        return (ours, foreign);
    }

    private static async Task<bool> OwnsRoleAsync(AwsAccount account, ClusterIdentity identity, string role, CancellationToken cancellationToken) =>
        identity.Owns(await ClusterLease.ReadTagsAsync(account, role, cancellationToken));

    private static async Task<IReadOnlyList<string>> ReadRemainingAsync(AwsAccount account, ClusterIdentity identity, EksCluster? cluster, CancellationToken cancellationToken)
    {
        List<string> remaining = [];
        DescribeVolumesRequest request = new() { Filters = [new Filter { Name = $"tag:kubernetes.io/cluster/{identity.Name}", Values = ["owned"] }] };
        await foreach (Volume volume in account.Ec2.Paginators.DescribeVolumes(request).Volumes.WithCancellation(cancellationToken))
        {
            remaining.Add($"EBS volume {volume.VolumeId} ({volume.Size} GiB), made for a persistent volume claim");
        }

        if (cluster?.EnabledLogTypes.Count > 0)
        {
            remaining.Add($"the CloudWatch log group /aws/eks/{identity.Name}/cluster");
        }

        return remaining;
    }
}
