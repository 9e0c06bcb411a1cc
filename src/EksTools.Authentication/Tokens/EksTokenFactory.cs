using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// Makes EKS tokens: a presigned <c>sts:GetCallerIdentity</c> that carries the cluster's name in a signed header. Offline and pure.
/// For the same second, keys, region and cluster the text equals that of <c>aws eks get-token</c>.
/// </summary>
public static class EksTokenFactory
{
    /// <summary>What every EKS token begins with.</summary>
    public const string Prefix = "k8s-aws-v1.";

    /// <summary>The name of the signed header that binds a token to a cluster.</summary>
    public const string ClusterHeader = "x-k8s-aws-id";

    /// <summary>How long a token is offered for: one minute less than the server accepts it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(14);

    // Servers want 0 to 900 and ignore the value; 60 is what the AWS CLI sends.
    private static readonly TimeSpan UrlExpires = TimeSpan.FromSeconds(60);

    /// <summary>Signs a token.</summary>
    /// <param name="keys">The keys of the identity to be; their expiration caps the token's.</param>
    /// <param name="region">The cluster's region; null signs for STS' global host.</param>
    /// <param name="clusterNameOrId">The cluster's name, or the id of a local cluster on Outposts.</param>
    /// <param name="now">The time to sign for.</param>
    /// <param name="options">Which of the region's STS hosts; null is the regional one.</param>
    /// <exception cref="AwsAuthenticationException">
    /// A region or cluster name that cannot be one (<see cref="AwsAuthenticationErrorKind.Validation"/>), or keys that have ended
    /// (<see cref="AwsAuthenticationErrorKind.Expired"/>).
    /// </exception>
    public static EksToken Create(
        AwsKeys keys, string? region, string clusterNameOrId, DateTimeOffset now, StsHostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ValidateCluster(clusterNameOrId);
        if (keys.Expiration <= now)
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Expired, $"The AWS credentials ended at {keys.Expiration:u}.", "Renew them and try again.");
        }

        // A token is always for the region's real STS host, whatever endpoint override is set: clusters refuse any other.
        var host = StsHost.For(region, options);
        var url = SigV4QueryPresigner.Presign(
            keys, host.Name, host.SigningRegion, "sts",
            [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")],
            (ClusterHeader, clusterNameOrId), UrlExpires, now);
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(url)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        var end = now + Lifetime;
        if (keys.Expiration < end)
        {
            end = keys.Expiration.Value;
        }
        end = new DateTimeOffset(end.UtcTicks - (end.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        return new EksToken(Prefix + text, end, clusterNameOrId, string.IsNullOrEmpty(region) ? host.SigningRegion : region);
    }

    // EKS' own pattern for names (its CreateCluster model); ids of local clusters are UUIDs and fit it too.
    private static void ValidateCluster(string cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.Length is 0 or > 100 || !char.IsAsciiLetterOrDigit(cluster[0])
            || !cluster.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation,
                $"'{Redaction.OneLine(cluster)}' cannot be the name of an EKS cluster.",
                "Names have 1 to 100 letters, digits, '-' and '_' and begin with a letter or digit.");
        }
    }
}
