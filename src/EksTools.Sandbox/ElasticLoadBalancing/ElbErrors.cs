using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>The errors of both generations of Elastic Load Balancing.</summary>
internal static class ElbErrors
{
    public static AwsException LoadBalancersMissing() => new("LoadBalancerNotFound", "One or more load balancers not found");

    public static AwsException TargetGroupsMissing() => new("TargetGroupNotFound", "One or more target groups not found");

    public static AwsException ListenersMissing() => new("ListenerNotFound", "One or more listeners not found");

    public static AwsException ClassicMissing(string name) => new("LoadBalancerNotFound", $"There is no ACTIVE Load Balancer named '{name}'");

    public static AwsException DuplicateName(string name) => new("DuplicateLoadBalancerName", $"A load balancer with the same name '{name}' exists, but with different settings");

    public static AwsException DuplicateTargetGroup(string name) => new("DuplicateTargetGroupName", $"A target group with the same name '{name}' exists, but with different settings");

    public static AwsException DuplicateListener() => new("DuplicateListener", "A listener already exists on this port for this load balancer");

    public static AwsException GroupMissing(string id) => new("InvalidSecurityGroup", $"One or more security groups are invalid: '{id}' does not exist");

    public static AwsException SubnetMissing(string id) => new("SubnetNotFound", $"The subnet ID '{id}' does not exist");

    public static AwsException AddressUnavailable(string id) => new("AllocationIdNotFound", $"The allocation IDs '{id}' are not available for use");

    public static AwsException NoGateway(string vpc) => new("InvalidSubnet", $"VPC {vpc} has no internet gateway");

    public static AwsException TooFewAddresses(string subnet, int needed) => new("InvalidSubnet", $"Not enough IP space available in {subnet}. ELB requires at least {needed} free IP addresses in each subnet.");

    public static AwsException Invalid(string message) => new("ValidationError", message);

    public static AwsException Configuration(string message) => new("InvalidConfigurationRequest", message);
}
