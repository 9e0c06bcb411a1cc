using System.Collections.Concurrent;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Networking;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// What the steps of a creation hand to each other. A step writes its own members only, and reads those of steps that it needs, which are done.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="specification">What the cluster will be.</param>
/// <param name="vpcCniAccess">By which role the pods of aws-node reach EC2.</param>
internal sealed class ClusterBuild(AwsAccount account, ClusterSpecification specification, VpcCniAccess vpcCniAccess)
{
    public AwsAccount Account { get; } = account;

    public ClusterSpecification Specification { get; } = specification;

    public ClusterIdentity Identity => Specification.Identity;

    public VpcCniAccess VpcCniAccess { get; } = vpcCniAccess;

    /// <summary>The add-on vpc-cni was there before this run.</summary>
    public bool VpcCniFound { get; set; }

    public string? ClusterRoleArn { get; set; }

    public string? NodeRoleArn { get; set; }

    /// <summary>The role of nodes with Windows that this run made or found.</summary>
    public string? WindowsNodeRoleArn { get; set; }

    /// <summary>The role of Auto Mode's nodes that this run made or found.</summary>
    public string? AutoNodeRoleArn { get; set; }

    /// <summary>The role of Fargate that this run made or found.</summary>
    public string? FargateRoleArn { get; set; }

    /// <summary>The node role lets every pod do what aws-node does: left by a run of a version before the add-on had a role of its own.</summary>
    public bool NodeRoleHasCniPolicy { get; set; }

    public string? VpcId { get; set; }

    public string? InternetGatewayId { get; set; }

    /// <summary>The VPC's IPv6 range, in an IPv6 cluster.</summary>
    public Ipv6Cidr Ipv6Range { get; set; }

    /// <summary>Ids by component: subnets, route tables, addresses, NAT gateways and launch templates.</summary>
    public ConcurrentDictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>The cluster as last described.</summary>
    public EksCluster? Cluster { get; set; }

    /// <summary>The subnets that the control plane's network interfaces stand in: the caller's, or those of some components.</summary>
    public IReadOnlyList<string> ControlPlaneSubnets(IEnumerable<string> components) =>
        Specification.SubnetIds.Count > 0 ? Specification.SubnetIds : [.. components.Select(component => Ids[component])];
}
