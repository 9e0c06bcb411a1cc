using System.Collections.Concurrent;
using EksTools.Clusters;
using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// What the steps of a creation hand to each other. A step writes its own members only, and reads those of steps that it needs, which are done.
/// </summary>
internal sealed class ClusterBuild(AwsAccount account, ClusterSpecification specification)
{
    public AwsAccount Account { get; } = account;

    public ClusterSpecification Specification { get; } = specification;

    public ClusterIdentity Identity => Specification.Identity;

    public string? ClusterRoleArn { get; set; }

    public string? NodeRoleArn { get; set; }

    public string? VpcId { get; set; }

    public string? InternetGatewayId { get; set; }

    /// <summary>Ids by component: subnets, route tables, addresses and NAT gateways.</summary>
    public ConcurrentDictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    public string? LaunchTemplateId { get; set; }

    /// <summary>The cluster as last described.</summary>
    public EksCluster? Cluster { get; set; }

    /// <summary>The subnets that the control plane's network interfaces stand in: all.</summary>
    public IReadOnlyList<string> ControlPlaneSubnets(IEnumerable<string> components) =>
        Specification.SubnetIds.Count > 0 ? Specification.SubnetIds : [.. components.Select(component => Ids[component])];
}
