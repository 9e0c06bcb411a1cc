using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Errors;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>No field is read and then passed over: each value changes what is asked for, is refused, or is what holds without it.</summary>
public sealed class ClusterFileFieldsTests
{
    private const string Head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n";
    private const string Role = "arn:aws:iam::111122223333:role/x", Policy = "arn:aws:iam::111122223333:policy/x";
    private const string Subnets = "vpc: {subnets: {private: {us-west-2a: {id: subnet-0000000a}, us-west-2b: {id: subnet-0000000b}}, public: {us-west-2a: {id: subnet-0000000c}, us-west-2b: {id: subnet-0000000d}}}";

    /// <summary>By path: a file with @ where the field goes, and a value that New-EksCluster takes.</summary>
    private static readonly Dictionary<string, (string Around, string Value)> Taken = new()
    {
        ["metadata.name"] = ("metadata: {region: us-west-2, @}", "other"),
        ["metadata.region"] = ("metadata: {name: demo, @}", "eu-west-1"),
        ["metadata.version"] = ("metadata: {name: demo, @}", "\"1.34\""),
        ["metadata.tags"] = ("metadata: {name: demo, @}", "{a: b}"),
        ["iam.serviceRoleARN"] = ("iam: {@}", Role),
        ["iam.serviceRolePermissionsBoundary"] = ("iam: {@}", Policy),
        ["iam.fargatePodExecutionRoleARN"] = ("iam: {@}\nfargateProfiles: [{name: a, selectors: [{namespace: a}]}]", Role),
        ["iam.fargatePodExecutionRolePermissionsBoundary"] = ($"iam: {{serviceRoleARN: \"{Role}\", @}}\nfargateProfiles: [{{name: a, selectors: [{{namespace: a}}]}}]", Policy),
        ["accessConfig.authenticationMode"] = ("accessConfig: {@}", "API"),
        ["accessConfig.bootstrapClusterCreatorAdminPermissions"] = ($"accessConfig: {{@, accessEntries: [{{principalARN: \"{Role}\", accessPolicies: [{{policyARN: \"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy\", accessScope: {{type: cluster}}}}]}}]}}", "false"),
        ["accessConfig.accessEntries"] = ("accessConfig: {@}", $"[{{principalARN: \"{Role}\", accessPolicies: [{{policyARN: \"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy\", accessScope: {{type: cluster}}}}]}}]"),
        ["vpc.id"] = ($"{Subnets}, @}}", "vpc-0a1b2c3d"),
        ["vpc.cidr"] = ("vpc: {@}", "10.4.0.0/16"),
        ["vpc.subnets"] = ("vpc: {@}", Subnets["vpc: {subnets: ".Length..]),
        ["vpc.nat"] = ("vpc: {@}", "{gateway: HighlyAvailable}"),
        ["vpc.clusterEndpoints"] = ("vpc: {@}", "{publicAccess: false, privateAccess: true}"),
        ["vpc.publicAccessCIDRs"] = ("vpc: {@}", "[52.94.76.0/24]"),
        ["vpc.securityGroup"] = ($"{Subnets}, @}}", "sg-0a1b2c3d"),
        ["vpc.controlPlaneSecurityGroupIDs"] = ($"{Subnets}, @}}", "[sg-0a1b2c3d]"),
        ["kubernetesNetworkConfig.ipFamily"] = ("kubernetesNetworkConfig: {@}", "IPv6"),
        ["kubernetesNetworkConfig.serviceIPv4CIDR"] = ("kubernetesNetworkConfig: {@}", "10.100.0.0/16"),
        ["privateCluster.enabled"] = ("privateCluster: {@}", "true"),
        ["privateCluster.additionalEndpointServices"] = ("privateCluster: {enabled: true, @}", "[autoscaling]"),
        ["availabilityZones"] = ("@", "[us-west-2a, us-west-2b]"),
        ["addonsConfig.disableDefaultAddons"] = ("addonsConfig: {@}", "true"),
        ["addons.version"] = ("addons: [{name: coredns, @}]", "latest"),
        ["addons.configurationValues"] = ("addons: [{name: coredns, @}]", "\"{}\""),
        ["addons.serviceAccountRoleARN"] = ("addons: [{name: coredns, @}]", Role),
        ["addons.resolveConflicts"] = ("addons: [{name: coredns, @}]", "overwrite"),
        ["autoModeConfig.enabled"] = ("autoModeConfig: {@}", "true"),
        ["autoModeConfig.nodePools"] = ("autoModeConfig: {enabled: true, @}", "[system]"),
        ["autoModeConfig.nodeRoleARN"] = ("autoModeConfig: {enabled: true, @}", Role),
        ["autoModeConfig.permissionsBoundaryARN"] = ($"iam: {{serviceRoleARN: \"{Role}\"}}\nautoModeConfig: {{enabled: true, @}}", Policy),
        ["cloudWatch.clusterLogging"] = ("cloudWatch: {@}", "{enableTypes: [api], logRetentionInDays: 30}"),
        ["cloudWatch.clusterLogging.enableTypes"] = ("cloudWatch: {clusterLogging: {@}}", "[api]"),
        ["cloudWatch.clusterLogging.logRetentionInDays"] = ("cloudWatch: {clusterLogging: {enableTypes: [api], @}}", "30"),
        ["secretsEncryption.keyARN"] = ("secretsEncryption: {@}", "arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-0000-000000000000"),
        ["upgradePolicy.supportType"] = ("upgradePolicy: {@}", "STANDARD"),
        ["controlPlaneScalingConfig.tier"] = ("controlPlaneScalingConfig: {@}", "tier-xl"),
        ["zonalShiftConfig.enabled"] = ("zonalShiftConfig: {@}", "true"),
        ["managedNodeGroups.name"] = ("managedNodeGroups: [{@}]", "other"),
        ["managedNodeGroups.instanceType"] = ("managedNodeGroups: [{name: a, @}]", "t3.large"),
        ["managedNodeGroups.instanceTypes"] = ("managedNodeGroups: [{name: a, @}]", "[t3.large]"),
        ["managedNodeGroups.amiFamily"] = ("managedNodeGroups: [{name: a, @}]", "Bottlerocket"),
        ["managedNodeGroups.releaseVersion"] = ("managedNodeGroups: [{name: a, @}]", "1.34.1-20260818"),
        ["managedNodeGroups.desiredCapacity"] = ("managedNodeGroups: [{name: a, @}]", "3"),
        ["managedNodeGroups.minSize"] = ("managedNodeGroups: [{name: a, @}]", "3"),
        ["managedNodeGroups.maxSize"] = ("managedNodeGroups: [{name: a, @}]", "3"),
        ["managedNodeGroups.spot"] = ("managedNodeGroups: [{name: a, @}]", "true"),
        ["managedNodeGroups.volumeSize"] = ("managedNodeGroups: [{name: a, @}]", "90"),
        ["managedNodeGroups.volumeType"] = ("managedNodeGroups: [{name: a, @}]", "gp2"),
        ["managedNodeGroups.volumeIOPS"] = ("managedNodeGroups: [{name: a, @}]", "4000"),
        ["managedNodeGroups.volumeThroughput"] = ("managedNodeGroups: [{name: a, @}]", "250"),
        ["managedNodeGroups.volumeEncrypted"] = ("managedNodeGroups: [{name: a, @}]", "true"),
        ["managedNodeGroups.volumeKmsKeyID"] = ("managedNodeGroups: [{name: a, volumeEncrypted: true, @}]", "alias/disk"),
        ["managedNodeGroups.labels"] = ("managedNodeGroups: [{name: a, @}]", "{a: b}"),
        ["managedNodeGroups.taints"] = ("managedNodeGroups: [{name: a, @}]", "[{key: a, value: b, effect: NoSchedule}]"),
        ["managedNodeGroups.tags"] = ("managedNodeGroups: [{name: a, @}]", "{a: b}"),
        ["managedNodeGroups.subnets"] = ($"{Subnets}}}\nmanagedNodeGroups: [{{name: a, @}}]", "[subnet-0000000c]"),
        ["managedNodeGroups.availabilityZones"] = ("managedNodeGroups: [{name: a, @}]", "[us-west-2a]"),
        ["managedNodeGroups.privateNetworking"] = ("managedNodeGroups: [{name: a, @}]", "true"),
        ["managedNodeGroups.maxPodsPerNode"] = ("managedNodeGroups: [{name: a, @}]", "58"),
        ["managedNodeGroups.disablePodIMDS"] = ("managedNodeGroups: [{name: a, @}]", "true"),
        ["managedNodeGroups.ssh"] = ("managedNodeGroups: [{name: a, @}]", "{publicKeyName: ops}"),
        ["managedNodeGroups.securityGroups"] = ("managedNodeGroups: [{name: a, @}]", "{attachIDs: [sg-0a1b2c3d]}"),
        ["managedNodeGroups.iam"] = ("managedNodeGroups: [{name: a, @}]", $"{{instanceRoleARN: \"{Role}\"}}"),
        ["managedNodeGroups.iam.instanceRolePermissionsBoundary"] = ($"iam: {{serviceRoleARN: \"{Role}\"}}\nmanagedNodeGroups: [{{name: a, iam: {{@}}}}]", Policy),
        ["managedNodeGroups.updateConfig"] = ("managedNodeGroups: [{name: a, @}]", "{maxUnavailable: 2}"),
        ["managedNodeGroups.updateConfig.maxUnavailablePercentage"] = ("managedNodeGroups: [{name: a, updateConfig: {@}}]", "20"),
        ["managedNodeGroups.nodeRepairConfig"] = ("managedNodeGroups: [{name: a, @}]", "{enabled: true}"),
        ["fargateProfiles.name"] = ("fargateProfiles: [{selectors: [{namespace: a}], @}]", "other"),
        ["fargateProfiles.podExecutionRoleARN"] = ("fargateProfiles: [{name: a, selectors: [{namespace: a}], @}]", Role),
        ["fargateProfiles.selectors"] = ("fargateProfiles: [{name: a, @}]", "[{namespace: b, labels: {c: d}}]"),
        ["fargateProfiles.subnets"] = ($"{Subnets}}}\nfargateProfiles: [{{name: a, selectors: [{{namespace: a}}], @}}]", "[subnet-0000000a]"),
        ["fargateProfiles.tags"] = ("fargateProfiles: [{name: a, selectors: [{namespace: a}], @}]", "{a: b}"),
    };

