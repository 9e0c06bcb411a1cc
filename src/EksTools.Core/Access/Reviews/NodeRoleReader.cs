using Amazon.EC2.Model;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>Finds the roles that a cluster's nodes join with: of node groups, of Fargate profiles, and of instances of its own.</summary>
internal static class NodeRoleReader
{
    public static async Task<IReadOnlyList<NodeRoleFact>> ListAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        List<NodeRoleFact> roles = [];
        await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = cluster.Name }).Nodegroups.WithCancellation(cancellationToken))
        {
            if (await NodeGroupReader.FindAsync(account, cluster.Name, name, cancellationToken) is { NodeRole.Length: > 0 } group)
            {
                bool windows = group.AmiType?.Value?.StartsWith("WINDOWS", StringComparison.OrdinalIgnoreCase) == true;
                roles.Add(new NodeRoleFact(group.NodeRole, windows ? NodeKind.Windows : NodeKind.Linux, $"the node group {name}"));
            }
        }

        await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = cluster.Name }).FargateProfileNames.WithCancellation(cancellationToken))
        {
            try
            {
                FargateProfile profile = (await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster.Name, FargateProfileName = name }, cancellationToken)).FargateProfile;
                roles.Add(new NodeRoleFact(profile.PodExecutionRoleArn, NodeKind.Fargate, $"the Fargate profile {name}"));
            }
            catch (Amazon.EKS.Model.ResourceNotFoundException)
            {
                // Removed meanwhile.
            }
        }

        await AddInstancesAsync(account, cluster, roles, cancellationToken);
        return roles;
    }

    /// <summary>Self-managed nodes and Karpenter's: instances with the cluster's tag, whose profile has the role.</summary>
    private static async Task AddInstancesAsync(AwsAccount account, EksCluster cluster, List<NodeRoleFact> roles, CancellationToken cancellationToken)
    {
        DescribeInstancesRequest request = new()
        {
            Filters =
            [
                new Amazon.EC2.Model.Filter { Name = "tag-key", Values = [$"kubernetes.io/cluster/{cluster.Name}"] },
                new Amazon.EC2.Model.Filter { Name = "instance-state-name", Values = ["pending", "running"] },
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
                    roles.Add(new NodeRoleFact(role.Arn, windows ? NodeKind.Windows : NodeKind.Linux, $"instances with the profile {profile}"));
                }
            }
            catch (NoSuchEntityException)
            {
                // Removed under running instances: they have no credentials, and join no more.
            }
        }
    }
}
