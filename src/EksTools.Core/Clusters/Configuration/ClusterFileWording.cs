using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>From the words of New-EksCluster's parameters and of a node group's options to those of a file.</summary>
internal static partial class ClusterFileWording
{
    private const string Groups = "managedNodeGroups", Profiles = "fargateProfiles", Addons = "addons";

    /// <summary>Which field says what a parameter does.</summary>
    private static readonly Dictionary<string, string> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ClusterName"] = "metadata.name",
        ["KubernetesVersion"] = "metadata.version",
        ["ResourceTags"] = "metadata.tags",
        ["Tag"] = "metadata.tags",
        ["VpcCidr"] = "vpc.cidr",
        ["SubnetId"] = "vpc.subnets",
        ["SecurityGroupId"] = "vpc.controlPlaneSecurityGroupIDs",
        ["NatGateway"] = "vpc.nat.gateway",
        ["EndpointAccess"] = "vpc.clusterEndpoints",
        ["PublicAccessCidr"] = "vpc.publicAccessCIDRs",
        ["Zone"] = "availabilityZones",
        ["ZoneCount"] = "availabilityZones",
        ["IpFamily"] = "kubernetesNetworkConfig.ipFamily",
        ["ServiceCidr"] = "kubernetesNetworkConfig.serviceIPv4CIDR",
        ["PrivateCluster"] = "privateCluster.enabled",
        ["EndpointService"] = "privateCluster.additionalEndpointServices",
        ["LogType"] = "cloudWatch.clusterLogging.enableTypes",
        ["LogRetention"] = "cloudWatch.clusterLogging.logRetentionInDays",
        ["KmsKeyArn"] = "secretsEncryption.keyARN",
        ["SupportType"] = "upgradePolicy.supportType",
        ["ControlPlaneTier"] = "controlPlaneScalingConfig.tier",
        ["ZonalShift"] = "zonalShiftConfig.enabled",
        ["AuthenticationMode"] = "accessConfig.authenticationMode",
        ["AdministratorArn"] = "accessConfig.accessEntries",
        ["NoCreatorAdmin"] = "accessConfig.bootstrapClusterCreatorAdminPermissions",
        ["ClusterRoleArn"] = "iam.serviceRoleARN",
        ["NodeRoleArn"] = $"{Groups}[].iam.instanceRoleARN",
        ["PermissionsBoundary"] = "iam.serviceRolePermissionsBoundary",
        ["NodeGroup"] = Groups,
        ["InputObject"] = Groups,
        ["NoNodeGroup"] = Groups,
        ["NodeType"] = $"{Groups}[].instanceTypes",
        ["NodeAmiType"] = $"{Groups}[].amiFamily",
        ["NodeCount"] = $"{Groups}[].desiredCapacity",
        ["MinNodes"] = $"{Groups}[].minSize",
        ["MaxNodes"] = $"{Groups}[].maxSize",
        ["NodeDiskSize"] = $"{Groups}[].volumeSize",
        ["Spot"] = $"{Groups}[].spot",
        ["AutoMode"] = "autoModeConfig.enabled",
        ["NodePool"] = "autoModeConfig.nodePools",
        ["AutoModeNodeRoleArn"] = "autoModeConfig.nodeRoleARN",
        ["Fargate"] = Profiles,
        ["FargateProfile"] = Profiles,
        ["AddOn"] = Addons,
        ["NoAddOn"] = "addonsConfig.disableDefaultAddons",
    };

    /// <summary>What a file says where a command names a switch, or a value of its own.</summary>
    private static readonly Dictionary<string, string> Phrases = new(StringComparer.Ordinal)
    {
        ["EndpointAccess PublicAndPrivate"] = "vpc.clusterEndpoints with publicAccess: true and privateAccess: true",
        ["EndpointAccess Private"] = "vpc.clusterEndpoints with publicAccess: false",
        ["EndpointAccess Public"] = "vpc.clusterEndpoints with publicAccess alone",
        ["PrivateCluster"] = "privateCluster.enabled: true",
        ["AutoMode"] = "autoModeConfig.enabled: true",
        ["NoCreatorAdmin"] = "accessConfig.bootstrapClusterCreatorAdminPermissions: false",
        ["NoAddOn"] = "addonsConfig.disableDefaultAddons: true",
        ["NoNodeGroup"] = $"no {Groups}",
    };

    /// <summary>Which field of a node group says what an option does.</summary>
    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["InstanceType"] = "instanceTypes",
        ["AmiType"] = "amiFamily",
        ["ReleaseVersion"] = "releaseVersion",
        ["DesiredSize"] = "desiredCapacity",
        ["MinSize"] = "minSize",
        ["MaxSize"] = "maxSize",
        ["CapacityType"] = "spot",
        ["DiskSize"] = "volumeSize",
        ["VolumeType"] = "volumeType",
        ["VolumeIops"] = "volumeIOPS",
        ["VolumeThroughput"] = "volumeThroughput",
        ["VolumeEncrypted"] = "volumeEncrypted",
        ["VolumeKmsKeyId"] = "volumeKmsKeyID",
        ["Label"] = "labels",
        ["Taint"] = "taints",
        ["Tag"] = "tags",
        ["SubnetId"] = "subnets",
        ["Zone"] = "availabilityZones",
        ["PublicSubnet"] = "privateNetworking",
        ["MaxPods"] = "maxPodsPerNode",
        ["DisablePodImds"] = "disablePodIMDS",
        ["SshKeyName"] = "ssh.publicKeyName",
        ["SshFromVpc"] = "ssh.allow",
        ["SshSourceCidr"] = "ssh.allow",
        ["SshSourceSecurityGroupId"] = "ssh.sourceSecurityGroupIds",
        ["SecurityGroupId"] = "securityGroups.attachIDs",
        ["NodeRepair"] = "nodeRepairConfig.enabled",
        ["MaxUnavailable"] = "updateConfig.maxUnavailable",
        ["MaxUnavailablePercentage"] = "updateConfig.maxUnavailablePercentage",
        ["PodExecutionRoleArn"] = "podExecutionRoleARN",
        ["ConfigurationValues"] = "configurationValues",
        ["ResolveConflicts"] = "resolveConflicts",
        ["Selector"] = "selectors",
    };

    /// <summary>The field of a parameter; null where the schema has none.</summary>
    public static string? FieldOf(string parameter) => Fields.GetValueOrDefault(parameter);

    /// <summary>The field that a rule of the request speaks of.</summary>
    public static string FieldOf(EksToolsException broken, IEnumerable<string> places)
    {
        (string? part, string? option) = RequestRules.PlaceOf(broken);
        string? named = part ?? broken.TargetName;
        string? item = new[] { $"{Groups}[{named}]", $"{Profiles}[{named}]", $"{Addons}[{named}]" }.FirstOrDefault(places.Contains);
        string field = item is null ? Fields.GetValueOrDefault(broken.TargetName ?? string.Empty) ?? broken.TargetName ?? string.Empty : item;

        // instanceType and instanceTypes are one.
        return item is not null && option is not null && Options.TryGetValue(option, out string? own)
            ? own == Options["InstanceType"] && !places.Contains($"{item}.{own}") ? $"{item}.instanceType" : $"{item}.{own}"
            : field;
    }

    /// <summary>
    /// What is refused once AWS was asked, in the words of the file and with its line. What the file itself was refused for has both, and what else goes wrong
    /// is not about what it says.
    /// </summary>
    public static EksToolsException Of(ClusterFile file, EksToolsException exception)
    {
        if (exception.Kind != EksErrorKind.Validation || exception.ErrorId == "InvalidClusterFile")
        {
            return exception;
        }

        string? part = RequestRules.PlaceOf(exception).Part ?? (Parts().Match(exception.Message) is { Success: true } match ? match.Groups[2].Value : null);
        string field = FieldOf(part is null ? exception : exception.Of(part, RequestRules.PlaceOf(exception).Option), file.Lines.Keys);
        if (!file.Lines.TryGetValue(field, out int line))
        {
            return exception;
        }

        bool ofPart = field.Contains('[', StringComparison.Ordinal);
        return new EksToolsException(exception.Kind, exception.ErrorId, $"{file.Path}, line {line}: {Translate(exception.Message, ofPart, part)}", exception.TargetName, exception.Hint is { } hint ? Translate(hint, ofPart, part) : null, exception);
    }

    /// <summary>A sentence about the request in the words of a file.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="ofPart">It is about a part, such as a node group, whose options it names without a dash.</param>
    /// <param name="part">The part's name; null where it is not known.</param>
    public static string Translate(string sentence, bool ofPart, string? part)
    {
        string text = Parts().Replace(sentence, static match => $"{(match.Groups[1].Value == "Node group" ? Groups : Profiles)}[{match.Groups[2].Value}]");
        text = Parameters().Replace(text, match =>
        {
            string name = match.Groups[1].Value, value = match.Groups[2].Value;
            return Phrases.TryGetValue($"{name}{value}", out string? phrase) ? phrase
                : Phrases.TryGetValue(name, out phrase) ? $"{phrase}{value}"
                : Fields.TryGetValue(name, out string? field) ? $"{field.Replace("[]", part is null ? "[]" : $"[{part}]", StringComparison.Ordinal)}{value}"
                : match.Value;
        });
        return ofPart ? Words().Replace(text, static match => Options.GetValueOrDefault(match.Value, match.Value)) : text;
    }

    [GeneratedRegex("\\b(Node group|Fargate profile) '([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex(@"(?<![\w-])-([A-Z][A-Za-z]+)( (?:PublicAndPrivate|Private|Public)\b)?", RegexOptions.CultureInvariant)]
    private static partial Regex Parameters();

    [GeneratedRegex(@"(?<![\w.\[-])[A-Z][A-Za-z]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
