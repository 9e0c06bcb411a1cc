using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Sandbox.Tests.Account;

/// <summary>A sandbox under a fake clock, and its administrator's client.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(SandboxServer sandbox, FakeTimeProvider time, string region)
    {
        (Sandbox, Time) = (sandbox, time);
        Client = new SignedClient(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey, region: region, time: time);
    }

    public SandboxServer Sandbox { get; }

    public FakeTimeProvider Time { get; }

    public SignedClient Client { get; }

    public static async Task<Stage> StartAsync(string region = "us-west-2", Func<SandboxOptions, SandboxOptions>? change = null)
    {
        // Not in the past: the certificates of clusters are the machine's clock's.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = new SandboxOptions { Time = time, Region = region };
        return new Stage(await SandboxServer.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken), time, region);
    }

    public Task<Answer> Ec2Async(string action, params string[] parameters) => Client.QueryAsync("ec2", action, parameters);

    public Task<Answer> IamAsync(string action, params string[] parameters) => Client.QueryAsync("iam", action, parameters);

    public Task<Answer> GetAsync(string path) => Client.EksAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string body) => Client.EksAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path) => Client.EksAsync(HttpMethod.Delete, path);

    /// <summary>A role that a service may assume, old enough to be seen.</summary>
    public async Task<string> RoleAsync(string name, string service, bool settled = true)
    {
        var answer = await IamAsync("CreateRole", "RoleName", name, "AssumeRolePolicyDocument", "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"" + service + "\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]}]}");
        if (service == "ec2.amazonaws.com")
        {
            // Without it, or a role of aws-node's own, no node becomes Ready.
            await IamAsync("AttachRolePolicy", "RoleName", name, "PolicyArn", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
        }

        if (settled)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
        }

        return answer.Value("Arn");
    }

    /// <summary>A VPC with a subnet in each of two zones.</summary>
    public async Task<(string Vpc, string[] Subnets)> NetworkAsync(params string[] zones)
    {
        var vpc = (await Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var subnets = new List<string>();
        foreach (var zone in zones.Length > 0 ? zones : ["us-west-2a", "us-west-2b"])
        {
            subnets.Add((await Ec2Async("CreateSubnet", "VpcId", vpc, "CidrBlock", $"10.0.{subnets.Count * 32}.0/19", "AvailabilityZone", zone)).Value("subnetId"));
        }

        return (vpc, [.. subnets]);
    }

    /// <summary>Asks for a cluster named demo.</summary>
    public async Task<(Answer Answer, string Vpc, string[] Subnets)> AskForClusterAsync(string members = "")
    {
        var role = await RoleAsync("cluster", "eks.amazonaws.com");
        var (vpc, subnets) = await NetworkAsync();
        return (await PostAsync("/clusters", $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"]}{{members}}}"""), vpc, subnets);
    }

    /// <summary>A cluster named demo that is ACTIVE; in API mode and without self-managed add-ons unless told otherwise.</summary>
    public async Task<(string Vpc, string[] Subnets)> ClusterAsync(string members = ""","accessConfig":{"authenticationMode":"API"},"bootstrapSelfManagedAddons":false""")
    {
        var (answer, vpc, subnets) = await AskForClusterAsync(members);
        Assert.Equal("CREATING", (string?)answer.Json["cluster"]!["status"]);
        Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("ACTIVE", await StatusAsync("/clusters/demo"));
        return (vpc, subnets);
    }

    /// <summary>The status of whatever a path describes; null when it is gone.</summary>
    public async Task<string?> StatusAsync(string path) => await GetAsync(path) is { Error: null } answer ? (string?)answer.Json.Single().Value!["status"] : null;

    /// <summary>A session of a role, which trusts the account.</summary>
    public async Task<AwsKeys> AssumeAsync(string role, string path = "/")
    {
        await IamAsync("CreateRole", "RoleName", role, "Path", path, "AssumeRolePolicyDocument", """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}]}""");
        var keys = await Client.QueryAsync("sts", "AssumeRole", "RoleArn", $"arn:aws:iam::111122223333:role{path}{role}", "RoleSessionName", "me");
        return new(keys.Value("AccessKeyId"), keys.Value("SecretAccessKey"), keys.Value("SessionToken"));
    }

    /// <summary>A client of a new role with the policy's statements as its only permissions.</summary>
    public async Task<SignedClient> ActAsync(string role, string statements)
    {
        var keys = await AssumeAsync(role);
        await PermitAsync(role, statements);
        return new SignedClient(Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, time: Time);
    }

    /// <summary>Makes statements the only permissions of a role.</summary>
    public async Task PermitAsync(string role, string statements) =>
        Assert.Null((await IamAsync("PutRolePolicy", "RoleName", role, "PolicyName", "permissions", "PolicyDocument", $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""")).Error);

    /// <summary>The administrator.</summary>
    public AwsKeys Administrator => new(Sandbox.AccessKey, Sandbox.SecretKey);

    /// <summary>Asks the Kubernetes API of the cluster demo.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> KubernetesAsync(AwsKeys keys, string path, HttpMethod? method = null, JsonObject? body = null)
    {
        var cluster = (await GetAsync("/clusters/demo")).Json["cluster"]!;
        using var authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String((string)cluster["certificateAuthority"]!["data"]!)));
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck } } });
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, (string)cluster["endpoint"]! + path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", EksTokenFactory.Create(keys, "us-west-2", "demo", Time.GetUtcNow()).Token);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Sandbox.DisposeAsync();
    }
}
