using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Load balancers of EKS Auto Mode.</summary>
public sealed class AutoModeBalancerTests
{
    [Fact]
    public async Task They_are_listed_with_their_controller_and_their_annotations_are_in_its_words()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using AmazonEKSClient eks = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await eks.UpdateClusterConfigAsync(
            new UpdateClusterConfigRequest
            {
                Name = "demo",
                ComputeConfig = new ComputeConfigRequest { Enabled = true },
                StorageConfig = new StorageConfigRequest { BlockStorage = new BlockStorage { Enabled = true } },
                KubernetesNetworkConfig = new KubernetesNetworkConfigRequest { ElasticLoadBalancing = new Amazon.EKS.Model.ElasticLoadBalancing { Enabled = true } },
            },
            TestContext.Current.CancellationToken);
        await LoadBalancerStage.UntilAsync(async () => (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken)).Cluster.KubernetesNetworkConfig?.ElasticLoadBalancing?.Enabled == true, "Auto Mode");
        using EksTools.Testing.Kubernetes api = new(rehearsal, "demo");
        await api.CreateAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"auto","annotations":{"service.beta.kubernetes.io/aws-load-balancer-scheme":"internet-facing"}},"spec":{"type":"LoadBalancer","loadBalancerClass":"eks.amazonaws.com/nlb","selector":{"app":"web"},"ports":[{"port":80,"protocol":"TCP"}]}}""");
        PSObject? auto = null;
        await LoadBalancerStage.UntilAsync(() =>
        {
            auto = rehearsal.Session.Run("Get-EksLoadBalancer demo auto").Good().SingleOrDefault();
            return Task.FromResult($"{auto?.Properties["State"].Value}" == "Active");
        }, "the load balancer");
        Assert.Equal(("AutoMode", "network", "internet-facing"), ($"{auto!.Properties["Controller"].Value}", auto.Properties["Type"].Value, auto.Properties["Scheme"].Value));
        Assert.Contains("eks.amazonaws.com/nlb", (string)auto.Properties["ControllerReason"].Value, StringComparison.Ordinal);
        Assert.Equal(["AutoMode"], rehearsal.Session.Run("Get-EksLoadBalancerAnnotation -ClusterName demo -Name auto | ForEach-Object { \"$($_.Controller)\" }").Good().Select(static one => (string)one.BaseObject));
        rehearsal.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name auto -SourceRange 10.0.0.0/8").Good();
        Assert.Equal("10.0.0.0/8", (string?)(await api.ReadAsync("/api/v1/namespaces/default/services/auto"))!["spec"]!["loadBalancerSourceRanges"]![0]);
    }
}
