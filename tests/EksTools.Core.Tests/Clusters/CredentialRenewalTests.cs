using Amazon.IdentityManagement.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Tests.Plans;
using EksTools.Sandbox;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Core.Tests.Clusters;

/// <summary>A job whose credentials end in its middle: it goes on with those that the callback gives next.</summary>
public sealed class CredentialRenewalTests : IAsyncLifetime
{
    private const string Role = "operators";
    private readonly ClusterService clusters = new(new PacedClock(PacedClock.TestPace));
    private readonly RecordingObserver observer = new();
    private SandboxServer sandbox = null!;
    private AmazonSecurityTokenServiceClient sts = null!;
    private int asked;

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        sts = new AmazonSecurityTokenServiceClient(sandbox.AccessKey, sandbox.SecretKey, new AmazonSecurityTokenServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using AwsAccount account = await AwsAccount.OpenAsync(new AwsConnection { AccessKey = sandbox.AccessKey, SecretKey = sandbox.SecretKey, Region = "us-west-2", EndpointUrl = sandbox.Endpoint }, TestContext.Current.CancellationToken);
        await account.Iam.CreateRoleAsync(new CreateRoleRequest { RoleName = Role, AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""" });
        await account.Iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = Role, PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess" });
    }

    public async ValueTask DisposeAsync()
    {
        sts.Dispose();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Keys_that_end_in_the_middle_are_asked_for_again_and_the_job_goes_on()
    {
        // Several calls find out at once that the keys have ended.
        foreach (string operation in (string[])["CreateNodegroup", "CreateAddon", "DescribeAddon"])
        {
            sandbox.Faults.Add("eks", operation, FaultKind.Expired);
        }

        EksCluster cluster = await clusters.CreateAsync(Connection(), new NewClusterRequest { Name = "demo" }, observer, TestContext.Current.CancellationToken);
        Assert.Equal("ACTIVE", cluster.Status);
        Assert.InRange(asked, 2, 4);
        Assert.Contains(observer.Lines, static line => line.Contains("goes on with renewed credentials", StringComparison.Ordinal));
        Assert.Equal(0, sandbox.Faults.Count);
        await clusters.RemoveAsync(Connection(), new RemoveClusterRequest { Name = "demo", KeepKubeconfig = true }, observer, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_laptop_that_wakes_with_dead_connections_and_ended_keys_goes_on()
    {
        sandbox.Faults.Add(new FaultRule { Service = "*", Kind = FaultKind.DropBefore, Skip = 60, Count = 12 });
        sandbox.Faults.Add(new FaultRule { Service = "eks", Kind = FaultKind.Expired, Skip = 8 });
        EksCluster cluster = await clusters.CreateAsync(Connection(), new NewClusterRequest { Name = "demo" }, observer, TestContext.Current.CancellationToken);
        Assert.Equal("ACTIVE", cluster.Status);
        Assert.True(asked > 1);
        Assert.Equal(0, sandbox.Faults.Count);
    }

    /// <summary>Keys for an hour, others each time.</summary>
    private AwsConnection Connection() => new()
    {
        Region = "us-west-2",
        EndpointUrl = sandbox.Endpoint,
        Credential = async cancellationToken =>
        {
            Interlocked.Increment(ref asked);
            Credentials keys = (await sts.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = $"arn:aws:iam::111122223333:role/{Role}", RoleSessionName = "night-shift" }, cancellationToken)).Credentials;
            return new AwsKeys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, keys.Expiration);
        },
    };
}
