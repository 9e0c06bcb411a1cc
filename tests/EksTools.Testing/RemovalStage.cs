using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Sandbox;
using Tag = Amazon.EC2.Model.Tag;

namespace EksTools.Testing;

/// <summary>What stands in the way of a cluster's removal, or outlives it, made by clients of the test's own.</summary>
public sealed class RemovalStage : IDisposable
{
    /// <summary>Clients for a sandbox.</summary>
    public RemovalStage(SandboxServer sandbox)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        BasicAWSCredentials keys = new(sandbox.AccessKey, sandbox.SecretKey);
        Ec2 = new AmazonEC2Client(keys, new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        Eks = new AmazonEKSClient(keys, new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
    }

    /// <summary>EC2.</summary>
    public AmazonEC2Client Ec2 { get; }

    /// <summary>EKS.</summary>
    public AmazonEKSClient Eks { get; }

    /// <summary>The network of a cluster.</summary>
    public async Task<VpcConfigResponse> NetworkAsync(string cluster) => (await Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster })).Cluster.ResourcesVpcConfig;

    /// <summary>Launches an instance in a subnet of a cluster, and returns its id.</summary>
    public async Task<string> LaunchAsync(string cluster, params (string Key, string Value)[] tags)
    {
        string subnet = (await NetworkAsync(cluster)).SubnetIds[0];
        RunInstancesRequest request = new() { ImageId = "ami-0123456789abcdef0", InstanceType = "m5.large", MinCount = 1, MaxCount = 1, SubnetId = subnet, TagSpecifications = [new TagSpecification { ResourceType = ResourceType.Instance, Tags = [.. tags.Select(static tag => new Tag(tag.Key, tag.Value))] }] };
        return (await Ec2.RunInstancesAsync(request)).Reservation.Instances[0].InstanceId;
    }

    /// <summary>Ends instances, and waits until they are gone.</summary>
    public async Task EndAsync(params string[] instances)
    {
        await Ec2.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = [.. instances] });
        await LoadBalancerStage.UntilAsync(async () => (await Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [.. instances] })).Reservations.SelectMany(static one => one.Instances).All(static one => one.State.Name == InstanceStateName.Terminated), "the instances' end");
    }

    /// <summary>Makes a security group in the VPC of a cluster that lets the cluster's own in, and returns its id.</summary>
    public async Task<string> ReferToAsync(string cluster, string name)
    {
        VpcConfigResponse network = await NetworkAsync(cluster);
        string group = (await Ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = network.VpcId, GroupName = name, Description = "somebody's" })).GroupId;
        IpPermission fromNodes = new() { IpProtocol = "tcp", FromPort = 5432, ToPort = 5432, UserIdGroupPairs = [new UserIdGroupPair { GroupId = network.ClusterSecurityGroupId }] };
        await Ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = group, IpPermissions = [fromNodes] });
        return group;
    }

    /// <summary>Changes a cluster, and waits until that is done.</summary>
    public async Task UpdateAsync(UpdateClusterConfigRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string update = (await Eks.UpdateClusterConfigAsync(request)).Update.Id;
        await LoadBalancerStage.UntilAsync(async () => (await Eks.DescribeUpdateAsync(new DescribeUpdateRequest { Name = request.Name, UpdateId = update })).Update.Status == UpdateStatus.Successful, "the update");
    }

    /// <summary>Takes our tags off a cluster, and gives it others.</summary>
    public async Task DisownAsync(string cluster, params (string Key, string Value)[] tags)
    {
        Cluster there = (await Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster })).Cluster;
        await Eks.UntagResourceAsync(new UntagResourceRequest { ResourceArn = there.Arn, TagKeys = [.. there.Tags.Keys] });
        if (tags.Length > 0)
        {
            await Eks.TagResourceAsync(new TagResourceRequest { ResourceArn = there.Arn, Tags = tags.ToDictionary(static tag => tag.Key, static tag => tag.Value) });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ec2.Dispose();
        Eks.Dispose();
    }
}
