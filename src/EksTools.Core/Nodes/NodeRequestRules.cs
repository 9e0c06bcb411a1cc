using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>What of a new cluster's nodes can be refused by looking at the request alone: one sentence each, before any call.</summary>
internal static class NodeRequestRules
{
    public static IEnumerable<Action> Of(NewClusterRequest request) =>
    [
        () => RequireAgreement(request),
        .. NodeGroupRules.Of(SaidParameters.DefaultGroup(request), request.ResourceTags.Count),
        .. request.NodeGroup.SelectMany(group => NodeGroupRules.Of(group, request.ResourceTags.Count)),
        () => RequireDistinct(request.NodeGroup),
        () => AutoModeRules.Require(request),
        .. FargateRules.Of(request),
    ];

    private static void RequireAgreement(NewClusterRequest request)
    {
        (string Name, bool Said)[] nodeParameters =
        [
            ("-NodeType", request.NodeType.Count > 0), ("-NodeAmiType", request.NodeAmiType is not null), ("-NodeCount", request.NodeCount is not null), ("-MinNodes", request.MinNodes is not null),
            ("-MaxNodes", request.MaxNodes is not null), ("-NodeDiskSize", request.NodeDiskSize is not null), ("-Spot", request.Spot),
        ];
        if (request.NoNodeGroup && nodeParameters.FirstOrDefault(static parameter => parameter.Said) is { Name: not null } said)
        {
            throw Wrong("ContradictoryNodes", nameof(request.NoNodeGroup), $"-NoNodeGroup and {said.Name} contradict each other.", "Leave one of them out.");
        }

        if (request.NodeGroup.Count > 0 && (request.NoNodeGroup ? "-NoNodeGroup" : nodeParameters.FirstOrDefault(static parameter => parameter.Said).Name) is { } besides)
        {
            throw Wrong("ContradictoryNodes", nameof(request.NodeGroup), $"-NodeGroup and {besides} contradict each other: {besides} is about the default node group, which -NodeGroup replaces.", "Leave one of them out; what the parameter says can stand in the node group.");
        }
    }

    private static void RequireDistinct(IReadOnlyList<NodeGroupOptions> groups)
    {
        if (groups.GroupBy(static group => group.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw Wrong("DuplicateNodeGroup", nameof(NewClusterRequest.NodeGroup), $"Two node groups are called '{twice.Key}'.", "Give each a name of its own.");
        }
    }

    internal static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);
}
