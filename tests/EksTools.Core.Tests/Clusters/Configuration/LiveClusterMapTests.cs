using System.Text;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Core.Clusters.Configuration.Live;
using EksTools.Core.Networking.Subnets;
using EksTools.Nodes;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>What AWS tells of a cluster, in a file's words: of clusters with options that few have.</summary>
public sealed class LiveClusterMapTests
{
    private const string Role = "arn:aws:iam::111122223333:role/";

    private static readonly SubnetFacts[] Subnets =
    [
        new() { Id = "subnet-0000000a", Zone = "us-west-2a", Cidr = "10.0.0.0/20", IsPublic = true, IsControlPlane = true },
        new() { Id = "subnet-0000000b", Zone = "us-west-2b", Cidr = "10.0.16.0/20", IsControlPlane = true },
        new() { Id = "subnet-0000000c", Zone = "us-west-2b", Cidr = "10.0.32.0/20" },
        new() { Id = "subnet-0000000d", Zone = "us-west-2c", Cidr = "10.0.48.0/20" },
    ];

    [Fact]
    public void A_cluster_of_eksctl_keeps_what_it_has()
    {
        LiveCluster live = LiveClusterMap.Map(Facts(
            cluster =>
            {
                cluster.EncryptionConfig = [new EncryptionConfig { Provider = new Provider { KeyArn = "arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-0000-000000000000" }, Resources = ["secrets"] }];
                cluster.Logging = new Logging { ClusterLogging = [new LogSetup { Enabled = true, Types = ["audit", "api"] }, new LogSetup { Enabled = false, Types = ["scheduler"] }] };
                cluster.UpgradePolicy = new UpgradePolicyResponse { SupportType = SupportType.STANDARD };
                cluster.ZonalShiftConfig = new ZonalShiftConfigResponse { Enabled = true };
                cluster.ControlPlaneScalingConfig = new ControlPlaneScalingConfig { Tier = "tier-xl" };
                cluster.DeletionProtection = true;
                cluster.ResourcesVpcConfig.PublicAccessCidrs = ["52.94.76.0/24"];
                cluster.ComputeConfig = new ComputeConfigResponse { Enabled = true, NodePools = ["system"], NodeRoleArn = $"{Role}auto" };
                cluster.Tags = new Dictionary<string, string> { ["team"] = "a", ["alpha.eksctl.io/cluster-name"] = "demo", ["aws:cloudformation:stack-name"] = "x" };
            }));
        NewClusterRequest request = live.Request;
        Assert.Equal(("arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-0000-000000000000", "STANDARD", "tier-xl", true), (request.KmsKeyArn, request.SupportType, request.ControlPlaneTier, request.ZonalShift));
        Assert.Equal(["api", "audit"], request.LogType);
        Assert.Equal("52.94.76.0/24", Assert.Single(request.PublicAccessCidr));
        Assert.Equal((true, "system", $"{Role}auto", $"{Role}control"), (request.AutoMode, Assert.Single(request.NodePool), request.AutoModeNodeRoleArn, request.ClusterRoleArn));
        Assert.Equal("team", Assert.Single(request.ResourceTags).Key);
        Assert.Equal(["private us-west-2b subnet-0000000b", "public us-west-2a subnet-0000000a"], live.Network!.Subnets.Select(static subnet => $"{(subnet.IsPublic ? "public" : "private")} {subnet.Name} {subnet.Id}"));
        Assert.Contains(live.Notes, static note => note.Sentence.Contains("protected from deletion", StringComparison.Ordinal));
        NewClusterRequest again = ClusterFileReader.Read(ClusterFileWriter.Write(live), "demo.yaml").Request;
        Assert.Equal((request.KmsKeyArn, request.AutoMode, request.ControlPlaneTier, request.ServiceCidr), (again.KmsKeyArn, again.AutoMode, again.ControlPlaneTier, again.ServiceCidr));
        Assert.Equal(request.SubnetId, again.SubnetId);
    }

