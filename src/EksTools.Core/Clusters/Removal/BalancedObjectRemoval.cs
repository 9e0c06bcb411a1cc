using EksTools.Core.Accounts;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>
/// Deletes Services of type LoadBalancer and Ingresses, and waits until their controllers have taken the load balancers away: that takes nodes to
/// run on, and afterwards nobody would. What they would leave holds the network and costs money.
/// </summary>
internal sealed class BalancedObjectRemoval(AwsAccount account, ClusterInventory inventory)
{
    private const string GoneStep = "load-balancers-gone";
    private const string Advice = "See that the controller runs and may delete load balancers, and run the command again. If it is gone for good, delete the load balancer in AWS and then the finalizer.";

    // A controller retries what its load balancer's interfaces still hold for some minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The step after which no controller has anything left to take away.</summary>
    public IReadOnlyList<string> Gone => inventory.Contents.Balanced.Count == 0 ? [] : [GoneStep];

    /// <param name="needs">The steps after which no controller makes anew what is deleted.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> needs)
    {
        foreach (BalancedObject item in inventory.Contents.Balanced)
        {
            yield return new PlanStep { Id = Id(item), Needs = needs, Description = $"{item.Title} with its load balancer", Ensure = (context, token) => DeleteAsync(item, token) };
        }

        if (inventory.Contents.Balanced.Count > 0)
        {
            yield return new PlanStep
            {
                Id = GoneStep,
                Needs = [.. inventory.Contents.Balanced.Select(Id)],
                Kind = StepKind.Wait,
                Typical = TimeSpan.FromMinutes(1),
                Description = "load balancers of Services and Ingresses are gone",
                Ensure = WaitAsync,
            };
        }
    }

    private static string Id(BalancedObject item) => $"{item.Kind.ToLowerInvariant()}-{item.Namespace}-{item.Name}";

    private async Task<StepOutcome> DeleteAsync(BalancedObject item, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, inventory.Cluster!);
        if (item.NeedsInstalledController && !await BalancedObject.HasControllerAsync(api, cancellationToken))
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "LoadBalancerHeld",
                $"The {item.Title} cannot go: only the AWS Load Balancer Controller takes its load balancer away and its finalizer off ({string.Join(", ", item.Finalizers)}), and no replica of it is ready.",
                inventory.Identity.Name,
                Advice);
        }

        return await item.DeleteAsync(api, cancellationToken) ? StepOutcome.Deleted : StepOutcome.Skipped;
    }

    private async Task<StepOutcome> WaitAsync(StepContext context, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, inventory.Cluster!);
        List<BalancedObject> left = [.. inventory.Contents.Balanced];
        try
        {
            await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(LookAsync, patience), cancellationToken);
            return StepOutcome.Ready;
        }
        catch (EksToolsException exception) when (exception.Kind == EksErrorKind.Timeout)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "LoadBalancerHeld",
                $"The load balancers of {await NameAsync(api, left, cancellationToken)} are not gone after {Patience.TotalMinutes} minutes: the controller whose finalizer holds each has not taken it away.",
                inventory.Identity.Name,
                Advice,
                exception);
        }

        async Task<string?> LookAsync(CancellationToken token)
        {
            foreach (BalancedObject item in left.ToArray())
            {
                BalancedObject? there = await item.FindAsync(api, token);
                left.Remove(item);
                if (there is not null)
                {
                    left.Add(there);
                }
            }

            context.Detail($"waiting for {string.Join(", ", left.Select(static item => item.Title))}");
            return left.Count == 0 ? string.Empty : null;
        }
    }

    private static async Task<string> NameAsync(ClusterApi api, IEnumerable<BalancedObject> left, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (BalancedObject item in left)
        {
            string? problem = await item.FindProblemAsync(api, cancellationToken);
            names.Add($"{item.Title} ({string.Join(", ", item.Finalizers)}{(problem is null ? string.Empty : $"; {problem}")})");
        }

        return string.Join(", ", names);
    }
}
