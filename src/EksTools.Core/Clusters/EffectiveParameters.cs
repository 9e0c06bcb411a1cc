using System.Globalization;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>
/// What said and recorded parameters come to once defaults are filled in: a file says in many words what a command said in few, and means the same cluster.
/// </summary>
/// <param name="said">What the caller said. What comes to the same as the record is taken out of it, so that the record stays in its own words.</param>
/// <param name="recorded">What an earlier run recorded.</param>
internal sealed class EffectiveParameters(Dictionary<string, string> said, IReadOnlyDictionary<string, string> recorded)
{
    private const string OnDemand = "ON_DEMAND", CoreDns = "coredns", MetricsServer = "metrics-server";

    // As AddonSteps makes them.
    private static readonly string[] NetworkAddons = [VpcCniRole.Addon, "kube-proxy", CoreDns];
    private readonly Dictionary<string, (string There, string Wanted)> differing = new(StringComparer.Ordinal);

    /// <summary>The parameters that come to something else, with defaults filled in on both sides.</summary>
    /// <param name="account">Where existing subnets are asked for.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    public async Task<IReadOnlyDictionary<string, (string There, string Wanted)>> SettleAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        await SettleGroupsAsync(account, cancellationToken);
        SettleAddons();
        return differing;
    }

    /// <summary>The default node group, as parameters tell it.</summary>
    public static NodeGroupOptions DefaultGroup(Func<string, string?> known)
    {
        int[] counts = [.. (known(ParameterDefinition.NodeCount) ?? "2 2 2").Split(SaidParameters.Separator).Select(static count => int.Parse(count, CultureInfo.InvariantCulture))];
        return new NodeGroupOptions
        {
            Name = ClusterIdentity.DefaultNodeGroup,
            InstanceType = (known(ParameterDefinition.NodeType) ?? string.Empty).Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries),
            AmiType = known(ParameterDefinition.NodeAmi) is { Length: > 0 } ami ? ami : null,
            DesiredSize = counts[0],
            MinSize = counts[1],
            MaxSize = counts[2],
            DiskSize = known(ParameterDefinition.NodeDisk) is { Length: > 0 } size ? int.Parse(size, CultureInfo.InvariantCulture) : null,
            CapacityType = known(ParameterDefinition.Capacity) is { Length: > 0 } capacity ? capacity : null,
        };
    }

    private async Task SettleGroupsAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        string there = recorded.GetValueOrDefault(ParameterDefinition.NodeGroup, string.Empty);
        if (said.GetValueOrDefault(ParameterDefinition.NodeGroup) != ParameterDefinition.Named || there is not (ParameterDefinition.Named or ClusterIdentity.DefaultNodeGroup))
        {
            return;
        }

        bool fromDefault = there == ClusterIdentity.DefaultNodeGroup;
        IReadOnlyList<NodeGroupOptions> begun = fromDefault
            ? [DefaultGroup(recorded.GetValueOrDefault)]
            : OptionsText.Read<NodeGroupOptions>(recorded.GetValueOrDefault(ParameterDefinition.NodeGroups, "[]"));
        IReadOnlyList<NodeGroupOptions> wanted = OptionsText.Read<NodeGroupOptions>(said[ParameterDefinition.NodeGroups]);
        string[] subnets = List(ParameterDefinition.Subnets);
        IReadOnlyList<string> forNodes = subnets.Length > 0 && begun.Concat(wanted).Any(static group => !NodeSubnets.HasPlace(group)) && begun.Concat(wanted).Any(NodeSubnets.HasPlace)
            ? await ExistingSubnets.ChooseForNodesAsync(account, subnets, [.. begun.Where(static group => !NodeSubnets.HasPlace(group)).Select(NodeGroupSpecification.InstanceTypesOf)], cancellationToken)
            : [];
        if (fromDefault)
        {
            // Its options are the parameters of the default group, which a file does not say.
            said.Remove(ParameterDefinition.NodeGroup);
            said.Remove(ParameterDefinition.NodeAmi);
        }

        Settle(ParameterDefinition.NodeGroups, Write(begun), Write(wanted));

        string Write(IReadOnlyList<NodeGroupOptions> groups) => OptionsText.Write(groups.Select(group => FillIn(group, forNodes)).OrderBy(static group => group.Name, StringComparer.Ordinal));
    }

    private NodeGroupOptions FillIn(NodeGroupOptions group, IReadOnlyList<string> forNodes)
    {
        (int desired, int min, int max) = NodeGroupSpecification.Sizes(group);
        bool ownVpc = List(ParameterDefinition.Subnets).Length == 0;
        bool nodesArePublic = ownVpc && recorded.GetValueOrDefault(ParameterDefinition.Nat) == nameof(NatGatewayMode.None)
            && recorded.GetValueOrDefault(ParameterDefinition.Private) != ParameterDefinition.Yes;
        return NodeGroupRules.Canonical(group with
        {
            InstanceType = NodeGroupSpecification.InstanceTypesOf(group),

            // EC2 tells which of Amazon Linux 2023's images a type starts: one family is one word here, as it is in a file.
            AmiType = group.AmiType?.StartsWith("AL2023_", StringComparison.OrdinalIgnoreCase) == true ? null : group.AmiType,
            DesiredSize = desired,
            MinSize = min,
            MaxSize = max,
            CapacityType = group.CapacityType ?? OnDemand,
            DiskSize = group.DiskSize ?? NodeGroupSpecification.DefaultDiskSize,
            VolumeType = group.VolumeType ?? NodeGroupSpecification.DefaultVolumeType,
            SubnetId = ownVpc || NodeSubnets.HasPlace(group) ? group.SubnetId : forNodes,
            Zone = ownVpc && List(ParameterDefinition.Zones).ToHashSet(StringComparer.Ordinal).SetEquals(group.Zone) ? [] : group.Zone,
            PublicSubnet = group.PublicSubnet || nodesArePublic,
            MaxUnavailable = group.MaxUnavailable ?? (group.MaxUnavailablePercentage is null ? 1 : null),
        });
    }

    private void SettleAddons()
    {
        if (said.GetValueOrDefault(ParameterDefinition.AddOns) is not { } text)
        {
            return;
        }

        AddonOptions[] begun = [.. OptionsText.Read<AddonOptions>(recorded.GetValueOrDefault(ParameterDefinition.AddOns, "[]"))], wanted = [.. OptionsText.Read<AddonOptions>(text)];
        HashSet<string> named = [.. begun.Concat(wanted).Select(static addon => addon.Name)];
        Settle(ParameterDefinition.AddOns, Write(begun, recorded.GetValueOrDefault), Write(wanted, key => said.GetValueOrDefault(key) ?? recorded.GetValueOrDefault(key)));

        string Write(AddonOptions[] addons, Func<string, string?> known) => OptionsText.Write(addons
            .Concat(Defaults(known).Where(name => named.Contains(name) && addons.All(addon => addon.Name != name)).Select(static name => new AddonOptions { Name = name }))
            .Select(addon => FillIn(addon, known))
            .OrderBy(static addon => addon.Name, StringComparer.Ordinal));
    }

    private static IEnumerable<string> Defaults(Func<string, string?> known) => known(ParameterDefinition.DefaultAddOns) == ParameterDefinition.No ? []
        : known(ParameterDefinition.AutoMode) == ParameterDefinition.Yes ? [MetricsServer]
        : [.. NetworkAddons, MetricsServer];

    /// <summary>With the setting by which coredns runs on Fargate, where nothing else was said of it. How a conflict was to be resolved counts while it is made alone.</summary>
    private static AddonOptions FillIn(AddonOptions addon, Func<string, string?> known) => addon with
    {
        ResolveConflicts = null,
        ConfigurationValues = addon.ConfigurationValues?.Trim()
            ?? (addon.Name == CoreDns && FargateCoverage.RunsCoreDns(OptionsText.Read<FargateProfileOptions>(known(ParameterDefinition.Fargate) ?? "[]")) ? Creation.AddonSteps.OnFargate : null),
    };

    private void Settle(string key, string there, string wanted)
    {
        if (there == wanted)
        {
            said.Remove(key);
        }
        else
        {
            differing[key] = (there, wanted);
        }
    }

    private string[] List(string key) => recorded.GetValueOrDefault(key, string.Empty).Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries);
}
