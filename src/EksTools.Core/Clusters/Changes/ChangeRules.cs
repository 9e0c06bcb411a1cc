using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Nodes;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Changes;

/// <summary>What of changes to a cluster can be refused before any is made.</summary>
internal static class ChangeRules
{

    /// <summary>Authentication modes in the only order in which EKS changes them.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

    /// <summary>Rules that the request alone tells.</summary>
    public static void Require(SetClusterRequest request)
    {
        ClusterIdentity.RequireName(request.Name);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        if (request == new SetClusterRequest { Name = request.Name, NoWait = request.NoWait, Timeout = request.Timeout, ResourceTags = request.ResourceTags, RemoveTag = request.RemoveTag } && request.ResourceTags.Count + request.RemoveTag.Count == 0)
        {
            throw Wrong("NothingToSet", request.Name, $"Nothing was said of what to change of cluster {request.Name}.", "Say at least one setting, such as -EndpointAccess PublicAndPrivate.");
        }

        ControlPlaneRules.RequireSupport(request.SupportType);
        ControlPlaneRules.RequireTier(request.ControlPlaneTier);
        ControlPlaneRules.RequireKeyArn(request.KmsKeyArn);
        ControlPlaneRules.RequireRetention(request.LogRetention is 0 ? null : request.LogRetention);
        ClusterRequestRules.RequireLogTypes(request.LogType ?? []);
        ClusterRequestRules.RequireAuthenticationMode(request.AuthenticationMode);
        ClusterRequestRules.RequireTags(request.ResourceTags);
        NetworkRequestRules.RequireSecurityGroupIds(request.SecurityGroupId ?? []);
        if (request.SubnetId is { } subnets)
        {
            NetworkRequestRules.RequireSubnetIds(subnets);
        }

        if (request.RemoveTag.FirstOrDefault(static key => key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("ekstools:", StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            throw Wrong("ReservedTag", nameof(request.RemoveTag), $"The tag '{reserved}' begins with a reserved prefix (aws: or ekstools:).", "By such tags AWS and EksTools tell what is whose: leave them.");
        }

        if (request.RemoveTag.FirstOrDefault(request.ResourceTags.ContainsKey) is { } both)
        {
            throw Wrong("InvalidTag", nameof(request.RemoveTag), $"-Tag gives the tag '{both}' and -RemoveTag takes it off.", "Leave it out of one of them.");
        }

        if (request.EndpointAccess == EndpointAccessMode.Private && request.PublicAccessCidr is not null)
        {
            throw Wrong("ContradictoryNetwork", nameof(request.PublicAccessCidr), "-PublicAccessCidr and -EndpointAccess Private contradict each other: there is no public endpoint then.", "Leave one of them out.");
        }

        if (request.AutoMode != true && (request.NodePool is not null || request.NodeRoleArn is not null))
        {
            throw Wrong("ContradictoryNodes", nameof(request.AutoMode), $"-{(request.NodePool is null ? nameof(request.NodeRoleArn) : nameof(request.NodePool))} is about the nodes of Auto Mode.", "Say -AutoMode with it.");
        }

        if (request.NodePool?.FirstOrDefault(static pool => !AutoModeRules.NodePools.Contains(pool, StringComparer.Ordinal)) is { } unknown)
        {
            throw Wrong("InvalidNodePool", nameof(request.NodePool), $"-NodePool '{unknown}' is no built-in node pool of Auto Mode.", $"They are {string.Join(", ", AutoModeRules.NodePools)}.");
        }
    }

    /// <summary>Rules that the region and the cluster tell.</summary>
    public static void Require(AwsAccount account, SetClusterRequest request, Cluster live)
    {
        ControlPlaneRules.RequireKey(request.KmsKeyArn, account.Partition.Name, account.Region);
        if (request.NodeRoleArn is { } role)
        {
            PrincipalArn.RequireRole(role, account.Partition.Name, nameof(request.NodeRoleArn));
        }

        if (live.Status?.Value is "DELETING" or "FAILED")
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterNotUsable", $"Cluster {request.Name} is {live.Status.Value}.", request.Name, "Only a cluster that is active can be changed.");
        }

        string mode = ModeOf(live);
        if (request.AuthenticationMode?.ToUpperInvariant() is { } wanted && Modes.ToList().IndexOf(wanted) < Modes.ToList().IndexOf(mode))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "AuthenticationModeIsOneWay", $"Cluster {request.Name} has the authentication mode {mode}, and EKS knows no way back to {wanted}.", request.Name, $"The way is {string.Join(" → ", Modes)}.");
        }

