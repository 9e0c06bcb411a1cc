using System.Globalization;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>A request as fields of a file with short texts, for holding one against another. Null is a field that has no value.</summary>
internal static class ClusterSettings
{
    /// <summary>What stands for a thing that is there, such as a node group.</summary>
    public const string Present = "present";

    /// <summary>The add-ons that are made without being asked for; Auto Mode has them built in, and metrics-server is not offered in every partition.</summary>
    private static readonly string[] DefaultAddons = ["vpc-cni", "kube-proxy", "coredns"];

    /// <summary>Whether ranges leave nobody out; a cluster of IPv6 has one for each family.</summary>
    public static bool IsEveryone(IReadOnlyList<string> cidrs) => cidrs.All(static cidr => cidr is "0.0.0.0/0" or "::/0");

    public static Dictionary<string, string?> Of(NewClusterRequest request)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal)
        {
            ["metadata.version"] = request.KubernetesVersion,
            ["kubernetesNetworkConfig.ipFamily"] = $"{request.IpFamily ?? ClusterIpFamily.IPv4}",
            ["kubernetesNetworkConfig.serviceIPv4CIDR"] = request.ServiceCidr,
            ["availabilityZones"] = List(request.Zone),
            ["vpc.cidr"] = request.SubnetId.Count > 0 ? null : request.VpcCidr,
            ["vpc.nat.gateway"] = request.NatGateway switch { null => null, NatGatewayMode.PerZone => "HighlyAvailable", NatGatewayMode.None => "Disable", _ => "Single" },
            ["vpc.subnets"] = List(request.SubnetId),
            ["vpc.clusterEndpoints.publicAccess"] = Flag(request.EndpointAccess != EndpointAccessMode.Private),
            ["vpc.clusterEndpoints.privateAccess"] = Flag(request.EndpointAccess is EndpointAccessMode.Private or EndpointAccessMode.PublicAndPrivate),
            ["vpc.publicAccessCIDRs"] = IsEveryone(request.PublicAccessCidr) ? null : List(request.PublicAccessCidr),
            ["vpc.controlPlaneSecurityGroupIDs"] = List(request.SecurityGroupId),
            ["privateCluster.enabled"] = Flag(request.PrivateCluster),
            ["privateCluster.additionalEndpointServices"] = List(request.EndpointService),
            ["iam.serviceRoleARN"] = request.ClusterRoleArn,
            ["iam.serviceRolePermissionsBoundary"] = request.ClusterRoleArn is null ? request.PermissionsBoundary : null,
            ["accessConfig.authenticationMode"] = request.AuthenticationMode,
            ["accessConfig.bootstrapClusterCreatorAdminPermissions"] = Flag(!request.NoCreatorAdmin),
            ["secretsEncryption.keyARN"] = request.KmsKeyArn,
            ["cloudWatch.clusterLogging.enableTypes"] = List(request.LogType),
            ["cloudWatch.clusterLogging.logRetentionInDays"] = Number(request.LogRetention),
            ["upgradePolicy.supportType"] = request.SupportType ?? ControlPlaneRules.DefaultSupport,
            ["controlPlaneScalingConfig.tier"] = request.ControlPlaneTier ?? ControlPlaneRules.UnprovisionedTier,
            ["zonalShiftConfig.enabled"] = Flag(request.ZonalShift),
            ["autoModeConfig.enabled"] = Flag(request.AutoMode),
            ["autoModeConfig.nodePools"] = request.AutoMode ? List(request.NodePool.Count > 0 ? request.NodePool : AutoModeRules.NodePools) : null,
            ["autoModeConfig.nodeRoleARN"] = request.AutoMode ? request.AutoModeNodeRoleArn : null,
        };
        AddTable(settings, "metadata.tags", request.ResourceTags);
        foreach (string arn in request.AdministratorArn)
        {
            settings[$"accessConfig.accessEntries[{arn}]"] = Present;
        }

        foreach (string name in request.NoAddOn || PodNetworking.IsBuiltIn(request) ? [] : DefaultAddons)
        {
            settings[$"addons[{name}]"] = Present;
        }

        foreach (AddonOptions addon in request.AddOn)
        {
            Add(settings, addon);
        }

        foreach (NodeGroupOptions group in request.NodeGroup)
        {
            Add(settings, group, request);
        }

        foreach (FargateProfileOptions profile in request.FargateProfile)
        {
            Add(settings, profile);
        }

        return settings;
    }

    private static void Add(Dictionary<string, string?> settings, AddonOptions addon)
    {
        string path = $"addons[{addon.Name}]";
        settings[path] = Present;
        settings[$"{path}.version"] = addon.Version;
        settings[$"{path}.configurationValues"] = addon.ConfigurationValues?.Trim() is { Length: > 0 } values and not "{}" ? values : null;
        settings[$"{path}.serviceAccountRoleARN"] = addon.ServiceAccountRoleArn;
    }

    private static void Add(Dictionary<string, string?> settings, NodeGroupOptions group, NewClusterRequest request)
    {
        string path = $"managedNodeGroups[{group.Name}]";
        settings[path] = Present;
        settings[$"{path}.instanceTypes"] = string.Join(", ", group.InstanceType);
        settings[$"{path}.amiFamily"] = group.AmiType is null ? AmiFamilies.AmazonLinux2023 : AmiFamilies.FamilyOf(group.AmiType) ?? group.AmiType;
        settings[$"{path}.releaseVersion"] = group.ReleaseVersion;
        settings[$"{path}.desiredCapacity"] = Number(group.DesiredSize);
        settings[$"{path}.minSize"] = Number(group.MinSize);
        settings[$"{path}.maxSize"] = Number(group.MaxSize);
        settings[$"{path}.spot"] = Flag(group.CapacityType == "SPOT");
        settings[$"{path}.volumeSize"] = Number(group.DiskSize);
        settings[$"{path}.volumeType"] = group.VolumeType;
        settings[$"{path}.volumeIOPS"] = Number(group.VolumeIops);
        settings[$"{path}.volumeThroughput"] = Number(group.VolumeThroughput);
        settings[$"{path}.volumeEncrypted"] = group.VolumeEncrypted is { } encrypted ? Flag(encrypted) : null;
        settings[$"{path}.volumeKmsKeyID"] = group.VolumeKmsKeyId;
        settings[$"{path}.privateNetworking"] = Flag(!group.PublicSubnet);
        settings[$"{path}.subnets"] = List(group.SubnetId);
        settings[$"{path}.availabilityZones"] = List(group.Zone);
        settings[$"{path}.maxPodsPerNode"] = Number(group.MaxPods);
        settings[$"{path}.disablePodIMDS"] = Flag(group.DisablePodImds);
        settings[$"{path}.ssh.publicKeyName"] = group.SshKeyName;
        settings[$"{path}.ssh.allow"] = SshOf(group);
        settings[$"{path}.securityGroups.attachIDs"] = List(group.SecurityGroupId);
        settings[$"{path}.iam.instanceRoleARN"] = request.NodeRoleArn;
        settings[$"{path}.nodeRepairConfig.enabled"] = Flag(group.NodeRepair);
        settings[$"{path}.updateConfig.maxUnavailable"] = group.MaxUnavailablePercentage is null ? Number(group.MaxUnavailable ?? 1) : null;
        settings[$"{path}.updateConfig.maxUnavailablePercentage"] = Number(group.MaxUnavailablePercentage);
        settings[$"{path}.taints"] = List(group.Taint);
        AddTable(settings, $"{path}.labels", group.Label);
        AddTable(settings, $"{path}.tags", group.ResourceTags);
    }

    private static string SshOf(NodeGroupOptions group)
    {
        string[] sources = [.. group.SshFromVpc ? ["the VPC"] : Array.Empty<string>(), .. group.SshSourceCidr.Order(StringComparer.Ordinal), .. group.SshSourceSecurityGroupId.Order(StringComparer.Ordinal)];
        return sources.Length == 0 ? Flag(false) : $"{Flag(true)}, for {string.Join(", ", sources)}";
    }

    private static void Add(Dictionary<string, string?> settings, FargateProfileOptions profile)
    {
        string path = $"fargateProfiles[{profile.Name}]";
        settings[path] = Present;
        settings[$"{path}.podExecutionRoleARN"] = profile.PodExecutionRoleArn;
        settings[$"{path}.subnets"] = List(profile.SubnetId);
        settings[$"{path}.selectors"] = List([.. profile.Selector.Select(static selector => $"{selector.Namespace}{(selector.Label.Count == 0 ? string.Empty : $" with {string.Join(' ', selector.Label.OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => $"{label.Key}={label.Value}"))}")}")]);
        AddTable(settings, $"{path}.tags", profile.ResourceTags);
    }

    private static void AddTable(Dictionary<string, string?> settings, string path, IReadOnlyDictionary<string, string> table)
    {
        foreach ((string key, string value) in table)
        {
            settings[$"{path}.{key}"] = value;
        }
    }

    private static string? List(IReadOnlyList<string> items) => items.Count == 0 ? null : string.Join(", ", items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Flag(bool value) => value ? "true" : "false";

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
