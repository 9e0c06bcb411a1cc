using System.Globalization;
using EksTools.Clusters;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>What a caller said of a new cluster, as short texts by parameter.</summary>
internal static class SaidParameters
{
    // A comma is no character of an IAM tag.
    public const char Separator = ' ';

    /// <summary>What -Fargate alone makes, as eksctl does: everything in these namespaces runs on Fargate.</summary>
    private static readonly FargateProfileOptions DefaultFargateProfile = new()
    {
        Name = "fp-default",
        Selector = [new FargateSelector { Namespace = "default" }, new FargateSelector { Namespace = "kube-system" }],
    };

    public static Dictionary<string, string> Read(NewClusterRequest request)
    {
        Dictionary<string, string> said = new(StringComparer.Ordinal);
        Say(ParameterDefinition.Version, request.KubernetesVersion);
        Say(ParameterDefinition.VpcCidr, request.VpcCidr);
        Say(ParameterDefinition.Nat, request.NatGateway?.ToString());
        SayList(ParameterDefinition.Subnets, request.SubnetId);
        Say(ParameterDefinition.ZonesSaid, request.Zone.Count > 0 ? Join(request.Zone) : request.ZoneCount?.ToString(CultureInfo.InvariantCulture));
        SayList(ParameterDefinition.SecurityGroups, request.SecurityGroupId);
        Say(ParameterDefinition.IpFamily, request.IpFamily?.ToString());
        Say(ParameterDefinition.ServiceCidr, request.ServiceCidr);
        Say(ParameterDefinition.Endpoint, request.EndpointAccess?.ToString());
        SayList(ParameterDefinition.PublicCidrs, request.PublicAccessCidr);
        SayYes(ParameterDefinition.Private, request.PrivateCluster);
        SayList(ParameterDefinition.EndpointServices, request.EndpointService);
        SayList(ParameterDefinition.Logs, [.. ClusterRequestRules.LogTypes.Where(type => request.LogType.Contains(type, StringComparer.OrdinalIgnoreCase))]);
        Say(ParameterDefinition.LogRetention, request.LogRetention?.ToString(CultureInfo.InvariantCulture));
        Say(ParameterDefinition.KmsKey, request.KmsKeyArn);
        Say(ParameterDefinition.Support, request.SupportType?.ToUpperInvariant());
        SayYes(ParameterDefinition.Protection, request.DeletionProtection);
        Say(ParameterDefinition.Tier, request.ControlPlaneTier?.ToLowerInvariant());
        SayYes(ParameterDefinition.ZonalShift, request.ZonalShift);
        Say(ParameterDefinition.Authentication, request.AuthenticationMode?.ToUpperInvariant());
        SayList(ParameterDefinition.Administrators, request.AdministratorArn);
        Say(ParameterDefinition.CreatorAdmin, request.NoCreatorAdmin ? ParameterDefinition.No : null);
        Say(ParameterDefinition.ClusterRole, request.ClusterRoleArn);
        Say(ParameterDefinition.NodeRole, request.NodeRoleArn);
        Say(ParameterDefinition.AutoModeRole, request.AutoModeNodeRoleArn);
        Say(ParameterDefinition.Boundary, request.PermissionsBoundary);
        Say(ParameterDefinition.RolePath, request.RolePath);
        SayYes(ParameterDefinition.AutoMode, request.AutoMode);
        SayList(ParameterDefinition.NodePools, [.. request.NodePool.Select(static pool => pool.ToLowerInvariant())]);
        SayOptions(ParameterDefinition.Fargate, [.. FargateProfiles(request)], static profile => profile.Name);
        SayOptions(ParameterDefinition.AddOns, request.AddOn, static addon => addon.Name);
        Say(ParameterDefinition.DefaultAddOns, request.NoAddOn ? ParameterDefinition.No : null);
        SayNodes();
        if (request.IsComplete)
        {
            SayDefaults();
        }

        return said;

        // A file has no field for protection and for the roles' path: it says nothing of them. Zones, version and the sizes of a group are AWS's or ours to choose where they are not said.
        void SayDefaults()
        {
            foreach (ParameterDefinition definition in ParameterDefinition.All.Values.Where(static definition => definition is { Default: not null, Key: not (ParameterDefinition.ZonesSaid or ParameterDefinition.Protection or ParameterDefinition.RolePath) }))
            {
                said.TryAdd(definition.Key, definition.Default!);
            }

            said.TryAdd(ParameterDefinition.Logs, string.Empty);
            said.TryAdd(ParameterDefinition.Subnets, string.Empty);
        }

        void SayNodes()
        {
            Say(ParameterDefinition.NodeGroup, request.NoNodeGroup ? ParameterDefinition.None : request.NodeGroup.Count > 0 ? ParameterDefinition.Named : null);
            SayOptions(ParameterDefinition.NodeGroups, [.. request.NodeGroup.Select(NodeGroupRules.Canonical)], static group => group.Name);

            // The first is preferred: their order says something.
            Say(ParameterDefinition.NodeType, request.NodeType.Count == 0 ? null : string.Join(Separator, request.NodeType));
            Say(ParameterDefinition.NodeAmi, request.NodeAmiType is { } ami ? AmiFamily.Find(ami) ?? ami : null);
            Say(ParameterDefinition.NodeDisk, request.NodeDiskSize?.ToString(CultureInfo.InvariantCulture));
            Say(ParameterDefinition.Capacity, request.Spot ? "SPOT" : null);
            if (request.NodeCount is not null || request.MinNodes is not null || request.MaxNodes is not null)
            {
                (int desired, int min, int max) = NodeGroupSpecification.Sizes(DefaultGroup(request));
                Say(ParameterDefinition.NodeCount, string.Create(CultureInfo.InvariantCulture, $"{desired} {min} {max}"));
            }
        }

        void SayYes(string key, bool value) => Say(key, value ? ParameterDefinition.Yes : null);

        void SayList(string key, IReadOnlyList<string> values) => Say(key, values.Count == 0 ? null : Join(values));

        void SayOptions<T>(string key, IReadOnlyList<T> options, Func<T, string> name) => Say(key, options.Count == 0 ? null : OptionsText.Write(options.OrderBy(name, StringComparer.Ordinal)));

        void Say(string key, string? value)
        {
            if (value is not null)
            {
                said[key] = value;
            }
        }
    }

    /// <summary>What was said of the default node group.</summary>
    public static NodeGroupOptions DefaultGroup(NewClusterRequest request) => new()
    {
        Name = ClusterIdentity.DefaultNodeGroup,
        InstanceType = request.NodeType,
        AmiType = request.NodeAmiType,
        DesiredSize = request.NodeCount,
        MinSize = request.MinNodes,
        MaxSize = request.MaxNodes,
        DiskSize = request.NodeDiskSize,
        CapacityType = request.Spot ? "SPOT" : null,
    };

    /// <summary>The Fargate profiles that were asked for.</summary>
    public static IEnumerable<FargateProfileOptions> FargateProfiles(NewClusterRequest request) => request.Fargate ? [DefaultFargateProfile, .. request.FargateProfile] : request.FargateProfile;

    private static string Join(IEnumerable<string> values) => string.Join(Separator, values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
