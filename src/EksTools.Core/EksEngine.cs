using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.ControllerInstallation;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Core.Permissions;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity;
using EksTools.LoadBalancing;
using EksTools.Networking;
using EksTools.Nodes;
using EksTools.Permissions;
using EksTools.WorkloadIdentity;

namespace EksTools.Core;

/// <summary>The engine, made by name from the module's load context.</summary>
public sealed class EksEngine : IEksEngine
{
    private readonly AccessService access = new();

    /// <summary>Creates the engine.</summary>
    public EksEngine()
    {
        Clusters = new ClusterService(EngineClock.Current);
        AccessReview = new AccessReviewService(Mappings, EngineClock.Current);
    }

    /// <inheritdoc/>
    public IClusterService Clusters { get; }

    /// <inheritdoc/>
    public IClusterFileService ClusterFiles { get; } = new ClusterFileService();

    /// <inheritdoc/>
    public IAccessService Access => access;

    /// <inheritdoc/>
    public IIamMappingService Mappings { get; } = new IamMappingService(EngineClock.Current);

    /// <inheritdoc/>
    public IAccessReviewService AccessReview { get; }

    /// <inheritdoc/>
    public INodeService Nodes { get; } = new NodeService();

    /// <inheritdoc/>
    public ILoadBalancingService LoadBalancing { get; } = new LoadBalancingService(EngineClock.Current);

    /// <inheritdoc/>
    public IWorkloadIdentityService WorkloadIdentity { get; } = new WorkloadIdentityService(EngineClock.Current);

    /// <inheritdoc/>
    public IPermissionService Permissions { get; } = new PermissionService();

    /// <inheritdoc/>
    public INetworkingService Networking { get; } = new NetworkingService();

    /// <inheritdoc/>
    public ILoadBalancerControllerService LoadBalancerControllers { get; } = new LoadBalancerControllerService(EngineClock.Current);
}