    /// <summary>Fields whose own fields stand above, and those that say nothing to eksctl either.</summary>
    private static readonly HashSet<string> Others =
    [
        "apiVersion", "kind", "metadata", "iam", "accessConfig", "vpc", "kubernetesNetworkConfig", "privateCluster", "addons", "addonsConfig", "managedNodeGroups", "fargateProfiles", "autoModeConfig",
        "cloudWatch", "secretsEncryption", "upgradePolicy", "controlPlaneScalingConfig", "zonalShiftConfig", "metadata.annotations",
    ];

    private static readonly string[] Samples = ["true", "false", "1", "text", "[text]", "{a: b}", "[{a: b}]"];

    public static TheoryData<string> Accepted() => [.. Taken.Keys];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_is_accepted_changes_what_is_asked_for(string path)
    {
        (string around, string value) = Taken[path];
        string field = path[(path.LastIndexOf('.') + 1)..];
        string said = Request(around.Replace("@", $"{field}: {value}", StringComparison.Ordinal));
        if (field is "name" or "selectors")
            Assert.Contains(field == "name" ? "other" : "\"b\"", said, StringComparison.Ordinal);
        else
            Assert.NotEqual(Request(around.Replace(", @", string.Empty, StringComparison.Ordinal).Replace("@, ", string.Empty, StringComparison.Ordinal).Replace("@", string.Empty, StringComparison.Ordinal)), said);
    }

