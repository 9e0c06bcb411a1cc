using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EksTools.Tests.LoadBalancing;

/// <summary>The annotation cmdlets on the Services and Ingresses of a cluster in the sandbox.</summary>
public sealed class ClusterAnnotationTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Key = "service.beta.kubernetes.io/aws-load-balancer-";

    private static string Service(string name, string annotations, string spec = "\"type\":\"LoadBalancer\",\"loadBalancerClass\":\"service.k8s.aws/nlb\"") =>
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","annotations":{ {{{annotations}}} } },"spec":{ {{{spec}}},"ports":[{"name":"http","port":80,"protocol":"TCP"}]}}""";

    private static async Task<string?> AnnotationAsync(EksTools.Testing.Kubernetes api, string name, string suffix) => (string?)(await api.ReadAsync($"{Services}/{name}"))!["metadata"]!["annotations"]?[Key + suffix];

    [Fact]
    public async Task Services_and_Ingresses_are_tested_listed_and_changed()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync(Services, Service("web", $"\"{Key}schema\":\"internal\",\"mine\":\"kept\""));
        await api.CreateAsync(Services, Service("plain", string.Empty, "\"type\":\"ClusterIP\""));
        await api.CreateAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"shop","annotations":{"kubernetes.io/ingress.class":"alb","alb.ingress.kubernetes.io/scheme":"public"}},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""");
        Session session = stage.Session;

        IReadOnlyList<PSObject> findings = session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo | Where-Object Severity -ne Information").Good();
        Assert.Equal(["AnnotationUnknown web", "ValueNotValid shop"], findings.Select(static one => $"{one.Properties["Rule"].Value} {one.Properties["Name"].Value}").Order(StringComparer.Ordinal));
        session.Run((string)findings.First(static one => (string)one.Properties["Name"].Value == "web").Properties["Fix"].Value).Good();
        Assert.Equal(("internal", null, "kept"), (await AnnotationAsync(api, "web", "scheme"), await AnnotationAsync(api, "web", "schema"), (string?)(await api.ReadAsync($"{Services}/web"))!["metadata"]!["annotations"]!["mine"]));
        Assert.Equal(["Honoured"], session.Run("Get-EksLoadBalancerAnnotation -ClusterName demo -Kind Service | ForEach-Object { \"$($_.Support)\" }").Good().Select(static one => (string)one.BaseObject));

        // Names, parsed JSON and objects of ours all name what is meant.
        session.Run("'web' | Set-EksLoadBalancerAnnotation -ClusterName demo -Namespace default -CrossZone").Good();
        session.Run("[pscustomobject]@{ apiVersion = 'v1'; kind = 'Service'; metadata = [pscustomobject]@{ name = 'web'; namespace = 'default' } } | Set-EksLoadBalancerAnnotation -ClusterName demo -Tag @{ team = 'shop' }").Good();
        session.Run("(Get-EksLoadBalancerAnnotation -ClusterName demo -Name web)[0] | Set-EksLoadBalancerAnnotation -SslPort http -SslCertificateArn arn:aws:acm:us-west-2:111122223333:certificate/1 -SkipResourceCheck").Good();
        Assert.Equal(("load_balancing.cross_zone.enabled=true", "team=shop", "http"), (await AnnotationAsync(api, "web", "attributes"), await AnnotationAsync(api, "web", "additional-resource-tags"), await AnnotationAsync(api, "web", "ssl-ports")));
        JsonArray managers = (await api.ReadAsync($"{Services}/web"))!["metadata"]!["managedFields"]?.AsArray() ?? [];
        Assert.Contains(managers, static one => (string?)one!["manager"] == "ekstools");

        Assert.Contains("internet-facing", session.Show("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Scheme internet-facing -WhatIf"), StringComparison.Ordinal);
        Assert.Equal("internal", await AnnotationAsync(api, "web", "scheme"));
        session.Run("Remove-EksLoadBalancerAnnotation -ClusterName demo -Name web -Annotation 'ssl-*'").Good();
        Assert.Null(await AnnotationAsync(api, "web", "ssl-cert"));
        Assert.Equal("team=shop", await AnnotationAsync(api, "web", "additional-resource-tags"));
    }

    [Fact]
    public async Task What_is_refused_leaves_the_cluster_alone()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync(Services, Service("web", $"\"{Key}scheme\":\"internal\""));
        await api.PatchAsync($"{Services}/web/status", """{"status":{"loadBalancer":{"ingress":[{"hostname":"k8s-default-web-1.elb.us-west-2.amazonaws.com"}]}}}""");
        Session session = stage.Session;
        ErrorRecord replaced = Assert.Single(session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Scheme internet-facing").Errors);
        Assert.StartsWith("LoadBalancerReplaced,", replaced.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NameMissing,", Assert.Single(session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -CrossZone").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ObjectNotFound,", Assert.Single(session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name gone -CrossZone").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ClusterNotFound,", Assert.Single(session.Run("Test-EksLoadBalancerAnnotation -ClusterName absent").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Run("@() | Set-EksLoadBalancerAnnotation -ClusterName demo -CrossZone").Good());
        Assert.StartsWith("ControllerCannotChange,", Assert.Single(session.Run("Convert-EksLoadBalancerAnnotation -ClusterName demo -Name web -To AutoMode").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(("internal", null), (await AnnotationAsync(api, "web", "scheme"), await AnnotationAsync(api, "web", "attributes")));
        session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Scheme internet-facing -Force -WarningAction Ignore").Good();
        Assert.Equal("internet-facing", await AnnotationAsync(api, "web", "scheme"));
    }
}
