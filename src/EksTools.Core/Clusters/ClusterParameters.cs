using System.Globalization;
using Amazon.EKS.Model;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>
/// The parameters of a cluster as short texts: what the caller said, what the cluster's role is tagged with from an earlier run, and defaults,
/// in this order. A caller who says otherwise than the tags means another cluster.
/// </summary>
internal sealed class ClusterParameters(ClusterIdentity identity, NewClusterRequest request, IReadOnlyDictionary<string, string> roleTags)
{
    /// <summary>The error id of another cluster than the one that was begun.</summary>
    public const string Differ = "ClusterParametersDiffer";

    /// <summary>The tag of the cluster role that tells which logs the control plane sends.</summary>
    public const string LogTypesTag = RecordedParameters.Prefix + ParameterDefinition.Logs;

    // Of the fifty that IAM allows on a role; three say whose it is, and three are the lease.
    private const int TagsForParameters = 50 - 6;
    private readonly Dictionary<string, string> said = SaidParameters.Read(request);
    private readonly Dictionary<string, string> recorded = RecordedParameters.Read(roleTags);

    /// <summary>Settles every parameter.</summary>
    /// <exception cref="EksToolsException">The caller says otherwise than the tags, or AWS offers no such version, type or zone.</exception>
    public async Task<ClusterSpecification> SettleAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        MoveNodeRole();
        await RequireSameAsync(account, cancellationToken);
        IReadOnlyList<NodeGroupOptions> groups = SettleGroups();
        string[] subnets = List(ParameterDefinition.Subnets);
        bool ownVpc = subnets.Length == 0, isPrivate = Is(ParameterDefinition.Private);

        // A group that says where it stands is looked at by itself.
        IReadOnlyList<IReadOnlyList<string>> instanceTypes = [.. groups.Where(static group => !NodeSubnets.HasPlace(group)).Select(NodeGroupSpecification.InstanceTypesOf)];
        string version = await SettleVersionAsync(account, cancellationToken);
        ClusterSpecification specification = new()
        {
            Identity = identity,
            KubernetesVersion = version,
            VpcCidr = ownVpc ? SubnetPlan.ParseVpc(Settle(ParameterDefinition.VpcCidr, NetworkRequestRules.DefaultVpcCidr)) : null,
            NatGateway = ownVpc && !isPrivate ? Enum.Parse<NatGatewayMode>(Settle(ParameterDefinition.Nat, nameof(NatGatewayMode.Single))) : NatGatewayMode.None,
            Zones = ownVpc ? await SettleZonesAsync(account, instanceTypes, cancellationToken) : [],
            ZonesChosen = request.Zone.Count == 0 && Settle(ParameterDefinition.ZonesSaid) is var zones && (zones.Length == 0 || char.IsAsciiDigit(zones[0])),
            SubnetIds = subnets,
            NodeSubnetIds = ownVpc ? [] : await ExistingSubnets.ChooseForNodesAsync(account, subnets, instanceTypes, cancellationToken),
            ExistingNetwork = ownVpc ? null : await ExistingNetwork.ReadAsync(account, subnets, cancellationToken),
            SecurityGroupIds = List(ParameterDefinition.SecurityGroups),
            IpFamily = Enum.Parse<ClusterIpFamily>(Settle(ParameterDefinition.IpFamily)),
            ServiceCidr = Optional(ParameterDefinition.ServiceCidr),
            EndpointAccess = Enum.Parse<EndpointAccessMode>(Settle(ParameterDefinition.Endpoint, $"{NetworkRequestRules.DefaultAccess(isPrivate, List(ParameterDefinition.PublicCidrs).Length > 0)}")),
            PublicAccessCidrs = List(ParameterDefinition.PublicCidrs),
            PrivateCluster = isPrivate,
            EndpointServices = List(ParameterDefinition.EndpointServices),
            LogTypes = List(ParameterDefinition.Logs),
            LogRetention = Optional(ParameterDefinition.LogRetention) is { } days ? Number(days) : null,
            KmsKeyArn = Optional(ParameterDefinition.KmsKey),
            SupportType = Optional(ParameterDefinition.Support),
            DeletionProtection = Is(ParameterDefinition.Protection),
            ControlPlaneTier = Optional(ParameterDefinition.Tier),
            ZonalShift = Is(ParameterDefinition.ZonalShift),
            AuthenticationMode = Settle(ParameterDefinition.Authentication, "API_AND_CONFIG_MAP"),
            Administrators = List(ParameterDefinition.Administrators),
            CreatorAdmin = Is(ParameterDefinition.CreatorAdmin),
            ClusterRoleArn = Optional(ParameterDefinition.ClusterRole),
            NodeRoleArn = Optional(ParameterDefinition.NodeRole),
            AutoModeNodeRoleArn = Optional(ParameterDefinition.AutoModeRole),
            PermissionsBoundary = Optional(ParameterDefinition.Boundary),
            RolePath = Settle(ParameterDefinition.RolePath),
            AutoMode = Is(ParameterDefinition.AutoMode),
            NodePools = List(ParameterDefinition.NodePools) switch { [] => AutoModeRules.NodePools, [ParameterDefinition.None] => [], var pools => pools },
            FargateProfiles = OptionsText.Read<FargateProfileOptions>(Settle(ParameterDefinition.Fargate)),
            AddOns = await AddonOffers.SettleAsync(account, version, OptionsText.Read<AddonOptions>(Settle(ParameterDefinition.AddOns)), cancellationToken),
            DefaultAddOns = Is(ParameterDefinition.DefaultAddOns),
            UserTags = request.ResourceTags,
            Recorded = new Dictionary<string, string>(),
        };
        if (isPrivate)
        {
            specification = specification with { Endpoints = await EndpointPlan.CreateAsync(account, specification, cancellationToken) };
        }

