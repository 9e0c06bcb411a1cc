using System.Text;

namespace EksTools.Authentication;

/// <summary>A bearer token for the Kubernetes API of an EKS cluster.</summary>
/// <param name="Token">The token; secret, works for 15 minutes from when it was signed.</param>
/// <param name="Expiration">When to get another: 14 minutes after signing, or the end of the credentials if that is sooner. Whole seconds, UTC.</param>
/// <param name="ClusterName">The cluster (its name, or its id for a local cluster on Outposts) that accepts the token.</param>
/// <param name="Region">The region that the token is signed for.</param>
public sealed record EksToken(string Token, DateTimeOffset Expiration, string ClusterName, string Region)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ClusterName = ").Append(ClusterName).Append(", Region = ").Append(Region)
            .Append(", Expiration = ").Append(Expiration.ToString("u"));
        return true;
    }
}

/// <summary>Which of a region's STS hosts a token is signed for.</summary>
/// <param name="UseFips">The FIPS 140 validated host (<c>AWS_USE_FIPS_ENDPOINT</c>).</param>
/// <param name="UseDualStack">The host that also answers over IPv6 (<c>AWS_USE_DUALSTACK_ENDPOINT</c>).</param>
/// <param name="LegacyGlobalEndpoint">The global host for the regions that once had no other (<c>AWS_STS_REGIONAL_ENDPOINTS=legacy</c>).</param>
/// <param name="Partition">The partition, or null to take it from the region.</param>
public sealed record StsHostOptions(
    bool UseFips = false, bool UseDualStack = false, bool LegacyGlobalEndpoint = false, AwsPartition? Partition = null);
