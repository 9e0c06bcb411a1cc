using EksTools.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What the sections of a file say together.</summary>
internal static class ClusterFileRules
{
    private const string AutoModeRole = "autoModeConfig.nodeRoleARN";
    // Where what a rule of the request speaks of stands in a file.
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
        ["NodeRoleArn"] = "managedNodeGroups",
        ["AutoModeNodeRoleArn"] = AutoModeRole,
        ["PermissionsBoundary"] = "iam.serviceRolePermissionsBoundary",
        ["NodeGroup"] = "managedNodeGroups",
        ["AutoMode"] = "autoModeConfig",
        ["NodePool"] = "autoModeConfig.nodePools",
        ["FargateProfile"] = "fargateProfiles",
        ["AddOn"] = "addons",
        ["NoAddOn"] = "addonsConfig.disableDefaultAddons",
    };

    public static void Settle(ClusterFileDraft draft, bool forCreation)
    {
        NewClusterRequest request = draft.Request;
        bool own = draft.Network is null;
        draft.Request = request with
        {
            // eksctl's defaults; a private cluster has no way out to choose, and one of IPv6 its own.
            NatGateway = !own || (request.PrivateCluster && draft.Nat == NatGatewayMode.None) ? null : draft.Nat ?? (request.PrivateCluster || request.IpFamily == ClusterIpFamily.IPv6 ? null : NatGatewayMode.Single),
            EndpointAccess = request.PrivateCluster && !draft.EndpointsSaid ? EndpointAccessMode.Private : request.EndpointAccess,
            PermissionsBoundary = Boundary(draft),
            NodeRoleArn = NodeRole(draft),
            AutoModeNodeRoleArn = draft.NodeRoles.GetValueOrDefault(AutoModeRole),
            FargateProfile = [.. request.FargateProfile.Select(profile => profile with { PodExecutionRoleArn = profile.PodExecutionRoleArn ?? draft.FargateRole })],
        };
        RequireNetwork(draft);
        if (forCreation)
        {
            RequireRequest(draft);
        }
    }

    /// <summary>The one policy that bounds every role that is made: New-EksCluster has one for all.</summary>
    private static string? Boundary(ClusterFileDraft draft)
    {
        NewClusterRequest request = draft.Request;
        Dictionary<string, string?> made = new(draft.Boundaries, StringComparer.Ordinal);
        if (request.ClusterRoleArn is null)
        {
            made.TryAdd("iam.serviceRolePermissionsBoundary", null);
        }

        if (request.FargateProfile.Any(profile => profile.PodExecutionRoleArn is null) && draft.FargateRole is null)
        {
            made.TryAdd("iam.fargatePodExecutionRolePermissionsBoundary", null);
        }

        if (request.AutoMode && draft.NodeRoles.GetValueOrDefault(AutoModeRole) is null)
        {
            made.TryAdd("autoModeConfig.permissionsBoundaryARN", null);
        }

        string? boundary = made.Values.FirstOrDefault(static arn => arn is not null);
        foreach ((string field, string? arn) in made.Where(pair => pair.Value != boundary))
        {
            draft.Reading.AddAt(field, $"{field} is {arn ?? "not said"} where another role is bounded by {boundary}, which is not supported.", "One policy bounds every role that New-EksCluster makes: write the same one for each of them.");
        }

        return boundary;
    }

    /// <summary>The role of the groups' nodes, which is one for all.</summary>
    private static string? NodeRole(ClusterFileDraft draft)
    {
        KeyValuePair<string, string?>[] groups = [.. draft.NodeRoles.Where(static pair => pair.Key != AutoModeRole)];
        string? role = groups.FirstOrDefault(static pair => pair.Value is not null).Value;
        foreach ((string field, string? arn) in groups.Where(pair => pair.Value != role))
        {
            draft.Reading.AddAt(field, $"{field} is {arn ?? "not said"} where other nodes have the role {role}, which is not supported.", "All node groups of a cluster share one role: write the same one for each of them.");
        }

        return role;
    }

    private static void RequireNetwork(ClusterFileDraft draft)
    {
        foreach (NodeGroupOptions group in draft.Request.NodeGroup.Where(group => draft.Request.PrivateCluster && group.PublicSubnet))
        {
            draft.Reading.AddAt($"managedNodeGroups[{group.Name}]", $"managedNodeGroups[{group.Name}] would stand in public subnets, which a private cluster does not have.", "Say privateNetworking: true.");
        }
    }

    /// <summary>The rules that hold for parameters too.</summary>
    private static void RequireRequest(ClusterFileDraft draft)
    {
        try
        {
            ClusterRequestRules.Require(draft.Request);
        }
        catch (EksToolsException exception)
        {
            draft.Reading.AddAt(FieldOf(exception.TargetName ?? string.Empty, draft), exception.Message, exception.Hint);
        }
    }

    /// <summary>The field of a parameter, or the item of that name.</summary>
    private static string FieldOf(string target, ClusterFileDraft draft) =>
        Fields.GetValueOrDefault(target) ?? new[] { $"addons[{target}]", $"managedNodeGroups[{target}]", $"fargateProfiles[{target}]" }.FirstOrDefault(draft.Reading.Places.ContainsKey) ?? target;
}
