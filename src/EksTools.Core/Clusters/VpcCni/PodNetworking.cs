using EksTools.ClusterAddons;
using EksTools.Clusters;

namespace EksTools.Core.Clusters.VpcCni;

/// <summary>Which clusters need the add-on vpc-cni, and a role for it.</summary>
internal static class PodNetworking
{
    /// <summary>EKS Auto Mode alone runs pods: network, proxy and DNS are on its nodes already.</summary>
    public static bool IsBuiltIn(bool autoMode, int nodeGroups, int fargateProfiles) => autoMode && nodeGroups == 0 && fargateProfiles == 0;

    /// <summary>The same of a request that says everything, such as a file's.</summary>
    public static bool IsBuiltIn(NewClusterRequest request) => IsBuiltIn(request.AutoMode, request.NodeGroup.Count, request.FargateProfile.Count);

    /// <summary>There is to be the add-on vpc-cni, and nobody brings a role for it.</summary>
    /// <param name="said">What was said of add-ons.</param>
    /// <param name="defaults">The default add-ons are made.</param>
    /// <param name="builtIn">Auto Mode's nodes bring the network along.</param>
    public static bool MakesRole(IEnumerable<AddonOptions> said, bool defaults, bool builtIn) =>
        said.FirstOrDefault(static addon => addon.Name == VpcCniRole.Addon) is { } named ? named.ServiceAccountRoleArn is null : defaults && !builtIn;

    /// <summary>The same of a request that says everything, such as a file's.</summary>
    public static bool MakesRole(NewClusterRequest request) => MakesRole(request.AddOn, !request.NoAddOn, IsBuiltIn(request));
}
