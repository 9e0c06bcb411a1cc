using Amazon.EC2.Model;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;

namespace EksTools.Core.Access.Mappings.Guard;

/// <summary>The roles that a cluster's nodes have.</summary>
/// <param name="Users">What uses a role, in words, by the role's <see cref="IamPrincipal.Key"/>.</param>
/// <param name="Unknown">What could not be looked at, and why; null when everything was.</param>
internal sealed record NodeRolesInUse(IReadOnlyDictionary<string, string> Users, string? Unknown)
{
    /// <summary>Nothing was asked, for nothing depends on it.</summary>
    public static NodeRolesInUse None { get; } = new(new Dictionary<string, string>(), null);

    /// <summary>What uses a role; null when nothing does.</summary>
    public string? Find(string key) => Users.GetValueOrDefault(key);

    /// <summary>Managed node groups, Fargate profiles, and instances that are the cluster's by their tag.</summary>
    public static async Task<NodeRolesInUse> ReadAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        Dictionary<string, string> users = new(StringComparer.Ordinal);
        List<string> unknown = [];
        await LookAsync("node groups", ReadNodegroupsAsync);
        await LookAsync("Fargate profiles", ReadFargateProfilesAsync);
        await LookAsync("instances", ReadInstancesAsync);
        return new NodeRolesInUse(users, unknown.Count == 0 ? null : string.Join(" ", unknown));

        async Task LookAsync(string what, Func<Action<string?, string>, Task> look)
        {
            try
            {
                await look((arn, user) =>
                {
                    if (IamPrincipal.Parse(arn) is { } role)
                    {
                        users.TryAdd(role.Key, user);
                    }
                });
            }
            catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException)
            {
                // The guard then takes every role of nodes for one in use: who may not look must not lock nodes out unaware.
                unknown.Add($"{what}: {exception.Message.TrimEnd('.', ' ')}.");
            }
        }

        async Task ReadNodegroupsAsync(Action<string?, string> add)
        {
            await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = cluster }).Nodegroups.WithCancellation(cancellationToken))
            {
                DescribeNodegroupResponse answer = await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = cluster, NodegroupName = name }, cancellationToken);
                add(answer.Nodegroup.NodeRole, $"the node group {name}");
            }
        }

        async Task ReadFargateProfilesAsync(Action<string?, string> add)
        {
            await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = cluster }).FargateProfileNames.WithCancellation(cancellationToken))
            {
                DescribeFargateProfileResponse answer = await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster, FargateProfileName = name }, cancellationToken);
                add(answer.FargateProfile.PodExecutionRoleArn, $"the Fargate profile {name}");
            }
        }

        // Nodes that nobody manages carry this tag: https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
        async Task ReadInstancesAsync(Action<string?, string> add)
        {
            DescribeInstancesRequest request = new()
            {
                Filters =
                [
                    new Filter { Name = $"tag:kubernetes.io/cluster/{cluster}", Values = ["owned"] },
                    new Filter { Name = "instance-state-name", Values = ["pending", "running", "stopping", "stopped"] },
                ],
            };
            Dictionary<string, string> profiles = new(StringComparer.Ordinal);
            await foreach (Reservation reservation in account.Ec2.Paginators.DescribeInstances(request).Reservations.WithCancellation(cancellationToken))
            {
                foreach (Instance instance in reservation.Instances ?? [])
                {
                    if (instance.IamInstanceProfile?.Arn is { } profile)
                    {
                        profiles.TryAdd(profile[(profile.LastIndexOf('/') + 1)..], instance.InstanceId);
                    }
                }
            }

            foreach ((string profile, string instance) in profiles)
            {
                try
                {
                    GetInstanceProfileResponse answer = await account.Iam.GetInstanceProfileAsync(new GetInstanceProfileRequest { InstanceProfileName = profile }, cancellationToken);
                    foreach (Role role in answer.InstanceProfile.Roles ?? [])
                    {
                        add(role.Arn, $"the instance {instance}");
                    }
                }
                catch (NoSuchEntityException)
                {
                    // The profile is gone, and with it what the instance could do.
                }
            }
        }
    }
}
