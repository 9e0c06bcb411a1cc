using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity;

/// <inheritdoc/>
internal sealed class WorkloadIdentityService : IWorkloadIdentityService
{
    /// <inheritdoc/>
    public EksTrustPolicy CreateTrustPolicy(TrustPolicyRequest request) => TrustPolicyDocument.Create(request);
}
