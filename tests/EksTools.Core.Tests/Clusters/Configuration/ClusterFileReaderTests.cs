using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>eksctl's ClusterConfig, field by field: its defaults are kept, and nothing is passed over.</summary>
public sealed class ClusterFileReaderTests
{
    private const string Head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: demo\n  region: us-west-2\n";

    [Fact]
    public void Maps_everything_that_New_EksCluster_knows()
    {
        ClusterFile file = Read("""
            apiVersion: eksctl.io/v1alpha5
            kind: ClusterConfig
            metadata: {name: shop, region: EU-Central-1, version: "1.34", tags: {team: shop, "cost/center": "4711"}, annotations: {by: me}}
            kubernetesNetworkConfig: {serviceIPv4CIDR: 10.100.0.0/16}
            availabilityZones: [eu-central-1a, eu-central-1b]
            vpc:
              cidr: 10.10.0.0/16
              nat: {gateway: HighlyAvailable}
              clusterEndpoints: {publicAccess: true, privateAccess: true}
              publicAccessCIDRs: [52.94.76.0/24]
            iam:
              withOIDC: true
              serviceRoleARN: arn:aws:iam::111122223333:role/control
            accessConfig:
              authenticationMode: API
              bootstrapClusterCreatorAdminPermissions: false
              accessEntries:
              - principalARN: arn:aws:iam::111122223333:role/admin
                accessPolicies:
                - policyARN: arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy
                  accessScope: {type: cluster}
            secretsEncryption: {keyARN: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"}
            cloudWatch: {clusterLogging: {enableTypes: [scheduler, api], logRetentionInDays: 30}}
            upgradePolicy: {supportType: STANDARD}
            controlPlaneScalingConfig: {tier: tier-xl}
            zonalShiftConfig: {enabled: true}
            addons:
            - {name: aws-ebs-csi-driver, version: latest, serviceAccountRoleARN: "arn:aws:iam::111122223333:role/ebs", configurationValues: "{}", resolveConflicts: overwrite}
            - {name: vpc-cni, attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]}
            managedNodeGroups:
            - name: web
              instanceTypes: [M6i.xlarge, m6a.xlarge]
              minSize: 1
              desiredCapacity: 3
              maxSize: 9
              spot: true
              privateNetworking: true
              volumeSize: 100
              volumeType: io2
              volumeEncrypted: true
              volumeKmsKeyID: alias/disk
              maxPodsPerNode: 58
              disablePodIMDS: true
              labels: {tier: web}
              taints: [{key: spot, value: "true", effect: NoSchedule}, {key: x, effect: NoExecute}]
              tags: {part: web}
              ssh: {publicKeyName: ops}
              securityGroups: {attachIDs: [sg-0a1b2c3e]}
              updateConfig: {maxUnavailablePercentage: 25}
              nodeRepairConfig: {enabled: true}
              releaseVersion: 1.34.1-20260818
              iam: {instanceRoleARN: "arn:aws:iam::111122223333:role/nodes"}
            fargateProfiles:
            - {name: batch, selectors: [{namespace: batch, labels: {run: fargate}}], tags: {part: batch}}
            """);
        NewClusterRequest request = file.Request;
        Assert.Equal(("shop", "1.34", "eu-central-1"), (request.Name, request.KubernetesVersion, file.Region));
        Assert.Equal("4711", request.ResourceTags["cost/center"]);
        Assert.Equal(["eu-central-1a", "eu-central-1b"], request.Zone);
        Assert.Equal(("10.10.0.0/16", NatGatewayMode.PerZone, EndpointAccessMode.PublicAndPrivate), (request.VpcCidr, request.NatGateway, request.EndpointAccess));
        Assert.Equal("52.94.76.0/24", Assert.Single(request.PublicAccessCidr));
        Assert.Equal(("API", true, "arn:aws:iam::111122223333:role/admin"), (request.AuthenticationMode, request.NoCreatorAdmin, Assert.Single(request.AdministratorArn)));
        Assert.Equal(["api", "scheduler"], request.LogType);
        Assert.Equal((30, "STANDARD", "tier-xl", true), (request.LogRetention, request.SupportType, request.ControlPlaneTier, request.ZonalShift));
        Assert.Equal(("arn:aws:iam::111122223333:role/control", "arn:aws:iam::111122223333:role/nodes"), (request.ClusterRoleArn, request.NodeRoleArn));
        Assert.Equal(("latest", "OVERWRITE", "{}"), (request.AddOn[0].Version, request.AddOn[0].ResolveConflicts, request.AddOn[0].ConfigurationValues));
        NodeGroupOptions web = Assert.Single(request.NodeGroup);
        Assert.Equal(["m6i.xlarge", "m6a.xlarge"], web.InstanceType);
        Assert.Equal((1, 3, 9, "SPOT", false), (web.MinSize, web.DesiredSize, web.MaxSize, web.CapacityType, web.PublicSubnet));
        Assert.Equal((100, "io2", 100, true, "alias/disk"), (web.DiskSize, web.VolumeType, web.VolumeIops, web.VolumeEncrypted, web.VolumeKmsKeyId));
        Assert.Equal((58, true, "ops", true, 25), (web.MaxPods, web.DisablePodImds, web.SshKeyName, web.NodeRepair, web.MaxUnavailablePercentage));
        Assert.Equal(["spot=true:NoSchedule", "x:NoExecute"], web.Taint);
        Assert.Equal(("batch", "fargate"), (request.FargateProfile[0].Selector[0].Namespace, request.FargateProfile[0].Selector[0].Label["run"]));
        Assert.Equal(33, file.Lines["managedNodeGroups[web].minSize"]);
    }

