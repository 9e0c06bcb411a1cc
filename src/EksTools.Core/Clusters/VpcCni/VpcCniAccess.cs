using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.WorkloadIdentity.Roles;

namespace EksTools.Core.Clusters.VpcCni;

/// <summary>By which role the pods of aws-node reach EC2.</summary>
internal enum VpcCniAccess
{
    /// <summary>By that which EksTools makes for the add-on.</summary>
    OwnRole,

    /// <summary>By the nodes' role, as EksTools left it before the add-on had a role of its own.</summary>
    NodeRole,

    /// <summary>By one that somebody else gave the add-on or its service account: theirs to change.</summary>
    Elsewhere,
}

/// <summary>Finds out by which role the pods of aws-node reach EC2.</summary>
internal static class VpcCniAccessReader
{
    /// <summary>The access of a new cluster: no role is made where there is no such add-on, or it was given one.</summary>
    public static VpcCniAccess For(ClusterSpecification specification, VpcCniAccess read) => read == VpcCniAccess.OwnRole && !specification.MakesCniRole ? VpcCniAccess.Elsewhere : read;

    /// <summary>The access that a cluster has, or that a new add-on is to get where there is none yet.</summary>
    public static async Task<VpcCniAccess> ReadAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        Addon? addon = await new ClusterAddon(account, identity.Name, VpcCniRole.Addon).FindAsync(cancellationToken);
        if (!ClusterAddon.Stays(addon))
        {
            return VpcCniAccess.OwnRole;
        }

        // The webhook looks at the annotation, which is what the add-on's role comes to, only where there is no association.
        if (await new PodIdentityEnsure(account, identity.Name).FindAsync(VpcCniRole.ServiceAccount, cancellationToken) is not null)
        {
            return VpcCniAccess.Elsewhere;
        }

        if (addon!.ServiceAccountRoleArn is { Length: > 0 } role)
        {
            return new VpcCniRole(account, identity).IsOurs(role) ? VpcCniAccess.OwnRole : VpcCniAccess.Elsewhere;
        }

        return VpcCniAccess.NodeRole;
    }
}
