using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Ec2;

/// <summary>EC2: with the AWS SDK where it can, with a plain client where the SDK stands in the way.</summary>
public sealed class Ec2Tests
{
    [Fact]
    public async Task The_SDK_builds_and_takes_down_a_network()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 2000 }, TestContext.Current.CancellationToken);
        using var ec2 = new AmazonEC2Client(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        var cancel = TestContext.Current.CancellationToken;
        var tags = new List<TagSpecification> { new() { ResourceType = ResourceType.Vpc, Tags = [new Tag("ekstools:cluster", "demo")] } };
        var vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.0.0.0/16", TagSpecifications = tags }, cancel)).Vpc;
        var found = await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new Filter("tag:ekstools:cluster", ["de*"])] }, cancel);
        Assert.Equal(vpc.VpcId, Assert.Single(found.Vpcs).VpcId);
        var subnet = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc.VpcId, CidrBlock = "10.0.0.0/24" }, cancel)).Subnet;
        Assert.Equal(251, subnet.AvailableIpAddressCount);
        var token = new CreateRouteTableRequest { VpcId = vpc.VpcId, ClientToken = "once" };
        var table = (await ec2.CreateRouteTableAsync(token, cancel)).RouteTable.RouteTableId;
        Assert.Equal(table, (await ec2.CreateRouteTableAsync(token, cancel)).RouteTable.RouteTableId);
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DeleteVpcAsync(new DeleteVpcRequest(vpc.VpcId), cancel));
        Assert.Equal("DependencyViolation", error.ErrorCode);
        await ec2.DeleteRouteTableAsync(new DeleteRouteTableRequest { RouteTableId = table }, cancel);
        await ec2.DeleteSubnetAsync(new DeleteSubnetRequest(subnet.SubnetId), cancel);
        await ec2.DeleteVpcAsync(new DeleteVpcRequest(vpc.VpcId), cancel);
        Assert.Equal("InvalidVpcID.NotFound", (await Assert.ThrowsAsync<AmazonEC2Exception>(() => ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [vpc.VpcId] }, cancel))).ErrorCode);
    }

    [Fact]
    public async Task A_NAT_gateway_holds_its_address_and_subnet_until_it_is_deleted()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, subnets) = await stage.NetworkAsync();
        var gateway = (await stage.Ec2Async("CreateInternetGateway")).Value("internetGatewayId");
        await stage.Ec2Async("AttachInternetGateway", "InternetGatewayId", gateway, "VpcId", vpc);
        var address = (await stage.Ec2Async("AllocateAddress", "Domain", "vpc")).Value("allocationId");
        var nat = (await stage.Ec2Async("CreateNatGateway", "SubnetId", subnets[0], "AllocationId", address, "ClientToken", "t")).Value("natGatewayId");
        Assert.Equal(nat, (await stage.Ec2Async("CreateNatGateway", "SubnetId", subnets[0], "AllocationId", address, "ClientToken", "t")).Value("natGatewayId"));
        Assert.Equal("IdempotentParameterMismatch", (await stage.Ec2Async("CreateNatGateway", "SubnetId", subnets[1], "AllocationId", address, "ClientToken", "t")).Error);
        async Task<string> State() => (await stage.Ec2Async("DescribeNatGateways", "NatGatewayId.1", nat)).Value("state");
        stage.Time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal("pending", await State());
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("available", await State());
        Assert.Equal("InvalidIPAddress.InUse", (await stage.Ec2Async("ReleaseAddress", "AllocationId", address)).Error);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[0])).Error);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DetachInternetGateway", "InternetGatewayId", gateway, "VpcId", vpc)).Error);
        await stage.Ec2Async("DeleteNatGateway", "NatGatewayId", nat);
        Assert.Equal("deleting", await State());
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("deleted", await State());
        Assert.Null((await stage.Ec2Async("ReleaseAddress", "AllocationId", address)).Error);
        Assert.Null((await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[0])).Error);
        stage.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("NatGatewayNotFound", (await stage.Ec2Async("DescribeNatGateways", "NatGatewayId.1", nat)).Error);
    }

    [Theory]
    [InlineData("CreateVpc", "CidrBlock=10.0.0.0/8", "InvalidVpc.Range")]
    [InlineData("CreateVpc", "CidrBlock=ten", "InvalidParameterValue")]
    [InlineData("CreateVpc", "", "MissingParameter")]
    [InlineData("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.0.0/24", "InvalidSubnet.Conflict")]
    [InlineData("CreateSubnet", "VpcId={vpc}&CidrBlock=10.1.0.0/24", "InvalidSubnet.Range")]
    [InlineData("CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.128.0/24&AvailabilityZone=us-west-2z", "InvalidParameterValue")]
    [InlineData("CreateSubnet", "VpcId=vpc-0123456789abcdef0&CidrBlock=10.0.128.0/24", "InvalidVpcID.NotFound")]
    [InlineData("DescribeSubnets", "SubnetId.1=subnet-0123456789abcdef0", "InvalidSubnetID.NotFound")]
    [InlineData("DescribeSubnets", "SubnetId.1=net-1", "InvalidSubnetID.Malformed")]
    [InlineData("DescribeSubnets", "Filter.1.Name=colour&Filter.1.Value.1=red", "InvalidParameterValue")]
    [InlineData("DescribeSubnets", "MaxResults=1", "InvalidParameterValue")]
    [InlineData("DescribeRouteTables", "RouteTableId.1=rtb-0123456789abcdef0", "InvalidRouteTableID.NotFound")]
    [InlineData("DescribeInternetGateways", "InternetGatewayId.1=igw-0123456789abcdef0", "InvalidInternetGatewayID.NotFound")]
    [InlineData("DescribeSecurityGroups", "GroupId.1=sg-0123456789abcdef0", "InvalidGroup.NotFound")]
    [InlineData("DescribeLaunchTemplates", "LaunchTemplateName.1=none", "InvalidLaunchTemplateName.NotFoundException")]
    [InlineData("ReleaseAddress", "AllocationId=eipalloc-0123456789abcdef0", "InvalidAllocationID.NotFound")]
    [InlineData("CreateSecurityGroup", "GroupName=g&GroupDescription=d", "VPCIdNotSpecified")]
    [InlineData("CreateSecurityGroup", "GroupName=default&GroupDescription=d&VpcId={vpc}", "InvalidParameterValue")]
    [InlineData("CreateVpc", "CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=a", "InvalidParameterValue")]
    [InlineData("CreateTags", "ResourceId.1={vpc}&Tag.1.Key=aws:x&Tag.1.Value=y", "InvalidParameterValue")]
    [InlineData("CreateVpc", "CidrBlock=10.0.0.0/16&DryRun=true", "DryRunOperation")]
    [InlineData("RunScheduledInstances", "", "InvalidAction")]
    public async Task Bad_requests_are_refused_in_EC2s_words(string action, string query, string error)
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync();
        var parameters = query.Replace("{vpc}", vpc, StringComparison.Ordinal).Split('&', StringSplitOptions.RemoveEmptyEntries).SelectMany(pair => pair.Split('=', 2)).ToArray();
        Assert.Equal(error, (await stage.Ec2Async(action, parameters)).Error);
    }

    [Fact]
    public async Task Groups_that_refer_to_each_other_hold_each_other()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync();
        async Task<string> Group(string name) => (await stage.Ec2Async("CreateSecurityGroup", "GroupName", name, "GroupDescription", "d", "VpcId", vpc)).Value("groupId");
        var (a, b) = (await Group("a"), await Group("b"));
        string[] rule = ["GroupId", a, "IpPermissions.1.IpProtocol", "tcp", "IpPermissions.1.FromPort", "443", "IpPermissions.1.ToPort", "443", "IpPermissions.1.Groups.1.GroupId", b];
        Assert.Null((await stage.Ec2Async("AuthorizeSecurityGroupIngress", rule)).Error);
        Assert.Equal("InvalidPermission.Duplicate", (await stage.Ec2Async("AuthorizeSecurityGroupIngress", rule)).Error);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteSecurityGroup", "GroupId", b)).Error);
        Assert.Null((await stage.Ec2Async("RevokeSecurityGroupIngress", rule)).Error);
        Assert.Equal("InvalidPermission.NotFound", (await stage.Ec2Async("RevokeSecurityGroupIngress", rule)).Error);
        Assert.Null((await stage.Ec2Async("DeleteSecurityGroup", "GroupId", b)).Error);
    }

    [Fact]
    public async Task Pages_hold_every_resource_once()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.NetworkAsync([.. Enumerable.Range(0, 7).Select(_ => "us-west-2a")]);
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await stage.Ec2Async("DescribeSubnets", ["MaxResults", "5", "Filter.1.Name", "vpc-id", "Filter.1.Value.1", vpc, .. token is null ? Array.Empty<string>() : ["NextToken", token]]);
            seen.AddRange(page.Xml.Descendants("subnetId").Select(id => id.Value));
            token = page.Xml.Element("nextToken")?.Value;
        }
        while (token is not null);
        Assert.Equal(7, seen.Distinct().Count());
        Assert.Equal(7, seen.Count);
    }
}
