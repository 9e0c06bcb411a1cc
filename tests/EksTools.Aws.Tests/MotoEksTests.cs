using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>EKS against moto, as far as moto knows it.</summary>
[Collection(nameof(MotoServer))]
public sealed class MotoEksTests(MotoServer moto)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cluster_lives_from_creation_to_deletion()
    {
        using var eks = Client();
        var created = (await eks.CreateClusterAsync(
            new CreateClusterRequest
            {
                Name = "demo",
                RoleArn = "arn:aws:iam::123456789012:role/cluster",
                Version = "1.33",
                ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = ["subnet-1", "subnet-2"], EndpointPrivateAccess = true, EndpointPublicAccess = false },
                Logging = new Logging { ClusterLogging = [new LogSetup { Enabled = true, Types = [LogType.Api, LogType.Audit] }] },
                Tags = new() { ["team"] = "a & b", ["ekstools:cluster"] = "demo" },
            },
            Cancel)).Cluster;
        var described = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, Cancel)).Cluster;

        Assert.Equal("arn:aws:eks:eu-west-1:123456789012:cluster/demo", created.Arn);
        Assert.Equal((created.Arn, created.CreatedAt), (described.Arn, described.CreatedAt));
        Assert.Equal(ClusterStatus.ACTIVE, described.Status);
        Assert.InRange(described.CreatedAt!.Value, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(["subnet-1", "subnet-2"], described.ResourcesVpcConfig.SubnetIds);
        Assert.Equal("a & b", described.Tags["team"]);
        Assert.True(described.Logging.ClusterLogging[0].Enabled);
        Assert.NotEmpty(described.CertificateAuthority.Data);

        await eks.TagResourceAsync(new TagResourceRequest { ResourceArn = created.Arn, Tags = new() { ["owner"] = "ops", ["a/b"] = "c" } }, Cancel);

        // moto looks at the first key alone, whoever asks.
        await eks.UntagResourceAsync(new UntagResourceRequest { ResourceArn = created.Arn, TagKeys = ["team"] }, Cancel);
        await eks.UntagResourceAsync(new UntagResourceRequest { ResourceArn = created.Arn, TagKeys = ["a/b"] }, Cancel);
        var tags = (await eks.ListTagsForResourceAsync(new ListTagsForResourceRequest { ResourceArn = created.Arn }, Cancel)).Tags;
        Assert.Equal(["ekstools:cluster", "owner"], tags.Keys.Order());

        // moto answers with the cluster where EKS answers with an update.
        await eks.UpdateClusterConfigAsync(
            new UpdateClusterConfigRequest { Name = "demo", ResourcesVpcConfig = new VpcConfigRequest { EndpointPublicAccess = true } }, Cancel);
        Assert.True((await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, Cancel)).Cluster.ResourcesVpcConfig.EndpointPublicAccess);

        var exists = await Assert.ThrowsAsync<ResourceInUseException>(() => eks.CreateClusterAsync(
            new CreateClusterRequest { Name = "demo", RoleArn = created.RoleArn, ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = ["subnet-1"] } }, Cancel));
        Assert.Equal(("demo", System.Net.HttpStatusCode.Conflict), (exists.ClusterName, exists.StatusCode));

        Assert.Equal("demo", (await eks.DeleteClusterAsync(new DeleteClusterRequest { Name = "demo" }, Cancel)).Cluster.Name);
        var gone = await Assert.ThrowsAsync<ResourceNotFoundException>(() => eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, Cancel));
        Assert.Equal("No cluster found for name: demo.", gone.Message);
    }

    [Fact]
    public async Task Node_groups_and_Fargate_profiles_live_in_a_cluster()
    {
        using var eks = Client();
        await eks.CreateClusterAsync(
            new CreateClusterRequest { Name = "nodes", RoleArn = "arn:aws:iam::123456789012:role/cluster", ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = ["subnet-1"] } }, Cancel);
        var group = (await eks.CreateNodegroupAsync(
            new CreateNodegroupRequest
            {
                ClusterName = "nodes",
                NodegroupName = "workers",
                NodeRole = "arn:aws:iam::123456789012:role/node",
                Subnets = ["subnet-1"],
                AmiType = AMITypes.AL2_x86_64,
                CapacityType = CapacityTypes.SPOT,
                InstanceTypes = ["m5.large", "m5a.large"],
                ScalingConfig = new NodegroupScalingConfig { MinSize = 1, MaxSize = 4, DesiredSize = 2 },
                Labels = new() { ["role"] = "worker" },
                Taints = [new Taint { Key = "dedicated", Value = "x", Effect = TaintEffect.NO_SCHEDULE }],
            },
            Cancel)).Nodegroup;
        var described = (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "nodes", NodegroupName = "workers" }, Cancel)).Nodegroup;

        Assert.Equal(group.NodegroupArn, described.NodegroupArn);
        Assert.Equal((1, 4, 2), (described.ScalingConfig.MinSize, described.ScalingConfig.MaxSize, described.ScalingConfig.DesiredSize));
        Assert.Equal((CapacityTypes.SPOT, AMITypes.AL2_x86_64), (described.CapacityType, described.AmiType));
        Assert.Equal(["m5.large", "m5a.large"], described.InstanceTypes);
        Assert.Equal(TaintEffect.NO_SCHEDULE, Assert.Single(described.Taints).Effect);
        Assert.Equal("worker", described.Labels["role"]);

        var update = (await eks.UpdateNodegroupConfigAsync(
            new UpdateNodegroupConfigRequest { ClusterName = "nodes", NodegroupName = "workers", ScalingConfig = new NodegroupScalingConfig { MinSize = 0, MaxSize = 3, DesiredSize = 0 } },
            Cancel)).Update;
        Assert.NotEmpty(update.Id);

        var profile = (await eks.CreateFargateProfileAsync(
            new CreateFargateProfileRequest
            {
                ClusterName = "nodes",
                FargateProfileName = "serverless",
                PodExecutionRoleArn = "arn:aws:iam::123456789012:role/pods",
                Selectors = [new FargateProfileSelector { Namespace = "jobs", Labels = new() { ["run"] = "here" } }],
            },
            Cancel)).FargateProfile;
        Assert.Equal(
            profile.FargateProfileArn,
            (await eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = "nodes", FargateProfileName = "serverless" }, Cancel)).FargateProfile.FargateProfileArn);
        Assert.Equal(["serverless"], (await eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = "nodes" }, Cancel)).FargateProfileNames);
        Assert.Equal(["workers"], (await eks.ListNodegroupsAsync(new ListNodegroupsRequest { ClusterName = "nodes" }, Cancel)).Nodegroups);

        await eks.DeleteFargateProfileAsync(new DeleteFargateProfileRequest { ClusterName = "nodes", FargateProfileName = "serverless" }, Cancel);
        await eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = "nodes", NodegroupName = "workers" }, Cancel);
        await eks.DeleteClusterAsync(new DeleteClusterRequest { Name = "nodes" }, Cancel);
    }

    [Fact]
    public async Task Pages_of_clusters_are_read_to_the_end()
    {
        using var eks = Client();
        string[] names = ["page-1", "page-2", "page-3", "page-4", "page-5"];
        foreach (var name in names)
        {
            await eks.CreateClusterAsync(
                new CreateClusterRequest { Name = name, RoleArn = "arn:aws:iam::123456789012:role/cluster", ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = ["subnet-1"] } }, Cancel);
        }

        var found = new List<string>();
        await foreach (var name in eks.Paginators.ListClusters(new ListClustersRequest { MaxResults = 2 }).Clusters.WithCancellation(Cancel))
            found.Add(name);

        Assert.Equal(names, found.Where(n => n.StartsWith("page-", StringComparison.Ordinal)).Order());
    }

    private AmazonEKSClient Client()
    {
        moto.Require();
        return new AmazonEKSClient("AKID", "secret", new AmazonEKSConfig { ServiceURL = moto.Url, AuthenticationRegion = "eu-west-1" });
    }
}