    [Fact]
    public void A_node_group_is_read_with_its_launch_template()
    {
        Nodegroup group = Group();
        group.Taints = [new Taint { Key = "spot", Value = "true", Effect = TaintEffect.NO_SCHEDULE }, new Taint { Key = "x", Effect = TaintEffect.PREFER_NO_SCHEDULE }];
        group.UpdateConfig = new NodegroupUpdateConfig { MaxUnavailablePercentage = 30 };
        group.NodeRepairConfig = new NodeRepairConfig { Enabled = true };
        group.AmiType = AMITypes.BOTTLEROCKET_ARM_64;
        group.CapacityType = CapacityTypes.SPOT;
        ResponseLaunchTemplateData template = new()
        {
            BlockDeviceMappings =
            [
                new LaunchTemplateBlockDeviceMapping { DeviceName = "/dev/xvda", Ebs = new LaunchTemplateEbsBlockDevice { VolumeSize = 2 } },
                new LaunchTemplateBlockDeviceMapping { DeviceName = "/dev/xvdb", Ebs = new LaunchTemplateEbsBlockDevice { VolumeSize = 120, VolumeType = Amazon.EC2.VolumeType.Gp3, Throughput = 250, Iops = 4000, Encrypted = true, KmsKeyId = "alias/disk" } },
            ],
            MetadataOptions = new LaunchTemplateInstanceMetadataOptions { HttpPutResponseHopLimit = 1 },
            KeyName = "ops",
            SecurityGroupIds = ["sg-cluster", "sg-own"],
            InstanceType = Amazon.EC2.InstanceType.M5Large,
            UserData = Convert.ToBase64String(Encoding.UTF8.GetBytes("[settings.kubernetes]\nmax-pods = 42\n")),
        };
        group.InstanceTypes = [];
        LiveCluster live = LiveClusterMap.Map(Facts() with { NodeGroups = [new NodeGroupFacts(group, template)] });
        NodeGroupOptions options = Assert.Single(live.Request.NodeGroup);
        Assert.Equal(("m5.large", "BOTTLEROCKET_ARM_64", "SPOT", 42, "ops", true, true), (Assert.Single(options.InstanceType), options.AmiType, options.CapacityType, options.MaxPods, options.SshKeyName, options.DisablePodImds, options.NodeRepair));
        Assert.Equal((120, "gp3", 4000, 250, true, "alias/disk"), (options.DiskSize, options.VolumeType, options.VolumeIops, options.VolumeThroughput, options.VolumeEncrypted, options.VolumeKmsKeyId));
        Assert.Equal(["spot=true:NoSchedule", "x:PreferNoSchedule"], options.Taint);
        Assert.Equal("sg-own", Assert.Single(options.SecurityGroupId));
        Assert.Equal((30, null, false), (options.MaxUnavailablePercentage, options.MaxUnavailable, options.PublicSubnet));
        Assert.Equal(["subnet-0000000c", "subnet-0000000d"], options.SubnetId.Order(StringComparer.Ordinal));
        Assert.Equal(["subnet-0000000b", "subnet-0000000c", "subnet-0000000d", "subnet-0000000a"], live.Network!.Subnets.Select(static subnet => subnet.Id));
    }

    [Fact]
    public void What_EKS_makes_without_a_template_is_said()
    {
        Nodegroup group = Group();
        group.DiskSize = 20;
        group.RemoteAccess = new RemoteAccessConfig { Ec2SshKey = "ops" };
        NodeGroupOptions options = Assert.Single(LiveClusterMap.Map(Facts() with { NodeGroups = [new NodeGroupFacts(group, null)] }).Request.NodeGroup);
        Assert.Equal((20, "gp2", "ops", null), (options.DiskSize, options.VolumeType, options.SshKeyName, options.AmiType));
    }

