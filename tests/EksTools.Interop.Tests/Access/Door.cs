using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EksTools.Authentication;
using EksTools.Sandbox;
using Cluster = Amazon.EKS.Model.Cluster;

namespace EksTools.Interop.Tests.Access;

/// <summary>A sandbox with one cluster, its principals, and kubectl as any of them. Made when a test first asks for it, so that its absence is that test's.</summary>
public abstract class Door : IAsyncDisposable
{
    /// <summary>The cluster.</summary>
    public const string ClusterName = "door";

    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}""";
    private const string ServiceTrust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    private readonly string folder = Directory.CreateTempSubdirectory("ekstools-door-").FullName;
    private readonly Lazy<Task> opening;
    private SandboxServer sandbox = null!;
    private AmazonEKSClient eks = null!;
    private AmazonIdentityManagementServiceClient iam = null!;
    private AmazonSecurityTokenServiceClient sts = null!;
    private Cluster cluster = null!;
    private int tokens;

    /// <summary>Starts nothing.</summary>
    protected Door() => opening = new(StartAsync);

    /// <summary>The folder of a real kube-apiserver, or null for the built-in Kubernetes API.</summary>
    protected abstract string? Assets { get; }

    /// <summary>EKS, as the creator.</summary>
    public AmazonEKSClient Eks => eks;

    /// <summary>IAM, as the creator.</summary>
    public AmazonIdentityManagementServiceClient Iam => iam;

    /// <summary>What the API server has logged; null for the built-in one.</summary>
    public string? Log => sandbox.FindServerLog(ClusterName);

    /// <summary>The creator of the cluster.</summary>
    public AwsKeys Creator => new(sandbox.AccessKey, sandbox.SecretKey);

    /// <summary>Whether a test has opened it.</summary>
    public bool IsOpen => opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>Makes the sandbox and its cluster, once.</summary>
    public Task OpenAsync() => opening.Value;

    /// <summary>A session of a role, which is made when it is not there.</summary>
    public async Task<AwsKeys> RoleAsync(string name, string path = "/", string session = "session")
    {
        await OpenAsync();
        string arn;
        try
        {
            arn = (await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = name, Path = path, AssumeRolePolicyDocument = Trust })).Role.Arn;
        }
        catch (EntityAlreadyExistsException)
        {
            arn = (await iam.GetRoleAsync(new GetRoleRequest { RoleName = name })).Role.Arn;
        }

        Credentials keys = (await sts.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = arn, RoleSessionName = session })).Credentials;
        return new AwsKeys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken);
    }

    /// <summary>A new user with a key.</summary>
    public async Task<AwsKeys> UserAsync(string name, string path = "/")
    {
        await OpenAsync();
        await iam.CreateUserAsync(new CreateUserRequest { UserName = name, Path = path });
        Dictionary<string, string?> environment = sandbox.Environment.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
        environment["AWS_PROFILE"] = null;
        ProcessRun made = await ProcessRun.RunAsync(Tool.Require("aws"), ["iam", "create-access-key", "--user-name", name, "--output", "json"], environment);
        using JsonDocument answer = JsonDocument.Parse(made.Output);
        return new AwsKeys(answer.RootElement.Text("AccessKey.AccessKeyId"), answer.RootElement.Text("AccessKey.SecretAccessKey"));
    }

    /// <summary>A token that nobody has seen: kube-apiserver 1.20 remembers one for ten seconds, whatever it is told.</summary>
    public string Token(AwsKeys keys, string clusterName = ClusterName) =>
        EksTokenFactory.Create(keys, "us-west-2", clusterName, DateTimeOffset.UtcNow.AddSeconds(-Interlocked.Increment(ref tokens))).Token;

    /// <summary>Runs kubectl as a principal.</summary>
    public async Task<ProcessRun> KubectlAsync(AwsKeys keys, string commandLine, string? input = null) => await KubectlAsync(Token(keys), commandLine, input);

    /// <summary>Runs kubectl with a token.</summary>
    public async Task<ProcessRun> KubectlAsync(string token, string commandLine, string? input = null)
    {
        await OpenAsync();
        List<string> arguments = ["--server", cluster.Endpoint, "--certificate-authority", Path.Combine(folder, "ca.crt"), "--token", token, .. commandLine.Split(' ')];
        if (input is not null)
        {
            string file = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            await File.WriteAllTextAsync(file, input, TestContext.Current.CancellationToken);
            arguments.AddRange(["--filename", file]);
        }

        return await ProcessRun.RunAsync(Tool.Require("kubectl"), arguments, new Dictionary<string, string?> { ["KUBECONFIG"] = Path.Combine(folder, "none"), ["HOME"] = folder });
    }

    /// <summary>Runs kubectl as the creator, which must succeed.</summary>
    public async Task<string> AdministerAsync(string commandLine, string? input = null)
    {
        await OpenAsync();
        ProcessRun run = await KubectlAsync(Creator, commandLine, input);
        Assert.True(run.ExitCode == 0, $"kubectl {commandLine}: {run.Error}");
        return run.Output;
    }

    /// <summary>Whether a principal may do something, as the API server tells it: <c>get pods -n default</c>.</summary>
    public async Task<bool> CanAsync(AwsKeys keys, string what)
    {
        ProcessRun run = await KubectlAsync(keys, $"auth can-i {what}");
        return run.Output.Trim() switch
        {
            "yes" => true,
            "no" => false,
            _ => throw new InvalidOperationException($"kubectl auth can-i {what}: {run.Output} {run.Error}"),
        };
    }

    /// <summary>Whom the API server takes the bearer of a token for: the username and the groups; null when it does not let him in.</summary>
    public async Task<string?> WhoAsync(AwsKeys keys)
    {
        JsonObject review = new() { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = new JsonObject { ["token"] = Token(keys) } };
        using JsonDocument answer = JsonDocument.Parse(await AdministerAsync("create -o json", review.ToJsonString()));
        JsonElement status = answer.RootElement.GetProperty("status");
        return status.TryGetProperty("authenticated", out JsonElement authenticated) && authenticated.GetBoolean()
            ? $"{(status.GetProperty("user").TryGetProperty("username", out JsonElement name) ? name.GetString() : "")}: {string.Join(' ', status.Texts("user.groups").Where(static group => group != "system:authenticated"))}"
            : null;
    }

    /// <summary>Writes aws-auth anew; no keys take it away.</summary>
    public async Task WriteAwsAuthAsync(params (string Key, string Text)[] data)
    {
        await AdministerAsync("delete configmap aws-auth --namespace kube-system --ignore-not-found");
        if (data.Length > 0)
        {
            JsonObject map = new()
            {
                ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "aws-auth", ["namespace"] = "kube-system" },
                ["data"] = new JsonObject(data.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Text))),
            };
            await AdministerAsync("create", map.ToJsonString());
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (opening.IsValueCreated && sandbox is not null)
        {
            eks.Dispose();
            iam.Dispose();
            sts.Dispose();
            await sandbox.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task StartAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 100_000, KubernetesAssets = Assets }, TestContext.Current.CancellationToken);
        BasicAWSCredentials keys = new(sandbox.AccessKey, sandbox.SecretKey);
        eks = new(keys, new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        iam = new(keys, new AmazonIdentityManagementServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        sts = new(keys, new AmazonSecurityTokenServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        string role = (await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = "cluster", AssumeRolePolicyDocument = ServiceTrust })).Role.Arn;
        List<string> subnets = [.. await ForeignCluster.CreateSubnetsAsync(sandbox)];
        await eks.CreateClusterAsync(new CreateClusterRequest
        {
            Name = ClusterName,
            RoleArn = role,
            ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = subnets },
            AccessConfig = new CreateAccessConfigRequest { AuthenticationMode = AuthenticationMode.API_AND_CONFIG_MAP },
        });
        do
        {
            cluster = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = ClusterName })).Cluster;
            await Task.Delay(20);
        }
        while (cluster.Status == ClusterStatus.CREATING);
        Assert.Equal(ClusterStatus.ACTIVE, cluster.Status);
        await File.WriteAllBytesAsync(Path.Combine(folder, "ca.crt"), Convert.FromBase64String(cluster.CertificateAuthority.Data));
    }
}

/// <summary>The door of the sandbox's own Kubernetes API.</summary>
public sealed class BuiltInDoor : Door
{
    /// <inheritdoc/>
    protected override string? Assets => null;
}

/// <summary>The door of a real kube-apiserver.</summary>
public sealed class RealDoor : Door
{
    /// <inheritdoc/>
    protected override string? Assets => KubernetesAssets.Require();
}