    [Fact]
    public void What_is_not_said_is_as_eksctl_has_it()
    {
        NewClusterRequest bare = Read(Head).Request;
        Assert.True(bare is { NoNodeGroup: true, NatGateway: NatGatewayMode.Single, EndpointAccess: EndpointAccessMode.Public, AuthenticationMode: "API_AND_CONFIG_MAP", NoCreatorAdmin: false, IsComplete: true });
        NodeGroupOptions group = Assert.Single(Read($"{Head}managedNodeGroups: [{{name: a}}]\n").Request.NodeGroup);
        Assert.Equal("m5.large", Assert.Single(group.InstanceType));
        Assert.Equal((2, 2, 2, 80, "gp3", true), (group.MinSize, group.DesiredSize, group.MaxSize, group.DiskSize, group.VolumeType, group.PublicSubnet));
        Assert.Null(group.AmiType);
    }

    [Theory]
    [InlineData("minSize: 1", 1, 1, 1)]
    [InlineData("maxSize: 5", 2, 2, 5)]
    [InlineData("desiredCapacity: 3", 3, 3, 3)]
    [InlineData("minSize: 1, maxSize: 4", 1, 1, 4)]
    [InlineData("minSize: 1, desiredCapacity: 2", 1, 2, 2)]
    [InlineData("desiredCapacity: 0", 0, 0, 1)]
    public void Sizes_follow_each_other_as_in_eksctl(string sizes, int min, int desired, int max)
    {
        NodeGroupOptions group = Assert.Single(Read($"{Head}managedNodeGroups: [{{name: a, {sizes}}}]\n").Request.NodeGroup);
        Assert.Equal((min, desired, max), (group.MinSize, group.DesiredSize, group.MaxSize));
    }

    [Theory]
    [InlineData("Bottlerocket", "m5.large", "BOTTLEROCKET_x86_64")]
    [InlineData("Bottlerocket", "m7gd.large", "BOTTLEROCKET_ARM_64")]
    [InlineData("Bottlerocket", "g5g.xlarge", "BOTTLEROCKET_ARM_64_NVIDIA")]
    [InlineData("BottlerocketFips", "g6e.xlarge", "BOTTLEROCKET_x86_64_NVIDIA_FIPS")]
    [InlineData("Bottlerocket", "g4ad.xlarge", "BOTTLEROCKET_x86_64")]
    [InlineData("Bottlerocket", "is4gen.large", "BOTTLEROCKET_ARM_64")]
    [InlineData("WindowsServer2022CoreContainer", "m5.large", "WINDOWS_CORE_2022_x86_64")]
    [InlineData("AmazonLinux2023", "m7g.large", null)]
    public void Families_become_AMI_types(string family, string type, string? amiType) =>
        Assert.Equal(amiType, Assert.Single(Read($"{Head}managedNodeGroups: [{{name: a, amiFamily: {family}, instanceType: {type}}}]\n").Request.NodeGroup).AmiType);

