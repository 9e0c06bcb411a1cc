using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Get-EksLoadBalancerController in the engine, against the sandbox.</summary>
public sealed class GetEksLoadBalancerControllerTests : IAsyncLifetime
{
    private const string Webhooks = """
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","metadata":{"name":"aws-load-balancer-webhook"},"webhooks":[
          {"name":"mservice.elbv2.k8s.aws","failurePolicy":"Fail","sideEffects":"None","admissionReviewVersions":["v1"],"clientConfig":{"service":{"name":"aws-load-balancer-webhook-service","namespace":"kube-system","path":"/mutate-v1-service"}},
           "rules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["services"],"operations":["CREATE"]}]},
          {"name":"somebody.example.com","failurePolicy":"Ignore","sideEffects":"None","admissionReviewVersions":["v1"],"clientConfig":{"service":{"name":"other","namespace":"kube-system"}},"rules":[]}]}
        """;

    private Rehearsal rehearsal = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
    }

    [Fact]
    public void A_new_cluster_has_the_cloud_provider_alone()
    {
        PSObject ccm = Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Get-EksLoadBalancerController").Good());
        Assert.Equal("demo us-west-2 Ccm True True", string.Join(' ', new[] { "ClusterName", "Region", "Controller", "IsHealthy", "TakesNewServices" }.Select(name => ccm.Properties[name].Value)));
        Assert.Contains("EKS runs it", rehearsal.Session.Show("Get-EksLoadBalancerController demo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_that_outlive_their_controller_are_told_with_what_they_break()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", Webhooks);
        IReadOnlyList<PSObject> controllers = rehearsal.Session.Run("Get-EksLoadBalancerController demo").Good();
        Assert.Equal(["Ccm", "Lbc"], controllers.Select(static controller => $"{controller.Properties["Controller"].Value}"));
        Assert.Equal(false, controllers[1].Properties["IsHealthy"].Value);
        string health = string.Join('\n', (IEnumerable<string>)controllers[1].Properties["Health"].Value);
        Assert.Contains("Its Deployment is gone", health, StringComparison.Ordinal);
        Assert.Contains("creating any Service fails in the whole cluster", health, StringComparison.Ordinal);
        Assert.Contains("ingressclassparams.elbv2.k8s.aws", health, StringComparison.Ordinal);
        PSObject webhook = Assert.Single(rehearsal.Session.Run("(Get-EksLoadBalancerController demo).Webhooks").Good());
        Assert.Equal("mservice.elbv2.k8s.aws Fail 0 True", string.Join(' ', new[] { "Name", "FailurePolicy", "ReadyEndpoints", "IsBlocking" }.Select(name => webhook.Properties[name].Value)));

        // As the sandbox's API server sees it too.
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => kubernetes.CreateAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"inner"},"spec":{"ports":[{"port":80}]}}"""));
        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, refused.StatusCode);
    }

    [Fact]
    public async Task A_controller_without_a_role_and_without_pods_says_so()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"lbc"}}""");
        await kubernetes.CreateAsync("/apis/apps/v1/namespaces/default/deployments", """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"balancer"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"b"}},"template":{"metadata":{"labels":{"app":"b"}},
             "spec":{"serviceAccountName":"lbc","containers":[{"name":"c","image":"registry.example.com:5000/eks/aws-load-balancer-controller:v2.8.1","args":["--cluster-name=other"]}]}}}}
            """);
        PSObject lbc = rehearsal.Session.Run("Get-EksLoadBalancerController demo").Good()[1];
        Assert.Equal("v2.8.1 default balancer lbc 2 0", string.Join(' ', new[] { "Version", "Namespace", "DeploymentName", "ServiceAccount", "Replicas", "ReadyReplicas" }.Select(name => lbc.Properties[name].Value)));
        string health = string.Join('\n', (IEnumerable<string>)lbc.Properties["Health"].Value);
        Assert.Contains("0 of 2 replicas are ready.", health, StringComparison.Ordinal);
        Assert.Contains("default/lbc has no IAM role", health, StringComparison.Ordinal);
        Assert.Contains("set up for cluster other", health, StringComparison.Ordinal);

        rehearsal.Session.Run("New-EksServiceAccountRole demo default/lbc -WellKnownPolicy LoadBalancerController -Mode Irsa").Good();
        lbc = rehearsal.Session.Run("Get-EksLoadBalancerController demo").Good()[1];
        Assert.Equal("Irsa", $"{lbc.Properties["Mode"].Value}");
        Assert.EndsWith("ekstools-demo-us-west-2-default.lbc", (string)lbc.Properties["ControllerRoleArn"].Value, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync() => await rehearsal.DisposeAsync();
}
