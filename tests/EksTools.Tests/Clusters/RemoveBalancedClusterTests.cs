using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Removal of clusters that have load balancers.</summary>
public sealed class RemoveBalancedClusterTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

    [Fact]
    public async Task Load_balancers_of_every_controller_go_before_the_nodes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using Testing.Kubernetes cluster = new(rehearsal, "demo");
        await cluster.CreateAsync(Services, Service("classic", ""));
        await LoadBalancerStage.InstallControllerAsync(rehearsal, cluster, "demo");
        await cluster.CreateAsync(Services, Service("network", "\"loadBalancerClass\":\"service.k8s.aws/nlb\","));
        await cluster.CreateAsync(Ingresses, """{"metadata":{"name":"application","annotations":{"alb.ingress.kubernetes.io/target-type":"ip"}},"spec":{"ingressClassName":"alb","defaultBackend":{"service":{"name":"network","port":{"number":80}}}}}""");
        string[] paths = [$"{Services}/classic", $"{Services}/network", $"{Ingresses}/application"];
        foreach (string path in paths)
        {
            await LoadBalancerStage.UntilAsync(async () => (await cluster.ReadAsync(path))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"] is not null, path);
        }

        Assert.Equal(3, (await LoadBalancerStage.ListAsync(rehearsal)).Count);
        Answer plan = rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig");
        List<string> steps = [.. plan.Good().Select(static step => (string)step.Properties["Step"].Value)];
        Assert.Contains("service-default-classic", steps);
        Assert.Contains("ingress-default-application", steps);
        Assert.True(steps.IndexOf("load-balancers-gone") < steps.FindIndex(static step => step.StartsWith("node-group-", StringComparison.Ordinal)), string.Join(' ', steps));
        Assert.DoesNotContain(plan.Warnings, static warning => warning.Contains("load balancer", StringComparison.Ordinal));

        Answer answer = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig");
        answer.Good();
        Assert.Empty(await LoadBalancerStage.ListAsync(rehearsal));
        Assert.Equal(["role controller: "], await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task What_a_controller_that_is_gone_holds_is_named_and_nothing_else_is_touched()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using Testing.Kubernetes cluster = new(rehearsal, "demo");
        await cluster.CreateAsync(Services, Service("held", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",", "\"finalizers\":[\"service.k8s.aws/resources\"],"));
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        Answer answer = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith("LoadBalancerHeld", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Service default/held", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("service.k8s.aws/resources", error.Exception.Message, StringComparison.Ordinal);
        Assert.Null((await cluster.ReadAsync($"{Services}/held"))!["metadata"]!["deletionTimestamp"]);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));

        // The controller will not come back: people take its finalizer off.
        await cluster.PatchAsync($"{Services}/held", """{"metadata":{"finalizers":null}}""");
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    private static string Service(string name, string spec, string metadata = "") =>
        $$$"""{"metadata":{{{{metadata}}}"name":"{{{name}}}"} ,"spec":{{{{spec}}}"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80}]}}""";
}
