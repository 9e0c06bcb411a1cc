using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.LoadBalancing;
using EksTools.Errors;
using EksTools.LoadBalancing;
using static EksTools.Core.Tests.LoadBalancing.Manifests;
using static EksTools.LoadBalancing.EksLoadBalancerControllerKind;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class EditPlanTests
{
    private static LoadBalancedObject Read(string text) => ManifestReader.Read(null, text).Objects.Single().Object;

    private static EksLoadBalancerAnnotationChange Plan(LoadBalancedObject subject, LoadBalancerAnnotationEdit edit, EksLoadBalancerControllerKind? controller) =>
        new EditPlanner(edit, ControllerFacts.Unknown with { Said = controller }, null).Plan(subject).Change;

    private static string[] Plan(string text, LoadBalancerSettings settings, EksLoadBalancerControllerKind? controller) =>
        [.. Plan(Read(text), new LoadBalancerAnnotationEdit { Settings = settings }, controller).Changes.Select(static change => change.ToString().Replace(Elb, "", StringComparison.Ordinal).Replace(Alb, "", StringComparison.Ordinal))];

    private static EksToolsException Refused(string text, LoadBalancerAnnotationEdit edit, EksLoadBalancerControllerKind? controller) => Assert.Throws<EksToolsException>(() => Plan(Read(text), edit, controller));

    private static LoadBalancerAnnotationEdit Set(string key, string value, bool force = false) => new() { Annotations = new Dictionary<string, string> { [key] = value }, Force = force };

    [Fact]
    public void What_is_wanted_is_written_in_the_controllers_own_words()
    {
        LoadBalancerSettings wanted = new() { Scheme = "internal", CrossZone = true, AccessLog = true, AccessLogBucket = "logs", Tag = new Dictionary<string, string> { ["team"] = "shop" } };
        Assert.Equal(["+ scheme: internal", "+ attributes: load_balancing.cross_zone.enabled=true,access_logs.s3.enabled=true,access_logs.s3.bucket=logs", "+ additional-resource-tags: team=shop"], Plan(Service(), wanted, Lbc));
        Assert.Equal(["+ internal: true", "+ cross-zone-load-balancing-enabled: true", "+ access-log-enabled: true", "+ access-log-s3-bucket-name: logs", "+ additional-resource-tags: team=shop"], Plan(Service(), wanted, Ccm));
        Assert.Equal(["+ scheme: internal", "+ load-balancer-attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=logs", "+ target-group-attributes: load_balancing.cross_zone.enabled=true", "+ tags: team=shop"], Plan(Ingress(), wanted, Lbc));
    }

    [Fact]
    public void The_same_wish_differs_where_the_controllers_do()
    {
        LoadBalancerSettings proxy = new() { ProxyProtocol = true };
        Assert.Equal(["+ proxy-protocol: *"], Plan(Service("scheme: internal"), proxy, Lbc));
        Assert.Equal(["+ proxy-protocol: *"], Plan(Service(), proxy, Ccm));
        Assert.Equal(["+ target-group-attributes: proxy_protocol_v2.enabled=true"], Plan(Service("type: nlb"), proxy, Ccm));
        Assert.Equal(["+ target-group-attributes: proxy_protocol_v2.enabled=true"], Plan(Service("scheme: internal"), proxy, AutoMode));
        LoadBalancerSettings idle = new() { IdleTimeout = 400 };
        Assert.Equal(["+ connection-idle-timeout: 400"], Plan(Service(), idle, Ccm));
        Assert.Equal(["+ listener-attributes.TCP-80: tcp.idle_timeout.seconds=400", "+ listener-attributes.TCP-443: tcp.idle_timeout.seconds=400"], Plan(Service("scheme: internal"), idle, Lbc));
        Assert.Equal(["+ load-balancer-attributes: idle_timeout.timeout_seconds=400"], Plan(Ingress(), idle, Lbc));
        LoadBalancerSettings ranges = new() { SourceRange = ["10.0.0.0/8", "192.168.0.0/16"] };
        Assert.Equal(["+ service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8,192.168.0.0/16"], Plan(Service("scheme: internal"), ranges, Lbc));
        Assert.Equal(["+ spec.loadBalancerSourceRanges: 10.0.0.0/8,192.168.0.0/16"], Plan(Service("scheme: internal"), ranges, AutoMode));
        Assert.Equal(["spec.loadBalancerSourceRanges: 1.2.3.4/32 -> 10.0.0.0/8,192.168.0.0/16"], Plan(Service("scheme: internal", ".loadBalancerSourceRanges: [1.2.3.4/32]"), ranges, Lbc));
        LoadBalancerSettings tls = new() { SslPort = ["443"] };
        Assert.Equal(["+ listen-ports: [{\"HTTP\": 80}, {\"HTTPS\": 443}]"], Plan(Ingress("certificate-arn: arn:aws:acm:us-west-2:111122223333:certificate/1").Replace("arn:aws:acm", "arn:aws:acm", StringComparison.Ordinal).Replace("    alb", "    alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 80}]'\n    alb", StringComparison.Ordinal), tls, Lbc).Select(static change => change.Replace("listen-ports: [{\"HTTP\": 80}] -> ", "+ listen-ports: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_there_stays_beside_what_is_added()
    {
        Assert.Equal(["attributes: deletion_protection.enabled=true -> deletion_protection.enabled=true,load_balancing.cross_zone.enabled=true"], Plan(Service("scheme: internal", "attributes: deletion_protection.enabled=true"), new() { CrossZone = true }, Lbc));
        Assert.Equal(["attributes: deletion_protection.enabled=true, zonal_shift.config.enabled=true -> deletion_protection.enabled=false,zonal_shift.config.enabled=true"], Plan(Service("scheme: internal", "attributes: deletion_protection.enabled=true, zonal_shift.config.enabled=true"), new() { DeletionProtection = false }, Lbc));
        Assert.Equal([], Plan(Service("scheme: internal", "attributes: deletion_protection.enabled=true"), new() { DeletionProtection = true, Scheme = "internal" }, Lbc));
    }

    [Fact]
    public void What_would_do_nothing_or_fail_is_refused()
    {
        EksToolsException unknown = Refused(Service(), Set(Elb + "schema", "internal"), Lbc);
        Assert.Equal("AnnotationUnknown", unknown.ErrorId);
        Assert.Contains($"did you mean {Elb}scheme?", unknown.Message, StringComparison.Ordinal);
        Assert.Equal("AnnotationWithoutEffect", Refused(Service(), Set("scheme", "internal"), Ccm).ErrorId);
        Assert.Equal("AnnotationNotValid", Refused(Service(), Set("scheme", "public"), Lbc).ErrorId);
        Assert.Equal("AnnotationNotValid", Refused(Service(), Set("eip-allocations", "eipalloc-1"), Lbc).ErrorId);
        Assert.Equal("NoCounterpart", Refused(Service(), new() { Settings = new() { TargetType = "ip" } }, Ccm).ErrorId);
        Assert.Equal("NoCounterpart", Refused(Ingress(), new() { Settings = new() { EipAllocation = ["eipalloc-1"] } }, Lbc).ErrorId);
        Assert.Equal("NobodyTakes", Refused(Service(".type: ClusterIP"), new() { Settings = new() { Scheme = "internal" } }, null).ErrorId);
        Assert.Single(Plan(Read(Service()), Set("scheme", "internal", force: true), Ccm).Warnings);

        // What was wrong before is no reason to refuse something else.
        Assert.Single(Plan(Read(Service("scheme: public")), Set("multi-cluster-target-group", "true"), Lbc).Changes);
    }

    [Fact]
    public void Nothing_that_cannot_be_read_is_written_over()
    {
        Assert.Equal("AnnotationNotValid", Refused(Service("scheme: internal", "attributes: oops"), new() { Settings = new() { CrossZone = true }, Force = true }, Lbc).ErrorId);
        LoadBalancedObject nginx = Read(Ingress("kubernetes.io/ingress.class: nginx", "scheme: internal"));
        Assert.Equal([$"- {Alb}scheme: internal"], Plan(nginx, new() { Remove = ["*"], Force = true }, null).Changes.Select(static change => change.ToString()));
    }

    [Fact]
    public void Who_takes_the_object_must_be_known_where_it_matters()
    {
        Assert.Equal("ControllerUndecided", Refused(Service(), new() { Settings = new() { Scheme = "internal" } }, null).ErrorId);
        Assert.Equal("ControllerUndecided", Refused(Service(), new() { Settings = new() { TargetType = "ip" } }, null).ErrorId);
        Assert.Equal(["+ subnets: subnet-1"], Plan(Service(), new() { Subnet = ["subnet-1"] }, null));
        Assert.Equal(["+ scheme: internal"], Plan(Service(".loadBalancerClass: service.k8s.aws/nlb"), new() { Scheme = "internal" }, null));
    }

    [Fact]
    public void What_replaces_a_load_balancer_is_refused_without_force()
    {
        LoadBalancedObject live = Read(Service("scheme: internal", ".loadBalancerClass: service.k8s.aws/nlb")) with { Hostname = "k8s-shop-web-1.elb.us-west-2.amazonaws.com", ResourceVersion = "7" };
        EksToolsException refused = Assert.Throws<EksToolsException>(() => Plan(live, new() { Settings = new() { Scheme = "internet-facing" } }, null));
        Assert.Equal("LoadBalancerReplaced", refused.ErrorId);
        Assert.Contains("k8s-shop-web-1", refused.Message, StringComparison.Ordinal);
        EksLoadBalancerAnnotationChange forced = Plan(live, new() { Settings = new() { Scheme = "internet-facing" }, Force = true }, null);
        Assert.True(forced.ReplacesLoadBalancer);
        Assert.Equal("ChangeWithoutEffect", Assert.Throws<EksToolsException>(() => Plan(live, Set("name", "other"), null)).ErrorId);
        Assert.Equal("ChangeNotPossible", Assert.Throws<EksToolsException>(() => Plan(live, Set("disable-nlb-sg", "true"), null)).ErrorId);
        Assert.Single(Plan(live with { Hostname = null }, new() { Settings = new() { Scheme = "internet-facing" } }, null).Changes);
        Assert.Single(Plan(Read(Service()), new() { Settings = new() { Scheme = "internet-facing" } }, Lbc).Changes);
    }
}
