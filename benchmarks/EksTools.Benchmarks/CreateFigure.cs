using System.Diagnostics;
using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>
/// New-EksCluster in the sandbox at AWS's proportions against the longest chain of its plan: how much of the time is ours; and against the same things
/// made in eksctl's order, one stack or task after another. Control plane 9 min, node group 2.5 min, NAT gateway 1.5 min, add-on 40 s, the rest a second.
/// </summary>
internal static class CreateFigure
{
    private const double Speed = 10;

    public static async Task RunAsync()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(Speed);
        Dictionary<string, double> ends = new(StringComparer.Ordinal);
        foreach (PSObject step in rehearsal.Session.Run("New-EksCluster demo -WhatIf").Good())
        {
            string id = (string)step.Properties["Step"].Value;
            IReadOnlyList<string> needs = (IReadOnlyList<string>)step.Properties["Needs"].Value;
            ends[id] = needs.Select(need => ends[need]).DefaultIfEmpty(0).Max() + Seconds(id);
        }

        double path = ends.Values.Max() / Speed;
        long start = Stopwatch.GetTimestamp();
        rehearsal.Session.Run("New-EksCluster demo").Good();
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"New-EksCluster at {Speed:0} times AWS's speed: {taken:0.0} s, critical path of the plan {path:0.0} s, ratio {taken / path:0.000}");
        double staged = await RunInStagesAsync();
        Console.WriteLine($"the same in eksctl's order: {staged:0.0} s, ratio {taken / staged:0.000}");
    }

    /// <summary>
    /// Network and control plane in one stack; the add-ons that nodes need; the node group's stack; the other add-ons, each waited for
    /// (github.com/eksctl-io/eksctl, pkg/ctl/create/cluster.go). Looks four times in a second: eksctl's own pauses do not count against it.
    /// </summary>
    private static async Task<double> RunInStagesAsync()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(Speed);
        BasicAWSCredentials keys = new(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        using AmazonEKSClient eks = new(keys, new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using AmazonIdentityManagementServiceClient iam = new(keys, new AmazonIdentityManagementServiceConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        string role = (await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = "nodes", AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""" })).Role.Arn;
        foreach (string policy in new[] { "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy" })
        {
            await iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "nodes", PolicyArn = $"arn:aws:iam::aws:policy/{policy}" });
        }

        long start = Stopwatch.GetTimestamp();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NoAddOn -NoKubeconfig").Good();
        await AddAsync(eks, "vpc-cni", "kube-proxy");
        List<string> subnets = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" })).Cluster.ResourcesVpcConfig.SubnetIds;
        await eks.CreateNodegroupAsync(new CreateNodegroupRequest { ClusterName = "demo", NodegroupName = "default", NodeRole = role, Subnets = subnets, ScalingConfig = new NodegroupScalingConfig { MinSize = 2, DesiredSize = 2, MaxSize = 2 } });
        await UntilAsync(async () => (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "default" })).Nodegroup.Status == NodegroupStatus.ACTIVE);
        await AddAsync(eks, "coredns", "metrics-server");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task AddAsync(AmazonEKSClient eks, params string[] names)
    {
        foreach (string name in names)
        {
            await eks.CreateAddonAsync(new CreateAddonRequest { ClusterName = "demo", AddonName = name });
        }

        foreach (string name in names)
        {
            await UntilAsync(async () => (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = "demo", AddonName = name })).Addon.Status == AddonStatus.ACTIVE);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> look)
    {
        while (!await look())
        {
            await Task.Delay(250);
        }
    }

    private static double Seconds(string step) => step switch
    {
        "control-plane-active" => 540,
        "nodes-active" => 150,
        "nodes-ready" => 1,
        _ when step.StartsWith("addon-", StringComparison.Ordinal) && step.EndsWith("-active", StringComparison.Ordinal) => 40,
        _ when step.StartsWith("nat-gateway-", StringComparison.Ordinal) && step.EndsWith("-available", StringComparison.Ordinal) => 90,
        _ => 1,
    };
}
