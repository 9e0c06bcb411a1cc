using Amazon.EKS.Model;
using EksTools.Core.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>What EKS Auto Mode needs besides the control plane: a role for the nodes that EKS starts. EKS itself makes their access entry.</summary>
internal sealed class AutoModeSteps(ClusterBuild build, RoleSteps roles)
{
    public const string Role = "auto-node-role";

    // https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html and auto-cluster-iam-role.html
    internal static readonly string[] NodePolicyNames = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];
    internal static readonly string[] ClusterPolicyNames = ["AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"];

    /// <summary>The steps after which EKS may be asked for a cluster with Auto Mode.</summary>
    public static IReadOnlyList<string> Needed(ClusterSpecification specification) => specification is { AutoMode: true, AutoModeNodeRoleArn: null } ? [RoleSteps.PoliciesOf(Role)] : [];

    public IEnumerable<PlanStep> Create() => build.Specification is { AutoMode: true, AutoModeNodeRoleArn: null }
        ? roles.CreateOther(new OtherRole(Role, build.Identity.AutoNodeRoleName, _ => Task.FromResult(roles.NodeTrust), NodePolicyNames), arn => build.AutoNodeRoleArn = arn)
        : [];

    /// <summary>Switches Auto Mode on in the request for a cluster: compute, block storage and load balancing together, for EKS refuses one without the others.</summary>
    public static CreateClusterRequest Apply(CreateClusterRequest request, ClusterBuild build)
    {
        if (!build.Specification.AutoMode)
        {
            return request;
        }

        request.ComputeConfig = new ComputeConfigRequest
        {
            Enabled = true,
            NodePools = [.. build.Specification.NodePools],

            // EKS takes a role with node pools alone.
            NodeRoleArn = build.Specification.NodePools.Count > 0 ? build.Specification.AutoModeNodeRoleArn ?? build.AutoNodeRoleArn : null,
        };
        request.StorageConfig = new StorageConfigRequest { BlockStorage = new BlockStorage { Enabled = true } };
        request.KubernetesNetworkConfig ??= new KubernetesNetworkConfigRequest();
        request.KubernetesNetworkConfig.ElasticLoadBalancing = new ElasticLoadBalancing { Enabled = true };
        return request;
    }
}
