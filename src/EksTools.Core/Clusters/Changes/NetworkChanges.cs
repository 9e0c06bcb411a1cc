using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;

namespace EksTools.Core.Clusters.Changes;

/// <summary>Changes of a cluster's endpoint, and of the subnets and security groups of its control plane: two kinds of update for EKS.</summary>
internal sealed class NetworkChanges(IAmazonEKS eks, SetClusterRequest request, Cluster live)
{
    private const string Everyone = "0.0.0.0/0";

    public IEnumerable<ClusterChange> List() => Endpoint().Concat(Interfaces());

    private IEnumerable<ClusterChange> Endpoint()
    {
        if (request.EndpointAccess is null && request.PublicAccessCidr is null)
        {
            yield break;
        }

        EndpointAccessMode mode = request.EndpointAccess ?? (Narrows(request.PublicAccessCidr) && ModeOf(live) == EndpointAccessMode.Public ? NetworkRequestRules.DefaultAccess(privateCluster: false, restricted: true) : ModeOf(live));
        bool isOurs = request.EndpointAccess is null && mode != ModeOf(live);

        // Recorded whether said or not: a run that ended after the change would not know any more that the mode was another.
        List<(string, string)> recorded = [(ParameterDefinition.Endpoint, $"{mode}")];

        if (request.PublicAccessCidr is { } said)
        {
            recorded.Add((ParameterDefinition.PublicCidrs, string.Join(SaidParameters.Separator, said.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))));
        }

        yield return ClusterChanges.Update(
            eks,
            "endpoint-access",
            ClusterChanges.Step("endpoint access", Words(ModeOf(live), CidrsOf(live)), Words(mode, request.PublicAccessCidr ?? CidrsOf(live))) + (isOurs ? ", for nodes come by the private endpoint then" : string.Empty),
            there => ModeOf(there) == mode && (request.PublicAccessCidr is null || CidrsOf(there).ToHashSet(StringComparer.Ordinal).SetEquals(request.PublicAccessCidr)),
            there => new UpdateClusterConfigRequest
            {
                Name = there.Name,
                ResourcesVpcConfig = new VpcConfigRequest
                {
                    EndpointPublicAccess = mode != EndpointAccessMode.Private,
                    EndpointPrivateAccess = mode != EndpointAccessMode.Public,
                    PublicAccessCidrs = request.PublicAccessCidr is { } cidrs ? [.. cidrs] : null,
                },
            },
            [.. recorded]);
    }

    private IEnumerable<ClusterChange> Interfaces()
    {
        if (request.SubnetId is null && request.SecurityGroupId is null)
        {
            yield break;
        }

        // A VPC of ours is told by its own tags: its subnets are no parameter.
        List<(string, string)> recorded = [];
        if (request.SecurityGroupId is { } groups)
        {
            recorded.Add((ParameterDefinition.SecurityGroups, Join(groups)));
        }

        if (request.SubnetId is { } subnets)
        {
            recorded.Add((ParameterDefinition.Subnets, Join(subnets)));
        }

        string[] parts =
        [
            .. request.SubnetId is null ? [] : new[] { $"subnets {string.Join(", ", request.SubnetId)}" },
            .. request.SecurityGroupId is null ? [] : new[] { $"security groups {string.Join(", ", request.SecurityGroupId)}" },
        ];
        yield return ClusterChanges.Update(
            eks,
            "control-plane-network",
            $"control plane in {string.Join(" with ", parts)}",
            there => Same(there.ResourcesVpcConfig?.SubnetIds, request.SubnetId) && Same(there.ResourcesVpcConfig?.SecurityGroupIds, request.SecurityGroupId),
            there => new UpdateClusterConfigRequest
            {
                Name = there.Name,
                ResourcesVpcConfig = new VpcConfigRequest
                {
                    SubnetIds = request.SubnetId is { } wanted ? [.. wanted.Distinct(StringComparer.Ordinal)] : null,
                    SecurityGroupIds = request.SecurityGroupId is { } further ? [.. further.Distinct(StringComparer.Ordinal)] : null,
                },
            },
            [.. recorded]);
    }

    /// <summary>Whether nodes could be cut off: they come from addresses, of NAT gateways or their own, that the ranges of a public endpoint need not hold.</summary>
    public static bool CutsNodesOff(SetClusterRequest request, Cluster live) =>
        request.EndpointAccess == EndpointAccessMode.Public && Narrows(request.PublicAccessCidr ?? CidrsOf(live))
        && !(ModeOf(live) == EndpointAccessMode.Public && Same(CidrsOf(live), request.PublicAccessCidr));

    private static bool Narrows(IReadOnlyList<string>? ranges) => ranges is not null && !ranges.Contains(Everyone, StringComparer.Ordinal);

    private static EndpointAccessMode ModeOf(Cluster cluster) => (cluster.ResourcesVpcConfig?.EndpointPublicAccess ?? true, cluster.ResourcesVpcConfig?.EndpointPrivateAccess ?? false) switch
    {
        (true, true) => EndpointAccessMode.PublicAndPrivate,
        (false, _) => EndpointAccessMode.Private,
        _ => EndpointAccessMode.Public,
    };

    private static IReadOnlyList<string> CidrsOf(Cluster cluster) => cluster.ResourcesVpcConfig?.PublicAccessCidrs is { Count: > 0 } cidrs ? cidrs : [Everyone];

    private static string Words(EndpointAccessMode mode, IReadOnlyList<string> cidrs) =>
        mode == EndpointAccessMode.Private || cidrs is [Everyone] ? $"{mode}" : $"{mode} from {string.Join(", ", cidrs.Order(StringComparer.Ordinal))}";

    private static bool Same(IReadOnlyList<string>? there, IReadOnlyList<string>? wanted) => wanted is null || (there ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(wanted);

    private static string Join(IEnumerable<string> values) => string.Join(SaidParameters.Separator, values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