    [Theory]
    [InlineData("ssh: {allow: true, publicKeyName: ops}", false, "0.0.0.0/0 ::/0", "")]
    [InlineData("ssh: {publicKeyName: ops}, privateNetworking: true", true, "", "")]
    [InlineData("ssh: {allow: true, publicKeyName: ops, sourceSecurityGroupIds: [sg-0a1b2c3d]}, privateNetworking: true", false, "", "sg-0a1b2c3d")]
    [InlineData("ssh: {allow: false, publicKeyName: ops}", false, "", "")]
    public void SSH_is_open_to_whom_eksctl_opens_it(string fields, bool vpc, string ranges, string groups)
    {
        NodeGroupOptions group = Assert.Single(Read($"{Head}managedNodeGroups: [{{name: a, {fields}}}]\n").Request.NodeGroup);
        Assert.Equal(("ops", vpc, ranges, groups), (group.SshKeyName, group.SshFromVpc, string.Join(' ', group.SshSourceCidr), string.Join(' ', group.SshSourceSecurityGroupId)));
    }

    [Fact]
    public void Existing_subnets_are_referred_to_by_name()
    {
        ClusterFile file = Read(Head + """
            vpc:
              id: vpc-1
              controlPlaneSecurityGroupIDs: [sg-0a1b2c3d]
              subnets:
                private: {us-west-2a: {id: subnet-0000000a}, us-west-2b: {id: subnet-0000000b}}
                public: {edge: {id: subnet-0000000c, az: us-west-2c}}
            managedNodeGroups:
            - {name: inner, privateNetworking: true}
            - {name: one, privateNetworking: true, availabilityZones: [us-west-2b]}
            - {name: outer}
            - {name: named, subnets: [edge, subnet-0000000d]}
            """);
        Assert.Equal(["subnet-0000000a", "subnet-0000000b", "subnet-0000000c"], file.Request.SubnetId);
        Assert.Null(file.Request.NatGateway);
        Assert.Equal("sg-0a1b2c3d", Assert.Single(file.Request.SecurityGroupId));
        Assert.Equal(["subnet-0000000a subnet-0000000b", "subnet-0000000b", "subnet-0000000c", "subnet-0000000c subnet-0000000d"], file.Request.NodeGroup.Select(static group => string.Join(' ', group.SubnetId)));
        Assert.DoesNotContain(file.Request.NodeGroup, static group => group.PublicSubnet);
        Assert.Equal(("vpc-1", "us-west-2c"), (file.Network!.VpcId, file.Network.Subnets[2].Zone));
    }

    [Fact]
    public void Anchors_and_merge_keys_are_read_and_JSON_too()
    {
        ClusterFile file = Read(Head + """
            managedNodeGroups:
            - &web {name: web, instanceType: t3.large, labels: {a: b}}
            - {<<: *web, name: api}
            """);
        Assert.Equal(["web t3.large", "api t3.large"], file.Request.NodeGroup.Select(static group => $"{group.Name} {group.InstanceType[0]}"));
        Assert.Equal("demo", Read("""{"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": {"name": "demo", "region": "us-west-2"}}""").Request.Name);
    }

