using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Faults;

/// <summary>What each service answers when a quota is used up: every operation that makes something has a code and a wording of its own.</summary>
internal static class QuotaErrors
{
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-codes-table-client
    private static readonly Dictionary<string, (string Code, string Message)> Ec2 = new()
    {
        ["CreateVpc"] = ("VpcLimitExceeded", "The maximum number of VPCs has been reached."),
        ["CreateSubnet"] = ("SubnetLimitExceeded", "The maximum number of subnets has been reached."),
        ["CreateInternetGateway"] = ("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached."),
        ["AllocateAddress"] = ("AddressLimitExceeded", "The maximum number of addresses has been reached."),
        ["CreateNatGateway"] = ("NatGatewayLimitExceeded", "The maximum number of NAT gateways has been reached."),
        ["CreateRouteTable"] = ("RouteTableLimitExceeded", "The maximum number of route tables has been reached."),
        ["CreateRoute"] = ("RouteLimitExceeded", "The maximum number of routes has been reached."),
        ["CreateSecurityGroup"] = ("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached."),
    };

    private static readonly Dictionary<string, string> Iam = new()
    {
        ["CreateRole"] = "RolesPerAccount: 1000", ["AttachRolePolicy"] = "PoliciesPerRole: 10", ["CreateOpenIDConnectProvider"] = "OpenIdConnectProvidersPerAccount: 100",
        ["CreatePolicy"] = "PoliciesPerAccount: 1500", ["TagRole"] = "TagsPerRole: 50", ["CreateInstanceProfile"] = "InstanceProfilesPerAccount: 1000",
    };

    private static readonly Dictionary<string, string> Eks = new()
    {
        ["CreateCluster"] = "Cluster limit exceeded for account.", ["CreateNodegroup"] = "You've reached your limit of 30 nodegroups per cluster.", ["CreateAddon"] = "You've reached the limit of add-ons for this cluster.",
        ["CreateFargateProfile"] = "You've reached your limit of 10 Fargate profiles per cluster.", ["CreateAccessEntry"] = "The maximum number of access entries has been reached.", ["CreatePodIdentityAssociation"] = "The maximum number of associations has been reached.",
    };

    /// <summary>The error, or null when the operation has no quota.</summary>
    public static AwsException? For(string service, string operation) => service switch
    {
        "ec2" when Ec2.TryGetValue(operation, out var quota) => new AwsException(quota.Code, quota.Message),
        "iam" when Iam.TryGetValue(operation, out var quota) => new AwsException("LimitExceeded", $"Cannot exceed quota for {quota}", 409),
        "eks" when Eks.TryGetValue(operation, out var message) => new AwsException("ResourceLimitExceededException", message),
        _ => null,
    };
}
