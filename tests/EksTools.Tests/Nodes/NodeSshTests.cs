using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>Who comes to the nodes of New-EksCluster by SSH: whom a group names, and nobody else.</summary>
public sealed class NodeSshTests
{
    [Fact]
    public async Task A_key_pair_opens_no_port_and_says_what_reaches_the_nodes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = await KeyPairAsync(rehearsal);
        Answer made = rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeGroup @{ Name = 'ops'; DesiredSize = 1; SshKeyName = 'ops' } -Verbose");
        made.Good();
        Assert.Contains(made.Verbose, static line => line.Contains("no port is opened for it; Session Manager reaches them", StringComparison.Ordinal));
        Assert.Empty((await TemplateAsync(rehearsal, ec2)).SecurityGroupIds ?? []);
        Assert.DoesNotContain((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, Opens);
    }

    [Fact]
    public async Task Port_22_is_open_to_whom_the_group_names_and_goes_with_the_cluster()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = await KeyPairAsync(rehearsal);
        const string Create = "New-EksCluster demo -NoKubeconfig -IpFamily IPv6 -NodeGroup @{ Name = 'ops'; DesiredSize = 1; SshKeyName = 'ops'; SshFromVpc = $true; SshSourceCidr = '203.0.113.0/24', '2001:DB8::/32' }, @{ Name = 'other'; DesiredSize = 1 }";
        IReadOnlyList<PSObject> plan = rehearsal.Session.Run($"{Create} -WhatIf").Good();
        Assert.Contains(plan, static step => step.Properties["Description"].Value is "security group that opens port 22 of 'ops' to the VPC, 2001:db8::/32, 203.0.113.0/24");
        rehearsal.Session.Run(Create).Good();

        SecurityGroup open = Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, Opens);
        IpPermission rule = Assert.Single(open.IpPermissions);
        Assert.Equal((22, 22, "tcp"), (rule.FromPort, rule.ToPort, rule.IpProtocol));
        Assert.Equal(["192.168.0.0/16", "203.0.113.0/24"], rule.Ipv4Ranges.Select(static range => range.CidrIp).Order(StringComparer.Ordinal));
        string six = (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [open.VpcId] })).Vpcs[0].Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock;
        Assert.Equal(new[] { "2001:db8::/32", six }.Order(StringComparer.Ordinal), rule.Ipv6Ranges.Select(static range => range.CidrIpv6).Order(StringComparer.Ordinal));
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        string clusters = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster.ResourcesVpcConfig.ClusterSecurityGroupId;
        Assert.Equal([clusters, open.GroupId], (await TemplateAsync(rehearsal, ec2)).SecurityGroupIds);

        Answer again = rehearsal.Session.Run($"{Create} -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
        ErrorRecord other = Assert.Single(rehearsal.Session.Run(Create.Replace("203.0.113.0/24", "198.51.100.0/24", StringComparison.Ordinal)).Errors);
        Assert.Contains("node group 'ops' has SshSourceCidr", other.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Answers_that_are_lost_leave_one_group_with_every_rule()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = await KeyPairAsync(rehearsal);
        rehearsal.Sandbox.Faults.Add("ec2", "CreateSecurityGroup", FaultKind.DropAfter, 1);
        rehearsal.Sandbox.Faults.Add("ec2", "AuthorizeSecurityGroupIngress", FaultKind.DropAfter, 2);
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeGroup @{ Name = 'ops'; DesiredSize = 1; SshKeyName = 'ops'; SshSourceCidr = '203.0.113.0/24,198.51.100.0/24' }").Good();
        SecurityGroup open = Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, Opens);
        Assert.Equal(["198.51.100.0/24", "203.0.113.0/24"], Assert.Single(open.IpPermissions).Ipv4Ranges.Select(static range => range.CidrIp).Order(StringComparer.Ordinal));
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task In_a_vpc_that_is_there_security_groups_are_let_in_and_must_be_of_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = await KeyPairAsync(rehearsal);
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        string vpc = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [subnets[0]] })).Subnets[0].VpcId;
        string bastion = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = vpc, GroupName = "bastion", Description = "bastion" })).GroupId;
        string elsewhere = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.9.0.0/16" })).Vpc.VpcId;
        string stranger = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = elsewhere, GroupName = "far", Description = "far" })).GroupId;
        string create = $"New-EksCluster demo -NoKubeconfig -SubnetId {string.Join(',', subnets)} -NodeGroup @{{ Name = 'ops'; DesiredSize = 1; SshKeyName = 'ops'; SshSourceSecurityGroupId = '{bastion}' }}";
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(create.Replace(bastion, stranger, StringComparison.Ordinal)).Errors);
        Assert.StartsWith("SecurityGroupOfOtherVpc", error.FullyQualifiedErrorId, StringComparison.Ordinal);

        rehearsal.Session.Run(create).Good();
        SecurityGroup open = Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, Opens);
        Assert.Equal((vpc, bastion), (open.VpcId, open.IpPermissions.Single().UserIdGroupPairs.Single().GroupId));
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.DoesNotContain((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, group => group.GroupId == open.GroupId);
    }

    [Theory]
    [InlineData("privateNetworking: true", "192.168.0.0/16", "")]
    [InlineData("privateNetworking: false", "0.0.0.0/0", "::/0")]
    public async Task A_file_opens_it_as_eksctl_does_and_is_written_as_the_same(string place, string four, string six)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = await KeyPairAsync(rehearsal);
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        await File.WriteAllTextAsync(path, $"apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {{name: demo, region: us-west-2}}\nmanagedNodeGroups: [{{name: ops, desiredCapacity: 1, {place}, ssh: {{allow: true, publicKeyName: ops}}}}, {{name: other, desiredCapacity: 1, {place}, ssh: {{allow: false, publicKeyName: ops}}}}]\n", TestContext.Current.CancellationToken);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        IpPermission rule = Assert.Single(Assert.Single((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups, Opens).IpPermissions);
        Assert.Equal((four, six), (string.Join(' ', rule.Ipv4Ranges.Select(static range => range.CidrIp)), string.Join(' ', (rule.Ipv6Ranges ?? []).Select(static range => range.CidrIpv6))));
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good());

        Answer export = rehearsal.Session.Run("Export-EksCluster demo");
        string text = (string)Assert.Single(export.Good()).BaseObject;
        Assert.Empty(export.Warnings);
        Assert.DoesNotContain("attachIDs", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        Answer again = rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
    }

    private static bool Opens(SecurityGroup group) => group.IpPermissions?.Exists(static rule => rule.FromPort == 22) == true;

    private static async Task<AmazonEC2Client> KeyPairAsync(Rehearsal rehearsal)
    {
        AmazonEC2Client ec2 = NodeStage.Ec2(rehearsal);
        await ec2.CreateKeyPairAsync(new CreateKeyPairRequest { KeyName = "ops" });
        return ec2;
    }

    private static async Task<ResponseLaunchTemplateData> TemplateAsync(Rehearsal rehearsal, AmazonEC2Client ec2)
    {
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Nodegroup group = await NodeStage.GroupAsync(eks, "ops");
        return (await ec2.DescribeLaunchTemplateVersionsAsync(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = group.LaunchTemplate.Id })).LaunchTemplateVersions.Single().LaunchTemplateData;
    }
}