    [Fact]
    public void One_policy_bounds_all_roles_or_the_file_is_refused()
    {
        const string Bound = "iam: {serviceRolePermissionsBoundary: \"arn:aws:iam::111122223333:policy/b\"}\nmanagedNodeGroups: [{name: a";
        Assert.Equal("arn:aws:iam::111122223333:policy/b", Read($"{Head}{Bound}, iam: {{instanceRolePermissionsBoundary: \"arn:aws:iam::111122223333:policy/b\"}}}}]\n").Request.PermissionsBoundary);
        Assert.Contains("managedNodeGroups[a].iam.instanceRolePermissionsBoundary is not said where another role is bounded", Refused($"{Bound}}}]\n").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vpc: {nat: {gatway: Single}}", "vpc.nat.gatway is not a field of a ClusterConfig. Did you mean gateway?")]
    [InlineData("VPC: {}", "VPC is not a field of a ClusterConfig. Did you mean vpc?")]
    [InlineData("frobnicate: 1", "frobnicate is not a field of a ClusterConfig. Remove it.")]
    [InlineData("managedNodeGroups: [{name: a, instanceSelector: {vCPUs: 2}}]", "managedNodeGroups[a].instanceSelector is not supported. Write the types under instanceTypes.")]
    [InlineData("managedNodeGroups: [{name: a, maxSize: \"3\"}]", "managedNodeGroups[a].maxSize must be a whole number, without quotes.")]
    [InlineData("managedNodeGroups: [{name: a, maxSize: 2.5}]", "managedNodeGroups[a].maxSize must be a whole number.")]
    [InlineData("managedNodeGroups: [{name: a, minSize: 5, maxSize: 3}]", "has node counts that do not fit: 5 at least, 5 to start with, 3 at most.")]
    [InlineData("managedNodeGroups: [{name: a}, {name: a}]", "managedNodeGroups[a] is there twice.")]
    [InlineData("managedNodeGroups: [{instanceType: m5.large}]", "managedNodeGroups[0] has no name.")]
    [InlineData("managedNodeGroups: {name: a}", "managedNodeGroups must be a list.")]
    [InlineData("managedNodeGroups: [{name: a, ssh: {allow: true}}]", "managedNodeGroups[a].ssh.allow without publicKeyName is not supported.")]
    [InlineData("managedNodeGroups: [{name: a, ssh: {sourceSecurityGroupIds: [sg-0a1b2c3d]}}]", "managedNodeGroups[a] has ssh.sourceSecurityGroupIds, and no SSH that they could come by.")]
    [InlineData("managedNodeGroups: [{name: a, amiFamily: AmazonLinux2}]", "Amazon Linux 2 is at its end: write AmazonLinux2023.")]
    [InlineData("managedNodeGroups: [{name: a, amiFamily: Bottelrocket}]", "managedNodeGroups[a].amiFamily 'Bottelrocket' is none of its values.")]
    [InlineData("managedNodeGroups: [{name: a, iam: {withAddonPolicies: {ebs: true}}}]", "run New-EksServiceAccountRole demo NAMESPACE/NAME -WellKnownPolicy EbsCsiController when the cluster is there")]
    [InlineData("managedNodeGroups: [{name: a, subnets: [private-one]}]", "managedNodeGroups[a].subnets[0] 'private-one' is no subnet of vpc.subnets.")]
    [InlineData("nodeGroups: [{name: old, instanceType: m5.large}]", "nodeGroups[old] is self-managed, which is not supported. Move it to managedNodeGroups")]
    [InlineData("iam: {serviceAccounts: [{metadata: {name: s3, namespace: apps}, attachPolicyARNs: [\"arn:aws:iam::aws:policy/P\"]}]}", "run New-EksServiceAccountRole demo apps/s3 -Mode Irsa -PolicyArn arn:aws:iam::aws:policy/P when the cluster is there")]
    [InlineData("iam: {podIdentityAssociations: [{serviceAccountName: s3, namespace: apps}]}", "run New-EksServiceAccountRole demo apps/s3 -Mode PodIdentity when the cluster is there")]
    [InlineData("iam: {serviceAccounts: [{metadata: {name: dns}, wellKnownPolicies: {externalDNS: true, autoScaler: false}, attachPolicy: {Version: x, Statement: [{Effect: Allow}]}}]}", "run New-EksServiceAccountRole demo default/dns -Mode Irsa -WellKnownPolicy ExternalDns -PolicyDocument '{\"Version\":\"x\",\"Statement\":[{\"Effect\":\"Allow\"}]}' when")]
    [InlineData("iam: {vpcResourceControllerPolicy: false}", "iam.vpcResourceControllerPolicy false is not supported.")]
    [InlineData("iamIdentityMappings: [{arn: \"arn:aws:iam::111122223333:role/x\", username: x, groups: [g, h]}]", "run Add-EksIamMapping demo arn:aws:iam::111122223333:role/x -Username x -Group g, h when the cluster is there")]
    [InlineData("accessConfig: {accessEntries: [{principalARN: \"arn:aws:iam::111122223333:role/x\", kubernetesGroups: [g]}]}", "run Add-EksIamMapping demo arn:aws:iam::111122223333:role/x -Group g when the cluster is there")]
    [InlineData("vpc: {id: vpc-1}", "vpc.id vpc-1 alone does not say where the cluster stands.")]
    [InlineData("vpc: {clusterEndpoints: {publicAccess: false}}", "vpc.clusterEndpoints leaves nobody who reaches the API server.")]
    [InlineData("vpc: {cidr: 10.0.0.0/8}", "10.0.0.0/8")]
    [InlineData("privateCluster: {enabled: true}\nmanagedNodeGroups: [{name: a}]", "managedNodeGroups[a] would stand in public subnets, which a private cluster does not have. Say privateNetworking: true.")]
    [InlineData("addons: [{name: aws-ebs-csi-driver, wellKnownPolicies: {ebsCSIController: true}}]", "New-EksServiceAccountRole demo kube-system/ebs-csi-controller-sa -WellKnownPolicy EbsCsiController when")]
    [InlineData("karpenter: {version: v1.0.0}", "karpenter is not supported.")]
    [InlineData("cloudWatch: {clusterLogging: {enableTypes: [kernel]}}", "'kernel' is no log of a control plane.")]
    [InlineData("autoModeConfig: {enabled: true, nodePools: []}", "autoModeConfig.nodePools has no node pool, which is not supported.")]
    [InlineData("metadata:\n  name: other", "metadata is there twice.")]
    [InlineData("zonalShiftConfig: {enabled: \"yes\"}", "zonalShiftConfig.enabled must be true or false, without quotes.")]
    [InlineData("---\na: b", "A second YAML document begins here.")]
    [InlineData("addons: [", "cluster.yaml, line ")]
    [InlineData("deletionProtection: true", "deletionProtection is not a field of a ClusterConfig.")]
    public void Refuses_with_what_to_do_instead(string yaml, string sentence) => Assert.Contains(sentence, Refused(yaml).Message, StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_told_at_once_with_line_and_column()
    {
        EksToolsException refusal = Refused("vpc:\n  nat:\n    gatway: Single\nmanagedNodeGroups:\n- name: a\n  ami: ami-1\n  maxSize: many\ngitops: {flux: {}}\noutpost: {controlPlaneOutpostARN: x}\n");
        Assert.Equal("InvalidClusterFile", refusal.ErrorId);
        EksClusterFileProblem[] problems = Assert.IsType<EksClusterFileProblem[]>(refusal.Data["Problems"]);
        Assert.Equal(["8:5 vpc.nat.gatway", "11:3 managedNodeGroups[a].ami", "12:3 managedNodeGroups[a].maxSize", "13:1 gitops", "14:1 outpost"], problems.Select(static problem => $"{problem.Line}:{problem.Column} {problem.Field}"));
        Assert.StartsWith("cluster.yaml has 5 problems:\n  line 8, column 5: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_says_nothing_is_no_problem() =>
        Assert.Equal("demo", Read($"{Head}nodeGroups: []\nkarpenter:\nprivateCluster: {{enabled: false, skipEndpointCreation: false}}\niam: {{vpcResourceControllerPolicy: true, serviceAccounts: []}}\nmanagedNodeGroups: [{{name: a, disableIMDSv1: true, bottlerocket: {{}}, instanceSelector: {{}}}}]\n").Request.Name);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\n")]
    [InlineData("kind: ClusterConfig\n")]
    [InlineData("- a\n")]
    [InlineData("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n")]
    [InlineData("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {region: us-west-2}\n")]
    public void What_is_no_cluster_is_refused(string text) =>
        Assert.Equal("InvalidClusterFile", Assert.Throws<EksToolsException>(() => ClusterFileReader.Read(text, "cluster.yaml")).ErrorId);

    private static EksToolsException Refused(string yaml) => Assert.Throws<EksToolsException>(() => Read(Head + yaml));

    private static ClusterFile Read(string text) => ClusterFileReader.Read(text, "cluster.yaml");
}