        specification = specification with { FargateProfiles = await FargateSettlement.SettleAsync(account, specification, cancellationToken) };
        specification = specification with { NodeGroups = await NodeGroupSettlement.SettleAsync(account, specification, groups, cancellationToken) };
        if (roleTags.Count == 0)
        {
            FargateSettlement.RequireCoreDns(specification, request.NoNodeGroup);
        }

        await NetworkRequirements.RequireAsync(account, specification, begun: roleTags.Count > 0, cancellationToken);
        return specification with { Recorded = Record(specification) };
    }

    /// <summary>In what the parameters that some tags record differ from those that others do, each as a sentence's part.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> wanted)
    {
        Dictionary<string, string> others = RecordedParameters.Read(there), ours = RecordedParameters.Read(wanted);
        return
        [
            .. ParameterDefinition.All.Values
                .Select(definition => (Definition: definition, There: others.GetValueOrDefault(definition.Key) ?? definition.Default, Wanted: ours.GetValueOrDefault(definition.Key) ?? definition.Default))
                .Where(static pair => pair is { There: not null, Wanted: not null } && pair.There != pair.Wanted)
                .SelectMany(static pair => ParameterDifference.Tell(pair.Definition, pair.There!, pair.Wanted!)),
        ];
    }

    /// <summary>The tags that the role records the parameters with.</summary>
    private Dictionary<string, string> Record(ClusterSpecification specification)
    {
        Dictionary<string, string> plain = new(StringComparer.Ordinal)
        {
            [ParameterDefinition.Version] = specification.KubernetesVersion,
            [ParameterDefinition.Endpoint] = $"{specification.EndpointAccess}",
            [ParameterDefinition.Logs] = string.Join(SaidParameters.Separator, specification.LogTypes),
            [ParameterDefinition.Authentication] = specification.AuthenticationMode,
            [ParameterDefinition.NodeGroup] = SettleNodeGroup(),
            [ParameterDefinition.Subnets] = string.Join(SaidParameters.Separator, specification.SubnetIds),
        };
        if (specification.VpcCidr is { } vpc)
        {
            plain[ParameterDefinition.VpcCidr] = vpc.ToString();
            plain[ParameterDefinition.Nat] = $"{specification.NatGateway}";
            plain[ParameterDefinition.Zones] = string.Join(SaidParameters.Separator, specification.Zones);
        }

        if (SettleNodeGroup() == ClusterIdentity.DefaultNodeGroup)
        {
            NodeGroupSpecification group = specification.NodeGroups[0];
            plain[ParameterDefinition.NodeType] = string.Join(SaidParameters.Separator, group.InstanceTypes);
            plain[ParameterDefinition.NodeCount] = string.Create(CultureInfo.InvariantCulture, $"{group.Desired} {group.Min} {group.Max}");
            plain[ParameterDefinition.NodeDisk] = group.DiskSize.ToString(CultureInfo.InvariantCulture);
            plain[ParameterDefinition.Capacity] = group.Spot ? "SPOT" : "ON_DEMAND";
        }

        Dictionary<string, string> packed = ParameterDefinition.All.Values
            .Where(definition => !definition.HasTag && Known(definition.Key) is { } value && value != definition.Default)
            .ToDictionary(static definition => definition.Key, definition => Known(definition.Key)!, StringComparer.Ordinal);
        Dictionary<string, string> tags = RecordedParameters.Write(plain, packed);
        return tags.Count + request.ResourceTags.Count <= TagsForParameters ? tags : throw new EksToolsException(
            EksErrorKind.Validation,
            "TooManyTags",
            $"-Tag has {request.ResourceTags.Count} tags; {TagsForParameters - tags.Count} are the most that fit on the cluster role beside those that record this cluster's parameters.",
            "Tag",
            "Leave some of them out, or describe node groups in fewer words.");
    }

    private async Task RequireSameAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, (string There, string Wanted)> effective = roleTags.Count == 0 ? new Dictionary<string, (string, string)>() : await new EffectiveParameters(said, recorded).SettleAsync(account, cancellationToken);
        KeyValuePair<string, string>[] others = [.. said.Where(pair => effective.ContainsKey(pair.Key) || IsOther(pair))];
        string[] tags = [.. TagDifferences()];
        string[] differences =
        [
            .. others.SelectMany(pair => effective.TryGetValue(pair.Key, out (string There, string Wanted) texts)
                ? ParameterDifference.Tell(ParameterDefinition.All[pair.Key], texts.There, texts.Wanted)
                : ParameterDifference.Tell(ParameterDefinition.All[pair.Key], There(pair.Key), pair.Value)),
            .. tags,
        ];
        if (differences.Length > 0)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                Differ,
                $"Cluster {identity.Name} in {identity.Region} was begun with other parameters: {string.Join("; ", differences)}.",
                identity.Name,
                ParameterDifference.Advise(identity, others.Select(static pair => pair.Key), tags.Length > 0, request.IsComplete));
        }

        // Who names the zones that were chosen then means the same, and the record stays what it is.
        if (roleTags.Count > 0)
        {
            said.Remove(ParameterDefinition.ZonesSaid);
        }
    }

    private string There(string key) => recorded.GetValueOrDefault(key) ?? ParameterDefinition.All[key].Default ?? ParameterDefinition.None;

    /// <summary>Whether what the caller said is not what the cluster was begun with: otherwise recorded, or of a part that it was begun without.</summary>
    private bool IsOther(KeyValuePair<string, string> pair)
    {
        if (roleTags.Count == 0)
        {
            return false;
        }

        if (pair.Key == ParameterDefinition.NodeCount && recorded.TryGetValue(ParameterDefinition.NodeCount, out string? counts))
        {
            string[] there = counts.Split(SaidParameters.Separator);
            int?[] wanted = [request.NodeCount, request.MinNodes, request.MaxNodes];
            return wanted.Where((count, index) => count is not null && count != Number(there[index])).Any();
        }

        if (pair.Key == ParameterDefinition.ZonesSaid && recorded.TryGetValue(ParameterDefinition.Zones, out string? zones))
        {
            string[] there = zones.Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries);
            return request.ZoneCount is { } count ? count != there.Length : !there.Order(StringComparer.Ordinal).SequenceEqual(request.Zone.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        }

        if (recorded.TryGetValue(pair.Key, out string? value))
        {
            return value != pair.Value;
        }

        return ParameterDefinition.All[pair.Key].Default is { } fallback
            ? fallback != pair.Value
            : pair.Key is ParameterDefinition.NodeType or ParameterDefinition.NodeCount or ParameterDefinition.NodeDisk or ParameterDefinition.Capacity or ParameterDefinition.VpcCidr or ParameterDefinition.Nat;
    }

    private IEnumerable<string> TagDifferences() => roleTags.Count == 0
        ? []
        : request.ResourceTags.Where(tag => roleTags.GetValueOrDefault(tag.Key) != tag.Value).Select(tag => ParameterDifference.Tell($"-Tag {tag.Key}", roleTags.GetValueOrDefault(tag.Key), tag.Value));

    /// <summary>Whether there is the default node group, are named ones, or is none: where EKS or Fargate runs the pods there is none unless it was asked for.</summary>
    private string SettleNodeGroup()
    {
        bool asked = said.ContainsKey(ParameterDefinition.NodeType) || said.ContainsKey(ParameterDefinition.NodeCount) || said.ContainsKey(ParameterDefinition.NodeDisk) || said.ContainsKey(ParameterDefinition.Capacity) || said.ContainsKey(ParameterDefinition.NodeAmi);
        bool without = Is(ParameterDefinition.AutoMode) || Settle(ParameterDefinition.Fargate) != ParameterDefinition.All[ParameterDefinition.Fargate].Default;
        return Settle(ParameterDefinition.NodeGroup, without && !asked ? ParameterDefinition.None : ClusterIdentity.DefaultNodeGroup);
    }

    /// <summary>Where no node group is, -NodeRoleArn is about the only nodes that there are: those of Auto Mode.</summary>
    private void MoveNodeRole()
    {
        if (said.GetValueOrDefault(ParameterDefinition.NodeRole) is { Length: > 0 } role && said.GetValueOrDefault(ParameterDefinition.AutoModeRole, string.Empty).Length == 0 && Is(ParameterDefinition.AutoMode) && SettleNodeGroup() == ParameterDefinition.None)
        {
            said.Remove(ParameterDefinition.NodeRole);
            said[ParameterDefinition.AutoModeRole] = role;
        }
    }

    private IReadOnlyList<NodeGroupOptions> SettleGroups()
    {
        string group = SettleNodeGroup();
        if (group == ParameterDefinition.None)
        {
            return [];
        }

        if (group == ParameterDefinition.Named)
        {
            return OptionsText.Read<NodeGroupOptions>(Settle(ParameterDefinition.NodeGroups));
        }

        return [EffectiveParameters.DefaultGroup(Known)];
    }

    private async Task<IReadOnlyList<string>> SettleZonesAsync(AwsAccount account, IReadOnlyList<IReadOnlyList<string>> instanceTypes, CancellationToken cancellationToken)
    {
        string[] zones = List(ParameterDefinition.Zones);
        return zones.Length > 0 ? zones : await ZoneSelection.ChooseAsync(account, request.Zone, request.ZoneCount, instanceTypes, cancellationToken);
    }

    private async Task<string> SettleVersionAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        if (!said.ContainsKey(ParameterDefinition.Version) && Known(ParameterDefinition.Version) is { } known)
        {
            return known;
        }

        List<ClusterVersionInformation> offered = [];
        await foreach (ClusterVersionInformation version in account.Eks.Paginators.DescribeClusterVersions(new DescribeClusterVersionsRequest()).ClusterVersions.WithCancellation(cancellationToken))
        {
            offered.Add(version);
        }

        if (Known(ParameterDefinition.Version) is { } wanted)
        {
            return offered.Any(version => version.ClusterVersion == wanted) ? wanted : throw new EksToolsException(
                EksErrorKind.Validation,
                "KubernetesVersionNotOffered",
                $"EKS does not offer Kubernetes {wanted} in {account.Region}.",
                "KubernetesVersion",
                $"It offers {string.Join(", ", offered.Select(static version => version.ClusterVersion))}.");
        }

        return (offered.FirstOrDefault(static version => version.DefaultVersion == true) ?? offered.FirstOrDefault())?.ClusterVersion
            ?? throw new EksToolsException(EksErrorKind.Service, "NoKubernetesVersion", $"EKS named no Kubernetes version for {account.Region}.", "KubernetesVersion", "Say -KubernetesVersion.");
    }

    private string? Known(string key) => said.GetValueOrDefault(key) ?? recorded.GetValueOrDefault(key);

    private string Settle(string key, string fallback) => Known(key) ?? fallback;

    private string Settle(string key) => Known(key) ?? ParameterDefinition.All[key].Default!;

    private string? Optional(string key) => Known(key) is { Length: > 0 } value ? value : null;

    private bool Is(string key) => Settle(key) == ParameterDefinition.Yes;

    private string[] List(string key) => (Known(key) ?? string.Empty).Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
