using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the Fargate profiles, of which EKS deletes one at a time.</summary>
internal sealed class FargateRemoval(AwsAccount account, ClusterInventory inventory)
{
    private readonly string cluster = inventory.Identity.Name;

    /// <summary>The steps after which no pod runs on Fargate.</summary>
    public IReadOnlyList<string> Gone => [.. inventory.FargateProfiles.Select(GoneStep)];

    /// <param name="balancersGone">The steps after which no controller needs a pod to take load balancers away.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> balancersGone)
    {
        IReadOnlyList<string> before = balancersGone;
        foreach (string profile in inventory.FargateProfiles)
        {
            yield return new PlanStep { Id = $"fargate-profile-{profile}", Needs = before, Description = $"Fargate profile '{profile}' with its pods", Ensure = (context, token) => DeleteAsync(profile, context, token) };
            yield return new PlanStep { Id = GoneStep(profile), Needs = [$"fargate-profile-{profile}"], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(75), Description = $"Fargate profile '{profile}' is gone", Ensure = (context, token) => WaitAsync(profile, context, token) };
            before = [GoneStep(profile)];
        }
    }

    private static string GoneStep(string profile) => $"fargate-gone-{profile}";

    private async Task<StepOutcome> DeleteAsync(string profile, StepContext context, CancellationToken cancellationToken)
    {
        string? before = null;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return before is null ? StepOutcome.Skipped : StepOutcome.Deleted;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = (await FargateProfileReader.FindAsync(account, cluster, profile, token))?.Status?.Value;
            before ??= status;
            return status is null or "DELETING"
                ? string.Empty
                : await ControlPlaneRemoval.RequestAsync(() => account.Eks.DeleteFargateProfileAsync(new DeleteFargateProfileRequest { ClusterName = cluster, FargateProfileName = profile }, token), status, context);
        }
    }

    private async Task<StepOutcome> WaitAsync(string profile, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                FargateProfile? there = await FargateProfileReader.FindAsync(account, cluster, profile, token);
                string health = FargateProfileReader.Health(there);
                context.Detail($"{there?.Status?.Value ?? "gone"} {health}".TrimEnd());
                return there?.Status?.Value switch
                {
                    null => string.Empty,
                    "DELETE_FAILED" => throw new EksToolsException(EksErrorKind.Service, "FargateProfileDeleteFailed", $"EKS could not delete the Fargate profile {profile}. {health}".TrimEnd(), profile, "Run the same command again for another attempt."),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }
}
