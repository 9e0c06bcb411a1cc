using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>The node groups of New-EksCluster in the real engine, from the built module, against the sandbox.</summary>
public sealed class NodeGroupTests
{
    private const string TwoGroups = """
        $groups = @{
            Name = 'web'; InstanceTypes = 'm6i.large', 'm5.large'; CapacityType = 'spot'; DesiredSize = 1; MaxSize = 4; DiskSize = 50; VolumeIops = 4000; VolumeThroughput = 250; VolumeKmsKeyId = 'alias/nodes'
            Labels = @{ 'example.com/role' = 'web' }; Taints = 'dedicated=web:PreferNoSchedule'; Zones = 'us-west-2a', 'us-west-2b'; MaxPods = 42; DisablePodImds = $true; NodeRepair = $true; MaxUnavailablePercentage = 33; Tags = @{ tier = 'front' }
        }, [pscustomobject]@{ Name = 'data'; InstanceType = 'r7g.large'; AmiType = 'bottlerocket_arm_64'; DesiredSize = 2; MinSize = 1; VolumeEncrypted = 'true'; MaxPods = '20'; PublicSubnet = 'true'; MaxUnavailable = '2' }
        """;

    [Fact]
    public async Task Groups_come_through_the_pipeline_and_every_option_acts()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{TwoGroups}; $groups | New-EksCluster demo -Tag @{{ team = 'shop' }} -NoKubeconfig").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        using AmazonEC2Client ec2 = NodeStage.Ec2(rehearsal);

        Nodegroup web = await NodeStage.GroupAsync(eks, "web");
        Assert.Equal(["m6i.large", "m5.large"], web.InstanceTypes);
        Assert.Equal(("SPOT", "AL2023_x86_64_STANDARD", 1, 1, 4), (web.CapacityType.Value, web.AmiType.Value, web.ScalingConfig.DesiredSize, web.ScalingConfig.MinSize, web.ScalingConfig.MaxSize));
        Assert.Equal("web", web.Labels["example.com/role"]);
        Assert.Equal(("dedicated", "web", "PREFER_NO_SCHEDULE"), (web.Taints[0].Key, web.Taints[0].Value, web.Taints[0].Effect.Value));
        Assert.True(web.NodeRepairConfig.Enabled);
        Assert.Equal(33, web.UpdateConfig.MaxUnavailablePercentage);
        Assert.Equal(("shop", "front", "demo"), (web.Tags["team"], web.Tags["tier"], web.Tags["ekstools:cluster"]));
        Assert.Equal(["us-west-2a private", "us-west-2b private"], await PlacesAsync(ec2, web));

        ResponseLaunchTemplateData template = await TemplateAsync(ec2, web);
        Assert.Equal((1, "required"), (template.MetadataOptions.HttpPutResponseHopLimit, template.MetadataOptions.HttpTokens.Value));
        LaunchTemplateBlockDeviceMapping volume = Assert.Single(template.BlockDeviceMappings);
        Assert.Equal(("/dev/xvda", 50, "gp3", 4000, 250, true, "alias/nodes"), (volume.DeviceName, volume.Ebs.VolumeSize, volume.Ebs.VolumeType.Value, volume.Ebs.Iops, volume.Ebs.Throughput, volume.Ebs.Encrypted, volume.Ebs.KmsKeyId));
        Assert.Equal(["instance", "network-interface", "volume"], template.TagSpecifications.Where(static one => one.Tags.Exists(static tag => tag is { Key: "tier", Value: "front" }) && one.Tags.Exists(static tag => tag is { Key: "team", Value: "shop" })).Select(static one => one.ResourceType.Value).Order(StringComparer.Ordinal));

        Nodegroup data = await NodeStage.GroupAsync(eks, "data");
        Assert.Equal(("BOTTLEROCKET_ARM_64", 2, 1), (data.AmiType.Value, data.ScalingConfig.DesiredSize, data.ScalingConfig.MinSize));
        Assert.Equal(2, data.UpdateConfig.MaxUnavailable);
        Assert.Equal(["us-west-2a public", "us-west-2b public", "us-west-2c public"], await PlacesAsync(ec2, data));
        ResponseLaunchTemplateData other = await TemplateAsync(ec2, data);
        Assert.Equal(["/dev/xvda  True", "/dev/xvdb 80 True"], other.BlockDeviceMappings.Select(static mapping => $"{mapping.DeviceName} {mapping.Ebs.VolumeSize} {mapping.Ebs.Encrypted}").Order(StringComparer.Ordinal));
        Assert.Contains("max-pods = 20", Encoding.UTF8.GetString(Convert.FromBase64String(other.UserData)), StringComparison.Ordinal);

