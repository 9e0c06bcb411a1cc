using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EksTools.Tests.LoadBalancing;

/// <summary>The annotation cmdlets on a real kube-apiserver.</summary>
public sealed class RealApiServerTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Key = "service.beta.kubernetes.io/aws-load-balancer-";

    [Fact]
    public async Task Annotations_are_set_removed_and_translated()
    {
        await using MappingStage stage = await MappingStage.StartAsync(start: static () => Rehearsal.StartAsync(realKubernetes: true));
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync(Services, $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","annotations":{"mine":"kept","{{{Key}}}type":"external","{{{Key}}}nlb-target-type":"ip"} },"spec":{"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"name":"http","port":80,"protocol":"TCP"}]}}""");
        await api.CreateAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"shop","annotations":{"kubernetes.io/ingress.class":"alb"}},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""");
        JsonNode before = (await api.ReadAsync($"{Services}/web"))!["spec"]!;
        Session session = stage.Session;

        session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Scheme internet-facing -CrossZone -SourceRange 10.0.0.0/8 -Controller Lbc").Good();
        session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Kind Ingress -Name shop -Scheme internal -Tag @{ team = 'shop' }").Good();
        JsonNode web = (await api.ReadAsync($"{Services}/web"))!, shop = (await api.ReadAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses/shop"))!;
        Assert.Equal(("internet-facing", "load_balancing.cross_zone.enabled=true", "kept"), (Annotation(web, Key + "scheme"), Annotation(web, Key + "attributes"), Annotation(web, "mine")));
        Assert.Equal(("internal", "team=shop"), (Annotation(shop, "alb.ingress.kubernetes.io/scheme"), Annotation(shop, "alb.ingress.kubernetes.io/tags")));
        Assert.Contains(web["metadata"]!["managedFields"]!.AsArray(), static one => (string?)one!["manager"] == "ekstools" && (string?)one["operation"] == "Update");

        session.Run("Remove-EksLoadBalancerAnnotation -ClusterName demo -Name web -Annotation attributes, '*source-ranges' -Confirm:$false").Good();
        web = (await api.ReadAsync($"{Services}/web"))!;
        Assert.Equal((null, "internet-facing"), (Annotation(web, Key + "attributes"), Annotation(web, Key + "scheme")));
        Assert.Equal(before.ToJsonString(), web["spec"]!.ToJsonString());

        IReadOnlyList<PSObject> translated = session.Run("Convert-EksLoadBalancerAnnotation -ClusterName demo -Kind Ingress -Name shop -To AutoMode -PassThru -WarningAction Ignore; Convert-EksLoadBalancerAnnotation -ClusterName demo -Name web -To Ccm -WhatIf -ErrorAction SilentlyContinue").Output;
        Assert.Contains(translated, static one => (string)one.Properties["Name"].Value == "shop");
        Assert.Empty(session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo -Name web -Controller Lbc | Where-Object Severity -eq Error").Good());

        // The version is the server's to judge: an object that was changed meanwhile is read again.
        await api.PatchAsync($"{Services}/web", """{"metadata":{"annotations":{"later":"too"}}}""");
        session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -DeletionProtection -Controller Lbc").Good();
        web = (await api.ReadAsync($"{Services}/web"))!;
        Assert.Equal(("too", "kept", "deletion_protection.enabled=true"), (Annotation(web, "later"), Annotation(web, "mine"), Annotation(web, Key + "attributes")));
        Assert.DoesNotContain("panic", stage.Rehearsal.Sandbox.FindServerLog("demo"), StringComparison.OrdinalIgnoreCase);
    }

    private static string? Annotation(JsonNode one, string key) => (string?)one["metadata"]!["annotations"]?[key];
}
