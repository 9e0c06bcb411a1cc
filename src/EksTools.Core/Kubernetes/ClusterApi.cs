using System.Net.Http.Headers;
using System.Text;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;
using k8s;
using k8s.Authentication;

namespace EksTools.Core.Kubernetes;

/// <summary>A cluster's Kubernetes API, reached with what DescribeCluster says and a token that renews itself. Needs no kubeconfig.</summary>
internal sealed class ClusterApi : IDisposable
{
    private ClusterApi(k8s.Kubernetes client) => Client = client;

    public IKubernetes Client { get; }

    public static ClusterApi Open(AwsAccount account, EksCluster cluster)
    {
        if (cluster.Endpoint is not { Length: > 0 } endpoint || cluster.CertificateAuthority?.Data is not { Length: > 0 } authority)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterWithoutEndpoint", $"Cluster {cluster.Name} is {cluster.Status} and has no API server yet.", cluster.Name, $"Wait for it: Wait-EksCluster {cluster.Name}.");
        }

        KubernetesClientConfiguration configuration = new()
        {
            Host = endpoint,
            SslCaCerts = [],
            TokenProvider = new TokenSource(account.Session, cluster.Name, account.Region),
            HttpClientTimeout = TimeSpan.FromSeconds(30),
        };
        configuration.SslCaCerts.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(authority)));
        return new ClusterApi(new k8s.Kubernetes(configuration));
    }

    /// <summary>Whether an exception says that nothing answers at the address, as with a private endpoint seen from outside.</summary>
    public static bool IsUnreachable(Exception exception) => exception is HttpRequestException || (exception is OperationCanceledException && exception.InnerException is TimeoutException);

    public void Dispose() => Client.Dispose();

    /// <summary>Tokens for one cluster, made anew a little before each ends.</summary>
    private sealed class TokenSource(AwsSession session, string cluster, string region) : ITokenProvider
    {
        private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
        private EksToken? token;

        public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
        {
            EksToken? current = token;
            if (current is null || current.Expiration - Margin < DateTimeOffset.UtcNow)
            {
                current = await session.CreateEksTokenAsync(cluster, region, cancellationToken);
                token = current;
            }

            return new AuthenticationHeaderValue("Bearer", current.Token);
        }
    }
}
