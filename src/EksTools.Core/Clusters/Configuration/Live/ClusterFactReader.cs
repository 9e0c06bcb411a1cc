using Amazon.EC2.Model;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Networking;
using EksTools.Core.Networking.Subnets;
using ResourceNotFoundException = Amazon.EKS.Model.ResourceNotFoundException;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>Reads all that a file could say of a cluster.</summary>
internal static class ClusterFactReader
{
    // EKS throttles an account that asks much faster.
    private const int Parallel = 8;

    /// <exception cref="Errors.EksToolsException">There is no such cluster, or it has no VPC yet.</exception>
    public static async Task<ClusterFacts> ReadAsync(AwsAccount account, string name, CancellationToken cancellationToken)
    {
        EksCluster known = await ClusterReader.GetAsync(account, name, cancellationToken);
        Cluster cluster = (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name }, cancellationToken)).Cluster;
        Task<IReadOnlyList<SubnetFacts>> subnets = SubnetFactReader.ReadAsync(account, known, cancellationToken);
        List<Filter> ofVpc = [new Filter { Name = "vpc-id", Values = [cluster.ResourcesVpcConfig.VpcId] }];
        Task<List<Vpc>> vpcs = account.Ec2.FindVpcsAsync(ofVpc, cancellationToken);
        Task<List<NatGateway>> nats = account.Ec2.FindNatGatewaysAsync(ofVpc, cancellationToken);
        Task<IReadOnlyList<NodeGroupFacts>> groups = EachAsync(account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = name }).Nodegroups, group => ReadGroupAsync(account, name, group, cancellationToken), cancellationToken);
        Task<IReadOnlyList<FargateProfile>> profiles = EachAsync(account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = name }).FargateProfileNames, async profile => (await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = name, FargateProfileName = profile }, cancellationToken)).FargateProfile, cancellationToken);
        Task<IReadOnlyList<Addon>> addons = EachAsync(account.Eks.Paginators.ListAddons(new ListAddonsRequest { ClusterName = name }).Addons, async addon => (await account.Eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = name, AddonName = addon }, cancellationToken)).Addon, cancellationToken);
        Task<IReadOnlyList<AccessEntryFacts>> entries = known.AccessConfig?.AuthenticationMode is null or "CONFIG_MAP" ? Task.FromResult<IReadOnlyList<AccessEntryFacts>>([]) : EachAsync(account.Eks.Paginators.ListAccessEntries(new ListAccessEntriesRequest { ClusterName = name }).AccessEntries, arn => ReadEntryAsync(account, name, arn, cancellationToken), cancellationToken);
        Task<IReadOnlyList<PodIdentityAssociationSummary>> associations = EachAsync(account.Eks.Paginators.ListPodIdentityAssociations(new ListPodIdentityAssociationsRequest { ClusterName = name }).Associations, static one => Task.FromResult(one), cancellationToken);
        Task<List<SecurityGroup>> security = known.Managed ? account.Ec2.FindSecurityGroupsAsync([.. ofVpc, new Filter { Name = $"tag:{ClusterIdentity.ClusterTag}", Values = [name] }], cancellationToken) : Task.FromResult<List<SecurityGroup>>([]);
        Task<string?> boundary = ReadBoundaryAsync(account, cluster.RoleArn, cancellationToken);
        Task<Dictionary<string, string>?> recorded = ReadRecordAsync(account, known, cancellationToken);
        Task<int?> retention = ReadRetentionAsync(account, known, cancellationToken);
        await Task.WhenAll(subnets, vpcs, nats, groups, profiles, addons, entries, associations, security, boundary, recorded, retention);
        return new ClusterFacts
        {
            Cluster = cluster,
            Region = account.Region,
            VpcCidr = vpcs.Result is [var vpc, ..] ? vpc.CidrBlock : null,
            VpcRanges = [.. vpcs.Result.SelectMany(RangesOf)],
            SshGroups = security.Result.Where(static one => SshStep.IsComponent((one.Tags ?? []).Find(static tag => tag.Key == ClusterIdentity.ComponentTag)?.Value)).ToDictionary(static one => one.GroupId, StringComparer.Ordinal),
            Subnets = subnets.Result,
            NatGateways = nats.Result.Count(static nat => nat.State?.Value is "available" or "pending"),
            NodeGroups = [.. groups.Result.OrderBy(static group => group.Group.NodegroupName, StringComparer.Ordinal)],
            FargateProfiles = [.. profiles.Result.OrderBy(static profile => profile.FargateProfileName, StringComparer.Ordinal)],
            Addons = [.. addons.Result.OrderBy(static addon => addon.AddonName, StringComparer.Ordinal)],
            AccessEntries = [.. entries.Result.OrderBy(static entry => entry.Entry.PrincipalArn, StringComparer.Ordinal)],
            Associations = associations.Result,
            Boundary = boundary.Result,
            LogRetention = retention.Result,
            Recorded = RecordedParameters.Read(recorded.Result ?? []),
        };
    }

    private static IEnumerable<string> RangesOf(Vpc vpc) => (vpc.CidrBlockAssociationSet ?? []).Select(static one => one.CidrBlock).Append(vpc.CidrBlock)
        .Concat((vpc.Ipv6CidrBlockAssociationSet ?? []).Select(static one => one.Ipv6CidrBlock)).Distinct(StringComparer.Ordinal);

    private static async Task<NodeGroupFacts> ReadGroupAsync(AwsAccount account, string cluster, string name, CancellationToken cancellationToken)
    {
        Nodegroup group = (await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = cluster, NodegroupName = name }, cancellationToken)).Nodegroup;
        if (group.LaunchTemplate is not { Id: { Length: > 0 } id } template)
        {
            return new NodeGroupFacts(group, null);
        }

        DescribeLaunchTemplateVersionsResponse versions = await account.Ec2.DescribeLaunchTemplateVersionsAsync(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = id, Versions = [template.Version ?? "$Default"] }, cancellationToken);
        return new NodeGroupFacts(group, versions.LaunchTemplateVersions?.FirstOrDefault()?.LaunchTemplateData);
    }

    private static async Task<AccessEntryFacts> ReadEntryAsync(AwsAccount account, string cluster, string arn, CancellationToken cancellationToken)
    {
        AccessEntry entry = (await account.Eks.DescribeAccessEntryAsync(new DescribeAccessEntryRequest { ClusterName = cluster, PrincipalArn = arn }, cancellationToken)).AccessEntry;
        List<AssociatedAccessPolicy> policies = [];
        if (entry.Type is "STANDARD" or "EC2")
        {
            await foreach (AssociatedAccessPolicy policy in account.Eks.Paginators.ListAssociatedAccessPolicies(new ListAssociatedAccessPoliciesRequest { ClusterName = cluster, PrincipalArn = arn }).AssociatedAccessPolicies.WithCancellation(cancellationToken))
            {
                policies.Add(policy);
            }
        }

        return new AccessEntryFacts(entry, policies);
    }

    /// <summary>What a cluster of ours was begun with.</summary>
    private static async Task<Dictionary<string, string>?> ReadRecordAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken) =>
        cluster.Managed ? (await ClusterRecord.FindAsync(account, new ClusterIdentity(cluster.Name, account.Region), ownRole: false, cancellationToken)).Tags : null;

    private static async Task<int?> ReadRetentionAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken) =>
        cluster.EnabledLogTypes.Count > 0 ? (await LogGroup.FindAsync(account, cluster.Name, cancellationToken))?.RetentionInDays : null;

    /// <summary>A role that is gone has none.</summary>
    private static async Task<string?> ReadBoundaryAsync(AwsAccount account, string roleArn, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = roleArn[(roleArn.LastIndexOf('/') + 1)..] }, cancellationToken)).Role.PermissionsBoundary?.PermissionsBoundaryArn;
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <summary>Each of a list, several at a time; what goes away between the list and the look is left out.</summary>
    private static async Task<IReadOnlyList<TOut>> EachAsync<TIn, TOut>(IAsyncEnumerable<TIn> list, Func<TIn, Task<TOut>> read, CancellationToken cancellationToken)
    {
        System.Collections.Concurrent.ConcurrentBag<TOut> all = [];
        await System.Threading.Tasks.Parallel.ForEachAsync(list, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (one, _) =>
        {
            try
            {
                all.Add(await read(one));
            }
            catch (ResourceNotFoundException)
            {
                // Removed meanwhile.
            }
        });
        return [.. all];
    }
}