    [Fact]
    public void Every_other_field_is_refused_whatever_it_says_unless_it_says_what_holds_anyway()
    {
        List<string> passed = [];
        foreach ((string prefix, string around, FileFields fields) in Sections())
        {
            foreach (string field in fields.Names.Select(name => prefix.Length == 0 ? name : $"{prefix}.{name}").Where(static path => !Taken.ContainsKey(path) && !Others.Contains(path)))
            {
                string name = field[(field.LastIndexOf('.') + 1)..];
                bool[] taken = [.. Samples.Select(sample => IsTaken(around.Replace("@", $"{name}: {sample}", StringComparison.Ordinal)))];

                // One position of a switch may be what holds anyway, and no other value.
                if (taken.Count(static one => one) > 1 || taken[2..].Any(static one => one))
                {
                    passed.Add(field);
                }
            }
        }

        Assert.Empty(passed);
    }

    private static IEnumerable<(string Prefix, string Around, FileFields Fields)> Sections()
    {
        ClusterFileDraft draft = new(new FileReading(string.Empty));
        yield return (string.Empty, "@", ClusterFileReader.Fields(draft));
        yield return ("metadata", "metadata: {name: demo, region: us-west-2, @}", MetadataSection.Fields(draft));
        yield return ("iam", "iam: {@}", IamSection.Fields(draft));
        yield return ("accessConfig", "accessConfig: {@}", AccessSection.Fields(draft));
        yield return ("vpc", "vpc: {@}", NetworkSection.Fields(draft));
        yield return ("kubernetesNetworkConfig", "kubernetesNetworkConfig: {@}", NetworkSection.ServiceFields(draft));
        yield return ("privateCluster", "privateCluster: {@}", NetworkSection.PrivateFields(draft));
        yield return ("addonsConfig", "addonsConfig: {@}", AddonSection.ConfigFields(draft));
        yield return ("autoModeConfig", "autoModeConfig: {@}", ControlPlaneSection.AutoModeFields(draft));
        yield return ("cloudWatch", "cloudWatch: {@}", ControlPlaneSection.CloudWatchFields(draft));
        yield return ("secretsEncryption", "secretsEncryption: {@}", ControlPlaneSection.SecretsFields(draft));
        yield return ("upgradePolicy", "upgradePolicy: {@}", ControlPlaneSection.UpgradeFields(draft));
        yield return ("controlPlaneScalingConfig", "controlPlaneScalingConfig: {@}", ControlPlaneSection.ScalingFields(draft));
        yield return ("zonalShiftConfig", "zonalShiftConfig: {@}", ControlPlaneSection.ZonalShiftFields(draft));
        yield return ("managedNodeGroups", "managedNodeGroups: [{name: a, @}]", NodeGroupFields.Create(new NodeGroupDraft(), draft));
    }

