using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Sandbox;

namespace EksTools.Testing;

/// <summary>Things in the account that EksTools did not make.</summary>
public static class ForeignCluster
{
    /// <summary>Takes our tags off a cluster, as if another tool had made it.</summary>
    public static async Task UntagAsync(SandboxServer sandbox, string name)
    {
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        Cluster cluster = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name })).Cluster;
        await eks.UntagResourceAsync(new UntagResourceRequest { ResourceArn = cluster.Arn, TagKeys = [.. cluster.Tags.Keys] });
    }

    /// <summary>A VPC with a subnet in each of two zones.</summary>
    public static async Task<IReadOnlyList<string>> CreateSubnetsAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        string vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.9.0.0/16" })).Vpc.VpcId;
        List<string> subnets = [];
        foreach ((string cidr, string zone) in new (string, string)[] {("10.9.0.0/20", "us-west-2a"), ("10.9.16.0/20", "us-west-2b") })
        {
            subnets.Add((await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc, CidrBlock = cidr, AvailabilityZone = zone })).Subnet.SubnetId);
        }

        return subnets;
    }
}
