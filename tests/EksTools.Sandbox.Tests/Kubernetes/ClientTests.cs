using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>The C# client over TLS.</summary>
public sealed class ClientTests : IAsyncLifetime
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
    public async Task Objects_are_created_read_replaced_and_deleted()
    {
        var made = await CreateAsync("a", ("k", "1"));
        Assert.NotNull(made.Metadata.Uid);
        Assert.NotNull(made.Metadata.CreationTimestamp);

        made.Data["k"] = "2";
        var replaced = await _client.CoreV1.ReplaceNamespacedConfigMapAsync(made, "a", "default", cancellationToken: Token);
        Assert.NotEqual(made.Metadata.ResourceVersion, replaced.Metadata.ResourceVersion);
        Assert.Equal(made.Metadata.Uid, replaced.Metadata.Uid);

        Assert.Equal("Success", (await _client.CoreV1.DeleteNamespacedConfigMapAsync("a", "default", cancellationToken: Token)).Status);
        var gone = await StatusOfAsync(() => _client.CoreV1.ReadNamespacedConfigMapAsync("a", "default", cancellationToken: Token));
        Assert.Equal((404, "NotFound", "configmaps \"a\" not found"), (gone.Code, gone.Reason, gone.Message));
    }

    [Fact]
    public async Task A_stale_replace_is_a_conflict()
    {
        var made = await CreateAsync("a", ("k", "1"));
        await _client.CoreV1.ReplaceNamespacedConfigMapAsync(new() { Metadata = made.Metadata, Data = new Dictionary<string, string> { ["k"] = "2" } }, "a", "default", cancellationToken: Token);

        var conflict = await StatusOfAsync(() => _client.CoreV1.ReplaceNamespacedConfigMapAsync(new() { Metadata = made.Metadata, Data = new Dictionary<string, string> { ["k"] = "3" } }, "a", "default", cancellationToken: Token));

        Assert.Equal((409, "Conflict"), (conflict.Code, conflict.Reason));
        Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", conflict.Message);
    }

    [Fact]
    public async Task A_merge_patch_with_a_stale_resourceVersion_is_a_conflict_and_without_one_wins()
    {
        var made = await CreateAsync("a", ("k", "1"));
        await PatchAsync("""{"data":{"l":"2"}}""");
        var conflict = await StatusOfAsync(() => PatchAsync($$$"""{"metadata":{"resourceVersion":"{{{made.Metadata.ResourceVersion}}}"},"data":{"k":"9"}}"""));
        Assert.Equal(409, conflict.Code);

        Task<V1ConfigMap> PatchAsync(string patch) => _client.CoreV1.PatchNamespacedConfigMapAsync(new(patch, V1Patch.PatchType.MergePatch), "a", "default", cancellationToken: Token);
    }

    [Fact]
    public async Task Bad_objects_are_refused_as_Kubernetes_refuses_them()
    {
        await CreateAsync("a");
        Assert.Equal((409, "AlreadyExists", "configmaps \"a\" already exists"), Shown(await StatusOfAsync(() => CreateAsync("a"))));
        var name = await StatusOfAsync(() => CreateAsync("Bad_Name"));
        Assert.Equal((422, "Invalid"), (name.Code, name.Reason));
        Assert.StartsWith("ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain", name.Message, StringComparison.Ordinal);
        Assert.Equal("metadata.name", Assert.Single(name.Details.Causes).Field);
        Assert.Equal((404, "NotFound", "namespaces \"nowhere\" not found"), Shown(await StatusOfAsync(() => _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = "x" } }, "nowhere", cancellationToken: Token))));
        var (code, body) = await TestHttp.SendAsync(_cluster, HttpMethod.Post, "/api/v1/namespaces/default/configmaps", FakeIdentity.Token(), """{"metadata":{"name":"l"},"data":{"mapRoles":[]}}""");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field ConfigMap.data of type string", body["message"]!.GetValue<string>());
        var pod = await StatusOfAsync(() => _client.CoreV1.CreateNamespacedPodAsync(new() { Metadata = new() { Name = "p" }, Spec = new() { Containers = [new() { Name = "c" }] } }, "default", cancellationToken: Token));
        Assert.Equal("Pod \"p\" is invalid: spec.containers[0].image: Required value", pod.Message);
    }

    [Fact]
    public async Task Names_are_generated_and_a_dry_run_leaves_nothing()
    {
        var generated = await _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { GenerateName = "gen-" } }, "default", cancellationToken: Token);
        Assert.Matches("^gen-[a-z0-9]{5}$", generated.Metadata.Name);

        await _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = "dry" } }, "default", dryRun: "All", cancellationToken: Token);
        Assert.Equal(404, (await StatusOfAsync(() => _client.CoreV1.ReadNamespacedConfigMapAsync("dry", "default", cancellationToken: Token))).Code);
    }

    [Fact]
    public async Task Lists_select_by_label_and_field_and_come_in_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            await _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = $"c{i}", Labels = new Dictionary<string, string> { ["n"] = $"{i}", ["all"] = "yes" } } }, "default", cancellationToken: Token);
        }

        Assert.Equal(["c1", "c3"], await NamesAsync("n in (1,3)", null));
        Assert.Equal(["c0", "c2", "c4"], await NamesAsync("all=yes,n notin (1, 3)", null));
        Assert.Equal(["c2"], await NamesAsync("all", "metadata.name=c2"));
        Assert.Equal("field label not supported: data.x", (await StatusOfAsync(() => NamesAsync(null, "data.x=1"))).Message);

        var first = await _client.CoreV1.ListNamespacedConfigMapAsync("default", labelSelector: "all", limit: 2, cancellationToken: Token);
        var second = await _client.CoreV1.ListNamespacedConfigMapAsync("default", labelSelector: "all", limit: 2, continueParameter: first.Continue(), cancellationToken: Token);
        Assert.Equal(3, first.Metadata.RemainingItemCount);
        Assert.Equal(["c0", "c1", "c2", "c3"], first.Items.Concat(second.Items).Select(c => c.Name()));

        async Task<IEnumerable<string>> NamesAsync(string? labels, string? fields) => (await _client.CoreV1.ListNamespacedConfigMapAsync("default", labelSelector: labels, fieldSelector: fields, cancellationToken: Token)).Items.Select(c => c.Name());
    }

    [Fact]
    public async Task A_watch_tells_every_change_from_its_resourceVersion_on()
    {
        var list = await _client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Token);
        await CreateAsync("early", ("a", "b"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(15));
        var seen = new List<string>();
        await foreach (var (type, item) in _client.CoreV1.WatchListNamespacedConfigMapAsync("default", resourceVersion: list.ResourceVersion(), cancellationToken: stop.Token))
        {
            seen.Add($"{type} {item.Name()}");
            switch (seen.Count)
            {
                case 1:
                    await _client.CoreV1.PatchNamespacedConfigMapAsync(new("""{"data":{"a":"c"}}""", V1Patch.PatchType.MergePatch), "early", "default", cancellationToken: Token);
                    continue;
                case 2:
                    await _client.CoreV1.DeleteNamespacedConfigMapAsync("early", "default", cancellationToken: Token);
                    continue;
                default:
                    break;
            }

            break;
        }

        Assert.Equal(["Added early", "Modified early", "Deleted early"], seen);
    }

    [Fact]
    public async Task A_watch_by_label_sees_objects_come_and_go()
    {
        await CreateAsync("a");
        var list = await _client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Token);
        await LabelAsync("\"in\"");
        await LabelAsync("null");
        var seen = new List<WatchEventType>();
        await foreach (var (type, _) in _client.CoreV1.WatchListNamespacedConfigMapAsync("default", labelSelector: "x=in", resourceVersion: list.ResourceVersion(), timeoutSeconds: 1, cancellationToken: Token))
        {
            seen.Add(type);
        }

        Assert.Equal([WatchEventType.Added, WatchEventType.Deleted], seen);

        Task LabelAsync(string value) => _client.CoreV1.PatchNamespacedConfigMapAsync(new("""{"metadata":{"labels":{"x":VALUE}}}""".Replace("VALUE", value, StringComparison.Ordinal), V1Patch.PatchType.MergePatch), "a", "default", cancellationToken: Token);
    }

    [Fact]
    public async Task Server_side_apply_creates_conflicts_and_forces()
    {
        var applied = await ApplyAsync("one", """{"k":"1"}""");
        Assert.Equal("one", Assert.Single(applied.Metadata.ManagedFields).Manager);
        var conflict = await StatusOfAsync(() => ApplyAsync("two", """{"k":"2"}"""));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\" using v1: .data.k", conflict.Message);
        Assert.Equal("2", (await ApplyAsync("two", """{"k":"2"}""", force: true)).Data["k"]);

        Task<V1ConfigMap> ApplyAsync(string manager, string data, bool? force = null) => _client.CoreV1.PatchNamespacedConfigMapAsync(
            new($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"ssa"},"data":{{{data}}}}""", V1Patch.PatchType.ApplyPatch), "ssa", "default", fieldManager: manager, force: force, cancellationToken: Token);
    }

    [Fact]
    public async Task Deletes_heed_preconditions_and_finalizers()
    {
        var made = await _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = "f", Finalizers = ["example.com/hold"] } }, "default", cancellationToken: Token);
        var conflict = await StatusOfAsync(() => _client.CoreV1.DeleteNamespacedConfigMapAsync("f", "default", new() { Preconditions = new() { Uid = "other" } }, cancellationToken: Token));
        Assert.Equal($"Operation cannot be fulfilled on configmaps \"f\": Precondition failed: UID in precondition: other, UID in object meta: {made.Uid()}", conflict.Message);

        await _client.CoreV1.DeleteNamespacedConfigMapAsync("f", "default", cancellationToken: Token);
        Assert.NotNull((await _client.CoreV1.ReadNamespacedConfigMapAsync("f", "default", cancellationToken: Token)).Metadata.DeletionTimestamp);
        await _client.CoreV1.PatchNamespacedConfigMapAsync(new("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "f", "default", cancellationToken: Token);
        Assert.Equal(404, (await StatusOfAsync(() => _client.CoreV1.ReadNamespacedConfigMapAsync("f", "default", cancellationToken: Token))).Code);
    }

    [Fact]
    public async Task Status_and_object_are_written_apart_and_generation_follows_the_spec()
    {
        var budget = await _client.PolicyV1.CreateNamespacedPodDisruptionBudgetAsync(new() { Metadata = new() { Name = "p" }, Spec = new() { MinAvailable = 1, Selector = new() } }, "default", cancellationToken: Token);
        Assert.Equal(1, budget.Metadata.Generation);
        var labelled = await PatchAsync("""{"metadata":{"labels":{"a":"b"}},"status":{"currentHealthy":9}}""");
        Assert.Equal(1, labelled.Metadata.Generation);
        Assert.NotEqual(9, labelled.Status?.CurrentHealthy ?? 0);
        Assert.Equal(2, (await PatchAsync("""{"spec":{"minAvailable":2}}""")).Metadata.Generation);

        Task<V1PodDisruptionBudget> PatchAsync(string patch) => _client.PolicyV1.PatchNamespacedPodDisruptionBudgetAsync(new(patch, V1Patch.PatchType.MergePatch), "p", "default", cancellationToken: Token);
    }

    [Theory]
    [InlineData("application/vnd.kubernetes.protobuf", HttpStatusCode.NotAcceptable)]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", HttpStatusCode.OK)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", HttpStatusCode.OK)]
    [InlineData("*/*", HttpStatusCode.OK)]
    public async Task Answers_are_JSON_or_none(string accept, HttpStatusCode code) => Assert.Equal(code, (await TestHttp.GetAsync(_cluster, "/api/v1/namespaces", FakeIdentity.Token(), accept)).Code);

    private static (int?, string, string) Shown(V1Status status) => (status.Code, status.Reason, status.Message);

    private static async Task<V1Status> StatusOfAsync(Func<Task> work)
    {
        var refused = await Assert.ThrowsAsync<HttpOperationException>(work);
        return KubernetesJson.Deserialize<V1Status>(refused.Response.Content);
    }

    private Task<V1ConfigMap> CreateAsync(string name, params (string Key, string Value)[] data) =>
        _client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = name }, Data = data.ToDictionary(d => d.Key, d => d.Value) }, "default", cancellationToken: Token);
}
