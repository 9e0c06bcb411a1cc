using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Ec2;

/// <summary>IPv6 in VPCs, and the way out for it.</summary>
public sealed class Ipv6Tests
{
    [Fact]
    public async Task A_VPC_gets_a_block_a_moment_later_and_subnets_take_parts_of_it()
    {
        await using var stage = await Stage.StartAsync();
        var vpc = await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock", "true");
        var (id, block) = (vpc.Value("vpcId"), vpc.Value("ipv6CidrBlock"));
        Assert.EndsWith("::/56", block, StringComparison.Ordinal);
        Task<Answer> Subnet(string four, string six) => stage.Ec2Async("CreateSubnet", "VpcId", id, "CidrBlock", four, "Ipv6CidrBlock", six);
        var first = block.Replace("/56", "/64", StringComparison.Ordinal);
        Assert.Equal("InvalidSubnet.Range", (await Subnet("10.0.0.0/24", first)).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        var subnet = (await Subnet("10.0.0.0/24", first)).Value("subnetId");
        Assert.Equal("InvalidSubnet.Conflict", (await Subnet("10.0.1.0/24", first)).Error);
        Assert.Equal("InvalidSubnet.Range", (await Subnet("10.0.1.0/24", block)).Error);
        Assert.Equal("InvalidSubnet.Range", (await Subnet("10.0.1.0/24", "2001:db8::/64")).Error);
        Assert.Null((await stage.Ec2Async("ModifySubnetAttribute", "SubnetId", subnet, "AssignIpv6AddressOnCreation.Value", "true")).Error);
        Assert.Equal("true", (await stage.Ec2Async("DescribeSubnets", "SubnetId.1", subnet)).Value("assignIpv6AddressOnCreation"));
        Assert.Equal("InvalidParameterCombination", (await stage.Ec2Async("ModifySubnetAttribute", "SubnetId", subnet, "AssignIpv6AddressOnCreation.Value", "true", "MapPublicIpOnLaunch.Value", "true")).Error);
        var four = (await stage.Ec2Async("CreateSubnet", "VpcId", id, "CidrBlock", "10.0.2.0/24")).Value("subnetId");
        Assert.Equal("InvalidParameterValue", (await stage.Ec2Async("ModifySubnetAttribute", "SubnetId", four, "AssignIpv6AddressOnCreation.Value", "true")).Error);
    }

    [Fact]
    public async Task An_egress_only_gateway_belongs_to_its_VPC_holds_it_and_is_for_IPv6()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync();
        var gateway = (await stage.Ec2Async("CreateEgressOnlyInternetGateway", "VpcId", vpc, "ClientToken", "t")).Value("egressOnlyInternetGatewayId");
        Assert.Equal(gateway, (await stage.Ec2Async("CreateEgressOnlyInternetGateway", "VpcId", vpc, "ClientToken", "t")).Value("egressOnlyInternetGatewayId"));
        var table = (await stage.Ec2Async("CreateRouteTable", "VpcId", vpc)).Value("routeTableId");
        Task<Answer> Route(string name, string destination) => stage.Ec2Async("CreateRoute", "RouteTableId", table, name, destination, "EgressOnlyInternetGatewayId", gateway);
        Assert.Equal("InvalidParameterCombination", (await Route("DestinationCidrBlock", "0.0.0.0/0")).Error);
        Assert.Null((await Route("DestinationIpv6CidrBlock", "::/0")).Error);
        var routes = await stage.Ec2Async("DescribeRouteTables", "Filter.1.Name", "route.egress-only-internet-gateway-id", "Filter.1.Value.1", gateway);
        Assert.Equal("::/0", routes.Value("destinationIpv6CidrBlock"));
        Assert.Equal("InvalidGatewayID.NotFound", (await stage.Ec2Async("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId", "eigw-0123456789abcdef0")).Error);
        await stage.Ec2Async("DeleteRouteTable", "RouteTableId", table);
        foreach (var subnet in (await stage.Ec2Async("DescribeSubnets")).Xml.Descendants().Where(element => element.Name.LocalName == "subnetId").Select(element => element.Value).ToList())
        {
            await stage.Ec2Async("DeleteSubnet", "SubnetId", subnet);
        }

        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
        Assert.Null((await stage.Ec2Async("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId", gateway)).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpc", "VpcId", vpc)).Error);
    }
}
