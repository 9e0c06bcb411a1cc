using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Networking;
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

    /// <summary>What gives its pods their roles.</summary>
    public WorkloadIdentityInventory WorkloadIdentity { get; init; } = new(null, [], []);

    /// <summary>Services and Ingresses whose load balancers go before the nodes.</summary>
    public BalancedObjects Balanced { get; init; } = BalancedObjects.None;

    /// <summary>The control plane sent, or was to send, logs.</summary>
    public bool HadLogs { get; init; }

    public IReadOnlyList<string> LaunchTemplates { get; init; } = [];

    public IReadOnlyList<NatGateway> NatGateways { get; init; } = [];

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public IReadOnlyList<InternetGateway> InternetGateways { get; init; } = [];

    public IReadOnlyList<string> Subnets { get; init; } = [];

    public IReadOnlyList<string> RouteTables { get; init; } = [];

    public IReadOnlyList<string> Vpcs { get; init; } = [];

    /// <summary>What stays and may cost money.</summary>
    public IReadOnlyList<string> Remaining { get; init; } = [];

    public bool IsEmpty => Cluster is null && !HasClusterRole && !HasNodeRole && WorkloadIdentity is { Provider: null, Roles.Count: 0 } && LaunchTemplates.Count == 0 && NatGateways.Count == 0
        && Addresses.Count == 0 && InternetGateways.Count == 0 && Subnets.Count == 0 && RouteTables.Count == 0 && Vpcs.Count == 0;

    public static async Task<ClusterInventory> ReadAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        EksCluster? cluster = await ClusterReader.FindAsync(account, identity.Name, cancellationToken);
        if (cluster is not null)
        {
            ClusterOwnership.Require(identity, cluster);
        }

        (List<string> groups, List<string> foreign) = cluster is null ? ([], []) : await ReadGroupsAsync(account, identity, cancellationToken);
        Dictionary<string, string>? roleTags = await ClusterRoles.ReadTagsAsync(account, identity.ClusterRoleName, cancellationToken);
        ClusterInventory inventory = new()
        {
            Identity = identity,
            Cluster = cluster,
            NodeGroups = groups,
            Foreign = foreign,
            HasClusterRole = roleTags is not null && identity.Owns(roleTags),
            HadLogs = cluster?.EnabledLogTypes.Count > 0 || roleTags?.GetValueOrDefault(ClusterParameters.LogTypesTag) is { Length: > 0 },
            HasNodeRole = await OwnsRoleAsync(account, identity, identity.NodeRoleName, cancellationToken),
            WorkloadIdentity = await WorkloadIdentityInventory.ReadAsync(account, identity, cancellationToken),
            Balanced = await BalancedObjects.ReadAsync(account, cluster, cancellationToken),
        };
        inventory = await WithNetworkAsync(inventory, account, cancellationToken);
        return inventory with { Remaining = await ReadRemainingAsync(account, inventory, cancellationToken) };
    }

    private static async Task<ClusterInventory> WithNetworkAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        List<Filter> filters = Ec2Ensure.Filters(inventory.Identity);
        Amazon.EC2.IAmazonEC2 ec2 = account.Ec2;
        return inventory with
        {
            LaunchTemplates = [.. (await ec2.FindLaunchTemplatesAsync(filters, cancellationToken)).Select(static template => template.LaunchTemplateId)],
            NatGateways = [.. (await ec2.FindNatGatewaysAsync(filters, cancellationToken)).Where(static nat => !GoneNats.Contains(nat.State.Value))],
            Addresses = [.. (await ec2.FindAddressesAsync(filters, cancellationToken)).Select(static address => address.AllocationId)],
            InternetGateways = await ec2.FindInternetGatewaysAsync(filters, cancellationToken),
            Subnets = [.. (await ec2.FindSubnetsAsync(filters, cancellationToken)).Select(static subnet => subnet.SubnetId)],
            RouteTables = [.. (await ec2.FindRouteTablesAsync(filters, cancellationToken)).Select(static table => table.RouteTableId)],
            Vpcs = [.. (await ec2.FindVpcsAsync(filters, cancellationToken)).Select(static vpc => vpc.VpcId)],
        };
    }

    /// <summary>Node groups of ours, and what else EKS would keep the cluster for.</summary>
    public static async Task<(List<string> Ours, List<string> Foreign)> ReadGroupsAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
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
        await ClusterRoles.ReadTagsAsync(account, role, cancellationToken) is { } tags && identity.Owns(tags);

    private static async Task<IReadOnlyList<string>> ReadRemainingAsync(AwsAccount account, ClusterInventory inventory, CancellationToken cancellationToken)
    {
        List<string> remaining = [];
        string name = inventory.Identity.Name;
        DescribeVolumesRequest request = new() { Filters = [new Filter { Name = $"tag:kubernetes.io/cluster/{name}", Values = ["owned"] }] };
        await foreach (Volume volume in account.Ec2.Paginators.DescribeVolumes(request).Volumes.WithCancellation(cancellationToken))
        {
            remaining.Add($"EBS volume {volume.VolumeId} ({volume.Size} GiB), made for a persistent volume claim");
        }

        if (inventory.Vpcs.Count > 0)
        {
            List<NetworkInterface> balancers = await account.Ec2.FindNetworkInterfacesAsync([new Filter { Name = "vpc-id", Values = [.. inventory.Vpcs] }, new Filter { Name = "requester-id", Values = ["amazon-elb"] }], cancellationToken);
            remaining.AddRange(balancers.Where(balancer => !inventory.Balanced.Items.Any(item => item.Holds(balancer.Description))).Select(static balancer => $"a load balancer's interface {balancer.NetworkInterfaceId} ({balancer.Description}), which keeps the VPC from being deleted until its Service or Ingress is"));
        }

        if (inventory.Balanced.Unread is { } reason)
        {
            remaining.Add($"whatever load balancers the Services and Ingresses of {name} have, which could not be looked at: {reason}");
        }

        remaining.AddRange(inventory.WorkloadIdentity.Shared.Select(static role => $"the IAM role {role}, which trusts others besides this cluster's pods"));
        if (inventory.HadLogs)
        {
            remaining.Add($"the CloudWatch log group /aws/eks/{name}/cluster");
        }

        return remaining;
    }
}
