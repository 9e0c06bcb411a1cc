using System.Net;
using EksTools.Clusters;
using EksTools.Core.Kubernetes;
using k8s.Autorest;

namespace EksTools.Core.Clusters.Creation;

/// <summary>An API server that, as the caller wanted it, is closed to whoever makes the cluster: no failure of the creation.</summary>
internal static class ClosedApi
{
    /// <summary>Why a call failed, as a sentence without its end; null where the cluster's parameters do not account for it.</summary>
    public static string? Why(ClusterSpecification specification, Exception exception)
    {
        if (ClusterApi.IsUnreachable(exception))
        {
            return specification.EndpointAccess == EndpointAccessMode.Private ? $"The API server of {specification.Identity.Name} is private and cannot be reached from here"
                : specification.PublicAccessCidrs.Count > 0 ? $"The API server of {specification.Identity.Name} answers to the ranges of -PublicAccessCidr, and cannot be reached from here"
                : null;
        }

        // -NoCreatorAdmin, and whoever runs this is not among the administrators.
        return !specification.CreatorAdmin && exception is HttpOperationException { Response.StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden }
            ? $"Cluster {specification.Identity.Name} does not let this principal in"
            : null;
    }
}
