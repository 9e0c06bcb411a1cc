using System.Globalization;
using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Findings;
using EksTools.Core.LoadBalancing.Balancers;
using EksTools.Errors;
using EksTools.Findings;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>What a look at a cluster means for its removal. Asks nobody.</summary>
internal sealed class RemovalFindings
{
    private const int NamedPods = 5;
    private static readonly (EksErrorKind Kind, string Id) Protected = (EksErrorKind.Conflict, "DeletionProtectionOn");
    private static readonly (EksErrorKind Kind, string Id) ProtectedBalancer = (EksErrorKind.Conflict, "LoadBalancerProtected");
    private static readonly (EksErrorKind Kind, string Id) ForeignParts = (EksErrorKind.Conflict, "ClusterHasForeignParts");
    private static readonly (EksErrorKind Kind, string Id) Occupied = (EksErrorKind.Conflict, "NetworkHeldByOthers");
    private static readonly (EksErrorKind Kind, string Id) Nodes = (EksErrorKind.Conflict, "NodesOutliveCluster");
    private static readonly (EksErrorKind Kind, string Id) Budget = (EksErrorKind.Conflict, "DisruptionBudgetHolds");

    private readonly RemovalPreflight facts;
    private readonly ClusterInventory inventory;
    private readonly string cluster;
    private readonly string region;
    private readonly List<EksRemovalFinding> findings = [];

    private RemovalFindings(RemovalPreflight facts)
    {
        this.facts = facts;
        inventory = facts.Inventory;
        (cluster, region) = (inventory.Identity.Name, inventory.Identity.Region);
    }

    /// <summary>The findings, what stands in the way first.</summary>
    public static IReadOnlyList<EksRemovalFinding> Find(RemovalPreflight facts)
    {
        RemovalFindings review = new(facts);
        review.ReviewControlPlane();
        review.ReviewCapabilities();
        review.ReviewNetwork();
        review.ReviewNodes();
        review.ReviewBudgets();
        review.ReviewReferences();
        review.ReviewBalancers();
        review.ReviewEndpoints();
        review.ReviewVolumes();
        review.ReviewLogs();
        review.ReviewRest();
        return [.. review.findings.OrderByDescending(static finding => finding.Effect)];
    }

    private void ReviewControlPlane()
    {
        if (inventory.IsProtected)
        {
            // Not even with -Force: protection is a person's word about this very call, and is taken back in one call.
            Add(EksRemovalEffect.Refuses, Protected.Id, $"cluster {cluster}", $"Deletion protection of {cluster} is on: EKS does not delete the cluster before somebody switches it off, which -Force does not do.", $"Set-EksCluster {PowerShellText.Argument(cluster)} -Region {region} -DeletionProtection:$false");
        }

        foreach (string part in inventory.Foreign)
        {
            string name = part[(part.LastIndexOf(' ') + 1)..];
            string command = part.StartsWith("Fargate", StringComparison.Ordinal) ? "delete-fargate-profile" : "delete-nodegroup", parameter = part.StartsWith("Fargate", StringComparison.Ordinal) ? "--fargate-profile-name" : "--nodegroup-name";
            Add(EksRemovalEffect.Refuses, ForeignParts.Id, part, $"EksTools did not make the {part}, and EKS removes no cluster that has one.", $"aws eks {command} --region {region} --cluster-name {PowerShellText.Argument(cluster)} {parameter} {PowerShellText.Argument(name)}");
        }
    }

    /// <summary>
    /// EKS keeps what capabilities made (deletePropagationPolicy RETAIN): of Argo CD and kro that is in the cluster, of ACK it is AWS's, with tags of its own
    /// (https://aws-controllers-k8s.github.io/community/docs/user-docs/ack-tags/).
    /// </summary>
    private void ReviewCapabilities()
    {
        foreach (ClusterCapability one in inventory.Capabilities.Where(static one => one.Type == "ACK"))
        {
            Add(EksRemovalEffect.Stays, "CapabilityResourcesStay", $"capability {one.Name}", $"What the capability {one.Name} (ACK) made in AWS for objects in {cluster} stays, and may be billed: delete those objects before, and it goes with them.", $"aws resourcegroupstaggingapi get-resources --region {region} --tag-filters Key=services.k8s.aws/controller-version");
        }
    }

