using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.LoadBalancing;
using static EksTools.Core.Tests.LoadBalancing.Manifests;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class ControllerChoiceTests
{
    private static readonly ControllerFacts WithWebhook = new() { HasController = true, HasServiceWebhook = true, IsAutoMode = false };
    private static readonly ControllerFacts WithoutWebhook = new() { HasController = true, HasServiceWebhook = false, IsAutoMode = false };
    private static readonly ControllerFacts Bare = new() { HasController = false, HasServiceWebhook = false, IsAutoMode = false };
    private static readonly ControllerFacts Auto = new() { HasController = false, HasServiceWebhook = false, IsAutoMode = true };

    private static LoadBalancedObject Read(string text) => ManifestReader.Read(null, text).Objects.Single().Object;

    private static string Of(LoadBalancedObject subject, ControllerFacts facts) => string.Join(' ', ControllerChoice.Of(subject, facts).Readers);

    [Theory]
    [InlineData(null, "Lbc", "Classic", "Classic", "AutoMode")]
    [InlineData("type: nlb", "Lbc", "Network", "Network", "AutoMode")]
    [InlineData("type: nlb-ip", "Lbc", "Lbc", "", "AutoMode")]
    [InlineData("type: external", "Lbc", "", "", "AutoMode")]
    [InlineData(".loadBalancerClass: service.k8s.aws/nlb", "Lbc", "Lbc", "Lbc", "Lbc")]
    [InlineData(".loadBalancerClass: eks.amazonaws.com/nlb", "AutoMode", "AutoMode", "AutoMode", "AutoMode")]
    [InlineData(".loadBalancerClass: example.com/metal", "", "", "", "")]
    [InlineData(".type: ClusterIP", "", "", "", "")]
    public void A_new_Service_goes_where_the_cluster_sends_it(string? line, string webhook, string noWebhook, string bare, string auto)
    {
        LoadBalancedObject service = Read(line is null ? Service() : Service(line));
        Assert.Equal((webhook, noWebhook, bare, auto), (Of(service, WithWebhook), Of(service, WithoutWebhook), Of(service, Bare), Of(service, Auto)));
    }

    [Fact]
    public void A_Service_of_type_external_goes_to_the_controller_with_a_target_type()
    {
        LoadBalancedObject service = Read(Service("type: external", "nlb-target-type: ip"));
        Assert.Equal(("Lbc", ""), (Of(service, WithoutWebhook), Of(service, Bare)));
        Assert.Equal("Lbc", Of(service, ControllerFacts.Unknown));
    }

    [Fact]
    public void A_Service_that_was_admitted_keeps_who_has_it()
    {
        LoadBalancedObject service = Read(Service("type: nlb")) with { ResourceVersion = "7" };
        Assert.Equal(("Network", "Network"), (Of(service, WithWebhook), Of(service, Auto)));
    }

    [Fact]
    public void Without_a_cluster_it_stays_open_who_takes_a_Service_without_class()
    {
        Assert.Equal("Lbc AutoMode Classic", Of(Read(Service()), ControllerFacts.Unknown));
        Assert.Equal("Lbc AutoMode Network", Of(Read(Service("type: nlb")), ControllerFacts.Unknown));
        Assert.Equal("Network", Of(Read(Service("type: nlb")), ControllerFacts.Unknown with { Said = EksLoadBalancerControllerKind.Ccm }));
    }

    [Fact]
    public void An_Ingress_goes_where_its_class_says()
    {
        ControllerFacts facts = new() { KnowsIngressClasses = true, IngressClasses = new Dictionary<string, string> { ["alb"] = ControllerChoice.LbcIngress, ["auto"] = ControllerChoice.AutoIngress, ["nginx"] = "k8s.io/ingress-nginx" }, DefaultIngressClass = "auto" };
        Assert.Equal("Lbc", Of(Read(Ingress()), facts));
        Assert.Equal("AutoMode", Of(Read(Ingress(".ingressClassName: auto")), facts));
        Assert.Equal("", Of(Read(Ingress(".ingressClassName: nginx")), facts));
        Assert.Equal("", Of(Read(Ingress(".ingressClassName: gone")), facts));
        Assert.Equal("AutoMode", Of(Read(Ingress().Replace("  ingressClassName: alb\n", "", StringComparison.Ordinal)), facts));
        Assert.Equal("Lbc", Of(Read(Ingress("kubernetes.io/ingress.class: alb")), facts));
        Assert.Equal("Lbc AutoMode", Of(Read(Ingress()), ControllerFacts.Unknown));
        Assert.Equal("", Of(Read(Ingress(".ingressClassName: nginx")), ControllerFacts.Unknown));
    }
}
