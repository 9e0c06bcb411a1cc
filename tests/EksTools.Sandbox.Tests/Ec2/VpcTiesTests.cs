using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Ec2;

/// <summary>What keeps a VPC from being deleted without an interface in it.</summary>
public sealed class VpcTiesTests
{
    [Fact]
    public async Task A_virtual_private_gateway_holds_its_VPC_until_it_is_detached()
    {
        await using var stage = await Stage.StartAsync();
        var vpc = (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var gateway = (await stage.Ec2Async("CreateVpnGateway", "Type", "ipsec.1")).Value("vpnGatewayId");
        Assert.Equal("attaching", (await stage.Ec2Async("AttachVpnGateway", "VpnGatewayId", gateway, "VpcId", vpc)).Value("state"));
        Assert.Equal("VpnGatewayAttachmentLimitExceeded", (await stage.Ec2Async("AttachVpnGateway", "VpnGatewayId", gateway, "VpcId", vpc)).Error);
        Assert.Equal(gateway, (await stage.Ec2Async("DescribeVpnGateways", "Filter.1.Name", "attachment.vpc-id", "Filter.1.Value.1", vpc)).Value("vpnGatewayId"));
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
        Assert.Equal("IncorrectState", (await stage.Ec2Async("DeleteVpnGateway", "VpnGatewayId", gateway)).Error);
        Assert.Null((await stage.Ec2Async("DetachVpnGateway", "VpnGatewayId", gateway, "VpcId", vpc)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpnGateway", "VpnGatewayId", gateway)).Error);
    }

    [Fact]
    public async Task A_peering_connection_holds_both_VPCs_and_is_shown_when_it_is_deleted()
    {
        await using var stage = await Stage.StartAsync();
        var one = (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var other = (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.1.0.0/16")).Value("vpcId");
        var peering = (await stage.Ec2Async("CreateVpcPeeringConnection", "VpcId", one, "PeerVpcId", other)).Value("vpcPeeringConnectionId");
        Assert.Equal("active", (await stage.Ec2Async("AcceptVpcPeeringConnection", "VpcPeeringConnectionId", peering)).Value("code"));
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", one)).Error);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", other)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpcPeeringConnection", "VpcPeeringConnectionId", peering)).Error);
        Assert.Equal("deleted", (await stage.Ec2Async("DescribeVpcPeeringConnections", "Filter.1.Name", "accepter-vpc-info.vpc-id", "Filter.1.Value.1", other)).Value("code"));
        Assert.Equal("InvalidStateTransition", (await stage.Ec2Async("DeleteVpcPeeringConnection", "VpcPeeringConnectionId", peering)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", one)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", other)).Error);
    }

    [Fact]
    public async Task A_network_ACL_goes_when_no_subnet_has_it_and_before_its_VPC()
    {
        await using var stage = await Stage.StartAsync();
        var vpc = (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var subnet = (await stage.Ec2Async("CreateSubnet", "VpcId", vpc, "CidrBlock", "10.0.0.0/24")).Value("subnetId");
        var standard = await stage.Ec2Async("DescribeNetworkAcls", "Filter.1.Name", "association.subnet-id", "Filter.1.Value.1", subnet);
        Assert.Equal("true", standard.Value("default"));
        var list = (await stage.Ec2Async("CreateNetworkAcl", "VpcId", vpc)).Value("networkAclId");
        var association = (await stage.Ec2Async("ReplaceNetworkAclAssociation", "AssociationId", standard.Value("networkAclAssociationId"), "NetworkAclId", list)).Value("newAssociationId");
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteNetworkAcl", "NetworkAclId", list)).Error);
        Assert.Equal("InvalidParameterValue", (await stage.Ec2Async("DeleteNetworkAcl", "NetworkAclId", standard.Value("networkAclId"))).Error);
        Assert.Equal(association, (await stage.Ec2Async("DescribeNetworkAcls", "NetworkAclId.1", list)).Value("networkAclAssociationId"));
        Assert.Null((await stage.Ec2Async("DeleteSubnet", "SubnetId", subnet)).Error);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
        Assert.Null((await stage.Ec2Async("DeleteNetworkAcl", "NetworkAclId", list)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
    }

    [Fact]
    public async Task A_carrier_gateway_holds_its_VPC()
    {
        await using var stage = await Stage.StartAsync();
        var vpc = (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var gateway = (await stage.Ec2Async("CreateCarrierGateway", "VpcId", vpc)).Value("carrierGatewayId");
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
        Assert.Equal(gateway, (await stage.Ec2Async("DescribeCarrierGateways", "Filter.1.Name", "vpc-id", "Filter.1.Value.1", vpc)).Value("carrierGatewayId"));
        Assert.Equal("deleting", (await stage.Ec2Async("DeleteCarrierGateway", "CarrierGatewayId", gateway)).Value("state"));
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
    }
}