    [Fact]
    public void What_a_file_cannot_say_is_noted_with_its_command()
    {
        Nodegroup one = Group(), other = Group();
        other.NodegroupName = "other";
        other.NodeRole = $"{Role}other";
        other.AmiType = AMITypes.CUSTOM;
        LiveCluster live = LiveClusterMap.Map(Facts() with
        {
            NodeGroups = [new NodeGroupFacts(one, null), new NodeGroupFacts(other, new ResponseLaunchTemplateData { ImageId = "ami-1" })],
            Associations = [new PodIdentityAssociationSummary { Namespace = "shop", ServiceAccount = "orders" }],
            AccessEntries =
            [
                Entry("creator", 1, Policy("AmazonEKSClusterAdminPolicy")),
                Entry("admin", 5, Policy("AmazonEKSClusterAdminPolicy")),
                Entry("viewer", 6, Policy("AmazonEKSViewPolicy", "dev-*")),
            ],
        });
        Assert.Equal($"{Role}admin", Assert.Single(live.Request.AdministratorArn));
        Assert.Equal(
            [
                "Add-EksIamMapping demo arn:aws:iam::111122223333:role/viewer -AccessPolicy AmazonEKSViewPolicy -Namespace 'dev-*'",
                "New-EksServiceAccountRole demo shop/orders -Mode PodIdentity",
            ],
            live.Notes.Select(static note => note.Command).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Contains(live.Notes, static note => note.Sentence.Contains("ami-1", StringComparison.Ordinal));
        Assert.Contains(live.Notes, static note => note.Sentence.Contains("role/other", StringComparison.Ordinal));
        string text = ClusterFileWriter.Write(live);
        Assert.All(live.Notes, note => Assert.Contains($"# - {note.Sentence}", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Drift_of_others_clusters_is_told_too()
    {
        LiveCluster live = LiveClusterMap.Map(Facts(static cluster => cluster.Logging = new Logging { ClusterLogging = [new LogSetup { Enabled = true, Types = ["api"] }] }));
        ClusterFile file = ClusterFileReader.Read(ClusterFileWriter.Write(live).Replace("- api", "- audit", StringComparison.Ordinal), "demo.yaml");
        EksClusterDifference difference = Assert.Single(ClusterComparison.Compare(file, live, new ClusterComparisonOptions(false)));
        Assert.Equal(("cloudWatch.clusterLogging.enableTypes", "audit", "api", "Set-EksCluster demo -LogType audit -Region us-west-2"), (difference.Where, difference.Expected, difference.Actual, difference.Fix));
        Assert.StartsWith("demo.yaml, line ", $"{difference}", StringComparison.Ordinal);
    }

    private static ClusterFacts Facts(Action<Cluster>? change = null)
    {
        Cluster cluster = new()
        {
            Name = "demo",
            Version = "1.34",
            RoleArn = $"{Role}control",
            ResourcesVpcConfig = new VpcConfigResponse { VpcId = "vpc-1", SubnetIds = ["subnet-0000000a", "subnet-0000000b"], ClusterSecurityGroupId = "sg-cluster", EndpointPublicAccess = true, EndpointPrivateAccess = true, PublicAccessCidrs = ["0.0.0.0/0"] },
            AccessConfig = new AccessConfigResponse { AuthenticationMode = AuthenticationMode.API, BootstrapClusterCreatorAdminPermissions = true },
            KubernetesNetworkConfig = new KubernetesNetworkConfigResponse { IpFamily = IpFamily.Ipv4, ServiceIpv4Cidr = "10.100.0.0/16" },
        };
        change?.Invoke(cluster);
        return new ClusterFacts { Cluster = cluster, Region = "us-west-2", VpcCidr = "10.0.0.0/16", Subnets = Subnets };
    }

    private static Nodegroup Group() => new()
    {
        NodegroupName = "web",
        NodeRole = $"{Role}nodes",
        AmiType = AMITypes.AL2023_x86_64_STANDARD,
        CapacityType = CapacityTypes.ON_DEMAND,
        InstanceTypes = ["m5.large"],
        ScalingConfig = new NodegroupScalingConfig { MinSize = 1, DesiredSize = 2, MaxSize = 3 },
        Subnets = ["subnet-0000000c", "subnet-0000000d"],
    };

    private static AccessEntryFacts Entry(string role, int day, AssociatedAccessPolicy policy) =>
        new(new AccessEntry { PrincipalArn = Role + role, Type = "STANDARD", CreatedAt = new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc) }, [policy]);

    private static AssociatedAccessPolicy Policy(string name, params string[] namespaces) =>
        new() { PolicyArn = $"arn:aws:eks::aws:cluster-access-policy/{name}", AccessScope = new AccessScope { Type = namespaces.Length == 0 ? "cluster" : "namespace", Namespaces = [.. namespaces] } };
}