    private void ReviewNetwork()
    {
        foreach (Occupant occupant in facts.Network.FindForeign(inventory))
        {
            Add(EksRemovalEffect.Refuses, Occupied.Id, occupant.Where, $"The cluster's own VPC {string.Join(", ", inventory.Vpcs)} is held by {occupant}, {occupant.Made}: EC2 deletes no VPC that anything stands in.", occupant.Command);
        }
    }

    private void ReviewNodes()
    {
        foreach (IGrouping<string, Instance> owned in facts.OtherNodes.GroupBy(ClusterNodes.OwnerOf).OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            string[] ids = [.. owned.Select(static instance => instance.InstanceId).Order(StringComparer.Ordinal)];
            bool karpenter = ClusterNodes.KindOf(ClusterNodes.TagsOf(owned.First().Tags), cluster) == NodeKind.Karpenter;
            bool inside = owned.Any(instance => inventory.Vpcs.Contains(instance.VpcId));
            string made = karpenter ? $"Karpenter launched {Many("instance", ids)} ({owned.Key}), and ends {(ids.Length == 1 ? "it" : "them")} only while the cluster is there" : $"{Capital(Many("self-managed node", ids))} ({owned.Key}) {(ids.Length == 1 ? "is" : "are")} not EKS's to end";
            string they = ids.Length == 1 ? "it" : "they", come = inside ? $"{they} would hold the cluster's VPC" : $"{they} would run on, and be billed";
            string terminate = $"aws ec2 terminate-instances --region {region} --instance-ids {string.Join(' ', ids)}";
            string fix = karpenter ? $"kubectl delete {ClusterNodes.PoolKindOf(owned.First())} --all" : ClusterNodes.StackOf(owned.First()) is { } stack && stack.StartsWith($"eksctl-{inventory.Identity.Name}-nodegroup-", StringComparison.Ordinal) ? $"aws cloudformation delete-stack --region {region} --stack-name {PowerShellText.Argument(stack)}"
                : ClusterNodes.GroupOf(owned.First()) is { } group ? $"aws autoscaling delete-auto-scaling-group --region {region} --auto-scaling-group-name {PowerShellText.Argument(group)} --force-delete" : terminate;
            Add(inside ? EksRemovalEffect.Refuses : EksRemovalEffect.NeedsForce, Nodes.Id, owned.Key, $"{made}: {come}.", fix, karpenter ? terminate : fix);
        }
    }

