using System.Net.Http.Headers;
using System.Text;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using k8s;
using k8s.Authentication;

namespace EksTools.Core.Kubernetes;

/// <summary>A cluster's Kubernetes API, reached with what DescribeCluster says and a token that renews itself. Needs no kubeconfig.</summary>
internal sealed class ClusterApi : IDisposable
{
    private ClusterApi(k8s.Kubernetes client) => Client = client;

    private IKubernetes Client { get; }

    /// <summary>Calls the API. The client ends a call that takes too long by a cancellation, which is nobody's wish: it is a time-out.</summary>
    /// <exception cref="TimeoutException">The API server did not answer in time.</exception>
    public async Task<T> CallAsync<T>(Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(Client, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The cluster's API server did not answer in time.", exception);
        }
    }

    public static ClusterApi Open(AwsAccount account, EksCluster cluster)
    {
        (string endpoint, string authority) = ClusterReader.RequireEndpoint(cluster);
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
    public static bool IsUnreachable(Exception exception) => exception is HttpRequestException or TimeoutException;

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
