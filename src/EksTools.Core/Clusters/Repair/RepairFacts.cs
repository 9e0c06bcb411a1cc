using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Findings;
using EksTools.Core.Nodes;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Repair;

/// <summary>What of a cluster decides what is to be mended.</summary>
internal sealed record RepairFacts
{
    public required EksCluster Cluster { get; init; }

    /// <summary>The add-on vpc-cni.</summary>
    public required Addon Addon { get; init; }

    public required VpcCniAccess Access { get; init; }

    /// <summary>The role that somebody else gave to aws-node.</summary>
    public string? ElsewhereRoleArn { get; init; }

    /// <summary>That role when the service account's annotation names it; null for one of a Pod Identity association.</summary>
    public string? AnnotatedRoleArn { get; init; }

    /// <summary>The add-on names our role, and its service account does not: somebody took the annotation away.</summary>
    public bool AnnotationLost { get; init; }

    /// <summary>Whether the node role has the policy that aws-node needs; null when the cluster has no node role of ours.</summary>
    public bool? NodeRoleHasPolicy { get; init; }

    /// <summary>The roles of nodes that EksTools did not make.</summary>
    public IReadOnlyList<NodeRole> OtherNodeRoles { get; init; } = [];

    /// <summary>Why some roles of nodes are not known.</summary>
    public IReadOnlyList<string> UnknownNodeRoles { get; init; } = [];

    /// <summary>Path and boundary of the roles that are made for the cluster.</summary>
    public RolePlacement Placement { get; init; } = RolePlacement.Default;

    public string ElsewhereRoleName => ElsewhereRoleArn is { } arn ? arn[(arn.LastIndexOf('/') + 1)..] : string.Empty;

    public static async Task<RepairFacts> ReadAsync(AwsAccount account, ClusterIdentity identity, TimeProvider time, CancellationToken cancellationToken)
    {
        EksCluster cluster = await ClusterReader.GetAsync(account, identity.Name, cancellationToken);
        RequireUsable(identity, cluster);
        Addon addon = await RequireAddonAsync(account, identity, cancellationToken);
        VpcCniRole cniRole = new(account, identity);
        VpcCniAccess access = await VpcCniAccessReader.ReadAsync(account, identity, cancellationToken);
        string? associated = access == VpcCniAccess.Elsewhere ? (await new PodIdentityEnsure(account, identity.Name).FindAsync(VpcCniRole.ServiceAccount, cancellationToken))?.RoleArn : null;
        string? annotated = access == VpcCniAccess.Elsewhere && associated is null ? addon.ServiceAccountRoleArn : null;
        VpcCniPods.Annotation? annotation = access == VpcCniAccess.Elsewhere ? null : await new VpcCniPods(account, time).TryReadAnnotationAsync(cluster, cancellationToken);
        if (annotation?.RoleArn is { } role && !cniRole.IsOurs(role))
        {
            (access, annotated) = (VpcCniAccess.Elsewhere, role);
        }

        bool ours = await ClusterRoles.ReadTagsAsync(account, identity.NodeRoleName, cancellationToken) is { } tags && identity.Owns(tags);
        (IReadOnlyList<NodeRole> nodes, IReadOnlyList<string> unknown) = await new NodeRoleReader(account, identity.Name).TryListAsync(cancellationToken);
        return new RepairFacts
        {
            Cluster = cluster,
            Placement = RolePlacement.Read((await ClusterRecord.FindAsync(account, identity, ownRole: false, cancellationToken)).Tags),
            Addon = addon,
            Access = access,
            AnnotatedRoleArn = annotated,
            AnnotationLost = access == VpcCniAccess.OwnRole && annotation is { RoleArn: null },
            ElsewhereRoleArn = associated ?? annotated,
            NodeRoleHasPolicy = ours ? await new NodeRoleRelease(account, identity, cniRole).HasPolicyAsync(identity.NodeRoleName, cancellationToken) : null,
            OtherNodeRoles = [.. nodes.Where(node => node.Kind == NodeKind.Linux && !(ours && ClusterRoles.NameOf(node.Arn) == identity.NodeRoleName))],
            UnknownNodeRoles = unknown,
        };
    }

    private static void RequireUsable(ClusterIdentity identity, EksCluster cluster)
    {
        string name = PowerShellText.Argument(identity.Name);
        if (!cluster.Managed)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "ClusterNotManaged",
                $"Cluster {identity.Name} in {identity.Region} exists and is not managed by EksTools.",
                identity.Name,
                $"Step by step: New-EksServiceAccountRole {name} {VpcCniRole.ServiceAccount} -Mode Irsa -WellKnownPolicy VpcCni -NoServiceAccount makes the provider (as Register-EksOidcProvider does) and the role; Update-EKSAddon -AddonName vpc-cni -ServiceAccountRoleArn gives it to the add-on; kubectl rollout restart daemonset aws-node --namespace kube-system gives it to the pods, which Get-EksServiceAccountRole {name} -Pod shows; then the nodes' role can do without AmazonEKS_CNI_Policy.");
        }

        if (cluster.Status is not ("ACTIVE" or "UPDATING"))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterNotUsable", $"Cluster {identity.Name} is {cluster.Status}.", identity.Name, cluster.Status == "CREATING" ? $"New-EksCluster {name} continues its creation, with what -Repair would mend." : "Only a cluster that is active can be repaired.");
        }
    }

    private static async Task<Addon> RequireAddonAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        Addon? addon = await new ClusterAddon(account, identity.Name, VpcCniRole.Addon).FindAsync(cancellationToken);
        return ClusterAddon.Stays(addon) ? addon! : throw new EksToolsException(
            EksErrorKind.Conflict,
            "VpcCniNotAddon",
            $"Cluster {identity.Name} does not have the add-on vpc-cni: the pods of aws-node, if there are any, are their owner's, and the node role is left as it is.",
            identity.Name,
            $"If the creation of the cluster was interrupted, New-EksCluster {PowerShellText.Argument(identity.Name)} continues it. If vpc-cni is installed in another way, New-EksServiceAccountRole {PowerShellText.Argument(identity.Name)} {VpcCniRole.ServiceAccount} -Mode Irsa -WellKnownPolicy VpcCni -RestartPods gives its pods a role; after that the node role can do without AmazonEKS_CNI_Policy.");
    }
}