    [Theory]
    [InlineData("iam: {withOIDC: false}", "iam.withOIDC false is not supported where vpc-cni has a role of its own")]
    [InlineData("iam: {withOIDC: true}\nautoModeConfig: {enabled: true}", "Leave it out, and run Register-EksOidcProvider demo when the cluster is there.")]
    [InlineData("vpc: {manageSharedNodeSecurityGroupRules: false}", "vpc.manageSharedNodeSecurityGroupRules false is not supported. There is no shared security group of nodes")]
    [InlineData("autoModeConfig: {nodeRoleARN: \"arn:aws:iam::111122223333:role/x\"}", "autoModeConfig.nodeRoleARN is the role of Auto Mode's nodes, and autoModeConfig.enabled is not true.")]
    [InlineData("iam: {serviceRoleARN: \"arn:aws:iam::111122223333:role/x\", serviceRolePermissionsBoundary: \"arn:aws:iam::111122223333:policy/x\"}", "iam.serviceRolePermissionsBoundary bounds the role that iam.serviceRoleARN says is there already.")]
    [InlineData("iam: {fargatePodExecutionRoleARN: \"arn:aws:iam::111122223333:role/x\"}", "iam.fargatePodExecutionRoleARN names the role of Fargate profiles, and there is none that has it.")]
    [InlineData("managedNodeGroups: [{name: a, iam: {instanceRoleARN: \"arn:aws:iam::111122223333:role/x\", instanceRolePermissionsBoundary: \"arn:aws:iam::111122223333:policy/x\"}}]", "managedNodeGroups[a] has iam.instanceRoleARN and iam.instanceRolePermissionsBoundary, which contradict each other")]
    [InlineData("managedNodeGroups: [{name: a, subnets: [subnet-0000000a], availabilityZones: [us-west-2a]}]", "managedNodeGroups[a] has subnets and availabilityZones, which contradict each other")]
    [InlineData(Subnets + "}\nmanagedNodeGroups: [{name: a, privateNetworking: true, subnets: [subnet-0000000c]}]", "managedNodeGroups[a] has privateNetworking, and us-west-2a among its subnets stands under vpc.subnets.public.")]
    public void What_would_do_nothing_is_refused(string yaml, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<EksToolsException>(() => Read(yaml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("iam: {withOIDC: true}")]
    [InlineData("iam: {withOIDC: false}\nautoModeConfig: {enabled: true}")]
    [InlineData("iam: {withOIDC: false}\naddons: [{name: vpc-cni, serviceAccountRoleARN: \"arn:aws:iam::111122223333:role/x\"}]")]
    [InlineData("vpc: {manageSharedNodeSecurityGroupRules: true}")]
    public void What_holds_anyway_is_taken(string yaml) => Assert.Equal("demo", Read(yaml).Request.Name);

    private static bool IsTaken(string yaml)
    {
        try
        {
            Read(yaml);
            return true;
        }
        catch (EksToolsException exception) when (exception.ErrorId == "InvalidClusterFile")
        {
            return false;
        }
    }

    private static ClusterFile Read(string yaml) => ClusterFileReader.Read($"{Head}{(yaml.Contains("metadata:", StringComparison.Ordinal) ? string.Empty : "metadata: {name: demo, region: us-west-2}\n")}{yaml}\n", "cluster.yaml");

    private static string Request(string yaml)
    {
        JsonObject file = JsonSerializer.SerializeToNode(Read(yaml))!.AsObject();
        file.Remove(nameof(ClusterFile.Lines));
        return file.ToJsonString();
    }
}
