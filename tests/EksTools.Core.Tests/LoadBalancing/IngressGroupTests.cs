using EksTools.Core.LoadBalancing;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.Tests.LoadBalancing;

/// <summary>Ingresses that share a load balancer, and the parameters of their class.</summary>
public sealed class IngressGroupTests
{
    private const string Class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: alb\nspec:\n  controller: ingress.k8s.aws/alb\n  parameters:\n    apiGroup: elbv2.k8s.aws\n    kind: IngressClassParams\n    name: shared\n";

    private static string Params(string spec) => $"---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata:\n  name: shared\nspec:\n{spec}";

    private static string Ingress(string name, params string[] annotations) =>
        $"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  annotations:\n{string.Concat(annotations.Select(static one => $"    alb.ingress.kubernetes.io/{one}\n"))}spec:\n  ingressClassName: alb\n  defaultBackend:\n    service:\n      name: web\n      port:\n        number: 80\n";

    private static async Task<string[]> TestAsync(EksLoadBalancerControllerKind? controller, params string[] texts)
    {
        LoadBalancingService service = new(TimeProvider.System);
        IReadOnlyList<EksLoadBalancerAnnotationFinding> findings = await service.TestManifestsAsync([.. texts.Select(static text => new LoadBalancerManifestSource { Text = text })], new LoadBalancerScope { Controller = controller }, TestContext.Current.CancellationToken);
        return [.. findings.Where(static one => one.Severity != EksFindingSeverity.Information).Select(static one => $"{one.Name} {one.Rule} {one.Annotation?.Split('/')[^1]}").Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("scheme: internal", "scheme: internet-facing")]
    [InlineData("load-balancer-name: a", "load-balancer-name: b")]
    [InlineData("ip-address-type: ipv4", "ip-address-type: dualstack")]
    [InlineData("subnets: subnet-1,subnet-2", "subnets: subnet-1,subnet-3")]
    [InlineData("security-groups: sg-1,sg-2", "security-groups: sg-2,sg-1")]
    [InlineData("inbound-cidrs: 10.0.0.0/8", "inbound-cidrs: 10.0.0.0/16")]
    [InlineData("tags: team=a,x=y", "tags: x=y,team=b")]
    [InlineData("load-balancer-attributes: idle_timeout.timeout_seconds=60", "load-balancer-attributes: idle_timeout.timeout_seconds=90")]
    [InlineData("listen-ports: '[{\"HTTP\": 8080}]'", "listen-ports: '[{\"HTTPS\": 8080}]'")]
    public async Task Where_members_of_a_group_do_not_agree_both_are_told_over_files(string one, string other)
    {
        string key = one.Split(':')[0];
        Assert.Equal([$"a GroupSettingsDiffer {key}", $"b GroupSettingsDiffer {key}"], (await TestAsync(EksLoadBalancerControllerKind.Lbc, Ingress("a", "group.name: shop", one), Ingress("b", "group.name: shop", other))).Where(static rule => rule.Contains("Group", StringComparison.Ordinal)));
        Assert.DoesNotContain(await TestAsync(EksLoadBalancerControllerKind.Lbc, Ingress("a", "group.name: shop", one), Ingress("b", "group.name: other", other)), static rule => rule.Contains("Group", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_that_agree_or_say_nothing_are_left_in_peace()
    {
        Assert.Empty(await TestAsync(EksLoadBalancerControllerKind.Lbc,
            Ingress("a", "group.name: shop", "scheme: internal", "subnets: subnet-1,subnet-2", "tags: team=a", "group.order: '1'", "inbound-cidrs: 10.0.0.0/8"),
            Ingress("b", "group.name: shop", "subnets: 'subnet-2, subnet-1'", "tags: cost=b", "group.order: '2'"),
            Ingress("c", "group.name: shop")));
        // Auto Mode does not know the annotation.
        Assert.DoesNotContain(await TestAsync(EksLoadBalancerControllerKind.AutoMode, Ingress("a", "group.name: shop", "scheme: internal"), Ingress("b", "group.name: shop", "scheme: internet-facing")), static rule => rule.Contains("Group", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_order_that_two_have_orders_nothing() =>
        Assert.Equal(["a GroupOrderRepeated group.order", "c GroupOrderRepeated group.order"], await TestAsync(EksLoadBalancerControllerKind.Lbc, Ingress("a", "group.name: shop", "group.order: '10'"), Ingress("b", "group.name: shop", "group.order: '11'"), Ingress("c", "group.name: shop", "group.order: '10'")));

    [Fact]
    public async Task Parameters_of_the_class_go_before_annotations()
    {
        string all = Class + Params("  scheme: internet-facing\n  group:\n    name: shared\n  certificateArn:\n  - arn:aws:acm:us-west-2:111122223333:certificate/1\n  subnets:\n    ids: [subnet-1, subnet-2]\n  tags:\n  - key: team\n    value: platform\n  sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06\n");
        Assert.Equal(
            ["a IngressClassParamsWin certificate-arn", "a IngressClassParamsWin group.name", "a IngressClassParamsWin scheme", "a IngressClassParamsWin subnets", "a IngressClassParamsWin tags"],
            await TestAsync(null, all, Ingress("a", "scheme: internal", "group.name: mine", "certificate-arn: arn:aws:acm:us-west-2:111122223333:certificate/2", "subnets: subnet-1,subnet-3", "tags: team=shop,cost=x")));
        // What says the same is no contradiction, and a scheme of the parameters is one.
        Assert.Empty(await TestAsync(null, all, Ingress("a", "scheme: internet-facing", "subnets: 'subnet-2,subnet-1'", "tags: cost=x")));
        // The group of the parameters makes members of all that have the class.
        Assert.Equal(["a GroupSettingsDiffer load-balancer-name", "b GroupSettingsDiffer load-balancer-name"], await TestAsync(null, all, Ingress("a", "load-balancer-name: a"), Ingress("b", "load-balancer-name: b")));
        // In Auto Mode's own words too; and what another class has is nobody's business.
        string auto = all.Replace("elbv2.k8s.aws/v1beta1", "eks.amazonaws.com/v1", StringComparison.Ordinal).Replace("elbv2.k8s.aws", "eks.amazonaws.com", StringComparison.Ordinal).Replace("ingress.k8s.aws/alb", "eks.amazonaws.com/alb", StringComparison.Ordinal).Replace("certificateArn", "certificateARNs", StringComparison.Ordinal);
        Assert.Equal(["a IngressClassParamsWin certificate-arn", "a IngressClassParamsWin scheme"], await TestAsync(null, auto, Ingress("a", "scheme: internal", "certificate-arn: arn:aws:acm:us-west-2:111122223333:certificate/2")));
        Assert.Empty(await TestAsync(null, all.Replace("name: alb", "name: other", StringComparison.Ordinal), Ingress("a", "scheme: internal")));
    }

    [Fact]
    public async Task An_edit_warns_of_parameters_that_win()
    {
        LoadBalancingService service = new(TimeProvider.System);
        LoadBalancerManifestSource[] sources = [new() { Text = Class + Params("  scheme: internet-facing\n") + Ingress("a", "target-type: ip") }];
        LoadBalancerAnnotationPlan plan = await service.PlanManifestsAsync(sources, new LoadBalancerScope(), new LoadBalancerAnnotationEdit { Settings = new LoadBalancerSettings { Scheme = "internal" } }, TestContext.Current.CancellationToken);
        Assert.Contains("IngressClassParams shared", Assert.Single(Assert.Single(plan.Manifests).Objects.Single().Warnings), StringComparison.Ordinal);
    }
}
