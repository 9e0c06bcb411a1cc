using EksTools.Access;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// How the roles of nodes are mapped.
/// https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html and https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
/// </summary>
internal static class NodeRows
{
    public const string StandardType = "STANDARD";
    public const string Bootstrappers = "system:bootstrappers";
    private const string InstanceUsername = "system:node:{{EC2PrivateDNSName}}";
    private const string SessionUsername = "system:node:{{SessionName}}";
    private const string Nodes = "system:nodes";
    private const string NodeProxier = "system:node-proxier";
    private const string WindowsProxy = "eks:kube-proxy-windows";

    /// <summary>The groups without which a node cannot join or work.</summary>
    public static IReadOnlyList<string> Groups { get; } = [Bootstrappers, Nodes, NodeProxier, WindowsProxy];

    /// <summary>The username of a row of aws-auth.</summary>
    public static string Username(EksNodeRoleKinds kinds) => kinds.HasFlag(EksNodeRoleKinds.Fargate) ? SessionUsername : InstanceUsername;

    /// <summary>The groups of a row of aws-auth.</summary>
    public static IReadOnlyList<string> RowGroups(EksNodeRoleKinds kinds) =>
    [
        Bootstrappers, Nodes,
        .. kinds.HasFlag(EksNodeRoleKinds.Windows) ? [WindowsProxy] : Array.Empty<string>(),
        .. kinds.HasFlag(EksNodeRoleKinds.Fargate) ? [NodeProxier] : Array.Empty<string>(),
    ];

    /// <summary>The type of an access entry. That of Windows has the groups of Linux too.</summary>
    public static string EntryType(EksNodeRoleKinds kinds) => kinds switch
    {
        EksNodeRoleKinds.None => StandardType,
        EksNodeRoleKinds.Fargate => "FARGATE_LINUX",
        EksNodeRoleKinds.Hybrid => "HYBRID_LINUX",
        EksNodeRoleKinds.HyperPod => "HYPERPOD_LINUX",
        EksNodeRoleKinds.AutoMode => "EC2",
        _ when kinds.HasFlag(EksNodeRoleKinds.Windows) => "EC2_WINDOWS",
        _ => "EC2_LINUX",
    };

    /// <summary>Whether a role can be of these kinds of nodes at once: Linux and Windows can.</summary>
    public static bool IsPossible(EksNodeRoleKinds kinds) =>
        kinds is EksNodeRoleKinds.Fargate or EksNodeRoleKinds.Hybrid or EksNodeRoleKinds.HyperPod or EksNodeRoleKinds.AutoMode
        || (kinds & ~(EksNodeRoleKinds.Linux | EksNodeRoleKinds.Windows)) == 0;

    /// <summary>Whether aws-auth can hold it.</summary>
    public static bool FitsConfigMap(EksNodeRoleKinds kinds) => (kinds & (EksNodeRoleKinds.Hybrid | EksNodeRoleKinds.HyperPod | EksNodeRoleKinds.AutoMode)) == 0;

    /// <summary>The nodes that a username and groups of aws-auth are for.</summary>
    public static EksNodeRoleKinds Recognise(string? username, IReadOnlyList<string>? groups) => (username, groups) switch
    {
        (_, null) or (null, _) => EksNodeRoleKinds.None,
        (SessionUsername, _) when groups.Contains(Nodes) => EksNodeRoleKinds.Fargate,
        (InstanceUsername, _) when groups.Contains(Nodes) => groups.Contains(WindowsProxy) ? EksNodeRoleKinds.Linux | EksNodeRoleKinds.Windows : EksNodeRoleKinds.Linux,
        _ => EksNodeRoleKinds.None,
    };

    /// <summary>Whether a mapping lets nodes in.</summary>
    public static bool LetsNodesIn(EksIamMapping? mapping) =>
        mapping is not null && (mapping.Source == EksIamMappingSource.AccessEntry
            ? mapping.Type is not (null or StandardType)
            : mapping.Username?.StartsWith("system:node:", StringComparison.Ordinal) == true && mapping.Groups.Contains(Nodes));
}
