using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Ec2;

/// <summary>Endpoints of AWS services in VPCs.</summary>
public sealed class VpcEndpointTests
{
    private const string Sts = "com.amazonaws.us-west-2.sts", S3 = "com.amazonaws.us-west-2.s3";

    [Fact]
    public async Task An_interface_endpoint_stands_in_its_subnets_until_it_is_gone()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, subnets) = await stage.NetworkAsync();
        Task<Answer> Make(params string[] more) => stage.Ec2Async("CreateVpcEndpoint", ["VpcEndpointType", "Interface", "ServiceName", Sts, "VpcId", vpc, "SubnetId.1", subnets[0], .. more]);
        Assert.Equal("InvalidParameter", (await Make()).Error);
        await stage.Ec2Async("ModifyVpcAttribute", "VpcId", vpc, "EnableDnsHostnames.Value", "true");
        var endpoint = (await Make("SubnetId.2", subnets[1], "ClientToken", "t")).Value("vpcEndpointId");
        Assert.Equal(endpoint, (await Make("SubnetId.2", subnets[1], "ClientToken", "t")).Value("vpcEndpointId"));
        Assert.Equal("InvalidParameter", (await Make()).Error);
        async Task<string> State() => (await stage.Ec2Async("DescribeVpcEndpoints", "VpcEndpointId.1", endpoint)).Value("state");
        stage.Time.Advance(TimeSpan.FromSeconds(74));
        Assert.Equal("pending", await State());
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("available", await State());
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[1])).Error);
        Assert.Null((await stage.Ec2Async("DeleteVpcEndpoints", "VpcEndpointId.1", endpoint)).Error);
        Assert.Equal("deleting", await State());
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[1])).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(46));
        Assert.Equal("InvalidVpcEndpointId.NotFound", (await stage.Ec2Async("DescribeVpcEndpoints", "VpcEndpointId.1", endpoint)).Error);
        Assert.Null((await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[1])).Error);
    }

    [Fact]
    public async Task A_gateway_endpoint_is_a_route_and_a_table_has_one_of_a_service()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync();
        var table = (await stage.Ec2Async("CreateRouteTable", "VpcId", vpc)).Value("routeTableId");
        Task<Answer> Make() => stage.Ec2Async("CreateVpcEndpoint", "ServiceName", S3, "VpcId", vpc, "RouteTableId.1", table);
        var endpoint = (await Make()).Value("vpcEndpointId");
        var tables = await stage.Ec2Async("DescribeRouteTables", "RouteTableId.1", table);
        Assert.StartsWith("pl-", tables.Value("destinationPrefixListId"), StringComparison.Ordinal);
        Assert.Equal("RouteAlreadyExists", (await Make()).Error);
        await stage.Ec2Async("ModifyVpcEndpoint", "VpcEndpointId", endpoint, "RemoveRouteTableId.1", table);
        Assert.Null((await Make()).Error);
    }

    [Theory]
    [InlineData("ServiceName=com.amazonaws.us-west-2.nothing&VpcEndpointType=Interface", "InvalidServiceName")]
    [InlineData("ServiceName=com.amazonaws.us-west-2.sts&VpcEndpointType=Gateway", "InvalidParameter")]
    [InlineData("ServiceName=com.amazonaws.us-west-2.s3&SubnetId.1={subnet}", "InvalidParameter")]
    [InlineData("ServiceName=com.amazonaws.us-west-2.sts&VpcEndpointType=Interface&PrivateDnsEnabled=false&SubnetId.1={subnet}&SubnetId.2={subnet}", "DuplicateSubnetsInSameZone")]
    [InlineData("ServiceName=com.amazonaws.us-west-2.sts&VpcEndpointType=Interface&PrivateDnsEnabled=false&SecurityGroupId.1=sg-0123456789abcdef0", "InvalidGroup.NotFound")]
    public async Task Bad_requests_are_refused_in_EC2s_words(string query, string error)
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, subnets) = await stage.NetworkAsync();
        var parameters = query.Replace("{subnet}", subnets[0], StringComparison.Ordinal).Split('&').SelectMany(pair => pair.Split('=', 2)).ToArray();
        Assert.Equal(error, (await stage.Ec2Async("CreateVpcEndpoint", ["VpcId", vpc, .. parameters])).Error);
    }

    [Fact]
    public async Task China_names_some_services_otherwise()
    {
        await using var stage = await Stage.StartAsync("cn-north-1");
        Assert.Null((await stage.Ec2Async("DescribeVpcEndpointServices", "ServiceName.1", "cn.com.amazonaws.cn-north-1.ec2", "ServiceName.2", "com.amazonaws.cn-north-1.s3")).Error);
        Assert.Equal("InvalidServiceName", (await stage.Ec2Async("DescribeVpcEndpointServices", "ServiceName.1", "com.amazonaws.cn-north-1.ec2")).Error);
    }
}
