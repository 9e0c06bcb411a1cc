using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Networking;
using EksTools.Errors;
using ResourceNotFoundException = Amazon.EKS.Model.ResourceNotFoundException;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What of a cluster is there, read from AWS: by its tags, and by its names where the tags agree.</summary>
internal sealed record ClusterInventory
{
    private static readonly HashSet<string> GoneNats = new(StringComparer.Ordinal) { "deleted", "failed" };

    public required ClusterIdentity Identity { get; init; }

    public EksCluster? Cluster { get; init; }

    /// <summary>What made the cluster, when that was not EksTools: then what EKS owns goes, and nothing else.</summary>
    public UnmanagedCluster? Unmanaged { get; init; }

    /// <summary>EKS refuses to delete the cluster.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Node groups that go: those of ours, or all of a cluster that is not.</summary>
    public IReadOnlyList<string> NodeGroups { get; init; } = [];

    /// <summary>Fargate profiles that go.</summary>
    public IReadOnlyList<string> FargateProfiles { get; init; } = [];

    /// <summary>Capabilities, which all go: EKS keeps a cluster that has one.</summary>
    public IReadOnlyList<ClusterCapability> Capabilities { get; init; } = [];

    /// <summary>What EKS would not delete the cluster with, and we did not make.</summary>
    public IReadOnlyList<string> Foreign { get; init; } = [];

    /// <summary>What carries the lease and the parameters; null when there is none.</summary>
    public ClusterRecord? Record { get; init; }

    public bool HasClusterRole { get; init; }

    public bool HasNodeRole { get; init; }

    /// <summary>What gives its pods their roles.</summary>
    public WorkloadIdentityInventory WorkloadIdentity { get; init; } = WorkloadIdentityInventory.None;

    /// <summary>What in the cluster matters, Services and Ingresses whose load balancers go before the nodes among it.</summary>
    public ClusterContents Contents { get; init; } = ClusterContents.None;

    /// <summary>Load balancers that nobody in the cluster has.</summary>
    public OrphanedBalancers Orphans { get; init; } = OrphanedBalancers.None;

    /// <summary>The control plane sent, or was to send, logs.</summary>
    public bool HadLogs { get; init; }

    public IReadOnlyList<string> LaunchTemplates { get; init; } = [];

    /// <summary>There is a launch template that carries lease and parameters, for a cluster whose role is its owner's.</summary>
    public bool HasRecordTemplate { get; init; }

    public IReadOnlyList<NatGateway> NatGateways { get; init; } = [];

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public IReadOnlyList<InternetGateway> InternetGateways { get; init; } = [];

    public IReadOnlyList<string> EgressGateways { get; init; } = [];

    /// <summary>Endpoints of AWS services, in a VPC of ours or in one that was there before.</summary>
    public IReadOnlyList<VpcEndpoint> Endpoints { get; init; } = [];

    /// <summary>Security groups that were made for the cluster's network: not those of EKS or Kubernetes.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary>Rules that EksTools added to security groups of others.</summary>
    public IReadOnlyList<OwnRule> Rules { get; init; } = [];

    public IReadOnlyList<string> Subnets { get; init; } = [];

    public IReadOnlyList<string> RouteTables { get; init; } = [];

    public IReadOnlyList<string> Vpcs { get; init; } = [];

    /// <summary>The VPC of the subnets that the cluster was begun with, where those were there before, and its control plane is gone.</summary>
    public string? RecordedVpc { get; init; }

