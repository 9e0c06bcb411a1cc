namespace EksTools.Core.Nodes;

/// <summary>A role that nodes need to join.</summary>
/// <param name="Arn">The role.</param>
/// <param name="Kind">What its nodes are.</param>
/// <param name="Holder">Whose it is, as in <c>the node group default</c>.</param>
internal sealed record NodeRole(string Arn, NodeKind Kind, string Holder);

/// <summary>What stands on a role: nodes, or the pods of a Fargate profile.</summary>
internal enum NodeKind
{
    Linux,
    Windows,
    Fargate,
    AutoMode,
}
