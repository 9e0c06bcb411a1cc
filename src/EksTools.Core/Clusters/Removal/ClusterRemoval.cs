using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Removal.Preflight;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>The plan of removing a cluster: everything that carries its tags, in the order in which AWS lets it go, and nothing else.</summary>
internal sealed class ClusterRemoval
{
    private readonly ClusterInventory inventory;

    private ClusterRemoval(ClusterInventory inventory, IReadOnlyList<EksRemovalFinding> findings, Plan plan)
    {
        this.inventory = inventory;
        Findings = findings;
        Plan = plan;
    }

    public Plan Plan { get; }

    /// <summary>What stands in the way, and what stays.</summary>
    public IReadOnlyList<EksRemovalFinding> Findings { get; }

    /// <summary>Looks at what is there. Changes nothing.</summary>
    /// <exception cref="EksToolsException">There is nothing, or what is there is not ours.</exception>
    public static async Task<ClusterRemoval> PrepareAsync(AwsAccount account, RemoveClusterRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(request.Name, account.Region);
        ClusterInventory inventory = await ClusterInventory.ReadAsync(account, identity, request.Unmanaged, cancellationToken);
        if (inventory.IsEmpty)
        {
            throw ClusterReader.NotFound(request.Name, account.Region);
        }

        IReadOnlyList<EksRemovalFinding> findings = RemovalFindings.Find(await RemovalPreflight.ReadAsync(account, inventory, cancellationToken));
        string arn = inventory.Cluster?.Arn ?? new ClusterArn(account.Partition.Name, account.Region, (await account.Session.GetCallerIdentityAsync(cancellationToken)).Account, request.Name).ToString();
        return new ClusterRemoval(inventory, findings, CreatePlan(account, request, inventory, arn));
    }

    /// <summary>Refuses while something stands in the way; says otherwise what was found.</summary>
    /// <exception cref="EksToolsException">Something does.</exception>
    public void Require(RemoveClusterRequest request, IJobObserver observer)
    {
        foreach (EksRemovalFinding finding in Findings)
        {
            observer.Verbose($"{finding.Where}: {finding.Effect}: {finding.Message}");
        }

        RemovalPreflight.Require(inventory.Identity, Findings, request.Force);
    }

    /// <summary>A plan of one step: taking the lease, so that what is there is looked at when no other run is at work on it.</summary>
    public Plan CreateLeasePlan(ClusterLease lease) => new(
        Plan.Activity,
        [new PlanStep { Id = "lease", Description = "this run's lease on the cluster", Ensure = (context, token) => AcquireAsync(lease, context, token) }]);

    /// <summary>The removal as a user sees it.</summary>
    public EksClusterRemoval Describe(IReadOnlyDictionary<string, StepOutcome>? outcomes = null) => new()
    {
        ClusterName = inventory.Identity.Name,
        Region = inventory.Identity.Region,
        Steps = Plan.Describe(inventory.Identity.Name, inventory.Identity.Region, outcomes),
        Findings = Findings,
    };

    private async Task<StepOutcome> AcquireAsync(ClusterLease lease, StepContext context, CancellationToken cancellationToken)
    {
        if (inventory.Record is not { } record)
        {
            return StepOutcome.Skipped;
        }

        lease.Record = record;
        return await lease.AcquireAsync(context, cancellationToken) ? StepOutcome.Ready : StepOutcome.Skipped;
    }

    private static Plan CreatePlan(AwsAccount account, RemoveClusterRequest request, ClusterInventory inventory, string arn)
    {
        CapabilityRemoval capabilities = new(account, inventory);
        BalancedObjectRemoval balanced = new(account, inventory);
        ControlPlaneRemoval controlPlane = new(account, inventory);
        LeftInterfaces interfaces = new(account, inventory);
        OrphanedBalancerRemoval orphans = new(account, inventory);
        PlanStep[] rules = [.. new OwnRules(account, inventory).Create([.. balanced.Gone, .. controlPlane.NodesGone])];
        List<PlanStep> steps =
        [
            .. capabilities.Create(),
            .. balanced.Create(capabilities.Gone),
            .. controlPlane.Create([LeftInterfaces.Step, .. capabilities.Gone, .. rules.Select(static step => step.Id)], balanced.Gone),
            .. rules,
            interfaces.Create([.. balanced.Gone, .. controlPlane.NodesGone]),
            .. orphans.Create([.. controlPlane.NodesGone, .. controlPlane.Gone]),
            .. new NetworkRemoval(account, inventory, interfaces).Create(controlPlane.NodesGone, controlPlane.Gone, orphans.Gone),
        ];
        if (!request.KeepKubeconfig)
        {
            steps.Add(new PlanStep { Id = "kubeconfig", Needs = controlPlane.Gone, Description = "the cluster's kubeconfig entries", Ensure = (context, token) => RemoveEntriesAsync(request, arn, context, token) });
        }

        // The cluster role goes last: it carries the lease, and the parameters that a run after an interruption goes by.
        steps.AddRange(new RoleRemoval(account, inventory).Create(controlPlane.NodesGone, [.. steps.Select(static step => step.Id)]));
        return new Plan($"Removing cluster {inventory.Identity.Name} in {inventory.Identity.Region}", steps);
    }

    private static async Task<StepOutcome> RemoveEntriesAsync(RemoveClusterRequest request, string arn, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            string? path = await KubeconfigWriter.RemoveAsync(request.KubeconfigPath, arn, cancellationToken);
            return path is null ? StepOutcome.Skipped : StepOutcome.Deleted;
        }
        catch (EksToolsException exception)
        {
            // A kubeconfig that is broken or locked is its owner's to mend, and no reason to leave a cluster half removed.
            context.Observer.Warn($"{exception.Message} The cluster's entries stay in it.");
            return StepOutcome.Skipped;
        }
    }
}
