using EksTools.Clusters;
using EksTools.Core.LoadBalancing.Balancers;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.LoadBalancing;
using k8s.Models;

namespace EksTools.Core.Tests.LoadBalancing.Balancers;

public sealed class BalancerListTests
{
    private const string Host = "k8s-a-b.elb.us-west-2.amazonaws.com";

    private static readonly EksCluster Cluster = new() { Name = "demo", Region = "us-west-2", Arn = "arn:aws:eks:us-west-2:111122223333:cluster/demo", Status = "ACTIVE" };

    private static readonly ControllerFacts Facts = new() { HasController = true, HasServiceWebhook = true, IsAutoMode = false, KnowsIngressClasses = true, IngressClasses = new Dictionary<string, string> { ["alb"] = "ingress.k8s.aws/alb", ["nginx"] = "k8s.io/ingress-nginx" } };

    private static readonly AwsBalancer Aws = new() { Hostname = Host, Name = "k8s-a-b", Arn = "arn", Type = "network", Scheme = "internal", Ports = ["80/TCP"], TargetType = "ip", Targets = 2, Healthy = 2 };

    [Fact]
    public void What_AWS_says_comes_before_what_annotations_ask_for()
    {
        EksLoadBalancer balancer = List().Describe(Service(Host, ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internet-facing")), Aws, asked: true, []);
        Assert.Equal((EksLoadBalancerState.Active, "internal", "ip", null), (balancer.State, balancer.Scheme, balancer.TargetType, balancer.Problem));
        balancer = List().Describe(Service(Host, ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internet-facing")), null, asked: false, []);
        Assert.Equal((EksLoadBalancerState.Active, "internet-facing", "instance", "network"), (balancer.State, balancer.Scheme, balancer.TargetType, balancer.Type));
    }

    [Fact]
    public void States_and_problems()
    {
        Assert.Equal(EksLoadBalancerState.Pending, Of(Service(null), null).State);
        Assert.Equal((EksLoadBalancerState.Failed, "Failed: why"), Of(Service(null), null, new EksLoadBalancerEvent { IsWarning = true, Reason = "Failed", Message = "why" }));
        Assert.Equal(EksLoadBalancerState.Missing, Of(Service(Host), null).State);
        Assert.Equal(EksLoadBalancerState.Provisioning, Of(Service(Host), Aws with { State = "provisioning" }).State);
        Assert.Equal((EksLoadBalancerState.Active, "None of its 2 targets is healthy."), Of(Service(Host), Aws with { Healthy = 0 }));
        Assert.Equal((EksLoadBalancerState.Active, "It has no targets."), Of(Service(Host), Aws with { Healthy = 0, Targets = 0 }));
        (EksLoadBalancerState state, string? problem) = Of(Ingress(null), null);
        Assert.Equal(EksLoadBalancerState.Unclaimed, state);
        Assert.Contains("no IngressClass is the default", problem, StringComparison.Ordinal);

        // Another controller's is none of ours, and nothing is wrong with it.
        Assert.Equal((EksLoadBalancerState.Unclaimed, null), Of(Ingress("nginx"), null));
    }

    [Fact]
    public void A_controller_that_does_not_run_is_the_problem()
    {
        EksLoadBalancer balancer = List(runs: false).Describe(Service(null), null, asked: true, []);
        Assert.Equal(EksLoadBalancerState.Failed, balancer.State);
        Assert.Contains("that is not running", balancer.Problem, StringComparison.Ordinal);
        V1Service gone = Raw(Host);
        gone.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        gone.Metadata.Finalizers = ["service.k8s.aws/resources"];
        balancer = List(runs: false).Describe(BalancedObject.Of(gone), Aws, asked: true, []);
        Assert.Equal(EksLoadBalancerState.Deleting, balancer.State);
        Assert.Contains("waits for service.k8s.aws/resources", balancer.Problem, StringComparison.Ordinal);
        Assert.Contains("stays so until it runs again", balancer.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("elbv2.k8s.aws/cluster", "demo", "service.k8s.aws/stack", "Service shop/web")]
    [InlineData("eks:eks-cluster-name", "demo", "ingress.eks.amazonaws.com/stack", "Ingress shop/web")]
    [InlineData("kubernetes.io/cluster/demo", "owned", "kubernetes.io/service-name", "Service shop/web")]
    public void An_orphan_is_known_by_its_tags(string key, string value, string stack, string owner)
    {
        AwsBalancer orphan = Aws with { Tags = new Dictionary<string, string> { [key] = value, [stack] = "shop/web" } };
        Assert.True(BalancerList.IsOf(orphan, "demo"));
        Assert.False(BalancerList.IsOf(orphan, "other"));
        EksLoadBalancer balancer = List().Orphan(orphan);
        Assert.Equal((EksLoadBalancerState.Orphaned, owner), (balancer.State, balancer.ToString()));
    }

    [Fact]
    public void Only_what_has_or_wants_a_load_balancer_is_listed()
    {
        V1Service inner = Raw(null);
        inner.Spec.Type = "ClusterIP";
        inner.Spec.LoadBalancerClass = null;
        Assert.False(List().Concerns(BalancedObject.Of(inner)));
        Assert.True(List().Concerns(Service(null)));
        Assert.True(List().Concerns(Ingress("nginx")));
    }

    private static BalancerList List(bool runs = true) => new(Cluster, Facts, kind => runs || kind != EksLoadBalancerControllerKind.Lbc);

    private static (EksLoadBalancerState State, string? Problem) Of(BalancedObject item, AwsBalancer? aws, params EksLoadBalancerEvent[] events)
    {
        EksLoadBalancer balancer = List().Describe(item, aws, asked: true, events);
        return (balancer.State, balancer.Problem);
    }

    private static V1Service Raw(string? hostname, params (string Key, string Value)[] annotations) => new()
    {
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "1", ResourceVersion = "7", Annotations = annotations.ToDictionary(static pair => pair.Key, static pair => pair.Value) },
        Spec = new V1ServiceSpec { Type = "LoadBalancer", LoadBalancerClass = "service.k8s.aws/nlb", Ports = [new V1ServicePort { Port = 80, Protocol = "TCP" }] },
        Status = new V1ServiceStatus { LoadBalancer = new V1LoadBalancerStatus { Ingress = hostname is null ? [] : [new V1LoadBalancerIngress { Hostname = hostname }] } },
    };

    private static BalancedObject Service(string? hostname, params (string Key, string Value)[] annotations) => BalancedObject.Of(Raw(hostname, annotations));

    private static BalancedObject Ingress(string? className) => BalancedObject.Of(new V1Ingress
    {
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "2", ResourceVersion = "7" },
        Spec = new V1IngressSpec { IngressClassName = className },
    });
}
