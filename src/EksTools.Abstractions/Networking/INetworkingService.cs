using EksTools.Connections;

namespace EksTools.Networking;

/// <summary>The network that a cluster stands in.</summary>
public interface INetworkingService
{
    /// <summary>Looks at the subnets of a cluster's VPC: what load balancers and the control plane need of them. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster, or a subnet that was named, is not there.</exception>
    Task<SubnetReview> ReviewSubnetsAsync(AwsConnection connection, SubnetReviewRequest request, CancellationToken cancellationToken);

    /// <summary>Tags a subnet. Other tags of it stay.</summary>
    Task TagSubnetAsync(AwsConnection connection, SubnetTagging tagging, CancellationToken cancellationToken);
}
