using Amazon.EKS.Model;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Findings;
using EksTools.Core.Networking.Subnets;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>From what AWS tells of a cluster to what New-EksCluster would have to be asked for.</summary>
internal sealed class LiveClusterMap
{
    private static readonly string[] DefaultAddons = [VpcCniRole.Addon, "kube-proxy", "coredns", "metrics-server"];
    private readonly ClusterFacts facts;
    private readonly Cluster cluster;
    private readonly List<LiveNote> notes = [];

    private LiveClusterMap(ClusterFacts facts)
    {
        this.facts = facts;
        cluster = facts.Cluster;
    }

    public static LiveCluster Map(ClusterFacts facts) => new LiveClusterMap(facts).Map();

    private LiveCluster Map()
    {
        ClusterFileNetwork? network = facts.HasOwnVpc ? null : Network();
        NodeGroupOptions[] groups = [.. facts.NodeGroups.Select(group => LiveNodeGroup.Map(facts, group, notes))];
        (AddonOptions[] addons, string[] defaults) = Addons();
        NewClusterRequest request = new()
        {
            Name = cluster.Name,
            IsComplete = true,
            KubernetesVersion = cluster.Version,
            ResourceTags = UserTags(cluster.Tags),
            VpcCidr = network is null ? facts.VpcCidr : null,
            NatGateway = network is null && Family() == ClusterIpFamily.IPv4 && Recorded(ParameterDefinition.Private) != ParameterDefinition.Yes ? Nat() : null,
            Zone = network is null ? [.. OwnSubnets().Select(static subnet => subnet.Zone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [],
            SubnetId = [.. (network?.Subnets ?? []).Select(static subnet => subnet.Id)],
            SecurityGroupId = cluster.ResourcesVpcConfig.SecurityGroupIds ?? [],
            IpFamily = Family() == ClusterIpFamily.IPv6 ? ClusterIpFamily.IPv6 : null,
            ServiceCidr = ServiceCidr(),
            EndpointAccess = Endpoints(),
            PublicAccessCidr = cluster.ResourcesVpcConfig is { EndpointPublicAccess: true, PublicAccessCidrs: { } cidrs } && !ClusterSettings.IsEveryone(cidrs) ? cidrs : [],
            PrivateCluster = Recorded(ParameterDefinition.Private) == ParameterDefinition.Yes,
            EndpointService = Recorded(ParameterDefinition.EndpointServices)?.Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries) ?? [],
            LogType = [.. ClusterRequestRules.LogTypes.Where(type => (cluster.Logging?.ClusterLogging ?? []).Any(setup => setup.Enabled == true && (setup.Types ?? []).Any(one => one == type)))],
            LogRetention = facts.LogRetention,
            KmsKeyArn = (cluster.EncryptionConfig ?? []).Select(static config => config.Provider?.KeyArn).FirstOrDefault(static arn => arn is not null),
            SupportType = cluster.UpgradePolicy?.SupportType?.Value is { } support and not ControlPlaneRules.DefaultSupport ? support : null,
            DeletionProtection = cluster.DeletionProtection == true,
            ControlPlaneTier = cluster.ControlPlaneScalingConfig?.Tier?.Value is { } tier and not ControlPlaneRules.UnprovisionedTier ? tier : null,
            ZonalShift = cluster.ZonalShiftConfig?.Enabled == true,
            AuthenticationMode = cluster.AccessConfig?.AuthenticationMode?.Value ?? "CONFIG_MAP",
            NoCreatorAdmin = CreatorAdmin() == false,
            AdministratorArn = Administrators(),
            ClusterRoleArn = IsOwnRole(cluster.RoleArn) ? null : cluster.RoleArn,
            NodeRoleArn = NodeRole(),
            AutoModeNodeRoleArn = cluster.ComputeConfig is { Enabled: true, NodeRoleArn: { Length: > 0 } auto } && !IsOwnRole(auto) ? auto : null,
            PermissionsBoundary = facts.Boundary,
            NoNodeGroup = groups.Length == 0,
            NodeGroup = groups,
            AutoMode = cluster.ComputeConfig?.Enabled == true,
            NodePool = cluster.ComputeConfig is { Enabled: true, NodePools: { Count: 1 } pools } ? pools : [],
            FargateProfile = [.. facts.FargateProfiles.Select(Profile)],
            AddOn = addons,
            NoAddOn = facts.IsOurs ? Recorded(ParameterDefinition.DefaultAddOns) == ParameterDefinition.No : !DefaultAddons.Where(static name => name != "metrics-server").All(name => facts.Addons.Any(addon => addon.AddonName == name)),
        };
        NoteOthers(request);
        return new LiveCluster(request, facts.Region, network, notes)
        {
            IsOurs = facts.IsOurs,
            DefaultAddons = defaults,
            AddonVersions = facts.Addons.ToDictionary(static addon => addon.AddonName, static addon => addon.AddonVersion ?? string.Empty, StringComparer.Ordinal),
            AddonRoles = facts.Addons.Where(static addon => !string.IsNullOrEmpty(addon.ServiceAccountRoleArn)).ToDictionary(static addon => addon.AddonName, static addon => addon.ServiceAccountRoleArn, StringComparer.Ordinal),
            Arns = facts.NodeGroups.Select(static group => ($"managedNodeGroups[{group.Group.NodegroupName}]", group.Group.NodegroupArn)).Concat(facts.FargateProfiles.Select(static profile => ($"fargateProfiles[{profile.FargateProfileName}]", profile.FargateProfileArn)))
                .Where(static pair => pair.Item2 is not null).ToDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal),
            FargateRole = facts.FargateProfiles.Select(static profile => profile.PodExecutionRoleArn).FirstOrDefault(),
            PrivateSubnets = PrivateSubnets(),
            Unknown = facts.IsOurs ? [] : ["privateCluster"],
        };
    }

