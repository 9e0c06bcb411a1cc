using EksTools.Sandbox.Kubernetes;
using k8s;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>One running cluster with a fake account.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<IDisposable> _clients = [];

    private TestCluster(KubernetesApi api, FakeIdentity identity)
    {
        Api = api;
        Identity = identity;
    }

    public KubernetesApi Api { get; }

    public FakeIdentity Identity { get; }

    public static async Task<TestCluster> StartAsync(int readyNodes = 0, TimeProvider? time = null)
    {
        var identity = new FakeIdentity();
        var api = await KubernetesApi.StartAsync(
            new() { ClusterName = "demo", KubernetesVersion = "1.34", Identity = identity, Time = time ?? TimeProvider.System }, TestContext.Current.CancellationToken);
        var cluster = new TestCluster(api, identity);
        for (var i = 1; i <= readyNodes; i++)
        {
            cluster.AddReadyNode(i);
        }

        return cluster;
    }

    public static NodeRegistration Node(int number) => new(
        $"ip-10-0-0-{number}.us-west-2.compute.internal", $"i-{number:x17}", "m5.large", "us-west-2a", "us-west-2", $"10.0.0.{number}", new Dictionary<string, string> { ["eks.amazonaws.com/nodegroup"] = "workers" });

    public void AddReadyNode(int number)
    {
        Api.AddNode(Node(number));
        Api.SetNodeReady(Node(number).Name, true, "KubeletReady");
    }

    public IKubernetes Client(string principal = "admin")
    {
        var client = new k8s.Kubernetes(new KubernetesClientConfiguration
        {
            Host = Api.Endpoint.ToString(),
            AccessToken = FakeIdentity.Token(principal),
            SslCaCerts = [System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(Api.CertificateAuthority)],
        });
        _clients.Add(client);
        return client;
    }

    public string Kubeconfig(string principal = "admin")
    {
        var ca = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Api.CertificateAuthority));
        return $$"""
            {"apiVersion":"v1","kind":"Config","current-context":"demo",
             "clusters":[{"name":"demo","cluster":{"server":"{{Api.Endpoint}}","certificate-authority-data":"{{ca}}"} }],
             "users":[{"name":"demo","user":{"token":"{{FakeIdentity.Token(principal)}}"} }],
             "contexts":[{"name":"demo","context":{"cluster":"demo","user":"demo"} }]}
            """;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await Api.DisposeAsync();
    }
}
