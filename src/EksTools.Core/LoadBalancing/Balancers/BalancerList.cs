using System.Globalization;
using EksTools.Clusters;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>Joins what Kubernetes and AWS say of a load balancer. Asks nobody.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="facts">Its controllers.</param>
/// <param name="running">Whether each kind of controller runs; of those that EKS runs that is so.</param>
internal sealed class BalancerList(EksCluster cluster, ControllerFacts facts, Func<EksLoadBalancerControllerKind, bool> running)
{
    /// <summary>Whether an object has a load balancer, or should: a Service by its type or a controller's annotation, and any Ingress.</summary>
    public bool Concerns(BalancedObject item) => !item.Object.IsService || item.Object.Service!.Type == ServiceSpec.LoadBalancer || item.Finalizers.Count > 0 || ControllerChoice.Of(item.Object, facts).Reader is not null;

    /// <summary>An object with its load balancer.</summary>
    /// <param name="item">The object.</param>
    /// <param name="aws">Its load balancer; null where AWS has none of that name, or was not asked.</param>
    /// <param name="asked">Whether AWS was asked.</param>
    /// <param name="events">What was said of it, the latest first.</param>
    public EksLoadBalancer Describe(BalancedObject item, AwsBalancer? aws, bool asked, IReadOnlyList<EksLoadBalancerEvent> events)
    {
        ControllerDecision decision = ControllerChoice.Of(item.Object, facts);
        EksLoadBalancerEvent[] explained = [.. events.Select(said => said with { Explanation = EventExplanation.Of(said.Message, decision.Controller, cluster.Name) })];
        (EksLoadBalancerState state, string? problem) = Judge(item, decision, aws, asked, explained);
        return new EksLoadBalancer
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            Kind = item.Object.Kind,
            Namespace = item.Object.Namespace,
            Name = item.Object.Name,
            Controller = decision.Controller,
            ControllerReason = decision.Reason,
            Type = aws?.Type ?? item.Type(decision),
            Scheme = aws?.Scheme ?? item.Scheme(decision),
            TargetType = aws?.TargetType ?? item.TargetType(decision),
            Hostname = item.Object.Hostname,
            LoadBalancerArn = aws?.Arn,
            LoadBalancerName = aws?.Name,
            Ports = aws is { Ports.Count: > 0 } ? aws.Ports : item.Ports,
            Certificates = aws is { Certificates.Count: > 0 } ? aws.Certificates : item.Certificates,
            AvailabilityZones = aws?.Zones ?? [],
            SecurityGroups = aws?.SecurityGroups ?? [],
            Targets = aws?.Targets,
            HealthyTargets = aws?.Healthy,
            State = state,
            Problem = problem,
            Events = explained,
        };
    }

    /// <summary>A load balancer with the cluster's tags whose object is gone.</summary>
    public EksLoadBalancer Orphan(AwsBalancer aws)
    {
        (string? kind, string? space, string? name) = Owner(aws);
        bool isController = aws.Tags.ContainsKey("elbv2.k8s.aws/cluster") || aws.Tags.ContainsKey("eks:eks-cluster-name");
        return new EksLoadBalancer
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            Kind = kind,
            Namespace = space,
            Name = name,
            Controller = aws.Tags.ContainsKey("eks:eks-cluster-name") ? EksLoadBalancerControllerKind.AutoMode : isController ? EksLoadBalancerControllerKind.Lbc : EksLoadBalancerControllerKind.Ccm,
            ControllerReason = "its tags say so",
            Type = aws.Type,
            Scheme = aws.Scheme,
            TargetType = aws.TargetType,
            Hostname = aws.Hostname,
            LoadBalancerArn = aws.Arn,
            LoadBalancerName = aws.Name,
            Ports = aws.Ports,
            Certificates = aws.Certificates,
            AvailabilityZones = aws.Zones,
            SecurityGroups = aws.SecurityGroups,
            Targets = aws.Targets,
            HealthyTargets = aws.Healthy,
            State = EksLoadBalancerState.Orphaned,
            Problem = "No Service and no Ingress of the cluster has this load balancer, and it is billed: delete it in EC2 if nobody else needs it.",
        };
    }

    /// <summary>Whether tags say that a load balancer is of a cluster: those of the AWS Load Balancer Controller, of Auto Mode, and of the cloud provider.</summary>
    public static bool IsOf(AwsBalancer aws, string cluster) => IsOf(aws.Tags, cluster);

    /// <summary>The same of a target group's tags.</summary>
    public static bool IsOf(IReadOnlyDictionary<string, string> tags, string cluster) =>
        tags.GetValueOrDefault("elbv2.k8s.aws/cluster") == cluster || tags.GetValueOrDefault("eks:eks-cluster-name") == cluster || tags.GetValueOrDefault($"kubernetes.io/cluster/{cluster}") == "owned";

    private (EksLoadBalancerState State, string? Problem) Judge(BalancedObject item, ControllerDecision decision, AwsBalancer? aws, bool asked, IReadOnlyList<EksLoadBalancerEvent> events)
    {
        // That a controller begins says nothing about how it ended the last time.
        EksLoadBalancerEvent? last = events.FirstOrDefault(static said => said.Reason is not ("EnsuringLoadBalancer" or "DeletingLoadBalancer"));
        string? complaint = last is { IsWarning: true } ? last.Explanation ?? $"{last.Reason}: {last.Message}" : null;
        if (item.IsDeleting)
        {
            string waits = item.Finalizers.Count == 0 ? string.Empty : $"Its deletion waits for {string.Join(", ", item.Finalizers)}";
            bool stuck = item.Finalizers.Count > 0 && decision.Controller is { } owner && !running(owner);
            return (EksLoadBalancerState.Deleting, stuck ? $"{waits}, which {ControllerChoice.NameOf(decision.Controller!.Value)} takes away, and that is not running: it stays so until it runs again. {WayOut(item)}" : complaint ?? (waits.Length == 0 ? null : $"{waits}."));
        }

        if (decision.Controller is not { } controller)
        {
            return (EksLoadBalancerState.Unclaimed, item.Object.IsService || decision.Reason.Contains("no IngressClass", StringComparison.Ordinal) || decision.Reason.Contains("names no class", StringComparison.Ordinal) ? $"No controller takes it: {decision.Reason}." : null);
        }

        if (!running(controller))
        {
            return (item.Object.Hostname is null ? EksLoadBalancerState.Failed : EksLoadBalancerState.Active, $"{Capital(ControllerChoice.NameOf(controller))} takes it ({decision.Reason}), and that is not running: nothing is made or changed until it is.");
        }

        if (item.Object.Hostname is null)
        {
            return (complaint is null ? EksLoadBalancerState.Pending : EksLoadBalancerState.Failed, complaint);
        }

        if (aws is null)
        {
            return asked ? (EksLoadBalancerState.Missing, $"AWS knows no load balancer {item.Object.Hostname} in the cluster's VPC: somebody has deleted it, and its controller has not made it anew.") : (EksLoadBalancerState.Active, complaint);
        }

        return aws.State switch
        {
            "failed" => (EksLoadBalancerState.Failed, aws.StateReason ?? "AWS calls it failed."),
            "provisioning" => (EksLoadBalancerState.Provisioning, complaint),
            "active_impaired" => (EksLoadBalancerState.Active, complaint ?? $"AWS calls it impaired: {aws.StateReason ?? "it does not get what it needs to scale"}."),
            _ => (EksLoadBalancerState.Active, complaint ?? Unhealthy(aws)),
        };
    }

    /// <summary>Where the controller is gone for good: its finalizer is all that is left of it, and what it made is the user's to delete.</summary>
    private static string WayOut(BalancedObject item) =>
        $"If it never will, delete the load balancer in AWS, and then its finalizers: kubectl patch {(item.Object.IsService ? "service" : "ingress")} {item.Object.Name} --namespace {item.Object.Namespace} --type merge --patch '{{\"metadata\":{{\"finalizers\":null}}}}'";

    private static string? Unhealthy(AwsBalancer aws) => aws.Targets == 0 ? "It has no targets."
        : aws.Healthy == 0 ? string.Create(CultureInfo.InvariantCulture, $"None of its {aws.Targets} targets is healthy.") : null;

    /// <summary>The object that tags name: service.k8s.aws/stack, ingress.k8s.aws/stack (a group's name where it has one) or kubernetes.io/service-name.</summary>
    private static (string? Kind, string? Space, string? Name) Owner(AwsBalancer aws)
    {
        foreach ((string kind, string[] keys) in new[] { (LoadBalancedObject.ServiceKind, new[] { "service.k8s.aws/stack", "service.eks.amazonaws.com/stack", "kubernetes.io/service-name" }), (LoadBalancedObject.IngressKind, ["ingress.k8s.aws/stack", "ingress.eks.amazonaws.com/stack"]) })
        {
            if (keys.Select(aws.Tags.GetValueOrDefault).OfType<string>().FirstOrDefault() is { } stack)
            {
                return stack.Split('/') is [var space, var name] ? (kind, space, name) : (kind, null, stack);
            }
        }

        return (null, null, null);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
