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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Sandbox.DisposeAsync();
    }
}
