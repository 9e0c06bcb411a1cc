using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Conversion;

/// <summary>Raises a cluster's authentication mode so that access entries count beside aws-auth. AWS knows no way back, and none is tried.</summary>
internal sealed class AuthenticationModeSteps(AwsAccount account, string cluster)
{
    public const string Raise = "authentication-mode", Raised = "authentication-mode-active";
    private string? updateId;

    public IEnumerable<PlanStep> Create()
    {
        yield return new PlanStep
        {
            Id = Raise,
            Description = $"authentication mode {ClusterAccess.ConfigMapMode} → {ClusterAccess.BothMode}; cannot be taken back",
            Ensure = EnsureAsync,
        };
        yield return new PlanStep
        {
            Id = Raised,
            Needs = [Raise],
            Kind = StepKind.Wait,
            Typical = TimeSpan.FromMinutes(3),
            LearntAs = "cluster-update-authentication-mode",
            Description = "access entries count",
            Ensure = WaitAsync,
        };
    }

    /// <summary>Asks for the change, once EKS is not busy with another; an update that another run has begun is as good.</summary>
    private async Task<StepOutcome> EnsureAsync(StepContext context, CancellationToken cancellationToken)
    {
        string? outcome = await context.Poller.UntilAsync(
            async token =>
            {
                EksCluster there = await ClusterReader.GetAsync(account, cluster, token);
                if (ModeOf(there) != ClusterAccess.ConfigMapMode)
                {
                    return nameof(StepOutcome.Found);
                }

                if (there.Status is "DELETING" or "FAILED")
                {
                    throw new EksToolsException(EksErrorKind.Conflict, "ClusterNotUsable", $"Cluster {cluster} is {there.Status}.", cluster);
                }

                try
                {
                    UpdateClusterConfigResponse answer = await account.Eks.UpdateClusterConfigAsync(
                        new UpdateClusterConfigRequest { Name = cluster, AccessConfig = new UpdateAccessConfigRequest { AuthenticationMode = AuthenticationMode.API_AND_CONFIG_MAP } },
                        token);
                    updateId = answer.Update?.Id;
                    return nameof(StepOutcome.Updated);
                }
                catch (ResourceInUseException exception)
                {
                    context.Detail($"another update is in progress: {exception.Message}");
                    return null;
                }
            },
            cancellationToken);
        return Enum.Parse<StepOutcome>(outcome);
    }

    private async Task<StepOutcome> WaitAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                EksCluster there = await ClusterReader.GetAsync(account, cluster, token);
                context.Detail($"{there.Status}, {ModeOf(there)}");
                if (ModeOf(there) != ClusterAccess.ConfigMapMode && there.Status != "UPDATING")
                {
                    return there;
                }

                await RequireNotFailedAsync(token);
                return null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task RequireNotFailedAsync(CancellationToken cancellationToken)
    {
        if (updateId is null)
        {
            return;
        }

        Update update = (await account.Eks.DescribeUpdateAsync(new DescribeUpdateRequest { Name = cluster, UpdateId = updateId }, cancellationToken)).Update;
        if (update.Status?.Value is "Failed" or "Cancelled")
        {
            string why = string.Join(" ", (update.Errors ?? []).Select(static error => $"{error.ErrorCode?.Value}: {error.ErrorMessage}"));
            throw new EksToolsException(EksErrorKind.Service, "ClusterUpdateFailed", $"EKS did not raise the authentication mode of cluster {cluster}: the update {updateId} is {update.Status.Value}. {why}".TrimEnd(), cluster, "Run the command again once the cause is mended.");
        }
    }

    private static string ModeOf(EksCluster there) => there.AccessConfig?.AuthenticationMode ?? ClusterAccess.ConfigMapMode;
}
