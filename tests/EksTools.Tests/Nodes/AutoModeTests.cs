using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>Clusters with EKS Auto Mode, in the real engine against the sandbox.</summary>
public sealed class AutoModeTests
{
    [Fact]
    public async Task EKS_runs_nodes_volumes_and_load_balancers_and_everything_goes_again()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -AutoMode -NodePool general-purpose").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Cluster cluster = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster;
        Assert.True(cluster.ComputeConfig.Enabled);
        Assert.Equal(["general-purpose"], cluster.ComputeConfig.NodePools);
        Assert.EndsWith(":role/ekstools-demo-us-west-2-auto-node", cluster.ComputeConfig.NodeRoleArn, StringComparison.Ordinal);
        Assert.True(cluster.StorageConfig.BlockStorage.Enabled);
        Assert.True(cluster.KubernetesNetworkConfig.ElasticLoadBalancing.Enabled);

        // EKS starts nodes in every subnet that it is told of: those with a way out by NAT, one in each zone.
        using AmazonEC2Client ec2 = NodeStage.Ec2(rehearsal);
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = cluster.ResourcesVpcConfig.SubnetIds })).Subnets;
        Assert.True(subnets.Count >= 2);
        Assert.All(subnets, static subnet => Assert.NotEqual(true, subnet.MapPublicIpOnLaunch));
        Assert.Equal(subnets.Count, subnets.DistinctBy(static subnet => subnet.AvailabilityZone).Count());

        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Equal(["addon metrics-server"], inventory.Where(static line => line.StartsWith("addon", StringComparison.Ordinal)));
        Assert.DoesNotContain(inventory, static line => line.StartsWith("node group", StringComparison.Ordinal) || line.Contains("launch template", StringComparison.Ordinal));
        Assert.Contains("role ekstools-demo-us-west-2-auto-node: AmazonEC2ContainerRegistryPullOnly AmazonEKSWorkerNodeMinimalPolicy", inventory);
        Assert.Contains("role ekstools-demo-us-west-2-cluster: AmazonEKSBlockStoragePolicy AmazonEKSClusterPolicy AmazonEKSComputePolicy AmazonEKSLoadBalancingPolicy AmazonEKSNetworkingPolicy AmazonEKSVPCResourceController", inventory);
        PSObject node = Assert.Single(rehearsal.Session.Run("Get-EksNode demo").Good());
        Assert.Equal("Ready", node.Properties["Status"].Value);

        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -AutoMode -NodePool system").Errors);
        Assert.Contains("-NodePool is 'general-purpose', not 'system'", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("New-EksCluster demo").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Node_groups_beside_it_have_the_add_ons_that_they_need()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -AutoMode -NodeGroup @{ Name = 'gpu'; InstanceType = 'g4dn.xlarge'; DesiredSize = 1; Taint = 'nvidia.com/gpu:NoSchedule' } -NoKubeconfig").Good();
        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Equal(["addon coredns", "addon kube-proxy", "addon metrics-server", "addon vpc-cni"], inventory.Where(static line => line.StartsWith("addon", StringComparison.Ordinal)));
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Assert.Equal("AL2023_x86_64_NVIDIA", (await NodeStage.GroupAsync(eks, "gpu")).AmiType.Value);
        Assert.Equal(["general-purpose", "system"], (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster.ComputeConfig.NodePools.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhatIf_shows_the_role_and_no_node_group()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string[] steps = [.. rehearsal.Session.Run("New-EksCluster demo -AutoMode -WhatIf").Good().Select(static step => (string)step.Properties["Step"].Value)];
        Assert.Contains("auto-node-role-policies", steps);
        Assert.DoesNotContain(steps, static step => step.StartsWith("node-", StringComparison.Ordinal) || step.Contains("vpc-cni", StringComparison.Ordinal) || step == "launch-template");
    }

    [Fact]
    public async Task Node_groups_and_Auto_Mode_have_a_role_each_of_the_caller_or_of_ours()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
        string groups = (await iam.Client.CreateRoleAsync(new() { RoleName = "groups", AssumeRolePolicyDocument = Trust })).Role.Arn, auto = (await iam.Client.CreateRoleAsync(new() { RoleName = "auto", AssumeRolePolicyDocument = Trust })).Role.Arn;
        const string Make = "New-EksCluster demo -NoKubeconfig -WarningAction Ignore -AutoMode -NodeCount 1";
        Assert.StartsWith("ContradictoryNodes", Assert.Single(rehearsal.Session.Run($"{Make} -NodeRoleArn {groups} -AutoModeNodeRoleArn {groups}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ContradictoryNodes", Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -AutoModeNodeRoleArn {auto}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(rehearsal.Session.Run($"{Make} -NodeRoleArn {groups} -WhatIf").Good(), static step => step.Properties["Step"].Value is "auto-node-role");

        rehearsal.Session.Run($"{Make} -NodeRoleArn {groups} -AutoModeNodeRoleArn {auto}").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Assert.Equal(auto, (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster.ComputeConfig.NodeRoleArn);
        Assert.Equal(groups, (await NodeStage.GroupAsync(eks, "default")).NodeRole);
        string file = string.Join('\n', rehearsal.Session.Run("Export-EksCluster demo").Good());
        Assert.Contains($"nodeRoleARN: {auto}", file, StringComparison.Ordinal);
        Assert.Contains($"instanceRoleARN: {groups}", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_node_groups_the_role_for_nodes_is_Auto_Mode_s_and_the_file_says_so()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string auto = (await iam.Client.CreateRoleAsync(new() { RoleName = "auto", AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""" })).Role.Arn;
        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -WarningAction Ignore -AutoMode -NodeRoleArn {auto}").Good();
        string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.yaml");
        try
        {
            rehearsal.Session.Run($"$null = Export-EksCluster demo -Path '{path}'; New-EksCluster -Path '{path}' -NoKubeconfig").Good();
            rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeRoleArn {auto}").Good();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