        // What the kubelet of the sandbox read of it.
        IReadOnlyList<PSObject> nodes = rehearsal.Session.Run("Get-EksNode demo").Good();
        Assert.Equal(["data", "data", "web"], nodes.Select(static node => (string)node.Properties["NodegroupName"].Value).Order(StringComparer.Ordinal));
        Assert.All(nodes, static node => Assert.Equal("Ready", node.Properties["Status"].Value));
        JsonNode front = await NodeStage.NodeAsync(rehearsal, "web");
        Assert.Equal(("42", "web"), ((string?)front["status"]!["capacity"]!["pods"], (string?)front["metadata"]!["labels"]!["example.com/role"]));
        Assert.Contains("""{"key":"dedicated","value":"web","effect":"PreferNoSchedule"}""", front["spec"]!["taints"]!.AsArray().Select(static taint => taint!.ToJsonString()));
    }

    [Fact]
    public async Task A_rerun_with_other_groups_is_told_group_by_group_and_with_the_same_finds_them()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{TwoGroups}; New-EksCluster demo -NodeGroup $groups -NoKubeconfig").Good();
        Answer again = rehearsal.Session.Run("New-EksCluster demo -NodeGroup $groups[1], $groups[0] -NoKubeconfig -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("$groups[0].DesiredSize = 2; New-EksCluster demo -NodeGroup $groups[0], @{ Name = 'new' } -NoKubeconfig").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("node group 'data' is there, and was not said; node group 'new' is not there; node group 'web' has DesiredSize '1', not '2'; node group 'web' has MinSize '1', not '2'.", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Further_security_groups_stand_beside_that_of_the_cluster_and_the_key_pair_must_be_there()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using AmazonEC2Client ec2 = NodeStage.Ec2(rehearsal);
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        string vpc = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [subnets[0]] })).Subnets[0].VpcId;
        string own = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = vpc, GroupName = "ssh", Description = "ssh" })).GroupId;
        string create = $"New-EksCluster demo -NoKubeconfig -SubnetId {string.Join(',', subnets)} -NodeGroup @{{ Name = 'ops'; DesiredSize = 1; SshKeyName = 'ops'; SecurityGroupId = '{own}'; SubnetId = '{subnets[1]}' }}";
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(create).Errors);
        Assert.StartsWith("KeyPairNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);

        await ec2.CreateKeyPairAsync(new CreateKeyPairRequest { KeyName = "ops" });
        rehearsal.Session.Run(create).Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Nodegroup group = await NodeStage.GroupAsync(eks, "ops");
        Assert.Equal([subnets[1]], group.Subnets);
        ResponseLaunchTemplateData template = await TemplateAsync(ec2, group);
        string clusters = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster.ResourcesVpcConfig.ClusterSecurityGroupId;
        Assert.Equal([clusters, own], template.SecurityGroupIds);
        Assert.Equal("ops", template.KeyName);
    }

    [Theory]
    [InlineData("@{ Name = 'x'; InstanceType = 'm5.large', 'm7g.large' }", "InstanceTypesDiffer")]
    [InlineData("@{ Name = 'x'; InstanceType = 'm5.large', 'g4dn.xlarge' }", "InstanceTypesDiffer")]
    [InlineData("@{ Name = 'x'; InstanceType = 'm7g.large'; AmiType = 'BOTTLEROCKET_x86_64' }", "AmiTypeUnfit")]
    [InlineData("@{ Name = 'x'; AmiType = 'AL2023_x86_64_NVIDIA' }", "AmiTypeUnfit")]
    [InlineData("@{ Name = 'x'; AmiType = 'AL2_x86_64' }", "AmiTypeUnfit")]
    [InlineData("@{ Name = 'x'; AmiType = 'WINDOWS_CORE_2025_x86_64' }, @{ Name = 'y' }", "AmiTypeUnfit")]
    [InlineData("@{ Name = 'x'; Zone = 'us-west-2d' }", "ZoneNotOfCluster")]
    [InlineData("@{ Name = 'x'; SecurityGroupId = 'sg-0a1b2c3d' }", "ContradictoryNetwork")]
    [InlineData("@{ Name = 'x'; SubnetId = 'subnet-0a1b2c3d' }", "ContradictoryNetwork")]
    [InlineData("@{ Name = 'x'; AmiType = 'WINDOWS_CORE_2022_x86_64' }", "WindowsNeedsLinux")]
    public async Task What_does_not_fit_is_refused_before_anything_is_made(string groups, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeGroup {groups}").Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task The_default_group_takes_an_image_and_several_types()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeType m6g.large, m7g.large -NodeAmiType bottlerocket_arm_64 -Spot").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Nodegroup group = await NodeStage.GroupAsync(eks, "default");
        Assert.Equal(["m6g.large", "m7g.large"], group.InstanceTypes);
        Assert.Equal("BOTTLEROCKET_ARM_64", group.AmiType.Value);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeType m7g.large, m6g.large -NodeAmiType AL2023_ARM_64_STANDARD").Errors);
        Assert.Contains("-NodeType is 'm6g.large m7g.large', not 'm7g.large m6g.large'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-NodeAmiType is 'BOTTLEROCKET_ARM_64', not 'AL2023_ARM_64_STANDARD'", error.Exception.Message, StringComparison.Ordinal);
    }

    private static async Task<ResponseLaunchTemplateData> TemplateAsync(AmazonEC2Client ec2, Nodegroup group) =>
        (await ec2.DescribeLaunchTemplateVersionsAsync(new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = group.LaunchTemplate.Id })).LaunchTemplateVersions.Single().LaunchTemplateData;

    private static async Task<IEnumerable<string>> PlacesAsync(AmazonEC2Client ec2, Nodegroup group) =>
        (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = group.Subnets })).Subnets.Select(static subnet => $"{subnet.AvailabilityZone} {(subnet.MapPublicIpOnLaunch == true ? "public" : "private")}").Order(StringComparer.Ordinal);
}
