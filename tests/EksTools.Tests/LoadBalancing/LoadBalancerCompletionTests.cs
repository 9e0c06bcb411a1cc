using System.Management.Automation;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Completion of load balancers, annotations and security policies, and of what may be asked for by position.</summary>
public sealed class LoadBalancerCompletionTests
{
    private static string[] Complete(Session session, string line) =>
        [.. ((CommandCompletion)session.Run("param($line) [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)", line).Good().Single().BaseObject).CompletionMatches.Select(static match => match.CompletionText)];

    [Fact]
    public void Annotations_and_policies_complete_without_a_cluster()
    {
        using Session session = new();
        Assert.Equal(["service.beta.kubernetes.io/aws-load-balancer-ssl-ports"], Complete(session, "Get-EksLoadBalancerAnnotation -ListAvailable -Annotation service.beta.kubernetes.io/aws-load-balancer-ssl-p"));
        Assert.Contains("group.name", Complete(session, "Remove-EksLoadBalancerAnnotation ./x -Annotation group."));
        Assert.Contains("aws-load-balancer-ssl-cert", Complete(session, "Remove-EksLoadBalancerAnnotation ./x -Annotation aws-load-balancer-ssl"));
        Assert.DoesNotContain(Complete(session, "Remove-EksLoadBalancerAnnotation ./x -Annotation nothing-like-this"), static one => one.Contains("load-balancer", StringComparison.Ordinal));
        Assert.Contains("ELBSecurityPolicy-TLS13-1-2-2021-06", Complete(session, "Set-EksLoadBalancerAnnotation ./x -SslPolicy ELBSecurityPolicy-TLS13"));
        Assert.Equal(["AutoMode", "Ccm", "Lbc"], Complete(session, "Convert-EksLoadBalancerAnnotation ./x -To ").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_annotation_is_asked_for_by_position()
    {
        using Session session = new();
        Assert.Equal("service.beta.kubernetes.io/aws-load-balancer-ssl-ports", session.Run("Get-EksLoadBalancerAnnotation -ListAvailable ssl-ports").Good().Single().Properties["Annotation"].Value);
        Assert.Equal("service.beta.kubernetes.io/aws-load-balancer-ssl-ports", session.Run("Get-EksLoadBalancerAnnotation ssl-ports -ListAvailable").Good().Single().Properties["Annotation"].Value);
        Assert.Contains("aws-load-balancer-ssl-ports", Complete(session, "Get-EksLoadBalancerAnnotation -ListAvailable aws-load-balancer-ssl-p"));

        // Without -ListAvailable it is a path as before.
        Assert.StartsWith("ManifestNotFound,", Assert.Single(session.Run("Get-EksLoadBalancerAnnotation ./ssl-ports").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_load_balancers_are_those_of_the_cluster()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"web-shop"},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"port":80,"protocol":"TCP"}]}}""");
        await api.CreateAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"web-plain"},"spec":{"type":"ClusterIP","ports":[{"port":80,"protocol":"TCP"}]}}""");
        string keys = $"-AccessKey {stage.Rehearsal.Sandbox.AccessKey} -SecretKey '{stage.Rehearsal.Sandbox.SecretKey}' -Region us-west-2 -EndpointUrl {stage.Rehearsal.Sandbox.Endpoint}";
        // A completer gives up after two seconds, which a busy machine may need for the first look.
        string[] found = [];
        await LoadBalancerStage.UntilAsync(() => Task.FromResult((found = Complete(stage.Session, $"Get-EksLoadBalancer {keys} -ClusterName demo -ObjectName web-")).Length > 0), "the completion");
        Assert.Equal(["web-shop"], found);
    }
}
