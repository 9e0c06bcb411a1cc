namespace EksTools.WorkloadIdentity;

/// <summary>IAM roles for the pods of a cluster.</summary>
public interface IWorkloadIdentityService
{
    /// <summary>Writes a trust policy. Asks nobody.</summary>
    /// <exception cref="EksTools.Errors.EksToolsException">A provider, issuer, cluster or service account cannot be what it is said to be.</exception>
    EksTrustPolicy CreateTrustPolicy(TrustPolicyRequest request);
}
