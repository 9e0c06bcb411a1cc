using Amazon.CloudWatchLogs.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;
using CloudWatchLogGroup = Amazon.CloudWatchLogs.Model.LogGroup;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// The log group of a control plane. EKS makes it when the first log comes, and then it keeps them for ever; made before, it has its retention and its tags
/// from the first line. It stays when the cluster goes.
/// </summary>
internal static class LogGroup
{
    public const string Step = "log-group";

    /// <summary>The group's name: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html</summary>
    public static string NameOf(string cluster) => $"/aws/eks/{cluster}/cluster";

    /// <summary>Whether there is a step for it: what EKS does by itself is left to it.</summary>
    public static bool IsMade(ClusterSpecification specification) => specification is { LogTypes.Count: > 0, LogRetention: not null };

    public static IEnumerable<PlanStep> Create(ClusterBuild build, string lease)
    {
        ClusterSpecification specification = build.Specification;
        if (IsMade(specification))
        {
            int days = specification.LogRetention!.Value;
            yield return new PlanStep
            {
                Id = Step,
                Needs = [lease],
                Description = $"CloudWatch log group {NameOf(build.Identity.Name)}, which keeps logs for {days} days",
                Ensure = (context, token) => EnsureNewAsync(build, days, context, token),
            };
        }
    }

    /// <summary>A group of an earlier cluster of that name may keep logs for longer that are still wanted; one without any, and without a retention, may be what a killed run left.</summary>
    private static async Task<StepOutcome> EnsureNewAsync(ClusterBuild build, int days, StepContext context, CancellationToken cancellationToken)
    {
        if (await FindAsync(build.Account, build.Identity.Name, cancellationToken) is { } there && (there.RetentionInDays is { } kept ? kept > days : there.StoredBytes > 0))
        {
            context.Observer.Warn($"The log group {there.LogGroupName} was there before and keeps logs {(there.RetentionInDays is { } longer ? $"for {longer} days" : "for ever")}: it is left so, for -LogRetention {days} would delete logs. Set-EksCluster {build.Identity.Name} -LogRetention {days} shortens it.");
            return StepOutcome.Found;
        }

        return await EnsureAsync(build.Account, build.Identity.Name, days, build.Specification.Tags(Step), cancellationToken);
    }

    /// <summary>Makes the group where there is none, and sets how long it keeps logs.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="days">How long.</param>
    /// <param name="tags">Tags of a new one; one that is there keeps its own.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<StepOutcome> EnsureAsync(AwsAccount account, string cluster, int days, Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        string name = NameOf(cluster);
        StepOutcome outcome = StepOutcome.Found;
        CloudWatchLogGroup? there = await FindAsync(account, cluster, cancellationToken);
        if (there is null)
        {
            try
            {
                await account.Logs.CreateLogGroupAsync(new CreateLogGroupRequest { LogGroupName = name, Tags = tags }, cancellationToken);
                outcome = StepOutcome.Created;
            }
            catch (ResourceAlreadyExistsException)
            {
                // Made by a call whose answer was lost, or by EKS meanwhile.
            }
        }

        if (there?.RetentionInDays == days)
        {
            return outcome;
        }

        await account.Logs.PutRetentionPolicyAsync(new PutRetentionPolicyRequest { LogGroupName = name, RetentionInDays = days }, cancellationToken);
        return outcome == StepOutcome.Created ? outcome : StepOutcome.Updated;
    }

    /// <summary>The group; null when there is none.</summary>
    public static async Task<CloudWatchLogGroup?> FindAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        string name = NameOf(cluster);
        DescribeLogGroupsResponse answer = await account.Logs.DescribeLogGroupsAsync(new DescribeLogGroupsRequest { LogGroupNamePrefix = name }, cancellationToken);

        // The first of a prefix, in order, is the one that is the prefix itself.
        return answer.LogGroups?.Find(group => group.LogGroupName == name);
    }
}
