using System.Management.Automation;
using EksTools.Testing;
using Sent = EksTools.Sandbox.Tests.Account.Answer;
using SignedClient = EksTools.Sandbox.Tests.Account.SignedClient;

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

    [Fact]
    public async Task Load_balancers_of_Auto_Mode_go_before_the_nodes_too()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.UpdateAsync(new() { Name = "demo", ComputeConfig = new() { Enabled = true }, StorageConfig = new() { BlockStorage = new() { Enabled = true } }, KubernetesNetworkConfig = new() { ElasticLoadBalancing = new() { Enabled = true } } });
        using Testing.Kubernetes cluster = new(rehearsal, "demo");
        await cluster.CreateAsync(Services, Service("auto", "\"loadBalancerClass\":\"eks.amazonaws.com/nlb\","));
        await LoadBalancerStage.UntilAsync(async () => (await cluster.ReadAsync($"{Services}/auto"))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"] is not null, "the load balancer");
        Assert.StartsWith("service.eks.amazonaws.com/", (string?)(await cluster.ReadAsync($"{Services}/auto"))!["metadata"]!["finalizers"]![0], StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig").Good();
        Assert.Empty(await LoadBalancerStage.ListAsync(rehearsal));
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Those_that_nobody_has_any_more_go_with_the_cluster_and_those_of_others_stand_in_its_way()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string subnet = (await stage.NetworkAsync("demo")).SubnetIds[0];
        using SignedClient client = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        string controllers = await BalanceAsync(client, subnet, "lbc-left", ("elbv2.k8s.aws/cluster", "demo"), ("service.k8s.aws/stack", "shop/web"));
        await BalanceAsync(client, subnet, "auto-left", ("eks:eks-cluster-name", "demo"));
        await ClassicAsync(client, subnet, "ccm-left");
        string theirs = await BalanceAsync(client, subnet, "theirs");
        string group = (await client.QueryAsync("elbv2", "CreateTargetGroup", "Name", "k8s-web", "Protocol", "TCP", "Port", "80", "VpcId", (await stage.NetworkAsync("demo")).VpcId)).Value("TargetGroupArn");
        Succeed(await client.QueryAsync("elbv2", "CreateListener", "LoadBalancerArn", controllers, "Protocol", "TCP", "Port", "80", "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group));

        Answer plan = rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig");
        string[] steps = [.. plan.Good().Select(static item => (string?)item.Properties["Description"]?.Value).OfType<string>()];
        Assert.Contains("network load balancer lbc-left, made for shop/web, which no Service or Ingress has", steps);
        Assert.Contains("network load balancer auto-left, which no Service or Ingress has", steps);
        Assert.Contains("classic load balancer ccm-left, made for shop/old, which no Service or Ingress has", steps);
        PSObject finding = Assert.Single(plan.Output, static item => item.Properties["Effect"] is not null);
        Assert.Equal("load balancer theirs", finding.Properties["Where"].Value);
        Assert.StartsWith("NetworkHeldByOthers", Assert.Single(rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(4, (await LoadBalancerStage.ListAsync(rehearsal)).Count);

        Succeed(await client.QueryAsync("elbv2", "DeleteLoadBalancer", "LoadBalancerArn", theirs));
        await LoadBalancerStage.UntilAsync(async () => (await LoadBalancerStage.ListAsync(rehearsal)).Count == 3, "the end of the other load balancer");
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig").Good();
        Assert.Empty(await LoadBalancerStage.ListAsync(rehearsal));
        Assert.DoesNotContain("k8s-web", (await client.QueryAsync("elbv2", "DescribeTargetGroups")).Body, StringComparison.Ordinal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task One_that_is_older_than_the_cluster_is_another_s_of_its_name_and_stays()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        using SignedClient client = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        await BalanceAsync(client, subnets[0], "older", ("elbv2.k8s.aws/cluster", "demo"));

        // Times in AWS's answers are whole seconds.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoNodeGroup -NoKubeconfig").Good();
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await BalanceAsync(client, subnets[0], "younger", ("elbv2.k8s.aws/cluster", "demo"));
        Answer answer = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig");
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("load balancer older carries the cluster's name", StringComparison.Ordinal) && warning.Contains("aws elbv2 delete-load-balancer", StringComparison.Ordinal));
        await LoadBalancerStage.UntilAsync(async () => (await LoadBalancerStage.ListAsync(rehearsal)) is [var one] && one.Contains("older", StringComparison.Ordinal), "the end of the younger");
    }

    private static async Task<string> BalanceAsync(SignedClient client, string subnet, string name, params (string Key, string Value)[] tags)
    {
        string[] tagged = [.. tags.Index().SelectMany(static pair => new[] { $"Tags.member.{pair.Index + 1}.Key", pair.Item.Key, $"Tags.member.{pair.Index + 1}.Value", pair.Item.Value })];
        return Succeed(await client.QueryAsync("elbv2", "CreateLoadBalancer", ["Name", name, "Type", "network", "Scheme", "internal", "Subnets.member.1", subnet, .. tagged])).Value("LoadBalancerArn");
    }

    private static async Task ClassicAsync(SignedClient client, string subnet, string name) =>
        Succeed(await client.QueryAsync("elb", "CreateLoadBalancer", "LoadBalancerName", name, "Scheme", "internal", "Listeners.member.1.Protocol", "TCP", "Listeners.member.1.LoadBalancerPort", "80", "Listeners.member.1.InstancePort", "31000", "Subnets.member.1", subnet,
            "Tags.member.1.Key", "kubernetes.io/cluster/demo", "Tags.member.1.Value", "owned", "Tags.member.2.Key", "kubernetes.io/service-name", "Tags.member.2.Value", "shop/old"));

    private static Sent Succeed(Sent answer)
    {
        Assert.True(answer.Error is null, answer.Body);
        return answer;
    }

    private static string Service(string name, string spec, string metadata = "") =>
        $$$"""{"metadata":{{{{metadata}}}"name":"{{{name}}}"} ,"spec":{{{{spec}}}"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80}]}}""";
}
