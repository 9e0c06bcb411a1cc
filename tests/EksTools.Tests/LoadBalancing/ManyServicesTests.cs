using System.Diagnostics;
using EksTools.Sandbox;

namespace EksTools.Tests.LoadBalancing;

/// <summary>What many Services cost.</summary>
public sealed class ManyServicesTests
{
    private const int Count = 200;

    [Fact]
    public async Task Two_hundred_Services_are_changed_with_what_the_cluster_is_read_once()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        for (int i = 0; i < Count; i++)
        {
            await api.CreateAsync("/api/v1/namespaces/default/services", $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web-{{{i}}}"},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"port":80,"protocol":"TCP"}]}}""");
        }

        int before = stage.Rehearsal.Sandbox.Requests.Count;
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(Count, stage.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name * -CrossZone -PassThru").Good().Count);
        clock.Stop();
        var made = stage.Rehearsal.Sandbox.Requests.Skip(before).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count} Services: {made.Length} calls of AWS ({string.Join(", ", made.GroupBy(static one => one.Operation).Select(static group => $"{group.Count()} {group.Key}"))}), {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.InRange(made.Length, 1, 4);
    }
}
