using k8s;
using k8s.Models;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class ControllerTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private IKubernetes _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _client = _cluster.Client();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_new_cluster_has_what_EKS_gives_it()
    {
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], (await _client.CoreV1.ListNamespaceAsync(cancellationToken: Token)).Items.Select(n => n.Name()));
        Assert.Equal(4, (await _client.CoreV1.ListServiceAccountForAllNamespacesAsync(fieldSelector: "metadata.name=default", cancellationToken: Token)).Items.Count);
        Assert.Equal(_cluster.Api.CertificateAuthority, (await _client.CoreV1.ReadNamespacedConfigMapAsync("kube-root-ca.crt", "kube-system", cancellationToken: Token)).Data["ca.crt"]);
        Assert.Equal("10.100.0.1", (await _client.CoreV1.ReadNamespacedServiceAsync("kubernetes", "default", cancellationToken: Token)).Spec.ClusterIP);
        Assert.Equal("gp2", Assert.Single((await _client.StorageV1.ListStorageClassAsync(cancellationToken: Token)).Items).Name());
        Assert.Empty((await _client.CoreV1.ListNodeAsync(cancellationToken: Token)).Items);
        Assert.Empty((await _client.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: Token)).Items);
    }

    [Fact]
    public async Task Addons_run_as_nodes_come_and_go()
    {
        Assert.True(_cluster.Api.EnsureAddon("vpc-cni", "v1.20.4-eksbuild.1"));
        Assert.False(_cluster.Api.EnsureAddon("coredns", "v1.12.3-eksbuild.1"));
        Assert.All(await PodsAsync("k8s-app=kube-dns"), p => Assert.Equal(("Pending", "Unschedulable"), (p.Status.Phase, p.Status.Conditions[0].Reason)));

        _cluster.Api.AddNode(TestCluster.Node(1));
        Assert.Equal("Running", Assert.Single(await PodsAsync("k8s-app=aws-node")).Status.Phase);
        Assert.False(_cluster.Api.EnsureAddon("coredns", "v1.12.3-eksbuild.1"));

        _cluster.Api.SetNodeReady(TestCluster.Node(1).Name, true, "KubeletReady");
        Assert.True(_cluster.Api.EnsureAddon("coredns", "v1.12.3-eksbuild.1"));
        _cluster.AddReadyNode(2);
        Assert.Equal(2, (await PodsAsync("k8s-app=aws-node")).Count);
        var endpoints = await _client.CoreV1.ReadNamespacedEndpointsAsync("kube-dns", "kube-system", cancellationToken: Token);
        Assert.Equal(2, endpoints.Subsets[0].Addresses.Count);

        _cluster.Api.RemoveNode(TestCluster.Node(1).Name);
        Assert.Single(await PodsAsync("k8s-app=aws-node"));
        Assert.All(await PodsAsync("k8s-app=kube-dns"), p => Assert.Equal(TestCluster.Node(2).Name, p.Spec.NodeName));

        _cluster.Api.RemoveAddon("coredns");
        _cluster.Api.RemoveAddon("vpc-cni");
        Assert.Empty((await _client.CoreV1.ListNamespacedPodAsync("kube-system", cancellationToken: Token)).Items);
    }

    [Theory]
    [InlineData("vpc-cni", "aws-node")]
    [InlineData("kube-proxy", "kube-proxy")]
    [InlineData("eks-pod-identity-agent", "eks-pod-identity-agent")]
    [InlineData("aws-ebs-csi-driver", "ebs-csi-node")]
    public async Task Addons_are_daemon_sets_of_the_names_that_EKS_gives(string addon, string daemonSet)
    {
        _cluster.AddReadyNode(1);

        Assert.True(_cluster.Api.EnsureAddon(addon, "v1.2.3-eksbuild.1"));
        var first = await _client.AppsV1.ReadNamespacedDaemonSetAsync(daemonSet, "kube-system", cancellationToken: Token);
        Assert.Contains("v1.2.3-eksbuild.1", first.Spec.Template.Spec.Containers[0].Image, StringComparison.Ordinal);
        Assert.Equal(1, first.Status.NumberReady);

        Assert.True(_cluster.Api.EnsureAddon(addon, "v1.2.4-eksbuild.1"));
        Assert.Contains("v1.2.4-eksbuild.1", Assert.Single((await _client.CoreV1.ListNamespacedPodAsync("kube-system", fieldSelector: "spec.nodeName=" + TestCluster.Node(1).Name, cancellationToken: Token)).Items, p => p.Name().StartsWith(daemonSet, StringComparison.Ordinal)).Spec.Containers[0].Image, StringComparison.Ordinal);
    }

    [Fact]
    public void An_addon_of_which_the_sandbox_has_no_workloads_counts_as_running() => Assert.True(_cluster.Api.EnsureAddon("amazon-cloudwatch-observability", "v1"));

    [Fact]
    public async Task A_node_that_is_lost_is_not_ready_nor_are_its_pods()
    {
        _cluster.AddReadyNode(1);
        _cluster.Api.EnsureAddon("kube-proxy", "v1");

        _cluster.Api.SetNodeReady(TestCluster.Node(1).Name, false, "NodeStatusUnknown");

        var node = await _client.CoreV1.ReadNodeAsync(TestCluster.Node(1).Name, cancellationToken: Token);
        Assert.Equal(("False", "NodeStatusUnknown"), node.Status.Conditions.Where(c => c.Type == "Ready").Select(c => (c.Status, c.Reason)).Single());
        Assert.Contains(node.Spec.Taints, t => t.Key == "node.kubernetes.io/not-ready");
        Assert.False(_cluster.Api.EnsureAddon("kube-proxy", "v1"));
        var lease = await _client.CoordinationV1.ReadNamespacedLeaseAsync(node.Name(), "kube-node-lease", cancellationToken: Token);
        Assert.Equal(node.Name(), lease.Spec.HolderIdentity);
    }

    [Fact]
    public async Task Pods_heed_selectors_and_taints()
    {
        _cluster.AddReadyNode(1);
        _cluster.AddReadyNode(2);
        await _client.CoreV1.PatchNodeAsync(new("""{"spec":{"taints":[{"key":"gpu","value":"yes","effect":"NoSchedule"}]},"metadata":{"labels":{"gpu":"yes"}}}""", V1Patch.PatchType.MergePatch), TestCluster.Node(2).Name, cancellationToken: Token);
        await CreateAsync("plain", new());
        await CreateAsync("refused", new() { NodeSelector = new Dictionary<string, string> { ["gpu"] = "yes" } });
        await CreateAsync("gpu", new() { NodeSelector = new Dictionary<string, string> { ["gpu"] = "yes" }, Tolerations = [new() { Key = "gpu", OperatorProperty = "Exists" }] });
        _cluster.Api.SetNodeReady(TestCluster.Node(1).Name, true, "KubeletReady");

        var pods = (await _client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Token)).Items.ToDictionary(p => p.Name(), p => p.Spec.NodeName);
        Assert.Equal(TestCluster.Node(1).Name, pods["plain"]);
        Assert.Equal(TestCluster.Node(2).Name, pods["gpu"]);
        Assert.Null(pods["refused"]);
        var events = await _client.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "involvedObject.name=refused,reason=FailedScheduling", cancellationToken: Token);
        Assert.StartsWith("0/2 nodes are available:", Assert.Single(events.Items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stateful_sets_number_their_pods_and_lose_the_last_first()
    {
        _cluster.AddReadyNode(1);
        await _client.AppsV1.CreateNamespacedStatefulSetAsync(
            new()
            {
                Metadata = new() { Name = "db" },
                Spec = new() { Replicas = 3, ServiceName = "db", Selector = new() { MatchLabels = Labels }, Template = new() { Metadata = new() { Labels = Labels }, Spec = Container(new()) } },
            },
            "default",
            cancellationToken: Token);
        _cluster.Api.SetNodeReady(TestCluster.Node(1).Name, true, "KubeletReady");
        Assert.Equal(["db-0", "db-1", "db-2"], await NamesAsync());

        await _client.AppsV1.PatchNamespacedStatefulSetScaleAsync(new("""{"spec":{"replicas":1}}""", V1Patch.PatchType.MergePatch), "db", "default", cancellationToken: Token);
        _cluster.Api.SetNodeReady(TestCluster.Node(1).Name, true, "KubeletReady");
        Assert.Equal(["db-0"], await NamesAsync());

        async Task<IEnumerable<string>> NamesAsync() => (await _client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Token)).Items.Select(p => p.Name());
    }

    [Fact]
    public async Task What_a_controller_cannot_make_is_told_in_an_event_and_harms_no_one_else()
    {
        _cluster.AddReadyNode(1);
        await _client.AppsV1.CreateNamespacedDeploymentAsync(
            new() { Metadata = new() { Name = new string('x', 250) }, Spec = new() { Selector = new() { MatchLabels = Labels }, Template = new() { Metadata = new() { Labels = Labels }, Spec = Container(new()) } } }, "default", cancellationToken: Token);
        _cluster.Api.EnsureAddon("kube-proxy", "v1");

        Assert.NotEmpty((await _client.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "reason=FailedCreate", cancellationToken: Token)).Items);
        Assert.True(_cluster.Api.EnsureAddon("kube-proxy", "v1"));
    }

    private static Dictionary<string, string> Labels => new() { ["app"] = "x" };

    private static V1PodSpec Container(V1PodSpec spec)
    {
        spec.Containers = [new() { Name = "c", Image = "i:1" }];
        return spec;
    }

    private Task<V1Pod> CreateAsync(string name, V1PodSpec spec) => _client.CoreV1.CreateNamespacedPodAsync(new() { Metadata = new() { Name = name }, Spec = Container(spec) }, "default", cancellationToken: Token);

    private async Task<IList<V1Pod>> PodsAsync(string selector) => (await _client.CoreV1.ListNamespacedPodAsync("kube-system", labelSelector: selector, cancellationToken: Token)).Items;
}
