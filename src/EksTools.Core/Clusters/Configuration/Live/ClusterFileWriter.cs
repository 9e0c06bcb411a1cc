using System.Globalization;
using System.Text;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Nodes;
using EksTools.Core.Yaml;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>Writes a cluster as eksctl's ClusterConfig, with what that cannot say as comments.</summary>
internal static class ClusterFileWriter
{
    private static readonly BlockLayout Layout = new();

    public static string Write(LiveCluster live)
    {
        StringBuilder text = new();
        foreach (string line in YamlWriter.Block(Root(live), 0, Layout))
        {
            text.Append(line).Append('\n');
        }

        if (live.DefaultAddons.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"# Add-ons as EKS has them by default: {OneLine(string.Join(", ", live.DefaultAddons))}\n");
        }

        if (live.Notes.Count > 0)
        {
            text.Append("# Not said above:\n");
        }

        foreach (LiveNote note in live.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"# - {OneLine(note.Sentence)}{(note.Command is null ? string.Empty : $" {OneLine(note.Command)}")}\n");
        }

        return text.ToString();
    }

    /// <summary>What a stranger wrote must not end the comment.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(static c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' ? ' ' : c));

    private static YamlMap Root(LiveCluster live)
    {
        NewClusterRequest request = live.Request;
        return Map(
            ("apiVersion", ClusterFileReader.ApiVersion),
            ("kind", ClusterFileReader.Kind),
            ("metadata", Map(("name", request.Name), ("region", live.Region), ("version", Text(request.KubernetesVersion)), ("tags", Table(request.ResourceTags)))!),
            ("kubernetesNetworkConfig", Map(("ipFamily", Text(request.IpFamily?.ToString())), ("serviceIPv4CIDR", Text(request.ServiceCidr)))),
            ("availabilityZones", List(request.Zone)),
            ("vpc", Vpc(live)),
            ("privateCluster", request.PrivateCluster ? Map(("enabled", Yes(true)), ("additionalEndpointServices", List(request.EndpointService))) : null),
            ("iam", Iam(live)),
            ("accessConfig", Access(request)),
            ("secretsEncryption", Map(("keyARN", Text(request.KmsKeyArn)))),
            ("cloudWatch", Map(("clusterLogging", Map(("enableTypes", List(request.LogType)), ("logRetentionInDays", Number(request.LogRetention)))))),
            ("upgradePolicy", Map(("supportType", Text(request.SupportType)))),
            ("controlPlaneScalingConfig", Map(("tier", Text(request.ControlPlaneTier)))),
            ("zonalShiftConfig", Map(("enabled", Yes(request.ZonalShift)))),
            ("autoModeConfig", request.AutoMode ? AutoMode(request) : null),
            ("addonsConfig", Map(("disableDefaultAddons", Yes(request.NoAddOn)))),
            ("addons", Each(request.AddOn, Addon)),
            ("managedNodeGroups", Each(request.NodeGroup, group => NodeGroup(group, live))),
            ("fargateProfiles", Each(request.FargateProfile, Profile)))!;
    }

    private static YamlMap? Vpc(LiveCluster live)
    {
        NewClusterRequest request = live.Request;
        EndpointAccessMode access = request.EndpointAccess ?? EndpointAccessMode.Public;
        YamlMap? endpoints = request.PrivateCluster && access == EndpointAccessMode.Private ? null : Map(("publicAccess", Literal(access != EndpointAccessMode.Private)), ("privateAccess", Literal(access != EndpointAccessMode.Public)));
        return Map(
            ("id", Text(live.Network?.VpcId)),
            ("cidr", Text(live.Network is null ? request.VpcCidr : live.Network.Cidr)),
            ("nat", request.NatGateway is null || live.Network is not null ? null : Map(("gateway", request.NatGateway switch { NatGatewayMode.PerZone => "HighlyAvailable", NatGatewayMode.None => "Disable", _ => "Single" }))),
            ("subnets", live.Network is not { } network ? null : Map(("private", Subnets(network, isPublic: false)), ("public", Subnets(network, isPublic: true)))),
            ("clusterEndpoints", endpoints),
            ("publicAccessCIDRs", List(request.PublicAccessCidr)),
            ("controlPlaneSecurityGroupIDs", List(request.SecurityGroupId)));
    }

    private static YamlMap? Subnets(ClusterFileNetwork network, bool isPublic) => Map([.. network.Subnets.Where(subnet => subnet.IsPublic == isPublic)
        .Select(static subnet => (subnet.Name, (YamlValue?)Map(("id", subnet.Id), ("az", Text(subnet.Zone == subnet.Name ? null : subnet.Zone)), ("cidr", Text(subnet.Cidr)))))]);

    private static YamlMap? Iam(LiveCluster live)
    {
        NewClusterRequest request = live.Request;
        YamlValue? boundary = Text(request.PermissionsBoundary);
        return Map(
            ("withOIDC", live.IsOurs && PodNetworking.MakesRole(request) ? Literal(true) : null),
            ("serviceRoleARN", Text(request.ClusterRoleArn)),
            ("serviceRolePermissionsBoundary", request.ClusterRoleArn is null ? boundary : null),
            ("fargatePodExecutionRolePermissionsBoundary", request.FargateProfile.Any(static profile => profile.PodExecutionRoleArn is null) ? boundary : null));
    }

    private static YamlMap? Access(NewClusterRequest request) => Map(
        ("authenticationMode", Text(request.AuthenticationMode)),
        ("bootstrapClusterCreatorAdminPermissions", request.NoCreatorAdmin ? Literal(false) : null),
        ("accessEntries", Each(request.AdministratorArn, static arn => Map(
            ("principalARN", arn),
            ("accessPolicies", new YamlList([Map(("policyARN", $"arn:{arn.Split(':')[1]}:eks::aws:cluster-access-policy/{MappingIntent.ClusterAdmin}"), ("accessScope", Map(("type", "cluster"))))!]))))));

    private static YamlMap? AutoMode(NewClusterRequest request) => Map(
        ("enabled", Literal(true)),
        ("nodePools", List(request.NodePool)),
        ("nodeRoleARN", Text(request.AutoModeNodeRoleArn)),
        ("permissionsBoundaryARN", request.AutoModeNodeRoleArn is null ? Text(request.PermissionsBoundary) : null));

    private static YamlMap? Addon(AddonOptions addon) => Map(
        ("name", addon.Name),
        ("version", Text(addon.Version)),
        ("serviceAccountRoleARN", Text(addon.ServiceAccountRoleArn)),
        ("configurationValues", Text(addon.ConfigurationValues)),
        ("resolveConflicts", Text(addon.ResolveConflicts?.ToLowerInvariant())));

    private static YamlMap? NodeGroup(NodeGroupOptions group, LiveCluster live)
    {
        YamlMap? iam = Map(("instanceRoleARN", Text(live.Request.NodeRoleArn)), ("instanceRolePermissionsBoundary", live.Request.NodeRoleArn is null ? Text(live.Request.PermissionsBoundary) : null));
        bool isPublic = group.PublicSubnet || live.Network?.Subnets.Any(subnet => subnet.IsPublic && group.SubnetId.Contains(subnet.Id)) == true;
        bool allOfKind = live.Network is { } network && new HashSet<string>(group.SubnetId, StringComparer.Ordinal).SetEquals(network.Subnets.Where(subnet => subnet.IsPublic == isPublic).Select(static subnet => subnet.Id));
        return Map(
            ("name", group.Name),
            ("amiFamily", Text(group.AmiType is null ? AmiFamilies.AmazonLinux2023 : AmiFamilies.FamilyOf(group.AmiType))),
            ("instanceType", Text(group.InstanceType is [var only] ? only : null)),
            ("instanceTypes", group.InstanceType.Count > 1 ? List(group.InstanceType) : null),
            ("spot", Yes(group.CapacityType == "SPOT")),
            ("minSize", Number(group.MinSize)),
            ("desiredCapacity", Number(group.DesiredSize)),
            ("maxSize", Number(group.MaxSize)),
            ("privateNetworking", Yes(!isPublic)),
            ("availabilityZones", List(group.Zone)),
            ("subnets", allOfKind ? null : List(group.SubnetId)),
            ("volumeSize", Number(group.DiskSize)),
            ("volumeType", Text(group.VolumeType)),
            ("volumeIOPS", Number(group.VolumeIops)),
            ("volumeThroughput", Number(group.VolumeThroughput)),
            ("volumeEncrypted", group.VolumeEncrypted is { } encrypted ? Literal(encrypted) : null),
            ("volumeKmsKeyID", Text(group.VolumeKmsKeyId)),
            ("maxPodsPerNode", Number(group.MaxPods)),
            ("disablePodIMDS", Yes(group.DisablePodImds)),
            ("ssh", group.SshKeyName is null ? null : Map(("allow", Literal(NodeSshRules.IsOpen(group))), ("publicKeyName", group.SshKeyName), ("sourceSecurityGroupIds", List(group.SshSourceSecurityGroupId)))),
            ("securityGroups", Map(("attachIDs", List(group.SecurityGroupId)))),
            ("iam", iam),
            ("labels", Table(group.Label)),
            ("taints", Each(group.Taint, Taint)),
            ("tags", Table(group.ResourceTags)),
            ("releaseVersion", Text(group.ReleaseVersion)),
            ("updateConfig", Map(("maxUnavailable", Number(group.MaxUnavailable)), ("maxUnavailablePercentage", Number(group.MaxUnavailablePercentage)))),
            ("nodeRepairConfig", Map(("enabled", Yes(group.NodeRepair)))));
    }

    private static YamlMap? Taint(string taint)
    {
        int effect = taint.LastIndexOf(':'), value = taint.IndexOf('=', StringComparison.Ordinal);
        return Map(("key", taint[..(value > 0 ? value : effect)]), ("value", Text(value > 0 ? taint[(value + 1)..effect] : null)), ("effect", taint[(effect + 1)..]));
    }

    private static YamlMap? Profile(FargateProfileOptions profile) => Map(
        ("name", profile.Name),
        ("podExecutionRoleARN", Text(profile.PodExecutionRoleArn)),
        ("selectors", Each(profile.Selector, static selector => Map(("namespace", selector.Namespace), ("labels", Table(selector.Label))))),
        ("subnets", List(profile.SubnetId)),
        ("tags", Table(profile.ResourceTags)));

    /// <summary>A mapping without what is null; null when nothing is left.</summary>
    private static YamlMap? Map(params (string Key, YamlValue? Value)[] pairs) => YamlMap.Of(pairs) is { Pairs.Count: > 0 } map ? map : null;

    private static YamlText? Text(string? text) => text is null ? null : new YamlText(text);

    private static YamlText? Number(int? number) => number is { } value ? new YamlText(value.ToString(CultureInfo.InvariantCulture), IsLiteral: true) : null;

    private static YamlText Literal(bool value) => new(value ? "true" : "false", IsLiteral: true);

    private static YamlText? Yes(bool value) => value ? Literal(true) : null;

    private static YamlList? List(IReadOnlyList<string> items) => items.Count == 0 ? null : new YamlList([.. items.Select(static item => new YamlText(item))]);

    private static YamlList? Each<T>(IReadOnlyList<T> items, Func<T, YamlMap?> write) => items.Count == 0 ? null : new YamlList([.. items.Select(item => write(item)!)]);

    private static YamlMap? Table(IReadOnlyDictionary<string, string> table) => Map([.. table.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => (pair.Key, (YamlValue?)new YamlText(pair.Value)))]);
}
