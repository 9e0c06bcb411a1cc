using System.Net.Http.Headers;
using System.Text;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;
using EksTools.Core.Plans;
using EksTools.Errors;
using k8s;
using k8s.Authentication;
using k8s.Autorest;

namespace EksTools.Core.Kubernetes;

/// <summary>A cluster's Kubernetes API, reached with what DescribeCluster says and a token that renews itself. Needs no kubeconfig.</summary>
internal sealed class ClusterApi : IDisposable
{
    private const string Unreachable = "ApiServerUnreachable";
    private const int Attempts = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private readonly string name;
    private readonly string endpoint;

    private ClusterApi(k8s.Kubernetes client, string name, string endpoint)
    {
        Client = client;
        this.name = name;
        this.endpoint = endpoint;
    }

    private IKubernetes Client { get; }

    /// <summary>
    /// Calls the API, again when the server is busy, fails for a moment or drops the connection. A call may so be made twice, of which the first was
    /// heard: callers make what they create by name, and take "exists" for an answer.
    /// </summary>
    /// <exception cref="EksToolsException">Nobody answers at the API server's address (<see cref="IsUnreachable"/>).</exception>
    public async Task<T> CallAsync<T>(Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call(Client, cancellationToken);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The client ends a call that takes too long by a cancellation, which is nobody's wish.
                throw NotReached("did not answer in time", exception);
            }
            catch (Exception exception) when (attempt < Attempts && Passes(exception))
            {
                await Task.Delay(FirstPause * (1 << (attempt - 1)), EngineClock.Current, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                throw NotReached($"could not be reached: {Innermost(exception).Message.TrimEnd('.', ' ')}", exception);
            }
        }
    }

    public static ClusterApi Open(AwsAccount account, EksCluster cluster)
    {
        (string endpoint, string authority) = ClusterReader.RequireEndpoint(cluster);
        KubernetesClientConfiguration configuration = new()
        {
            Host = endpoint,
            SslCaCerts = [],
            TokenProvider = new TokenSource(account, cluster.Name),
            HttpClientTimeout = TimeSpan.FromSeconds(30),
        };
        configuration.SslCaCerts.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(authority)));
        return new ClusterApi(new k8s.Kubernetes(configuration, new GuardedCalls(account)), cluster.Name, endpoint);
    }

    /// <summary>Whether an exception says that nothing answers at the address, as with a private endpoint seen from outside.</summary>
    public static bool IsUnreachable(Exception exception) => exception is EksToolsException { ErrorId: Unreachable };

    public void Dispose() => Client.Dispose();

    /// <summary>A connection that was there and broke may hold the next time; one that nobody takes will not within a second.</summary>
    private static bool Passes(Exception exception) => exception switch
    {
        HttpOperationException refused => KubernetesFailure.IsTransient(refused),
        HttpRequestException broken => broken.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError),
        _ => false,
    };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;

    private EksToolsException NotReached(string how, Exception exception) => new(
        EksErrorKind.Network, Unreachable, $"The API server of cluster {name} at {endpoint} {how}.", name, "With a private endpoint alone, run the command from within the VPC or a network connected to it.", exception);

    /// <summary>Asks before each call that changes something whether the job may still go on.</summary>
    private sealed class GuardedCalls(AwsAccount account) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get && account.BeforeChange is { } guard)
            {
                await guard(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Tokens for one cluster, made anew a little before each ends.</summary>
    private sealed class TokenSource(AwsAccount account, string cluster) : ITokenProvider
    {
        private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
        private EksToken? token;

        public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
        {
            EksToken? current = token;
            if (current is null || current.Expiration - Margin < DateTimeOffset.UtcNow + account.ClockOffset)
            {
                current = await account.CreateTokenAsync(cluster, cancellationToken);
                token = current;
            }

            return new AuthenticationHeaderValue("Bearer", current.Token);
        }
    }
}
