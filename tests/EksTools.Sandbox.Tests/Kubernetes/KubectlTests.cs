using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>What people type, typed.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: web, image: "nginx:1", ports: [{containerPort: 80}]}
        """;

    private TestCluster _cluster = null!;
    private Kubectl _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(readyNodes: 2);
        _kubectl = new(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        _kubectl?.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Nodes_are_shown_as_people_know_them()
    {
        _cluster.Api.AddNode(TestCluster.Node(3));

        var table = await _kubectl.RunAsync("get nodes");
        var wide = await _kubectl.RunAsync("get nodes -o wide");
        var json = JsonNode.Parse(await _kubectl.RunAsync("get nodes -o json"))!;

        Assert.Matches(@"^NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\s*\n", table);
        Assert.Matches(@"ip-10-0-0-1.us-west-2.compute.internal\s+Ready\s+<none>\s+\d+s\s+v1.34.1-eks-", table);
        Assert.Matches(@"ip-10-0-0-3.us-west-2.compute.internal\s+NotReady\s", table);
        Assert.Matches(@"\s10.0.0.1\s+<none>\s+Amazon Linux 2023.*containerd://", wide);
        var node = json["items"]![0]!;
        Assert.Equal("aws:///us-west-2a/i-00000000000000001", node["spec"]!["providerID"]!.GetValue<string>());
        Assert.Equal("workers", node["metadata"]!["labels"]!["eks.amazonaws.com/nodegroup"]!.GetValue<string>());
        Assert.Equal("us-west-2a", node["metadata"]!["labels"]!["topology.kubernetes.io/zone"]!.GetValue<string>());
    }

    [Fact]
    public async Task Apply_scales_annotates_labels_patches_and_deletes()
    {
        Assert.Equal("deployment.apps/web created", (await _kubectl.RunAsync("apply -f -", Deployment)).Trim());
        Assert.Equal("deployment.apps/web unchanged", (await _kubectl.RunAsync("apply -f -", Deployment)).Trim());
        await _kubectl.RunAsync("rollout status deploy/web --timeout=10s");
        Assert.Equal("deployment.apps/web configured", (await _kubectl.RunAsync("apply -f -", Deployment.Replace("nginx:1", "nginx:2", StringComparison.Ordinal))).Trim());
        await _kubectl.RunAsync("scale deploy/web --replicas=3");
        await _kubectl.RunAsync("annotate deploy/web note=kept");
        await _kubectl.RunAsync("label deploy/web tier=front");
        await _kubectl.RunAsync("""patch deploy/web -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"s:1\"}]}}}}""");
        await _kubectl.RunAsync("""patch deploy/web --type=merge -p {\"metadata\":{\"labels\":{\"tier\":null}}}""");
        await _kubectl.RunAsync("""patch deploy/web --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/revisionHistoryLimit\",\"value\":3}]""");
        await _kubectl.RunAsync("rollout status deploy/web --timeout=10s");

        var web = JsonNode.Parse(await _kubectl.RunAsync("get deploy web -o json"))!;
        Assert.Equal(["side", "web"], web["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(c => c!["name"]!.GetValue<string>()));
        Assert.Equal((3, 3), (web["spec"]!["replicas"]!.GetValue<int>(), web["spec"]!["revisionHistoryLimit"]!.GetValue<int>()));
        Assert.Equal("kept", web["metadata"]!["annotations"]!["note"]!.GetValue<string>());
        Assert.Null(web["metadata"]!["labels"]);
        Assert.Equal(3, (await _kubectl.RunAsync("get pods -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        await _kubectl.RunAsync("delete deploy web");
        await _kubectl.RunAsync("wait --for=delete pod -l app=web --timeout=10s");
        Assert.Equal("", await _kubectl.RunAsync("get pods,rs -o name"));
    }

    [Fact]
    public async Task Server_side_apply_conflicts_until_forced()
    {
        await _kubectl.RunAsync("apply --server-side --field-manager=one -f -", Deployment);

        var (code, _, error) = await _kubectl.TryAsync("apply --server-side --field-manager=two -f -", Deployment.Replace("replicas: 2", "replicas: 1", StringComparison.Ordinal));

        Assert.NotEqual(0, code);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"one\" using apps/v1: .spec.replicas", error, StringComparison.Ordinal);
        await _kubectl.RunAsync("apply --server-side --force-conflicts --field-manager=two -f -", Deployment.Replace("replicas: 2", "replicas: 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_that_a_kind_does_not_have_are_refused()
    {
        var (code, _, error) = await _kubectl.TryAsync("apply -f -", Deployment.Replace("replicas", "replica", StringComparison.Ordinal));
        Assert.NotEqual(0, code);
        Assert.Contains("strict decoding error: unknown field \"spec.replica\"", error, StringComparison.Ordinal);

        Assert.Contains("cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32", (await _kubectl.TryAsync("apply -f -", Deployment.Replace("replicas: 2", "replicas: two", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Contains("unknown field", (await _kubectl.TryAsync("apply --validate=warn -f -", Deployment.Replace("replicas", "replica", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Equal("", await _kubectl.RunAsync("get deploy web -o jsonpath={.spec.replica}"));
    }

    [Fact]
    public async Task Custom_resources_are_served_while_they_are_defined()
    {
        const string Definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
              versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
            """;
        await _kubectl.RunAsync("apply -f -", Definition);
        await _kubectl.RunAsync("wait --for=condition=Established crd/widgets.example.com --timeout=10s");
        await _kubectl.RunAsync("apply -f -", """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1}}""");
        await _kubectl.RunAsync("""patch wd a --type=merge -p {\"spec\":{\"size\":2}}""");

        Assert.Equal("2 2", await _kubectl.RunAsync("""get widgets a -o "jsonpath={.spec.size} {.metadata.generation}" """));
        Assert.Matches(@"NAME\s+AGE\s*\na\s+\d+s", await _kubectl.RunAsync("get wd"));
        await _kubectl.RunAsync("apply -f -", Definition.Replace("shortNames: [wd]", "shortNames: [wd, wdg]", StringComparison.Ordinal));
        Assert.Contains("widget.example.com/a", await _kubectl.RunAsync("get widgets -A -o name"), StringComparison.Ordinal);
        await _kubectl.RunAsync("delete crd widgets.example.com");
        Assert.NotEqual(0, (await _kubectl.TryAsync("get --raw /apis/example.com/v1/widgets")).Code);
    }

    [Fact]
    public async Task Drain_cordons_evicts_and_heeds_budgets()
    {
        await _kubectl.RunAsync("apply -f -", Deployment);
        await _kubectl.RunAsync("rollout status deploy/web --timeout=10s");
        await _kubectl.RunAsync("create pdb web --selector=app=web --min-available=2");
        var name = TestCluster.Node(1).Name;

        var (code, _, error) = await _kubectl.TryAsync($"drain {name} --ignore-daemonsets --timeout=1s");
        Assert.NotEqual(0, code);
        Assert.Contains("Cannot evict pod as it would violate the pod's disruption budget.", error, StringComparison.Ordinal);

        await _kubectl.RunAsync("delete pdb web");
        var output = await _kubectl.RunAsync($"drain {name} --ignore-daemonsets --timeout=10s");
        Assert.Contains("evicted", output, StringComparison.Ordinal);
        Assert.Matches($@"{name}\s+Ready,SchedulingDisabled", await _kubectl.RunAsync("get nodes"));
        await _kubectl.RunAsync("rollout status deploy/web --timeout=10s");
        Assert.Equal("", await _kubectl.RunAsync($"get pods --field-selector spec.nodeName={name} -o name"));
        await _kubectl.RunAsync($"uncordon {name}");
        Assert.Matches($@"{name}\s+Ready\s", await _kubectl.RunAsync("get nodes"));
    }

    [Fact]
    public async Task Typed_commands_reach_the_server_in_protobuf()
    {
        await _kubectl.RunAsync("create ns team-a");
        await _kubectl.RunAsync("create cm settings -n team-a --from-literal=a=1");
        await _kubectl.RunAsync("create secret generic pass -n team-a --from-literal=p=w");
        await _kubectl.RunAsync("create deployment web -n team-a --image=nginx --port=80 --replicas=0");
        await _kubectl.RunAsync("create role reader -n team-a --verb=get,list --resource=pods");
        await _kubectl.RunAsync("create clusterrolebinding viewers --clusterrole=view --group=viewers");
        await _kubectl.RunAsync("create service clusterip web -n team-a --tcp=80:8080");
        await _kubectl.RunAsync("create ingress web -n team-a --rule=example.com/*=web:80");

        Assert.Equal("1", await _kubectl.RunAsync("get cm settings -n team-a -o jsonpath={.data.a}"));
        Assert.Equal("dw==", await _kubectl.RunAsync("get secret pass -n team-a -o jsonpath={.data.p}"));
        Assert.Equal("0 80", await _kubectl.RunAsync("""get deploy web -n team-a -o "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].ports[0].containerPort}" """));
        Assert.Equal("""["get","list"]""", await _kubectl.RunAsync("get role reader -n team-a -o jsonpath={.rules[0].verbs}"));
        Assert.Equal("8080", await _kubectl.RunAsync("get svc web -n team-a -o jsonpath={.spec.ports[0].targetPort}"));
        Assert.Equal("example.com", await _kubectl.RunAsync("get ingress web -n team-a -o jsonpath={.spec.rules[0].host}"));
        await _kubectl.RunAsync("delete ns team-a --timeout=10s");
        Assert.DoesNotContain("team-a", await _kubectl.RunAsync("get ns,cm,secrets,deploy -A"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_am_I_and_what_may_I_do()
    {
        _cluster.Identity.Entries.Add(FakeIdentity.Entry("arn:aws:iam::111122223333:user/dev", "dev", ["devs"], policies: FakeIdentity.Policy("AmazonEKSViewPolicy", "team-*")));
        using var dev = new Kubectl(_cluster, "dev");
        using var stranger = new Kubectl(_cluster, "stranger");

        Assert.Equal("yes", (await _kubectl.RunAsync("auth can-i * *")).Trim());
        var whoami = await dev.RunAsync("auth whoami");
        Assert.Matches(@"Username\s+dev\s", whoami);
        Assert.Matches(@"Groups\s+\[devs system:authenticated\]", whoami);
        Assert.Equal("yes", (await dev.RunAsync("auth can-i list pods -n team-a")).Trim());
        Assert.Equal((1, "no\n"), ((await dev.TryAsync("auth can-i list pods")).Code, (await dev.TryAsync("auth can-i list pods")).Output));
        Assert.Equal("Error from server (Forbidden): nodes is forbidden: User \"dev\" cannot list resource \"nodes\" in API group \"\" at the cluster scope", (await dev.TryAsync("get nodes")).Error.Trim());
        Assert.Contains("You must be logged in to the server", (await stranger.TryAsync("get nodes")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_act_as_others_where_they_may()
    {
        _cluster.Identity.Entries.Add(FakeIdentity.Entry("arn:aws:iam::111122223333:user/dev", "dev", policies: FakeIdentity.Policy("AmazonEKSEditPolicy")));
        using var dev = new Kubectl(_cluster, "dev");
        await _kubectl.RunAsync("create clusterrolebinding viewers --clusterrole=view --group=viewers");

        Assert.Matches(@"Username\s+jane\s[\s\S]*Groups\s+\[viewers system:authenticated\]", await _kubectl.RunAsync("auth whoami --as jane --as-group viewers"));
        Assert.Equal("yes", (await _kubectl.RunAsync("auth can-i list pods --as jane --as-group viewers")).Trim());
        Assert.Equal("no", (await _kubectl.TryAsync("auth can-i list pods --as jane")).Output.Trim());
        Assert.Contains("Error from server (Forbidden)", (await dev.TryAsync("get pods --as jane")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_and_version_are_read()
    {
        var resources = await _kubectl.RunAsync("api-resources");
        var version = JsonNode.Parse(await _kubectl.RunAsync("version -o json"))!;

        Assert.Matches(@"deployments\s+deploy\s+apps/v1\s+true\s+Deployment", resources);
        Assert.Matches(@"poddisruptionbudgets\s+pdb\s+policy/v1\s+true", resources);
        Assert.StartsWith("v1.34.1-eks-", version["serverVersion"]!["gitVersion"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("ok", await _kubectl.RunAsync("get --raw /readyz"));
    }

    [Fact]
    public async Task Watch_prints_a_line_for_each_change()
    {
        using var watch = _kubectl.Start("get nodes -w --no-headers");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        try
        {
            await watch.StandardOutput.ReadLineAsync(limit.Token);
            await watch.StandardOutput.ReadLineAsync(limit.Token);

            _cluster.Api.AddNode(TestCluster.Node(9));
            _cluster.Api.SetNodeReady(TestCluster.Node(9).Name, true, "KubeletReady");

            Assert.Matches(@"^ip-10-0-0-9\S+\s+NotReady\s", await watch.StandardOutput.ReadLineAsync(limit.Token));
            Assert.Matches(@"^ip-10-0-0-9\S+\s+Ready\s", await watch.StandardOutput.ReadLineAsync(limit.Token));
        }
        finally
        {
            watch.Kill();
            await watch.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