    /// <summary>A user's tags: without EksTools' own, eksctl's and AWS's.</summary>
    public static Dictionary<string, string> UserTags(IReadOnlyDictionary<string, string>? tags) => (tags ?? new Dictionary<string, string>())
        .Where(static tag => !tag.Key.StartsWith(RecordedParameters.Prefix, StringComparison.Ordinal) && !tag.Key.StartsWith("aws:", StringComparison.Ordinal) && !tag.Key.StartsWith("alpha.eksctl.io/", StringComparison.Ordinal) && !tag.Key.StartsWith("eksctl.cluster.k8s.io/", StringComparison.Ordinal))
        .OrderBy(static tag => tag.Key, StringComparer.Ordinal)
        .ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal);

    public static string RoleName(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    /// <summary>EksTools made the role for this cluster, and makes its like for another.</summary>
    private bool IsOwnRole(string arn) => facts.IsOurs && RoleName(arn).StartsWith($"ekstools-{cluster.Name}-", StringComparison.Ordinal);

    private string? Recorded(string key) => facts.Recorded.GetValueOrDefault(key);

    private IEnumerable<SubnetFacts> OwnSubnets() => facts.Subnets.Where(subnet => facts.Identity.Owns(subnet.Tags));

    private ClusterIpFamily Family() => cluster.KubernetesNetworkConfig?.IpFamily?.Value == "ipv6" ? ClusterIpFamily.IPv6 : ClusterIpFamily.IPv4;

    private NatGatewayMode Nat() => facts.NatGateways switch
    {
        0 => NatGatewayMode.None,
        1 => NatGatewayMode.Single,
        _ => NatGatewayMode.PerZone,
    };

    /// <summary>EKS's own choice is none of the caller's, unless it is recorded or somebody else made the cluster.</summary>
    private string? ServiceCidr() => facts.IsOurs
        ? Recorded(ParameterDefinition.ServiceCidr) is { Length: > 0 } said ? said : null
        : cluster.KubernetesNetworkConfig?.ServiceIpv4Cidr;

    private EndpointAccessMode Endpoints() => (cluster.ResourcesVpcConfig.EndpointPublicAccess == true, cluster.ResourcesVpcConfig.EndpointPrivateAccess == true) switch
    {
        (true, true) => EndpointAccessMode.PublicAndPrivate,
        (false, _) => EndpointAccessMode.Private,
        _ => EndpointAccessMode.Public,
    };

    private bool? CreatorAdmin() => Recorded(ParameterDefinition.CreatorAdmin) == ParameterDefinition.No ? false : cluster.AccessConfig?.BootstrapClusterCreatorAdminPermissions;

    private ClusterFileNetwork Network()
    {
        HashSet<string> used = new([.. cluster.ResourcesVpcConfig.SubnetIds ?? [], .. facts.NodeGroups.SelectMany(static group => group.Group.Subnets ?? []), .. facts.FargateProfiles.SelectMany(static profile => profile.Subnets ?? [])], StringComparer.Ordinal);
        List<ClusterFileSubnet> subnets = [];
        foreach (SubnetFacts subnet in facts.Subnets.Where(subnet => used.Contains(subnet.Id)).OrderBy(static subnet => subnet.IsPublic))
        {
            string name = subnets.Any(other => other.Name == subnet.Zone && other.IsPublic == subnet.IsPublic) ? subnet.Id : subnet.Zone;
            subnets.Add(new ClusterFileSubnet($"vpc.subnets.{(subnet.IsPublic ? "public" : "private")}.{name}", name, subnet.Id, subnet.Zone, subnet.Cidr, subnet.IsPublic));
        }

        return new ClusterFileNetwork(cluster.ResourcesVpcConfig.VpcId, facts.VpcCidr, subnets);
    }

    /// <summary>Administrators besides the creator, whose entry EKS made with the cluster, before anybody could make another.</summary>
    private string[] Administrators()
    {
        List<AccessEntryFacts> administrators = [.. facts.AccessEntries.Where(IsAdministrator).OrderBy(static entry => entry.Entry.CreatedAt)];
        string[] said = Recorded(ParameterDefinition.Administrators)?.Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (CreatorAdmin() != false && administrators.Find(entry => !said.Contains(entry.Entry.PrincipalArn)) is { } creator)
        {
            administrators.Remove(creator);
        }

        return [.. administrators.Select(static entry => entry.Entry.PrincipalArn).Order(StringComparer.Ordinal)];
    }

    private static bool IsAdministrator(AccessEntryFacts entry) => entry is { Entry: { Type: "STANDARD", KubernetesGroups: null or { Count: 0 } }, Policies: [{ AccessScope.Type.Value: "cluster" } only] }
        && only.PolicyArn.EndsWith($"/{MappingIntent.ClusterAdmin}", StringComparison.Ordinal);

    /// <summary>One role for all nodes of node groups; others are noted.</summary>
    private string? NodeRole()
    {
        string[] roles = [.. facts.NodeGroups.Select(static group => group.Group.NodeRole).Where(arn => !string.IsNullOrEmpty(arn) && !IsOwnRole(arn)).Select(static arn => arn!).Distinct(StringComparer.Ordinal)];
        foreach (string other in roles.Skip(1))
        {
            notes.Add(new LiveNote($"Some nodes have the role {other}; all node groups of a file share one, {roles[0]}."));
        }

        return roles is [var role, ..] ? role : null;
    }

    private string[] PrivateSubnets() => [.. facts.Subnets.Where(subnet => !subnet.IsPublic && (facts.HasOwnVpc ? facts.Identity.Owns(subnet.Tags) : subnet.IsControlPlane)).Select(static subnet => subnet.Id)];

    private FargateProfileOptions Profile(FargateProfile profile)
    {
        HashSet<string> all = new(PrivateSubnets(), StringComparer.Ordinal);
        return new FargateProfileOptions
        {
            Name = profile.FargateProfileName,
            PodExecutionRoleArn = IsOwnRole(profile.PodExecutionRoleArn) ? null : profile.PodExecutionRoleArn,
            SubnetId = all.SetEquals(profile.Subnets ?? []) ? [] : profile.Subnets ?? [],
            Selector = [.. (profile.Selectors ?? []).Select(static selector => new FargateSelector { Namespace = selector.Namespace, Label = selector.Labels ?? [] })],
            ResourceTags = OwnTags(profile.Tags),
        };
    }

    /// <summary>Tags that the cluster itself does not have.</summary>
    private Dictionary<string, string> OwnTags(IReadOnlyDictionary<string, string>? tags) =>
        UserTags(tags).Where(tag => (cluster.Tags ?? []).GetValueOrDefault(tag.Key) != tag.Value).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal);

    private (AddonOptions[] Said, string[] Defaults) Addons()
    {
        AddonOptions[] recorded = [.. OptionsText.Read<AddonOptions>(Recorded(ParameterDefinition.AddOns) ?? "[]")];
        List<AddonOptions> said = [];
        List<string> defaults = [];
        foreach (Addon addon in facts.Addons)
        {
            AddonOptions? before = recorded.FirstOrDefault(one => one.Name == addon.AddonName);
            AddonOptions now = new()
            {
                Name = addon.AddonName,

                // Which version was asked for is recorded; what EKS chose is not the caller's word.
                Version = !facts.IsOurs ? addon.AddonVersion : before?.Version is null or "latest" ? before?.Version : addon.AddonVersion,
                ConfigurationValues = string.IsNullOrEmpty(addon.ConfigurationValues) ? null : addon.ConfigurationValues,
                ServiceAccountRoleArn = string.IsNullOrEmpty(addon.ServiceAccountRoleArn) || IsOwnRole(addon.ServiceAccountRoleArn) ? null : addon.ServiceAccountRoleArn,
                ResolveConflicts = before?.ResolveConflicts,
            };
            if (facts.IsOurs && before is null && DefaultAddons.Contains(addon.AddonName) && now == new AddonOptions { Name = addon.AddonName })
            {
                defaults.Add($"{addon.AddonName} {addon.AddonVersion}");
            }
            else
            {
                said.Add(now);
            }
        }

        return ([.. said], [.. defaults]);
    }

    private void NoteOthers(NewClusterRequest request)
    {
        foreach (AccessEntryFacts entry in facts.AccessEntries.Where(entry => !IsAdministrator(entry) && entry.Entry.Type == "STANDARD" && !entry.Entry.PrincipalArn.Contains(":role/aws-service-role/", StringComparison.Ordinal)))
        {
            string groups = entry.Entry.KubernetesGroups is { Count: > 0 } names ? $" -Group {string.Join(", ", names.Select(PowerShellText.Argument))}" : string.Empty;
            string policies = entry.Policies.Count > 0 ? $" -AccessPolicy {string.Join(", ", entry.Policies.Select(static policy => PowerShellText.Argument(RoleName(policy.PolicyArn))))}" : string.Empty;
            string[] spaces = [.. entry.Policies.SelectMany(static policy => policy.AccessScope?.Namespaces ?? []).Distinct(StringComparer.Ordinal)];
            notes.Add(new LiveNote($"{entry.Entry.PrincipalArn} has an access entry.", $"Add-EksIamMapping {cluster.Name} {PowerShellText.Argument(entry.Entry.PrincipalArn)}{groups}{policies}{(spaces.Length > 0 ? $" -Namespace {string.Join(", ", spaces.Select(PowerShellText.Argument))}" : string.Empty)}"));
        }

        foreach (PodIdentityAssociationSummary one in facts.Associations)
        {
            notes.Add(new LiveNote($"Pods of {one.Namespace}/{one.ServiceAccount} have a role by Pod Identity.", $"New-EksServiceAccountRole {cluster.Name} {one.Namespace}/{one.ServiceAccount} -Mode PodIdentity"));
        }

        if (request.DeletionProtection)
        {
            notes.Add(new LiveNote("The cluster is protected from deletion, which eksctl's schema has no field for.", "New-EksCluster -Path FILE -DeletionProtection"));
        }

        if (Recorded(ParameterDefinition.RolePath) is { } path and not "/")
        {
            notes.Add(new LiveNote($"The cluster's roles have the path {path}, which eksctl's schema has no field for.", $"New-EksCluster -Path FILE -RolePath {path}"));
        }
    }
}
