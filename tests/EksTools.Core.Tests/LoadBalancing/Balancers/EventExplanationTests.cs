using EksTools.Core.LoadBalancing.Balancers;
using EksTools.LoadBalancing;

namespace EksTools.Core.Tests.LoadBalancing.Balancers;

/// <summary>Messages as the controllers write them (the sources are named in EventExplanation).</summary>
public sealed class EventExplanationTests
{
    [Theory]
    [InlineData("Failed build model due to unable to resolve at least one subnet. Evaluated 0 subnets: 0 are tagged for other clusters, and 0 have insufficient available IP addresses", "no subnet has the tag for this scheme")]
    [InlineData("Failed build model due to unable to resolve at least one subnet. Evaluated 3 subnets: 2 are tagged for other clusters, and 1 have insufficient available IP addresses", "of 3 that it looked at, 2 are tagged for other clusters and 1 have too few")]
    [InlineData("Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB", "Test-EksSubnet demo")]
    [InlineData("Failed build model due to subnets count less than minimal required count: 1 < 2", "two zones")]
    [InlineData("Failed deploy model due to operation error Elastic Load Balancing v2: DescribeTags, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found", "Test-EksServiceAccountRole demo kube-system/aws-load-balancer-controller")]
    [InlineData("Internal error occurred: failed calling webhook \"mservice.elbv2.k8s.aws\": no endpoints available", "does not reach the controller's webhook")]
    [InlineData("expected exactly one securityGroup tagged with kubernetes.io/cluster/demo for eni eni-1, got: [sg-1 sg-2] (clusterName: demo)", "exactly one security group")]
    [InlineData("Error syncing load balancer: failed to ensure load balancer: Multiple tagged security groups found for instance i-1; ensure only the k8s security group is tagged", "exactly one security group")]
    [InlineData("cannot update Load Balancer Type annotation \"service.beta.kubernetes.io/aws-load-balancer-type\" after creation for NLB", "another DNS name")]
    [InlineData("Failed build model due to ingress: shop/web: no certificate found for host: shop.example.com", "is for shop.example.com")]
    [InlineData("There are no available nodes for LoadBalancer", "No node is ready")]
    public void What_controllers_say_is_put_in_plain_words(string message, string part) =>
        Assert.Contains(part, EventExplanation.Of(message, EksLoadBalancerControllerKind.Lbc, "demo"), StringComparison.Ordinal);

    [Fact]
    public void A_denial_names_the_action_and_whose_it_is()
    {
        const string message = "AccessDenied: User: arn:aws:sts::111122223333:assumed-role/r/i is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: x";
        Assert.Contains("may not elasticloadbalancing:CreateLoadBalancer. 'Install-EksLoadBalancerController demo'", EventExplanation.Of(message, EksLoadBalancerControllerKind.Lbc, "demo"), StringComparison.Ordinal);
        Assert.Contains("AmazonEKSClusterPolicy", EventExplanation.Of(message, EksLoadBalancerControllerKind.Ccm, "demo"), StringComparison.Ordinal);
        Assert.Contains("AmazonEKSLoadBalancingPolicy", EventExplanation.Of(message, EksLoadBalancerControllerKind.AutoMode, "demo"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_says_itself_what_is_wrong_is_left_alone() => Assert.Null(EventExplanation.Of("unsupported load balancer affinity: ClientIP", EksLoadBalancerControllerKind.Ccm, "demo"));
}
