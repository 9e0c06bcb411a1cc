using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Errors;
using EksTools.LoadBalancing;
using static EksTools.Core.Tests.LoadBalancing.Manifests;
using static EksTools.LoadBalancing.EksLoadBalancerControllerKind;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class ConversionTests
{
    private const string Certificate = "arn:aws:acm:us-west-2:111122223333:certificate/12345678-1234-1234-1234-123456789012";

    private static (LoadBalancedObject Now, EksLoadBalancerAnnotationChange Change, string Text) Convert(string text, EksLoadBalancerControllerKind from, EksLoadBalancerControllerKind to)
    {
        LoadBalancerAnnotationPlan plan = ManifestPlanner.Plan(
            [ManifestReader.Read(null, text)], new LoadBalancerScope { Controller = from }, new LoadBalancerAnnotationEdit { ConvertTo = to }, ControllerFacts.Unknown with { Said = from }, TestContext.Current.CancellationToken);
        Assert.Empty(plan.Failures);
        LoadBalancerManifestChange manifest = Assert.Single(plan.Manifests);
        return (ManifestReader.Read(null, manifest.After).Objects.Single().Object, Assert.Single(manifest.Objects), manifest.After);
    }

    private static string[] Annotations(LoadBalancedObject one) => [.. one.Annotations.Select(static pair => $"{pair.Key.Replace(Elb, "", StringComparison.Ordinal).Replace(Alb, "", StringComparison.Ordinal)}={pair.Value.Value}").Order(StringComparer.Ordinal)];

    [Fact]
    public void A_Classic_Load_Balancer_becomes_one_of_the_controller()
    {
        (LoadBalancedObject now, EksLoadBalancerAnnotationChange change, _) = Convert(
            Service($"ssl-cert: {Certificate}", "ssl-ports: '*'", "backend-protocol: http", "cross-zone-load-balancing-enabled: 'true'", "access-log-enabled: 'true'", "access-log-s3-bucket-name: logs", "access-log-emit-interval: '5'", "connection-draining-enabled: 'true'", "connection-draining-timeout: '60'", "extra-security-groups: sg-1", "additional-resource-tags: a=b", "example.com/mine: kept"), Ccm, Lbc);
        Assert.Equal("service.k8s.aws/nlb", now.Service!.LoadBalancerClass);
        Assert.Equal(
            ["additional-resource-tags=a=b", "attributes=load_balancing.cross_zone.enabled=true,access_logs.s3.enabled=true,access_logs.s3.bucket=logs", "example.com/mine=kept", "scheme=internet-facing", $"ssl-cert={Certificate}", "target-group-attributes=deregistration_delay.timeout_seconds=60"],
            Annotations(now));
        Assert.True(change.ReplacesLoadBalancer);
        Assert.Contains(change.Warnings, static warning => warning.Contains("X-Forwarded", StringComparison.Ordinal));
        Assert.Contains(change.Warnings, static warning => warning.Contains("extra-security-groups", StringComparison.Ordinal));
        Assert.Contains(change.Warnings, static warning => warning.Contains("access-log-emit-interval", StringComparison.Ordinal));
        Assert.Equal([], Rules(Convert(Service("internal: 'true'"), Ccm, Lbc).Text, Lbc));
    }

    [Fact]
    public void One_of_the_controller_becomes_one_of_Auto_Mode_and_of_the_cloud_provider()
    {
        string text = Service("type: external", "nlb-target-type: ip", "scheme: internet-facing", "proxy-protocol: '*'", "service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8", "access-log-enabled: 'false'");
        (LoadBalancedObject auto, EksLoadBalancerAnnotationChange change, _) = Convert(text, Lbc, AutoMode);
        Assert.Equal("eks.amazonaws.com/nlb", auto.Service!.LoadBalancerClass);
        Assert.Equal(["10.0.0.0/8"], auto.Service.SourceRanges);
        Assert.Equal(["attributes=access_logs.s3.enabled=false", "nlb-target-type=ip", "scheme=internet-facing", "target-group-attributes=proxy_protocol_v2.enabled=true"], Annotations(auto));
        Assert.NotEmpty(change.Warnings);
        (LoadBalancedObject old, EksLoadBalancerAnnotationChange lost, _) = Convert(text, Lbc, Ccm);
        Assert.Equal("nlb", old.Value(Elb + "type"));
        Assert.Equal("false", old.Value(Elb + "internal"));
        Assert.Contains(lost.Warnings, static warning => warning.Contains("no counterpart of targets of type ip", StringComparison.Ordinal));
    }

    [Fact]
    public void There_and_back_means_the_same()
    {
        (_, _, string lbc) = Convert(Service("type: nlb", "internal: 'true'", "cross-zone-load-balancing-enabled: 'true'", $"ssl-cert: {Certificate}", "ssl-ports: '443'", "target-group-attributes: proxy_protocol_v2.enabled=true,preserve_client_ip.enabled=false"), Ccm, Lbc);
        (LoadBalancedObject back, _, _) = Convert(lbc, Lbc, Ccm);
        Assert.Equal(["cross-zone-load-balancing-enabled=true", "internal=true", $"ssl-cert={Certificate}", "ssl-ports=443", "target-group-attributes=preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true", "type=nlb"], Annotations(back));
        Assert.Null(back.Service!.LoadBalancerClass);
    }

    [Fact]
    public void Converted_to_its_own_controller_it_loses_what_is_deprecated()
    {
        (LoadBalancedObject now, EksLoadBalancerAnnotationChange change, _) = Convert(Service("internal: 'true'", "cross-zone-load-balancing-enabled: 'true'", "name: web"), Lbc, Lbc);
        Assert.Equal(["attributes=load_balancing.cross_zone.enabled=true", "name=web", "scheme=internal"], Annotations(now));
        Assert.False(change.ReplacesLoadBalancer);
        Assert.Empty(change.Warnings);
    }

    [Fact]
    public void What_others_take_and_patches_are_handled_with_care()
    {
        string nginx = Ingress("nginx.ingress.kubernetes.io/ssl-redirect: 'true'", ".ingressClassName: nginx");
        LoadBalancerAnnotationPlan plan = ManifestPlanner.Plan([ManifestReader.Read(null, nginx)], new LoadBalancerScope { Controller = Lbc }, new LoadBalancerAnnotationEdit { Settings = new() { Scheme = "internal" } }, ControllerFacts.Unknown with { Said = Lbc }, TestContext.Current.CancellationToken);
        Assert.Empty(plan.Manifests);
        Assert.Empty(plan.Failures);
        Assert.Empty(Review(nginx, Lbc).Notes);

        // A patch of Kustomize has no spec of its own.
        (_, _, string patch) = Convert($"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    {Elb}internal: 'true'\n", Ccm, Lbc);
        Assert.Equal($"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    {Elb}scheme: internal\nspec:\n  loadBalancerClass: service.k8s.aws/nlb\n", patch);
    }

    [Fact]
    public void A_live_Service_keeps_its_controller()
    {
        LoadBalancedObject live = ManifestReader.Read(null, Service()).Objects.Single().Object with { ResourceVersion = "1", Hostname = "a-1.us-west-2.elb.amazonaws.com" };
        Assert.Equal("ControllerCannotChange", Assert.Throws<EksToolsException>(() => new EditPlanner(new LoadBalancerAnnotationEdit { ConvertTo = Lbc }, ControllerFacts.Unknown, null).Plan(live)).ErrorId);
    }

    [Fact]
    public void An_Ingress_goes_to_Auto_Mode_without_what_that_does_not_have()
    {
        (LoadBalancedObject now, EksLoadBalancerAnnotationChange change, _) = Convert(Ingress("group.name: team", "scheme: internal", "waf-acl-id: x"), Lbc, AutoMode);
        Assert.Equal(["scheme=internal"], Annotations(now));
        Assert.Contains(change.Warnings, static warning => warning.Contains("IngressClassParams", StringComparison.Ordinal));
    }
}
