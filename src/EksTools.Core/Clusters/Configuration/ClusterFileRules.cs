using EksTools.Clusters;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Findings;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What the sections of a file say together.</summary>
internal static class ClusterFileRules
{
    private const string AutoModeRole = "autoModeConfig.nodeRoleARN";

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
        RequireUse(draft);
        if (forCreation)
        {
            RequireProvider(draft);
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
            draft.Reading.AddRule(field, $"{field} is {arn ?? "not said"} where another role is bounded by {boundary}, which is not supported.", "One policy bounds every role that New-EksCluster makes: write the same one for each of them.");
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
            draft.Reading.AddRule(field, $"{field} is {arn ?? "not said"} where other nodes have the role {role}, which is not supported.", "All node groups of a cluster share one role: write the same one for each of them.");
        }

        return role;
    }

    private static void RequireNetwork(ClusterFileDraft draft)
    {
        foreach (NodeGroupOptions group in draft.Request.NodeGroup.Where(group => draft.Request.PrivateCluster && group.PublicSubnet))
        {
            draft.Reading.AddRule($"managedNodeGroups[{group.Name}]", $"managedNodeGroups[{group.Name}] would stand in public subnets, which a private cluster does not have.", "Say privateNetworking: true.");
        }
    }

    /// <summary>Refuses roles and boundaries of what is not made.</summary>
    private static void RequireUse(ClusterFileDraft draft)
    {
        NewClusterRequest request = draft.Request;
        if (request.ClusterRoleArn is not null)
        {
            RequireNone("iam.serviceRolePermissionsBoundary", "bounds the role that iam.serviceRoleARN says is there already");
        }

        if (draft.FargateRole is not null)
        {
            RequireNone("iam.fargatePodExecutionRolePermissionsBoundary", "bounds the role that iam.fargatePodExecutionRoleARN says is there already");
        }
        else if (!request.FargateProfile.Any(static profile => profile.PodExecutionRoleArn is null))
        {
            RequireNone("iam.fargatePodExecutionRolePermissionsBoundary", "bounds the role of Fargate profiles, and no profile has one that is made");
        }

        if (draft.FargateRole is { } fargate && !request.FargateProfile.Any(profile => profile.PodExecutionRoleArn == fargate))
        {
            draft.Reading.AddRule("iam.fargatePodExecutionRoleARN", "iam.fargatePodExecutionRoleARN names the role of Fargate profiles, and there is none that has it.", "Leave it out, or write fargateProfiles.");
        }

        if (!request.AutoMode)
        {
            RequireNone("autoModeConfig.permissionsBoundaryARN", "bounds the role of Auto Mode's nodes, and autoModeConfig.enabled is not true");
            if (draft.NodeRoles.GetValueOrDefault(AutoModeRole) is not null)
            {
                draft.Reading.AddRule(AutoModeRole, $"{AutoModeRole} is the role of Auto Mode's nodes, and autoModeConfig.enabled is not true.", "Say autoModeConfig.enabled: true, or leave it out.");
            }
        }

        void RequireNone(string field, string use)
        {
            if (draft.Boundaries.GetValueOrDefault(field) is not null)
            {
                draft.Reading.AddRule(field, $"{field} {use}.", "Leave it out.");
            }
        }
    }

    /// <summary>The provider is made with vpc-cni's own role, which hangs on it, and not without.</summary>
    private static void RequireProvider(ClusterFileDraft draft)
    {
        bool made = PodNetworking.MakesRole(draft.Request);
        if (draft.Oidc == false && made)
        {
            draft.Reading.AddRule("iam.withOIDC", "iam.withOIDC false is not supported where vpc-cni has a role of its own, which its pods are given by the cluster's OpenID Connect provider.", "Leave it out, or name a role that is there in serviceAccountRoleARN of vpc-cni under addons.");
        }
        else if (draft.Oidc == true && !made)
        {
            draft.Reading.AddRule("iam.withOIDC", "iam.withOIDC true is not supported where vpc-cni has no role of its own, with which alone the OpenID Connect provider is made.", $"Leave it out, and run Register-EksOidcProvider {PowerShellText.Argument(draft.Name)} when the cluster is there.");
        }
    }

    /// <summary>The rules that hold for parameters too, all that are broken at once.</summary>
    private static void RequireRequest(ClusterFileDraft draft)
    {
        foreach (EksToolsException broken in ClusterRequestRules.Of(draft.Request).Broken())
        {
            (string? part, _) = RequestRules.PlaceOf(broken);
            string field = ClusterFileWording.FieldOf(broken, draft.Reading.Places.Keys);
            bool ofPart = field.Contains('[', StringComparison.Ordinal);
            string item = ofPart ? field[..(field.IndexOf(']', StringComparison.Ordinal) + 1)] : string.Empty, message = ClusterFileWording.Translate(broken.Message, ofPart, part);
            draft.Reading.AddRule(field, message.Contains(item, StringComparison.Ordinal) ? message : $"{item}: {message}", broken.Hint is null ? null : ClusterFileWording.Translate(broken.Hint, ofPart, part));
        }
    }
}