    private void ReviewBudgets()
    {
        foreach (DisruptionBudget budget in inventory.Contents.Budgets ?? [])
        {
            string pods = budget.Pods.Count > NamedPods ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", budget.Pods.Take(NamedPods))} and {budget.Pods.Count - NamedPods} more") : string.Join(", ", budget.Pods);
            Add(
                budget.IsOfSystem ? EksRemovalEffect.Delays : EksRemovalEffect.NeedsForce,
                Budget.Id,
                $"PodDisruptionBudget {budget.Namespace}/{budget.Name}",
                $"The PodDisruptionBudget {budget.Namespace}/{budget.Name} lets none of its pods go ({pods}): a node of theirs is not drained, and EKS waits 5 minutes for each before it ends it all the same.",
                $"kubectl delete poddisruptionbudget --namespace {PowerShellText.Argument(budget.Namespace)} {PowerShellText.Argument(budget.Name)}");
        }
    }

    /// <summary>Rules of others are named and never revoked: whoever made them, by hand or by Terraform, would find them changed.</summary>
    private void ReviewReferences()
    {
        foreach (GroupReference reference in facts.References.Where(reference => !inventory.Rules.Any(own => own.Id == reference.Rule)))
        {
            string rule = $"{(reference.IsEgress ? "an outbound" : "an inbound")} rule {reference.Rule} of {reference.OtherGroup} ({reference.OtherName}) names it";
            string fix = $"aws ec2 revoke-security-group-{(reference.IsEgress ? "egress" : "ingress")} --region {region} --group-id {reference.OtherGroup} --security-group-rule-ids {reference.Rule}";
            if (inventory.Vpcs.Count == 0)
            {
                Add(EksRemovalEffect.Stays, "SecurityGroupReferenced", $"security group {reference.OtherGroup}", $"The cluster's security group {reference.OwnGroup} stays: {rule}, and EKS cannot delete it while that is so.", fix);
            }
            else if (reference.OtherName == NetworkOccupants.DefaultGroup)
            {
                // Any other group of somebody's stands in the way as it is.
                Add(EksRemovalEffect.Refuses, Occupied.Id, $"security group {reference.OtherGroup}", $"The cluster's security group {reference.OwnGroup} cannot go, nor the cluster's own VPC with it: {rule}.", fix);
            }
        }
    }

    private void ReviewBalancers()
    {
        foreach (AwsBalancer balancer in inventory.Orphans.Protected)
        {
            Add(EksRemovalEffect.Refuses, ProtectedBalancer.Id, $"load balancer {balancer.Name}", $"Deletion protection of the {balancer.Type} load balancer {balancer.Name}{OrphanedBalancers.MadeFor(balancer)} is on: Elastic Load Balancing does not delete it before somebody switches that off, which -Force does not do.", $"aws elbv2 modify-load-balancer-attributes --region {region} --load-balancer-arn {balancer.Arn} --attributes Key=deletion_protection.enabled,Value=false");
        }

        foreach (AwsBalancer balancer in inventory.Orphans.Doubtful)
        {
            string reason = inventory.Unmanaged is null ? "it is older than the cluster, and so of another of its name" : "-Unmanaged leaves it";
            string fix = balancer.Arn is { } arn ? $"aws elbv2 delete-load-balancer --region {region} --load-balancer-arn {arn}" : $"aws elb delete-load-balancer --region {region} --load-balancer-name {PowerShellText.Argument(balancer.Name)}";
            Add(EksRemovalEffect.Stays, "LoadBalancerStays", $"load balancer {balancer.Name}", $"The {balancer.Type} load balancer {balancer.Name}{OrphanedBalancers.MadeFor(balancer)} carries the cluster's name, and no Service or Ingress has it: it stays and is billed, for {reason}.", fix);
        }

        if (inventory.Contents.Unread is { } reasonUnread)
        {
            Add(EksRemovalEffect.Stays, "ClusterNotLookedInto", $"cluster {cluster}", $"What load balancers the Services and Ingresses of {cluster} have, and what its disruption budgets hold, could not be looked at: {reasonUnread.TrimEnd('.')}. Load balancers stay and are billed that do not carry the cluster's tags.", BalancersCommand());
        }

        if (inventory.Orphans.Unread is { } denied)
        {
            Add(EksRemovalEffect.Stays, "LoadBalancersNotLookedAt", "Elastic Load Balancing", $"Load balancers of {cluster} that no Service or Ingress has any more stay and are billed, if there are any; they could not be looked for: {denied}", BalancersCommand());
        }
    }

    /// <summary>Looks at the load balancers of both kinds in the cluster's VPC; it works when the cluster is gone, too.</summary>
    private string BalancersCommand()
    {
        string filter = string.Join(" || ", inventory.HomeVpcs.Select(static vpc => $"VpcId=='{vpc}'")), classic = string.Join(" || ", inventory.HomeVpcs.Select(static vpc => $"VPCId=='{vpc}'"));
        return filter.Length == 0 ? $"aws elbv2 describe-load-balancers --region {region}; aws elb describe-load-balancers --region {region}"
            : $"aws elbv2 describe-load-balancers --region {region} --query \"LoadBalancers[?{filter}].LoadBalancerArn\"; aws elb describe-load-balancers --region {region} --query \"LoadBalancerDescriptions[?{classic}].LoadBalancerName\"";
    }

    /// <summary>Left rather than forced away: other clusters' nodes would lose their way to AWS, and one more removal takes the endpoints when those clusters are gone.</summary>
    private void ReviewEndpoints()
    {
        if (inventory.Shared is not { } shared)
        {
            return;
        }

        string groups = shared.Groups.Count == 0 ? string.Empty : $" with {(shared.Groups.Count == 1 ? "the security group" : "the security groups")} {string.Join(", ", shared.Groups)}";
        string others = $"{(shared.Clusters.Count == 1 ? "cluster" : "clusters")} {string.Join(", ", shared.Clusters)}";
        Add(
            EksRemovalEffect.Stays,
            "EndpointStays",
            $"VPC {shared.Endpoints[0].VpcId}",
            $"The VPC endpoints {string.Join(", ", shared.Endpoints.Select(static endpoint => $"{endpoint.VpcEndpointId} ({endpoint.ServiceName})"))} stay{groups}, and interface endpoints are billed: {others} in the same VPC may use them. Remove-EksCluster {cluster}, run once more when no other cluster is there, takes them away.",
            $"aws ec2 delete-vpc-endpoints --region {region} --vpc-endpoint-ids {string.Join(' ', shared.Endpoints.Select(static endpoint => endpoint.VpcEndpointId))}");
    }

    private void ReviewVolumes()
    {
        foreach (StayingVolume volume in facts.Volumes)
        {
            string claim = volume.Claim is null ? "made for a persistent volume claim" : $"of the claim {volume.Claim}";
            string policy = volume.ReclaimPolicy switch
            {
                "Delete" => " Its reclaim policy is Delete, which Kubernetes heeds when the claim is deleted while the cluster is there.",
                { } said => $" Its reclaim policy is {said}.",
                null => string.Empty,
            };
            string delete = $"aws ec2 delete-volume --region {region} --volume-id {volume.Id}";
            string fix = volume is { ReclaimPolicy: "Delete", Claim: { } name } && name.Split('/') is [var space, var own] ? $"kubectl delete persistentvolumeclaim --namespace {PowerShellText.Argument(space)} {PowerShellText.Argument(own)}" : delete;
            Add(EksRemovalEffect.Stays, "VolumeStays", $"volume {volume.Id}", string.Create(CultureInfo.InvariantCulture, $"The EBS volume {volume.Id} ({volume.Size} GiB) {claim} stays and is billed.{policy}"), fix, delete);
        }
    }

    private void ReviewLogs()
    {
        foreach (StayingLogGroup group in facts.LogGroups ?? [])
        {
            string kept = group.RetentionInDays is { } days ? string.Create(CultureInfo.InvariantCulture, $"and keeps what it has for {days} {(days == 1 ? "day" : "days")}") : "for ever";
            Add(EksRemovalEffect.Stays, "LogGroupStays", $"log group {group.Name}", $"The CloudWatch log group {group.Name} ({Size(group.StoredBytes)}) stays {kept}, and what is stored is billed.", $"aws logs delete-log-group --region {region} --log-group-name {PowerShellText.Argument(group.Name)}");
        }

        if (facts.LogGroups is null && inventory.HadLogs)
        {
            Add(EksRemovalEffect.Stays, "LogGroupStays", $"log group /aws/eks/{cluster}/cluster", $"The CloudWatch log group /aws/eks/{cluster}/cluster stays, and what is stored is billed; how much that is may not be asked.", $"aws logs delete-log-group --region {region} --log-group-name /aws/eks/{cluster}/cluster");
        }
    }

    private void ReviewRest()
    {
        foreach (string role in inventory.WorkloadIdentity.Shared)
        {
            Add(EksRemovalEffect.Stays, "RoleStays", $"role {role}", $"The IAM role {role} stays: it trusts others besides this cluster's pods.", $"aws iam get-role --role-name {PowerShellText.Argument(role)}");
        }

        foreach ((string where, string message, string fix) in inventory.Unmanaged?.Remains() ?? [])
        {
            Add(EksRemovalEffect.Stays, "NotOfEks", where, message, fix);
        }
    }

    private void Add(EksRemovalEffect effect, string rule, string where, string message, string fix, string? afterwards = null) => findings.Add(new EksRemovalFinding
    {
        ClusterName = cluster,
        Region = region,
        Effect = effect,
        Severity = effect switch { EksRemovalEffect.Refuses or EksRemovalEffect.NeedsForce => EksFindingSeverity.Error, EksRemovalEffect.Delays => EksFindingSeverity.Information, _ => EksFindingSeverity.Warning },
        Rule = rule,
        Where = where,
        Message = message,
        Fix = fix,
        FixOnlyShows = AdviceCommand.OnlyShows(fix),
        FixAfterwards = afterwards,
    });

    private static string Many(string noun, string[] ids) => $"{noun}{(ids.Length == 1 ? string.Empty : "s")} {string.Join(", ", ids)}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };
}
