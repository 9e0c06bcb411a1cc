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

    /// <summary>Whether something of a cluster is being made, changed or deleted.</summary>
    public static async Task<bool> IsChangingAsync(SandboxServer sandbox, string name)
    {
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        List<string?> states = [(await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name })).Cluster.Status?.Value];
        try
        {
            foreach (string group in (await eks.ListNodegroupsAsync(new ListNodegroupsRequest { ClusterName = name })).Nodegroups ?? [])
                states.Add((await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = name, NodegroupName = group })).Nodegroup.Status?.Value);
            foreach (string addon in (await eks.ListAddonsAsync(new ListAddonsRequest { ClusterName = name })).Addons ?? [])
                states.Add((await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = name, AddonName = addon })).Addon.Status?.Value);
            foreach (string profile in (await eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = name })).FargateProfileNames ?? [])
                states.Add((await eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = name, FargateProfileName = profile })).FargateProfile.Status?.Value);
        }
        catch (ResourceNotFoundException)
        {
            return true; // Gone between the list and the look.
        }

        return states.Exists(static state => state is "CREATING" or "UPDATING" or "DELETING");
    }

    /// <summary>Scales and labels a node group, and deletes another and an add-on, as others do by the AWS CLI.</summary>
    public static async Task ChangeAsync(SandboxServer sandbox, string name, string scaled, string deleted, string addon)
    {
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await eks.UpdateNodegroupConfigAsync(new UpdateNodegroupConfigRequest
        {
            ClusterName = name,
            NodegroupName = scaled,
            ScalingConfig = new NodegroupScalingConfig { MinSize = 2, DesiredSize = 3, MaxSize = 7 },
            Labels = new UpdateLabelsPayload { AddOrUpdateLabels = new Dictionary<string, string> { ["by"] = "hand" } },
        });
        await eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = name, NodegroupName = deleted });
        await eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = name, AddonName = addon });
        while (await IsChangingAsync(sandbox, name))
            await Task.Delay(50);
    }

    /// <summary>Takes an add-on from a cluster.</summary>
    public static async Task DeleteAddonAsync(SandboxServer sandbox, string name, string addon)
    {
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = name, AddonName = addon });
    }

    /// <summary>A VPC with a subnet in each of two zones.</summary>
    public static Task<IReadOnlyList<string>> CreateSubnetsAsync(SandboxServer sandbox) => CreateSubnetsAsync(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);

    /// <summary>A VPC with a subnet in each of two zones.</summary>
    public static async Task<IReadOnlyList<string>> CreateSubnetsAsync(Uri sandbox, string accessKey, string secretKey)
    {
        using AmazonEC2Client ec2 = Client(sandbox, accessKey, secretKey);
        string vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.9.0.0/16" })).Vpc.VpcId;
        await ec2.ModifyVpcAttributeAsync(new ModifyVpcAttributeRequest { VpcId = vpc, EnableDnsHostnames = true });
        List<string> subnets = [];
        foreach ((string cidr, string zone) in new (string, string)[] {("10.9.0.0/20", "us-west-2a"), ("10.9.16.0/20", "us-west-2b") })
        {
            subnets.Add((await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc, CidrBlock = cidr, AvailabilityZone = zone })).Subnet.SubnetId);
        }

        return subnets;
    }

    /// <summary>A VPC with a public subnet in each of two zones; their ids with a comma between.</summary>
    public static async Task<string> CreatePublicSubnetsAsync(SandboxServer sandbox, string vpcRange, string first, string second, bool dnsNames)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        string vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = vpcRange })).Vpc.VpcId;
        await ec2.ModifyVpcAttributeAsync(new ModifyVpcAttributeRequest { VpcId = vpc, EnableDnsHostnames = dnsNames });
        string gateway = (await ec2.CreateInternetGatewayAsync(new CreateInternetGatewayRequest())).InternetGateway.InternetGatewayId;
        await ec2.AttachInternetGatewayAsync(new AttachInternetGatewayRequest { InternetGatewayId = gateway, VpcId = vpc });
        RouteTable table = (await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = [new Filter("vpc-id", [vpc])] })).RouteTables[0];
        await ec2.CreateRouteAsync(new CreateRouteRequest { RouteTableId = table.RouteTableId, DestinationCidrBlock = "0.0.0.0/0", GatewayId = gateway });
        List<string> subnets = [];
        foreach ((string cidr, string zone) in new (string, string)[] { (first, "us-west-2a"), (second, "us-west-2b") })
        {
            string subnet = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc, CidrBlock = cidr, AvailabilityZone = zone })).Subnet.SubnetId;
            await ec2.ModifySubnetAttributeAsync(new ModifySubnetAttributeRequest { SubnetId = subnet, MapPublicIpOnLaunch = true });
            subnets.Add(subnet);
        }

        return string.Join(',', subnets);
    }

    /// <summary>Another VPC with the tags of a cluster's own, as a run leaves it that was killed before it read the answer.</summary>
    public static async Task DuplicateVpcAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        Vpc vpc = (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new Filter { Name = "tag:ekstools:component", Values = ["vpc"] }] })).Vpcs.Single();
        await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = vpc.CidrBlock, TagSpecifications = [new TagSpecification { ResourceType = ResourceType.Vpc, Tags = vpc.Tags }] });
    }

    /// <summary>Two security groups of a controller that name each other, in and out, so that neither can be deleted as it is.</summary>
    public static async Task TieGroupsAsync(SandboxServer sandbox, string cluster)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        string vpc = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:ekstools:cluster", Values = [cluster] }] })).Subnets[0].VpcId;
        List<string> groups = [];
        foreach (string name in new[] { "k8s-one", "k8s-other" })
        {
            groups.Add((await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest
            {
                VpcId = vpc,
                GroupName = name,
                Description = "a controller's",
                TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroup, Tags = [new Tag("elbv2.k8s.aws/cluster", cluster)] }],
            })).GroupId);
        }

        await ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = groups[0], IpPermissions = [To(groups[1])] });
        await ec2.AuthorizeSecurityGroupEgressAsync(new AuthorizeSecurityGroupEgressRequest { GroupId = groups[1], IpPermissions = [To(groups[0])] });

        static IpPermission To(string group) => new() { IpProtocol = "tcp", FromPort = 80, ToPort = 80, UserIdGroupPairs = [new UserIdGroupPair { GroupId = group }] };
    }

    /// <summary>A security group of nodes with the rule that EksTools adds to it for the load balancer controller.</summary>
    public static async Task AddRuleAsync(SandboxServer sandbox, string cluster)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        SecurityGroup own = (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter { Name = "tag:aws:eks:cluster-name", Values = [cluster] }] })).SecurityGroups[0];
        string nodes = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest
        {
            VpcId = own.VpcId,
            GroupName = "workers",
            Description = "of nodes",
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroup, Tags = [new Tag($"kubernetes.io/cluster/{cluster}", "owned")] }],
        })).GroupId;
        await ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest
        {
            GroupId = nodes,
            IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = 9443, ToPort = 9443, UserIdGroupPairs = [new UserIdGroupPair { GroupId = own.GroupId }] }],
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroupRule, Tags = [new Tag("ekstools:cluster", cluster), new Tag("ekstools:region", "us-west-2")] }],
        });
    }

    /// <summary>What nodes and controllers leave in a cluster's VPC: a detached interface, and a security group.</summary>
    public static async Task LeaveBehindAsync(SandboxServer sandbox, string cluster)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        Subnet subnet = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:ekstools:cluster", Values = [cluster] }] })).Subnets[0];
        string group = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest
        {
            VpcId = subnet.VpcId,
            GroupName = "left",
            Description = "left by a controller",
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroup, Tags = [new Tag($"kubernetes.io/cluster/{cluster}", "owned")] }],
        })).GroupId;
        await ec2.CreateNetworkInterfaceAsync(new CreateNetworkInterfaceRequest
        {
            SubnetId = subnet.SubnetId,
            Groups = [group],
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.NetworkInterface, Tags = [new Tag("cluster.k8s.amazonaws.com/name", cluster)] }],
        });
    }

    /// <summary>A capability of a cluster, once it is active.</summary>
    public static async Task CreateCapabilityAsync(SandboxServer sandbox, string cluster, CapabilityType type)
    {
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using Iam iam = new(sandbox);
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"capabilities.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
        string name = type.Value.ToLowerInvariant(), role = (await iam.Client.CreateRoleAsync(new() { RoleName = $"capability-{name}", AssumeRolePolicyDocument = Trust })).Role.Arn;
        CreateCapabilityRequest request = new() { ClusterName = cluster, CapabilityName = name, Type = type, RoleArn = role, DeletePropagationPolicy = CapabilityDeletePropagationPolicy.RETAIN };
        await LoadBalancerStage.UntilAsync(
            async () =>
            {
                try
                {
                    await eks.CreateCapabilityAsync(request);
                    return true;
                }
                catch (InvalidParameterException)
                {
                    // EKS does not see the role yet.
                    return false;
                }
            },
            "the role");
        await LoadBalancerStage.UntilAsync(async () => (await eks.DescribeCapabilityAsync(new DescribeCapabilityRequest { ClusterName = cluster, CapabilityName = name })).Capability.Status == CapabilityStatus.ACTIVE, "the capability");
    }

    /// <summary>A Fargate profile in a cluster's private subnets.</summary>
    public static async Task CreateFargateProfileAsync(SandboxServer sandbox, string cluster)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        using AmazonEKSClient eks = new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using Iam iam = new(sandbox);
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
        string role = (await iam.Client.CreateRoleAsync(new() { RoleName = "fargate", AssumeRolePolicyDocument = Trust })).Role.Arn;
        Filter mine = new() { Name = "tag:ekstools:cluster", Values = [cluster] }, inside = new() { Name = "tag-key", Values = ["kubernetes.io/role/internal-elb"] };
        string subnet = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [mine, inside] })).Subnets[0].SubnetId;

        // EKS sees a role some time after IAM has it.
        for (int look = 0; ; look++)
        {
            try
            {
                await eks.CreateFargateProfileAsync(new() { ClusterName = cluster, FargateProfileName = "serverless", PodExecutionRoleArn = role, Subnets = [subnet], Selectors = [new() { Namespace = "serverless" }] });
                return;
            }
            catch (Amazon.EKS.Model.InvalidParameterException) when (look < 50)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>A volume as the EBS CSI driver makes it.</summary>
    public static async Task<string> CreateVolumeAsync(SandboxServer sandbox, string cluster)
    {
        using AmazonEC2Client ec2 = Client(sandbox);
        return (await ec2.CreateVolumeAsync(new CreateVolumeRequest
        {
            AvailabilityZone = "us-west-2a",
            Size = 20,
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.Volume, Tags = [new Tag($"kubernetes.io/cluster/{cluster}", "owned")] }],
        })).Volume.VolumeId;
    }

    private static AmazonEC2Client Client(SandboxServer sandbox) => Client(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);

    private static AmazonEC2Client Client(Uri sandbox, string accessKey, string secretKey) =>
        new(new BasicAWSCredentials(accessKey, secretKey), new AmazonEC2Config { ServiceURL = sandbox.OriginalString, AuthenticationRegion = "us-west-2" });
}
