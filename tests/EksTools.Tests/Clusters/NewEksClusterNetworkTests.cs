using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>The network options of New-EksCluster, and that Remove-EksCluster takes away what they made.</summary>
public sealed class NewEksClusterNetworkTests
{
    [Fact]
    public async Task An_IPv6_cluster_has_addresses_and_ways_of_both_families_and_goes_without_a_trace()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        PSObject cluster = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -IpFamily IPv6 -NoKubeconfig").Good());
        PSObject network = PSObject.AsPSObject(cluster.Properties["KubernetesNetworkConfig"].Value);
        Assert.Equal("ipv6", network.Properties["IpFamily"].Value);
        Assert.EndsWith("::/108", (string)network.Properties["ServiceIpv6Cidr"].Value, StringComparison.Ordinal);
        Assert.All(rehearsal.Session.Run("Get-EksNode demo").Good(), static node => Assert.Contains(":", (string)node.Properties["InternalIp"].Value, StringComparison.Ordinal));

        using AmazonEC2Client ec2 = Ec2(rehearsal);
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest(), TestContext.Current.CancellationToken)).Subnets;
        Assert.Equal(6, subnets.Select(static subnet => Assert.Single(subnet.Ipv6CidrBlockAssociationSet).Ipv6CidrBlock).Distinct().Count(static range => range.EndsWith("::/64", StringComparison.Ordinal)));
        Assert.All(subnets, static subnet => Assert.True(subnet.AssignIpv6AddressOnCreation));
        IEnumerable<Route> out6 = (await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest(), TestContext.Current.CancellationToken)).RouteTables.SelectMany(static table => table.Routes).Where(static route => route.DestinationIpv6CidrBlock == "::/0");
        Assert.Equal(["eigw", "eigw", "eigw", "igw"], out6.Select(static route => (route.EgressOnlyInternetGatewayId ?? route.GatewayId).Split('-')[0]).Order(StringComparer.Ordinal));

        // AmazonEKS_CNI_Policy knows no IPv6: the nodes above are ready by a policy of the role's own.
        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Contains("role ekstools-demo-us-west-2-kube-system.aws-node: ", inventory);
        Assert.Contains("egress-only internet gateway egress-only-internet-gateway", inventory);
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        Assert.Equal(inventory, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.StartsWith("ClusterParametersDiffer", Assert.Single(rehearsal.Session.Run("New-EksCluster demo -IpFamily IPv4").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_private_cluster_has_endpoints_instead_of_a_way_out_and_goes_without_a_trace()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<PSObject> plan = rehearsal.Session.Run("New-EksCluster demo -PrivateCluster -EndpointService logs -WhatIf").Good();
        Assert.Equal(["control-plane", "node-group", "vpc-endpoint-ec2", "vpc-endpoint-ecr.api", "vpc-endpoint-ecr.dkr", "vpc-endpoint-eks-auth", "vpc-endpoint-logs", "vpc-endpoint-sts"],
            plan.Where(static step => (bool)step.Properties["Billed"].Value).Select(static step => (string)step.Properties["Step"].Value).Order(StringComparer.Ordinal));
        Assert.Contains("vpc-endpoints-available", (IEnumerable<string>)plan.Single(static step => (string)step.Properties["Step"].Value == "node-group").Properties["Needs"].Value);

        PSObject cluster = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -PrivateCluster -EndpointService logs -NoKubeconfig").Good());
        PSObject vpc = PSObject.AsPSObject(cluster.Properties["ResourcesVpcConfig"].Value);
        Assert.Equal((false, true), ((bool)vpc.Properties["EndpointPublicAccess"].Value, (bool)vpc.Properties["EndpointPrivateAccess"].Value));
        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.DoesNotContain(inventory, static line => line.StartsWith("internet gateway", StringComparison.Ordinal) || line.StartsWith("nat", StringComparison.Ordinal) || line.StartsWith("address", StringComparison.Ordinal) || line.EndsWith("public=True", StringComparison.Ordinal));
        Assert.Equal(3, inventory.Count(static line => line.StartsWith("subnet", StringComparison.Ordinal)));
        Assert.Contains("endpoint com.amazonaws.us-west-2.s3 Gateway available vpc-endpoint-s3: 0 subnets, 1 tables", inventory, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(6, inventory.Count(static line => line.Contains(" Interface available ", StringComparison.OrdinalIgnoreCase) && line.EndsWith(": 3 subnets, 0 tables", StringComparison.Ordinal)));

        using AmazonEC2Client ec2 = Ec2(rehearsal);
        SecurityGroup group = Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter("tag:ekstools:component", ["vpc-endpoints-security-group"])] }, TestContext.Current.CancellationToken)).SecurityGroups);
        IpPermission rule = Assert.Single(group.IpPermissions);
        Assert.Equal(("tcp", 443, 443, "192.168.0.0/16"), (rule.IpProtocol, rule.FromPort, rule.ToPort, Assert.Single(rule.Ipv4Ranges).CidrIp));

        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        Assert.Equal(inventory, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.StartsWith("ClusterParametersDiffer", Assert.Single(rehearsal.Session.Run("New-EksCluster demo -PrivateCluster -EndpointService ssm").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task In_a_VPC_that_is_there_a_private_cluster_makes_the_endpoints_that_are_missing_and_leaves_the_others()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        using AmazonEC2Client ec2 = Ec2(rehearsal);
        Subnet first = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [subnets[0]] }, TestContext.Current.CancellationToken)).Subnets[0];
        await ec2.CreateVpcEndpointAsync(new CreateVpcEndpointRequest { VpcId = first.VpcId, ServiceName = "com.amazonaws.us-west-2.sts", VpcEndpointType = VpcEndpointType.Interface, SubnetIds = [first.SubnetId], PrivateDnsEnabled = true }, TestContext.Current.CancellationToken);
        string group = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = first.VpcId, GroupName = "mine", Description = "mine" }, TestContext.Current.CancellationToken)).GroupId;
        IReadOnlyList<string> before = Settled(await Inventory.ReadAsync(rehearsal.Sandbox));

        Answer answer = rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -SecurityGroupId {group} -PrivateCluster -NoKubeconfig");
        PSObject vpc = PSObject.AsPSObject(Assert.Single(answer.Good()).Properties["ResourcesVpcConfig"].Value);
        Assert.Equal([group], (IEnumerable<string>)vpc.Properties["SecurityGroupIds"].Value);
        Assert.Contains(answer.Warnings, warning => warning.Contains(subnets[0], StringComparison.Ordinal) && warning.Contains("have no tag kubernetes.io/role/internal-elb", StringComparison.Ordinal) && warning.Contains("Test-EksSubnet demo -Fix", StringComparison.Ordinal));
        string[] made = [.. (await Inventory.ReadAsync(rehearsal.Sandbox)).Where(static line => line.StartsWith("endpoint", StringComparison.Ordinal) && line.Contains("vpc-endpoint-", StringComparison.Ordinal)).Select(static line => line.Split(' ')[4])];
        Assert.Equal(["vpc-endpoint-ec2:", "vpc-endpoint-ecr.api:", "vpc-endpoint-ecr.dkr:", "vpc-endpoint-eks-auth:", "vpc-endpoint-s3:"], made.Order(StringComparer.Ordinal));
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Equal(before, Settled(await Inventory.ReadAsync(rehearsal.Sandbox)));
    }

    [Fact]
    public async Task Zones_services_and_who_comes_in_are_as_they_were_said_and_are_remembered()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        PSObject cluster = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -Zone us-west-2d, us-west-2a -ServiceCidr 172.20.0.0/16 -PublicAccessCidr 203.0.113.0/24 -NoNodeGroup -NoKubeconfig").Good());
        PSObject vpc = PSObject.AsPSObject(cluster.Properties["ResourcesVpcConfig"].Value);
        Assert.Equal("172.20.0.0/16", PSObject.AsPSObject(cluster.Properties["KubernetesNetworkConfig"].Value).Properties["ServiceIpv4Cidr"].Value);
        Assert.Equal(["203.0.113.0/24"], (IEnumerable<string>)vpc.Properties["PublicAccessCidrs"].Value);

        // Nodes would not come in by the public endpoint.
        Assert.Equal((true, true), ((bool)vpc.Properties["EndpointPublicAccess"].Value, (bool)vpc.Properties["EndpointPrivateAccess"].Value));
        Assert.Equal(["us-west-2a", "us-west-2d"], (await Inventory.ReadAsync(rehearsal.Sandbox)).Where(static line => line.StartsWith("subnet", StringComparison.Ordinal)).Select(static line => line.Split(' ')[2]).Distinct().Order(StringComparer.Ordinal));
        rehearsal.Session.Run("New-EksCluster demo -Zone us-west-2a, us-west-2d -NoKubeconfig").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -ZoneCount 3 -ServiceCidr 10.100.0.0/16 -PublicAccessCidr 198.51.100.0/24").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-ServiceCidr is '172.20.0.0/16', not '10.100.0.0/16'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-PublicAccessCidr is '203.0.113.0/24', not '198.51.100.0/24'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Zone us-west-2a, us-west-2z", "UnknownZone")]
    [InlineData("-ZoneCount 5", "TooFewZones")]
    [InlineData("-IpFamily IPv6 -NodeType t2.large", "NodesWithoutIpv6")]
    [InlineData("-PrivateCluster -EndpointService nothing", "EndpointServiceNotOffered")]
    [InlineData("-SubnetId {subnets} -IpFamily IPv6", "SubnetWithoutIpv6")]
    [InlineData("-SubnetId {subnets} -SecurityGroupId sg-0123456789abcdef0", "SecurityGroupNotFound")]
    [InlineData("-SubnetId {subnets} -SecurityGroupId {group}", "SecurityGroupOfOtherVpc")]
    [InlineData("-SubnetId {subnets} -ServiceCidr 10.9.0.0/16", "InvalidServiceCidr")]
    [InlineData("-SubnetId {public} -PrivateCluster", "PublicSubnetInPrivateCluster")]
    [InlineData("-SubnetId {small}", "SubnetWithoutAddresses")]
    [InlineData("-SubnetId {public} -EndpointAccess Private", "VpcWithoutDns")]
    public async Task What_does_not_fit_what_is_there_is_refused_before_anything_is_made(string arguments, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        if (arguments.Contains('{', StringComparison.Ordinal))
        {
            using AmazonEC2Client ec2 = Ec2(rehearsal);
            string subnets = string.Join(',', await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox));
            bool dns = errorId != "VpcWithoutDns";
            string open = await ForeignCluster.CreatePublicSubnetsAsync(rehearsal.Sandbox, "10.8.0.0/16", "10.8.0.0/20", "10.8.16.0/20", dns), small = await ForeignCluster.CreatePublicSubnetsAsync(rehearsal.Sandbox, "10.7.0.0/16", "10.7.0.0/28", "10.7.1.0/24", dns);
            string vpc = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [open.Split(',')[0]] }, TestContext.Current.CancellationToken)).Subnets[0].VpcId;
            string group = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = vpc, GroupName = "other", Description = "other" }, TestContext.Current.CancellationToken)).GroupId;
            for (int number = 0; number < 8; number++)
            {
                await ec2.CreateNetworkInterfaceAsync(new CreateNetworkInterfaceRequest { SubnetId = small.Split(',')[0] }, TestContext.Current.CancellationToken);
            }

            arguments = arguments.Replace("{subnets}", subnets, StringComparison.Ordinal).Replace("{public}", open, StringComparison.Ordinal).Replace("{small}", small, StringComparison.Ordinal).Replace("{group}", group, StringComparison.Ordinal);
        }

        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig {arguments}").Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_named_with_AWS_s_reason_and_the_same_command_makes_another()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("ec2", "CreateVpcEndpoint", Sandbox.Faults.FaultKind.Capacity, 1);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -PrivateCluster -NoNodeGroup -NoKubeconfig").Errors);
        Assert.StartsWith("VpcEndpointFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("insufficient free addresses", error.Exception.Message, StringComparison.Ordinal);
        Faults.FaultMatrix.Note("create -PrivateCluster", "ec2:CreateVpcEndpoint", "failed", error.Exception.Message);
        rehearsal.Session.Run("New-EksCluster demo -PrivateCluster -NoNodeGroup -NoKubeconfig").Good();
        Assert.Equal(6, (await Inventory.ReadAsync(rehearsal.Sandbox)).Count(static line => line.StartsWith("endpoint", StringComparison.Ordinal) && line.Contains(" available ", StringComparison.OrdinalIgnoreCase)));
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [InlineData("-PrivateCluster -NoNodeGroup", 30)]
    [InlineData("-PrivateCluster -NoNodeGroup", 50)]
    [InlineData("-IpFamily IPv6 -NoNodeGroup", 40)]
    [InlineData("-PrivateCluster -IpFamily IPv6 -NoNodeGroup", 45)]
    public async Task Killed_after_some_calls_and_run_again_it_is_the_same_cluster(string arguments, int calls)
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run($"New-EksCluster demo {arguments} -NoKubeconfig").Good();
        IReadOnlyList<string> expected = await Inventory.ReadAsync(calm.Sandbox);

        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        await InterruptionTests.KillAsync(rehearsal, $"New-EksCluster demo {arguments} -NoKubeconfig", calls);
        rehearsal.Session.Run($"New-EksCluster demo {arguments} -NoKubeconfig").Good();
        Assert.Equal(expected, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    /// <summary>An endpoint of somebody else's becomes available in its own time.</summary>
    private static IReadOnlyList<string> Settled(IReadOnlyList<string> inventory) => [.. inventory.Select(static line => line.Replace("pending", "Available", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];

    private static AmazonEC2Client Ec2(Rehearsal rehearsal) =>
        new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = rehearsal.Region });
}
