using Amazon.EC2.Model;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;

namespace EksTools.Core.Nodes;

/// <summary>Finds the roles that a cluster's nodes join with: of node groups, of Fargate profiles, of Auto Mode, and of instances of its own.</summary>
internal sealed class NodeRoleReader(AwsAccount account, string cluster)
{
    /// <summary>The roles.</summary>
    public async Task<IReadOnlyList<NodeRole>> ListAsync(CancellationToken cancellationToken)
    {
        List<NodeRole> roles = [];
        await AddNodegroupsAsync(roles, cancellationToken);
        await AddFargateProfilesAsync(roles, cancellationToken);
        await AddAutoModeAsync(roles, cancellationToken);
        await AddInstancesAsync(roles, cancellationToken);
        return roles;
    }

    /// <summary>The roles as far as they can be found out, and a sentence for what cannot.</summary>
    public async Task<(IReadOnlyList<NodeRole> Roles, IReadOnlyList<string> Unknown)> TryListAsync(CancellationToken cancellationToken)
    {
        List<NodeRole> roles = [];
        List<string> unknown = [];
        await TryAsync("node groups", AddNodegroupsAsync);
        await TryAsync("Fargate profiles", AddFargateProfilesAsync);
        await TryAsync("Auto Mode", AddAutoModeAsync);
        await TryAsync("instances", AddInstancesAsync);
        return (roles, unknown);

        async Task TryAsync(string what, Func<List<NodeRole>, CancellationToken, Task> add)
        {
            try
            {
                await add(roles, cancellationToken);
            }
            catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException)
            {
                unknown.Add($"{what}: {exception.Message.TrimEnd('.', ' ')}.");
            }
        }
    }

    private async Task AddNodegroupsAsync(List<NodeRole> roles, CancellationToken cancellationToken)
    {
        await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = cluster }).Nodegroups.WithCancellation(cancellationToken))
        {
            if (await NodeGroupReader.FindAsync(account, cluster, name, cancellationToken) is { NodeRole.Length: > 0 } group)
            {
                bool windows = group.AmiType?.Value?.StartsWith("WINDOWS", StringComparison.OrdinalIgnoreCase) == true;
                roles.Add(new NodeRole(group.NodeRole, windows ? NodeKind.Windows : NodeKind.Linux, $"the node group {name}"));
            }
        }
    }

    private async Task AddFargateProfilesAsync(List<NodeRole> roles, CancellationToken cancellationToken)
    {
        await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = cluster }).FargateProfileNames.WithCancellation(cancellationToken))
        {
            try
            {
                FargateProfile profile = (await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster, FargateProfileName = name }, cancellationToken)).FargateProfile;
                roles.Add(new NodeRole(profile.PodExecutionRoleArn, NodeKind.Fargate, $"the Fargate profile {name}"));
            }
            catch (Amazon.EKS.Model.ResourceNotFoundException)
            {
                // Removed meanwhile.
            }
        }
    }

    /// <summary>The role that Auto Mode gives its nodes, also while there are none. https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html</summary>
    private async Task AddAutoModeAsync(List<NodeRole> roles, CancellationToken cancellationToken)
    {
        Cluster described = (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster }, cancellationToken)).Cluster;
        if (described.ComputeConfig is { Enabled: true, NodeRoleArn: { Length: > 0 } arn })
        {
            roles.Add(new NodeRole(arn, NodeKind.AutoMode, "Auto Mode's nodes"));
        }
    }

    /// <summary>Self-managed nodes and Karpenter's: instances with the cluster's tag (https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html), whose profile has the role.</summary>
    private async Task AddInstancesAsync(List<NodeRole> roles, CancellationToken cancellationToken)
    {
        DescribeInstancesRequest request = new()
        {
            Filters =
            [
                new Amazon.EC2.Model.Filter { Name = "tag-key", Values = [$"kubernetes.io/cluster/{cluster}"] },
                new Amazon.EC2.Model.Filter { Name = "instance-state-name", Values = ["pending", "running", "stopping", "stopped"] },
            ],
        };
        Dictionary<string, bool> profiles = new(StringComparer.Ordinal);
        await foreach (Reservation reservation in account.Ec2.Paginators.DescribeInstances(request).Reservations.WithCancellation(cancellationToken))
        {
            foreach (Instance instance in reservation.Instances ?? [])
            {
                // A managed node group's role is known already.
                if (instance.IamInstanceProfile?.Arn is { } arn && instance.Tags?.Exists(static tag => tag.Key == "eks:nodegroup-name") != true)
                {
                    string profile = arn[(arn.LastIndexOf('/') + 1)..];
                    profiles[profile] = profiles.GetValueOrDefault(profile) || string.Equals(instance.Platform?.Value, "windows", StringComparison.OrdinalIgnoreCase);
                }
            }
        }

        foreach ((string profile, bool windows) in profiles)
        {
            try
            {
                foreach (Role role in (await account.Iam.GetInstanceProfileAsync(new GetInstanceProfileRequest { InstanceProfileName = profile }, cancellationToken)).InstanceProfile.Roles ?? [])
                {
                    roles.Add(new NodeRole(role.Arn, windows ? NodeKind.Windows : NodeKind.Linux, $"instances with the profile {profile}"));
                }
            }
            catch (NoSuchEntityException)
            {
                // Removed under running instances: they have no credentials, and join no more.
            }
        }
    }
}
