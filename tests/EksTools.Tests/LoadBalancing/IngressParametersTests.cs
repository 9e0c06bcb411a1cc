namespace EksTools.Tests.LoadBalancing;

/// <summary>IngressClassParams and groups of Ingresses in a cluster.</summary>
public sealed class IngressParametersTests
{
    private const string Ingresses = "/apis/networking.k8s.io/v1/namespaces/NAMESPACE/ingresses";

    [Fact]
    public async Task What_the_class_says_and_who_shares_the_load_balancer_is_known()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata":{"name":"ingressclassparams.elbv2.k8s.aws"},
             "spec":{"group":"elbv2.k8s.aws","scope":"Cluster","names":{"plural":"ingressclassparams","singular":"ingressclassparams","kind":"IngressClassParams"},
               "versions":[{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """);
        await api.CreateAsync("/apis/elbv2.k8s.aws/v1beta1/ingressclassparams", """{"apiVersion":"elbv2.k8s.aws/v1beta1","kind":"IngressClassParams","metadata":{"name":"platform"},"spec":{"scheme":"internal","group":{"name":"shared"}}}""");
        await api.CreateAsync("/apis/networking.k8s.io/v1/ingressclasses", """{"metadata":{"name":"alb"},"spec":{"controller":"ingress.k8s.aws/alb","parameters":{"apiGroup":"elbv2.k8s.aws","kind":"IngressClassParams","name":"platform"}}}""");
        await api.CreateAsync("/api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}}""");
        await IngressAsync("default", "shop", "\"alb.ingress.kubernetes.io/load-balancer-name\":\"a\"");
        await IngressAsync("other", "blog", "\"alb.ingress.kubernetes.io/load-balancer-name\":\"b\"");

        Answer set = stage.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Kind Ingress -Namespace default -Name shop -Scheme internet-facing");
        Assert.Empty(set.Errors);
        Assert.Contains(set.Warnings, static warning => warning.Contains("IngressClassParams platform", StringComparison.Ordinal) && warning.Contains("goes before it", StringComparison.Ordinal));

        // Of one namespace, and told of the other.
        string[] found = [.. stage.Session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo -Namespace default | Where-Object Severity -ne Information | ForEach-Object { \"$($_.Rule) $($_.Namespace)/$($_.Name) $($_.Message)\" }").Good().Select(static one => (string)one.BaseObject)];
        Assert.Contains(found, static one => one.StartsWith("IngressClassParamsWin default/shop", StringComparison.Ordinal));
        Assert.Contains(found, static one => one.StartsWith("GroupSettingsDiffer default/shop", StringComparison.Ordinal) && one.Contains("Ingress other/blog", StringComparison.Ordinal));
        Assert.DoesNotContain(found, static one => one.Contains(" other/blog alb", StringComparison.Ordinal));

        Task IngressAsync(string home, string name, string annotations) => api.CreateAsync(
            Ingresses.Replace("NAMESPACE", home, StringComparison.Ordinal),
            $$$"""{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"{{{name}}}","annotations":{ {{{annotations}}} } },"spec":{"ingressClassName":"alb","defaultBackend":{"service":{"name":"web","port":{"number":80} } } } }""");
    }
}
