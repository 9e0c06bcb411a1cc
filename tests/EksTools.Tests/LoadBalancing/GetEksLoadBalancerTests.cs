using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.ElasticLoadBalancing;
using Amazon.ElasticLoadBalancing.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Get-EksLoadBalancer in the engine, against the sandbox, whose controllers make the load balancers.</summary>
public sealed class GetEksLoadBalancerTests : IAsyncLifetime
{
    private Rehearsal rehearsal = null!;
    private Kubernetes kubernetes = null!;
    private BasicAWSCredentials keys = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        keys = new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        rehearsal.Session.Run($"$global:PSDefaultParameterValues['Install-EksLoadBalancerController:HelmPath'] = '{BuiltModule.Helm}'");
        kubernetes = new Kubernetes(rehearsal, "demo");
    }

    [Fact]
    public async Task The_cloud_provider_s_are_told_from_their_beginning_to_their_loss()
    {
        Assert.Empty(rehearsal.Session.Run("Get-EksLoadBalancer demo -Orphaned").Good());
        await ServiceAsync("web", "{}", "\"ports\":[{\"name\":\"http\",\"port\":80},{\"name\":\"https\",\"port\":443}]");
        PSObject web = await UntilAsync("web", static one => $"{one.Properties["State"].Value}" == "Active");
        Assert.Equal("demo us-west-2 Service default web Ccm classic internet-facing instance", Text(web, "ClusterName", "Region", "Kind", "Namespace", "Name", "Controller", "Type", "Scheme", "TargetType"));
        Assert.Equal(["80/TCP", "443/TCP"], (IEnumerable<string>)web.Properties["Ports"].Value);
        Assert.NotEqual(0, web.Properties["Targets"].Value);
        Assert.Contains(((System.Collections.IEnumerable)web.Properties["Events"].Value).Cast<object>(), static said => (string)PSObject.AsPSObject(said).Properties["Reason"].Value == "EnsuredLoadBalancer");
        Assert.Contains("Service default/web", rehearsal.Session.Show("Get-EksLoadBalancer demo"), StringComparison.Ordinal);

        using AmazonElasticLoadBalancingClient classic = new(keys, new AmazonElasticLoadBalancingConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await classic.DeleteLoadBalancerAsync(new DeleteLoadBalancerRequest { LoadBalancerName = (string)web.Properties["LoadBalancerName"].Value }, TestContext.Current.CancellationToken);
        PSObject gone = Assert.Single(rehearsal.Session.Run("Get-EksLoadBalancer demo w* -Kind Service -Namespace default").Good());
        Assert.Equal("Missing", Text(gone, "State"));
        Assert.Contains("somebody has deleted it", Text(gone, "Problem"), StringComparison.Ordinal);

        await ServiceAsync("sticky", "{}", "\"sessionAffinity\":\"ClientIP\",\"ports\":[{\"port\":80}]");
        PSObject sticky = await UntilAsync("sticky", static one => $"{one.Properties["State"].Value}" == "Failed");
        Assert.Contains("affinity", Text(sticky, "Problem"), StringComparison.Ordinal);

        await kubernetes.CreateAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"none"},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""");
        PSObject none = Assert.Single(rehearsal.Session.Run("Get-EksLoadBalancer demo -Kind ingress").Good());
        Assert.Equal("Unclaimed", Text(none, "State"));
        Assert.Empty(rehearsal.Session.Run("Get-EksLoadBalancer demo -Namespace kube-system").Good());
        Assert.StartsWith("ClusterNotFound,", Assert.Single(rehearsal.Session.Run("Get-EksLoadBalancer absent").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_the_controller_finds_no_subnet_is_said_and_mended_and_what_it_leaves_is_found()
    {
        rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa").Good();
        using AmazonEC2Client ec2 = new(keys, new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:ekstools:cluster", Values = ["demo"] }] }, TestContext.Current.CancellationToken)).Subnets;
        await ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [.. subnets.Select(static subnet => subnet.SubnetId)], Tags = [new Amazon.EC2.Model.Tag("kubernetes.io/cluster/other", "shared")] }, TestContext.Current.CancellationToken);
        await ServiceAsync("api", """{"service.beta.kubernetes.io/aws-load-balancer-scheme":"internet-facing"}""", "\"ports\":[{\"port\":80}]");
        PSObject api = await UntilAsync("api", static one => $"{one.Properties["State"].Value}" == "Failed");
        Assert.Equal("Lbc network internet-facing", Text(api, "Controller", "Type", "Scheme"));
        Assert.Contains("are tagged for other clusters", Text(api, "Problem"), StringComparison.Ordinal);
        Assert.Contains("Test-EksSubnet demo", Text(api, "Problem"), StringComparison.Ordinal);

        rehearsal.Session.Run("Test-EksSubnet demo -Fix").Good();
        api = await UntilAsync("api", static one => $"{one.Properties["State"].Value}" == "Active");
        Assert.StartsWith("arn:aws:elasticloadbalancing:us-west-2:", Text(api, "LoadBalancerArn"), StringComparison.Ordinal);

        // The controller goes before what it made.
        await kubernetes.PatchAsync("/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller", """{"spec":{"replicas":0}}""");
        api = await UntilAsync("api", static one => one.Properties["Problem"].Value is string problem && problem.Contains("not running", StringComparison.Ordinal));
        await DeleteAsync("api");
        api = await UntilAsync("api", static one => $"{one.Properties["State"].Value}" == "Deleting");
        Assert.Contains("service.k8s.aws/resources", Text(api, "Problem"), StringComparison.Ordinal);
        await kubernetes.PatchAsync("/api/v1/namespaces/default/services/api", """{"metadata":{"finalizers":null}}""");
        PSObject orphan = Assert.Single(rehearsal.Session.Run("Get-EksLoadBalancer demo -Orphaned").Good());
        Assert.Equal("Orphaned Lbc Service default api", Text(orphan, "State", "Controller", "Kind", "Namespace", "Name"));
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await rehearsal.DisposeAsync();
    }

    private static string Text(PSObject one, params string[] names) => string.Join(' ', names.Select(name => one.Properties[name].Value));

    private Task ServiceAsync(string name, string annotations, string spec) => kubernetes.CreateAsync(
        "/api/v1/namespaces/default/services",
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"NAME","annotations":ANNOTATIONS},"spec":{"type":"LoadBalancer","selector":{"app":"NAME"},SPEC}}""".Replace("NAME", name, StringComparison.Ordinal).Replace("ANNOTATIONS", annotations, StringComparison.Ordinal).Replace("SPEC", spec, StringComparison.Ordinal));

    private async Task DeleteAsync(string name) => await kubernetes.DeleteAsync($"/api/v1/namespaces/default/services/{name}");

    private async Task<PSObject> UntilAsync(string name, Func<PSObject, bool> holds)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (true)
        {
            if (rehearsal.Session.Run($"Get-EksLoadBalancer demo {name}").Good() is [var one] && holds(one))
            {
                return one;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