    /// <summary>Since when there is anything of the cluster; null where that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The VPCs that the cluster stands, or stood, in: its own, or one that was there before.</summary>
    public IReadOnlyList<string> HomeVpcs => [.. Vpcs.Append(Cluster?.ResourcesVpcConfig?.VpcId).Append(RecordedVpc).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Security groups that load balancer controllers made in a VPC that is not the cluster's own, for load balancers that do not stay.</summary>
    public IReadOnlyList<string> ControllerGroups { get; init; } = [];

    /// <summary>Endpoints that stay, for other clusters in a VPC that is not the cluster's own use them.</summary>
    public SharedEndpoints? Shared { get; init; }

    public bool IsEmpty => Cluster is null && !HasClusterRole && !HasNodeRole && WorkloadIdentity is { Provider: null, Roles.Count: 0, Others.Count: 0 } && !HasRecordTemplate && LaunchTemplates.Count == 0 && NatGateways.Count == 0
        && Addresses.Count == 0 && InternetGateways.Count == 0 && Subnets.Count == 0 && RouteTables.Count == 0 && Vpcs.Count == 0 && EgressGateways.Count == 0 && Endpoints.Count == 0 && SecurityGroups.Count == 0 && Rules.Count == 0;

    /// <summary>Reads what is there.</summary>
    /// <param name="unmanaged">Whether a cluster that EksTools did not make is meant.</param>
    /// <exception cref="EksToolsException">The cluster is EksTools' where it should not be, or is not where it should.</exception>
    public static async Task<ClusterInventory> ReadAsync(AwsAccount account, ClusterIdentity identity, bool unmanaged, CancellationToken cancellationToken)
    {
        Cluster? described = await FindAsync(account, identity, cancellationToken);
        EksCluster? cluster = described is null ? null : ClusterReader.ToRecord(described, identity.Region);
        UnmanagedCluster? other = cluster is null || identity.Owns(cluster.ResourceTags) ? null : await UnmanagedCluster.ReadAsync(account, cluster, cancellationToken);
        if (other is not null && !unmanaged)
        {
            throw other.Refuse();
        }

        if (other?.Unread is { } unread)
        {
            // EKS keeps a cluster while it has node groups or profiles: to delete what is not known would take long, and fail.
            throw new EksToolsException(EksErrorKind.Denied, "ClusterPartsNotRead", $"Nothing of cluster {identity.Name} in {identity.Region} was removed: what it has could not be looked at. {unread}", identity.Name, "Get what New-EksIamPolicy writes for Remove-EksCluster, and run the command again.");
        }

        if (other is null && unmanaged)
        {
            throw cluster is null ? ClusterReader.NotFound(identity.Name, identity.Region) : new EksToolsException(EksErrorKind.Conflict, "ClusterIsManaged", $"Cluster {identity.Name} in {identity.Region} was made by EksTools, and -Unmanaged is for clusters that were not.", identity.Name, "Leave -Unmanaged away: all that was made for the cluster goes with it.");
        }

        ClusterInventory inventory = new()
        {
            Identity = identity,
            Cluster = cluster,
            Unmanaged = other,
            IsProtected = described?.DeletionProtection == true,
            NodeGroups = other?.NodeGroups ?? [],
            FargateProfiles = other?.FargateProfiles ?? [],
            Contents = await ClusterContents.ReadAsync(account, cluster, cancellationToken),
            Capabilities = cluster is null ? [] : await CapabilityRemoval.ListAsync(account, cluster.Name, cancellationToken),
            Rules = await OwnRules.ReadAsync(account, identity, cancellationToken),
            HadLogs = cluster?.EnabledLogTypes.Count > 0,
        };
        inventory = other is null ? await WithNetworkAsync(await WithOwnPartsAsync(inventory, account, cancellationToken), account, cancellationToken) : inventory;
        inventory = inventory.Cluster is { } live ? inventory with { Since = live.CreatedAt } : await RemovalTraces.WithRecordAsync(inventory, account, cancellationToken);
        OrphanedBalancers orphans = await OrphanedBalancers.ReadAsync(account, inventory, cancellationToken);
        if (other is not null)
        {
            return inventory with { Orphans = orphans with { Items = [], TargetGroups = [], Doubtful = [.. orphans.Items, .. orphans.Doubtful] } };
        }

        inventory = inventory with { Orphans = orphans };
        return await SharedEndpoints.KeepAsync(await RemovalTraces.WithControllerGroupsAsync(inventory, account, cancellationToken), account, cancellationToken);
    }

    private static async Task<Cluster?> FindAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = identity.Name }, cancellationToken)).Cluster;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What was made for a cluster in EKS and IAM.</summary>
    private static async Task<ClusterInventory> WithOwnPartsAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = inventory.Identity;
        (List<string> groups, List<string> profiles, List<string> foreign) = inventory.Cluster is null ? ([], [], []) : await ReadGroupsAsync(account, identity, all: false, cancellationToken);
        (ClusterRecord record, Dictionary<string, string>? roleTags) = await ClusterRecord.FindAsync(account, identity, ownRole: false, cancellationToken);
        return inventory with
        {
            NodeGroups = groups,
            FargateProfiles = profiles,
            Foreign = foreign,
            Record = roleTags is not null && identity.Owns(roleTags) ? record : null,
            HasClusterRole = record is RoleRecord && roleTags is not null && identity.Owns(roleTags),
            HadLogs = inventory.HadLogs || roleTags?.GetValueOrDefault(ClusterParameters.LogTypesTag) is { Length: > 0 },
            HasNodeRole = await OwnsRoleAsync(account, identity, identity.NodeRoleName, cancellationToken),
            WorkloadIdentity = await WorkloadIdentityInventory.ReadAsync(account, identity, cancellationToken),
        };
    }

    private static bool IsRecord(LaunchTemplate template) => (template.Tags ?? []).Exists(static tag => tag.Key == ClusterIdentity.ComponentTag && tag.Value == TemplateRecord.Component);

    private static async Task<ClusterInventory> WithNetworkAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        List<Filter> filters = Ec2Ensure.Filters(inventory.Identity);
        Amazon.EC2.IAmazonEC2 ec2 = account.Ec2;
        List<LaunchTemplate> templates = await ec2.FindLaunchTemplatesAsync(filters, cancellationToken);
        return inventory with
        {
            LaunchTemplates = [.. templates.Where(static template => !IsRecord(template)).Select(static template => template.LaunchTemplateId)],
            HasRecordTemplate = templates.Exists(IsRecord),
            NatGateways = [.. (await ec2.FindNatGatewaysAsync(filters, cancellationToken)).Where(static nat => !GoneNats.Contains(nat.State.Value))],
            Addresses = [.. (await ec2.FindAddressesAsync(filters, cancellationToken)).Select(static address => address.AllocationId)],
            InternetGateways = await ec2.FindInternetGatewaysAsync(filters, cancellationToken),
            EgressGateways = [.. (await ec2.FindEgressGatewaysAsync(filters, cancellationToken)).Select(static gateway => gateway.EgressOnlyInternetGatewayId)],
            Endpoints = [.. (await ec2.FindVpcEndpointsAsync(filters, cancellationToken)).Where(static endpoint => !EndpointPlan.Is(endpoint, "deleted"))],
            SecurityGroups = [.. (await ec2.FindSecurityGroupsAsync(filters, cancellationToken)).Select(static group => group.GroupId)],
            Subnets = [.. (await ec2.FindSubnetsAsync(filters, cancellationToken)).Select(static subnet => subnet.SubnetId)],
            RouteTables = [.. (await ec2.FindRouteTablesAsync(filters, cancellationToken)).Select(static table => table.RouteTableId)],
            Vpcs = [.. (await ec2.FindVpcsAsync(filters, cancellationToken)).Select(static vpc => vpc.VpcId)],
        };
    }

    /// <summary>Node groups and Fargate profiles of ours, or all of a cluster that is not, and what else EKS would keep the cluster for.</summary>
    public static async Task<(List<string> Groups, List<string> Profiles, List<string> Foreign)> ReadGroupsAsync(AwsAccount account, ClusterIdentity identity, bool all, CancellationToken cancellationToken)
    {
        List<string> groups = [], profiles = [], foreign = [];
        try
        {
            await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = identity.Name }).Nodegroups.WithCancellation(cancellationToken))
            {
                Nodegroup group = (await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = identity.Name, NodegroupName = name }, cancellationToken)).Nodegroup;
                if (all || identity.Owns(group.Tags ?? []))
                {
                    groups.Add(name);
                }
                else
                {
                    foreign.Add($"node group {name}");
                }
            }

            await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = identity.Name }).FargateProfileNames.WithCancellation(cancellationToken))
            {
                FargateProfile profile = (await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = identity.Name, FargateProfileName = name }, cancellationToken)).FargateProfile;
                if (all || identity.Owns(profile.Tags ?? []))
                {
                    profiles.Add(name);
                }
                else
                {
                    foreign.Add($"Fargate profile {name}");
                }
            }
        }
        catch (ResourceNotFoundException)
        {
            // The cluster, or what was just listed of it, went while we looked: it needs no removing.
            return (groups, profiles, foreign);
        }

        return (groups, profiles, foreign);
    }

    private static async Task<bool> OwnsRoleAsync(AwsAccount account, ClusterIdentity identity, string role, CancellationToken cancellationToken) =>
        await ClusterRoles.ReadTagsAsync(account, role, cancellationToken) is { } tags && identity.Owns(tags);
}