        if (request.KmsKeyArn is { } key && KeyOf(live) is { } there && there != key)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "KmsKeyIsForEver", $"The Secrets of cluster {request.Name} are encrypted with {there}, and EKS changes no cluster's key.", request.Name, "KMS can rotate the key's material; another key needs another cluster.");
        }

        if (request.LogRetention is not null && (request.LogType?.Count ?? LogTypesOf(live).Count) == 0)
        {
            throw Wrong("LogRetentionWithoutLogs", nameof(request.LogRetention), $"-LogRetention says how long logs are kept, and {(request.LogType is null ? $"cluster {request.Name} sends none" : "-LogType switches all of them off")}.", request.LogType is null ? "Say -LogType with it." : "Leave -LogRetention out, or name log types in -LogType.");
        }

        if (request.PublicAccessCidr is not null && request.EndpointAccess is null && live.ResourcesVpcConfig?.EndpointPublicAccess == false)
        {
            throw Wrong("ContradictoryNetwork", nameof(request.PublicAccessCidr), $"-PublicAccessCidr is about the public endpoint, which cluster {request.Name} does not have.", "Say -EndpointAccess PublicAndPrivate with it.");
        }

        if (request.AutoMode == true && (request.AuthenticationMode?.ToUpperInvariant() ?? mode) == Modes[0])
        {
            throw Wrong("ContradictoryNodes", nameof(request.AutoMode), $"-AutoMode needs access entries, by which its nodes join, and the authentication mode CONFIG_MAP of cluster {request.Name} has none.", "Say -AuthenticationMode API_AND_CONFIG_MAP with it.");
        }

        if (live.ComputeConfig is { Enabled: true, NodeRoleArn: { Length: > 0 } nodes } && request.NodeRoleArn is { } other && other != nodes)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "AutoModeRoleIsForEver", $"The nodes of Auto Mode in cluster {request.Name} have the role {nodes}, and EKS changes it no more while Auto Mode is on.", request.Name, "A NodeClass of your own names another role for its nodes.");
        }

        if (request is { AutoMode: true, NodeRoleArn: null } && request.NodePool?.Count != 0 && live.ComputeConfig?.NodeRoleArn is not { Length: > 0 })
        {
            throw Wrong("AutoModeNeedsNodeRole", nameof(request.NodeRoleArn), $"Cluster {request.Name} has no role for the nodes of Auto Mode.", "Say -NodeRoleArn: a role that trusts ec2.amazonaws.com, with AmazonEKSWorkerNodeMinimalPolicy and AmazonEC2ContainerRegistryPullOnly.");
        }
    }

    /// <summary>Refuses ranges of a public endpoint alone that would keep a cluster's nodes out. The ranges that NAT gateways have can be among them, which is not looked at.</summary>
    public static async Task RequireReachAsync(AwsAccount account, SetClusterRequest request, Cluster live, CancellationToken cancellationToken)
    {
        if (NetworkChanges.CutsNodesOff(request, live) && (live.ComputeConfig?.Enabled == true
            || (await account.Eks.ListNodegroupsAsync(new ListNodegroupsRequest { ClusterName = live.Name }, cancellationToken)).Nodegroups is { Count: > 0 }
            || (await account.Eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = live.Name }, cancellationToken)).FargateProfileNames is { Count: > 0 }))
        {
            throw Wrong("ContradictoryNetwork", nameof(request.EndpointAccess), $"-EndpointAccess Public with ranges would keep the nodes of cluster {request.Name} out, which come from other addresses.", "Say -EndpointAccess PublicAndPrivate: nodes then come by the private endpoint.");
        }
    }

    /// <summary>A cluster's authentication mode.</summary>
    public static string ModeOf(Cluster cluster) => cluster.AccessConfig?.AuthenticationMode?.Value ?? Modes[0];

    /// <summary>The key that a cluster's Secrets are encrypted with besides EKS's own; null when there is none.</summary>
    public static string? KeyOf(Cluster cluster) => (cluster.EncryptionConfig ?? []).Select(static config => config.Provider?.KeyArn).FirstOrDefault(static key => key is { Length: > 0 });

    /// <summary>The control plane logs that a cluster sends.</summary>
    public static HashSet<string> LogTypesOf(Cluster cluster) => [.. (cluster.Logging?.ClusterLogging ?? []).Where(static setup => setup.Enabled == true).SelectMany(static setup => setup.Types ?? []).Select(static type => $"{type}")];

    private static EksToolsException Wrong(string id, string target, string message, string? hint) => new(EksErrorKind.Validation, id, message, target, hint);
}
