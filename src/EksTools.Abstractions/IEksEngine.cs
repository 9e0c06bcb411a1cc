using EksTools.Access;
using EksTools.Clusters;
using EksTools.LoadBalancing;
using EksTools.Networking;
using EksTools.Nodes;
using EksTools.Permissions;
using EksTools.WorkloadIdentity;

namespace EksTools;

/// <summary>
/// The engine behind the cmdlets: one service for each subject. It lives in the module's private load context;
/// the cmdlets know only this face of it.
/// </summary>
public interface IEksEngine
{
    /// <summary>Creating, finding, waiting for and removing clusters.</summary>
    IClusterService Clusters { get; }

    /// <summary>Clusters as files.</summary>
    IClusterFileService ClusterFiles { get; }

    /// <summary>Tokens and kubeconfigs.</summary>
    IAccessService Access { get; }

    /// <summary>IAM principals in clusters.</summary>
    IIamMappingService Mappings { get; }

    /// <summary>Judging who may enter a cluster.</summary>
    IAccessReviewService AccessReview { get; }

    /// <summary>The nodes of a cluster.</summary>
    INodeService Nodes { get; }

    /// <summary>Load balancers of Services and Ingresses.</summary>
    ILoadBalancingService LoadBalancing { get; }

    /// <summary>IAM roles for pods.</summary>
    IWorkloadIdentityService WorkloadIdentity { get; }

    /// <summary>The IAM permissions that the cmdlets need.</summary>
    IPermissionService Permissions { get; }

    /// <summary>The network that a cluster stands in.</summary>
    INetworkingService Networking { get; }

    /// <summary>The controllers that make load balancers.</summary>
    ILoadBalancerControllerService LoadBalancerControllers { get; }
}
