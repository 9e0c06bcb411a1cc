using System.Text.Json.Nodes;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Others write the same Service at the same time.</summary>
public sealed class ConcurrentWriterTests
{
    private const string Path = "/api/v1/namespaces/default/services/web";
    private const string Key = "service.beta.kubernetes.io/aws-load-balancer-";
    private const string Service = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"port":80,"protocol":"TCP"}]}}""";

    [Fact]
    public async Task A_conflict_is_met_with_another_look_and_nothing_is_lost()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync("/api/v1/namespaces/default/services", Service);

        // Between the look and the write somebody adds to the very annotation that is to be added to.
        stage.Rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "kubernetes", Operation = "patch services", Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(1.5), Count = 1 });
        Task<Answer> writing = Task.Run(() => stage.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -CrossZone -PassThru"), TestContext.Current.CancellationToken);
        await LoadBalancerStage.UntilAsync(() => Task.FromResult(stage.Rehearsal.Sandbox.Faults.Count == 0), "the write");
        await api.PatchAsync(Path, $$$"""{"metadata":{"annotations":{"{{{Key}}}attributes":"deletion_protection.enabled=true","mine":"kept"} } }""");
        (await writing).Good();
        JsonNode annotations = (await api.ReadAsync(Path))!["metadata"]!["annotations"]!;
        Assert.Equal(("deletion_protection.enabled=true,load_balancing.cross_zone.enabled=true", "kept"), ((string?)annotations[Key + "attributes"], (string?)annotations["mine"]));
    }

    [Fact]
    public async Task Two_engines_and_kubectl_write_other_annotations_of_one_Service()
    {
        string kubectl = Tool.Require("kubectl");
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync("/api/v1/namespaces/default/services", Service);
        stage.Session.Run($"Update-EksKubeconfig demo -Path '{stage.Rehearsal.Kubeconfig}'").Good();
        using Session second = new();
        second.Run(stage.Rehearsal.Defaults).Good();
        const int Rounds = 8;
        Task<Answer> Write(Session session, string name) => Task.Run(() => session.Run($"1..{Rounds} | ForEach-Object {{ Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Tag @{{ \"{name}-$_\" = 'x' }} }}"), TestContext.Current.CancellationToken);
        Task<Answer> one = Write(stage.Session, "one"), two = Write(second, "two");
        for (int round = 1; round <= 4; round++)
        {
            ProcessRun run = await ProcessRun.RunAsync(kubectl, ["annotate", "service", "web", $"round-{round}=x"], stage.Rehearsal.Environment);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        (await one).Good();
        (await two).Good();
        JsonObject annotations = (await api.ReadAsync(Path))!["metadata"]!["annotations"]!.AsObject();
        Assert.Equal(4, annotations.Count(static pair => pair.Key.StartsWith("round-", StringComparison.Ordinal)));
        Assert.Equal(
            new[] { "one", "two" }.SelectMany(static who => Enumerable.Range(1, Rounds).Select(round => $"{who}-{round}=x")).Order(StringComparer.Ordinal),
            ((string)annotations[Key + "additional-resource-tags"]!).Split(',').Order(StringComparer.Ordinal));
    }
}
