using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Ec2;

/// <summary>
/// The permissions that EC2's operations need: on what they make, on what they name, and on the tags that they give
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html). Describing takes no resource.
/// </summary>
internal static class Ec2Actions
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["vpc"] = "vpc", ["subnet"] = "subnet", ["igw"] = "internet-gateway", ["nat"] = "natgateway", ["eipalloc"] = "elastic-ip", ["rtb"] = "route-table", ["sg"] = "security-group",
        ["sgr"] = "security-group-rule", ["eni"] = "network-interface", ["lt"] = "launch-template", ["vol"] = "volume", ["i"] = "instance",
        ["eigw"] = "egress-only-internet-gateway", ["vpce"] = "vpc-endpoint", ["key"] = "key-pair",
        ["acl"] = "network-acl", ["vgw"] = "vpn-gateway", ["pcx"] = "vpc-peering-connection", ["cagw"] = "carrier-gateway",
    };

    // What a launch makes, whatever its template says.
    private static readonly string[] Launched = ["instance", "network-interface", "volume"];

    /// <summary>By operation: the type that it makes, and the parameters that name what it is about.</summary>
    private static readonly Dictionary<string, (string? Made, string[] Named)> Targets = new()
    {
        ["AcceptVpcPeeringConnection"] = (null, ["VpcPeeringConnectionId"]),
        ["AllocateAddress"] = ("elastic-ip", []),
        ["AssociateRouteTable"] = (null, ["RouteTableId", "SubnetId"]),
        ["AssociateVpcCidrBlock"] = (null, ["VpcId"]),
        ["AttachInternetGateway"] = (null, ["InternetGatewayId", "VpcId"]),
        ["AttachVpnGateway"] = (null, ["VpnGatewayId", "VpcId"]),
        ["AuthorizeSecurityGroupEgress"] = (null, ["GroupId"]),
        ["AuthorizeSecurityGroupIngress"] = (null, ["GroupId"]),
        ["CreateCarrierGateway"] = ("carrier-gateway", ["VpcId"]),
        ["CreateKeyPair"] = ("key-pair", []),
        ["CreateEgressOnlyInternetGateway"] = ("egress-only-internet-gateway", ["VpcId"]),
        ["CreateInternetGateway"] = ("internet-gateway", []),
        ["CreateLaunchTemplate"] = ("launch-template", []),
        ["CreateLaunchTemplateVersion"] = (null, ["LaunchTemplateId"]),
        ["CreateNatGateway"] = ("natgateway", ["SubnetId", "AllocationId"]),
        ["CreateNetworkAcl"] = ("network-acl", ["VpcId"]),
        ["CreateNetworkInterface"] = ("network-interface", ["SubnetId", "SecurityGroupId"]),
        ["CreateRoute"] = (null, ["RouteTableId"]),
        ["CreateRouteTable"] = ("route-table", ["VpcId"]),
        ["CreateSecurityGroup"] = ("security-group", ["VpcId"]),
        ["CreateSubnet"] = ("subnet", ["VpcId"]),
        ["CreateTags"] = (null, ["ResourceId"]),
        ["CreateVolume"] = ("volume", []),
        ["CreateVpc"] = ("vpc", []),
        ["CreateVpcPeeringConnection"] = ("vpc-peering-connection", ["VpcId"]),
        ["CreateVpnGateway"] = ("vpn-gateway", []),
        ["CreateVpcEndpoint"] = ("vpc-endpoint", ["VpcId", "SubnetId", "SecurityGroupId", "RouteTableId"]),
        ["DeleteCarrierGateway"] = (null, ["CarrierGatewayId"]),
        ["DeleteNetworkAcl"] = (null, ["NetworkAclId"]),
        ["DeleteVpcPeeringConnection"] = (null, ["VpcPeeringConnectionId"]),
        ["DeleteVpnGateway"] = (null, ["VpnGatewayId"]),
        ["DeleteEgressOnlyInternetGateway"] = (null, ["EgressOnlyInternetGatewayId"]),
        ["DeleteInternetGateway"] = (null, ["InternetGatewayId"]),
        ["DeleteLaunchTemplate"] = (null, ["LaunchTemplateId"]),
        ["DeleteLaunchTemplateVersions"] = (null, ["LaunchTemplateId"]),
        ["DeleteNatGateway"] = (null, ["NatGatewayId"]),
        ["DeleteNetworkInterface"] = (null, ["NetworkInterfaceId"]),
        ["DeleteRoute"] = (null, ["RouteTableId"]),
        ["DeleteRouteTable"] = (null, ["RouteTableId"]),
        ["DeleteSecurityGroup"] = (null, ["GroupId"]),
        ["DeleteSubnet"] = (null, ["SubnetId"]),
        ["DeleteTags"] = (null, ["ResourceId"]),
        ["DeleteVolume"] = (null, ["VolumeId"]),
        ["DeleteVpc"] = (null, ["VpcId"]),
        ["DeleteVpcEndpoints"] = (null, ["VpcEndpointId"]),
        ["DescribeVpcAttribute"] = (null, ["VpcId"]),
        ["DetachInternetGateway"] = (null, ["InternetGatewayId", "VpcId"]),
        ["DetachVpnGateway"] = (null, ["VpnGatewayId", "VpcId"]),
        ["DisassociateRouteTable"] = (null, ["AssociationId"]),
        ["ModifyLaunchTemplate"] = (null, ["LaunchTemplateId"]),
        ["ModifySubnetAttribute"] = (null, ["SubnetId"]),
        ["ModifyVpcAttribute"] = (null, ["VpcId"]),
        ["ModifyVpcEndpoint"] = (null, ["VpcEndpointId", "AddSubnetId", "AddSecurityGroupId", "AddRouteTableId"]),
        ["ReleaseAddress"] = (null, ["AllocationId"]),
        ["ReplaceRoute"] = (null, ["RouteTableId"]),
        ["ReplaceNetworkAclAssociation"] = (null, ["NetworkAclId"]),
        ["RevokeSecurityGroupEgress"] = (null, ["GroupId"]),
        ["RevokeSecurityGroupIngress"] = (null, ["GroupId"]),
        ["RunInstances"] = ("instance", ["SubnetId", "SecurityGroupId"]),
        ["TerminateInstances"] = (null, ["InstanceId"]),
    };

    /// <summary>Those of a call.</summary>
    public static IEnumerable<AccessCheck> Of(AwsCall call)
    {
        var action = $"ec2:{call.Operation}";
        if (!Targets.TryGetValue(call.Operation, out var target))
        {
            yield return new AccessCheck(action, "*") { Context = Keys(call) };
            yield break;
        }

        var given = call.Parameters.List("TagSpecification").SelectMany(specification => specification.List("Tag")).Concat(call.Parameters.List("Tag"))
            .GroupBy(tag => tag.Get("Key") ?? "").ToDictionary(same => same.Key, same => same.Last().Get("Value") ?? "");
        if (target.Made is { } type)
        {
            yield return new AccessCheck(action, Arn(call, $"{type}/*")) { Context = Keys(call, call.Parameters.Get("VpcId")) }.Giving(given);
        }

        foreach (var id in target.Named.SelectMany(name => Ids(call, name)))
        {
            var check = Existing(call, action, id);
            yield return call.Operation is "CreateTags" or "DeleteTags" ? check.Giving(given) : check;
        }

        // The names that lead to an endpoint inside its VPC are a hosted zone of Route 53's.
        if (call.Operation == "CreateVpcEndpoint" && call.Parameters.Get("VpcEndpointType") == "Interface" && call.Parameters.Flag("PrivateDnsEnabled") != false)
        {
            yield return new AccessCheck("route53:AssociateVPCWithHostedZone", $"arn:{call.Account.Partition}:route53:::hostedzone/*");
        }

        if (given.Count > 0 && call.Operation is not ("CreateTags" or "DeleteTags"))
        {
            if (call.Operation is "AuthorizeSecurityGroupIngress" or "AuthorizeSecurityGroupEgress")
            {
                yield return new AccessCheck(action, Arn(call, "security-group-rule/*")) { Context = Keys(call) }.Giving(given);
            }

            yield return new AccessCheck("ec2:CreateTags", Arn(call, $"{target.Made ?? "security-group-rule"}/*")) { Context = Keys(call).With("ec2:CreateAction", call.Operation) }.Giving(given);
        }
    }

    /// <summary>What it takes to launch instances of a template, which EKS wants of whoever hands it one.</summary>
    /// <param name="refusal">The error in EKS's words.</param>
    public static IEnumerable<AccessCheck> RunInstances(AwsCall call, LaunchTemplate template, IEnumerable<string> subnets, AwsException refusal)
    {
        var tags = template.Version("$Default")?.Data.List("TagSpecification") ?? [];
        var made = Launched.Select(type => new AccessCheck("ec2:RunInstances", Arn(call, $"{type}/*")) { Context = Keys(call) }.Giving(tags.FirstOrDefault(one => one.Get("ResourceType") == type)?.Tags("Tag") ?? new Dictionary<string, string>()));
        var named = subnets.Append(template.Id).Select(id => Existing(call, "ec2:RunInstances", id));
        var image = new AccessCheck("ec2:RunInstances", $"arn:{call.Account.Partition}:ec2:{call.Region}::image/*") { Context = Keys(call) };
        var tagged = tags.Select(one => new AccessCheck("ec2:CreateTags", Arn(call, $"{one.Get("ResourceType")}/*")) { Context = Keys(call).With("ec2:CreateAction", "RunInstances") }.Giving(one.Tags("Tag")));
        return made.Concat(named).Append(image).Concat(tagged).Select(check => check with { Refusal = refusal });
    }

    private static AccessCheck Existing(AwsCall call, string action, string id)
    {
        var resource = call.Ec2().Resources.FirstOrDefault(resource => resource.Id == id);
        var type = Types.GetValueOrDefault(id.Split('-')[0]);
        return new AccessCheck(action, type is null ? "*" : Arn(call, $"{type}/{id}")) { Context = Keys(call, resource?.Values("vpc-id")?.FirstOrDefault()) }.On(resource?.Tags, "ec2");
    }

    private static IEnumerable<string> Ids(AwsCall call, string name) => name switch
    {
        "LaunchTemplateId" when call.Parameters.Get("LaunchTemplateName") is { } template => [call.Ec2().All<LaunchTemplate>().FirstOrDefault(one => one.Name == template)?.Id ?? "lt-*"],
        "AssociationId" => [call.Ec2().All<RouteTable>().FirstOrDefault(table => table.Associations.Any(one => one.Id == call.Parameters.Get(name)))?.Id ?? "rtb-*"],
        _ => call.Parameters.Get(name) is { } one ? [one] : call.Parameters.Strings(name),
    };

    private static RequestContext Keys(AwsCall call, string? vpc = null) =>
        new RequestContext().With("ec2:Region", call.Region).With("ec2:Vpc", vpc is null ? null : Arn(call, $"vpc/{vpc}"));

    private static string Arn(AwsCall call, string resource) => call.Account.Arn("ec2", call.Region, resource);
}
