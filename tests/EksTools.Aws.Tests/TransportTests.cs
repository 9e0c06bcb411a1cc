using System.Text.Json.Nodes;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>What the SDK's core does for the clients: overrides of the endpoint, retries, cancellation.</summary>
[Collection(nameof(TransportTests))]
public sealed class TransportTests
{
    private const string Cluster = """{"cluster":{"name":"demo","status":"CREATING"}}""";

    [Theory]
    [InlineData("AWS_ENDPOINT_URL")]
    [InlineData("AWS_ENDPOINT_URL_EKS")]
    public async Task EKS_goes_where_the_environment_says(string variable)
    {
        await using var service = new LoopbackService(new Answer(200, Cluster));
        using var environment = new EnvironmentVariable(variable, service.Url);
        using var client = new AmazonEKSClient("AKID", "secret", Amazon.RegionEndpoint.EUCentral1);

        var response = await client.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken);

        Assert.Equal("demo", response.Cluster.Name);
        var request = Assert.Single(service.Requests);
        Assert.Equal("/clusters/demo", request.Path);
        Assert.Contains("/eu-central-1/eks/aws4_request", request.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IAM_goes_where_the_environment_says()
    {
        await using var service = new LoopbackService(new Answer(200, "<ListRolesResponse><ListRolesResult><Roles/></ListRolesResult></ListRolesResponse>"));
        using var environment = new EnvironmentVariable("AWS_ENDPOINT_URL_IAM", service.Url);
        using var client = new AmazonIdentityManagementServiceClient("AKID", "secret", Amazon.RegionEndpoint.EUCentral1);

        Assert.Empty((await client.ListRolesAsync(TestContext.Current.CancellationToken)).Roles);
        var request = Assert.Single(service.Requests);
        Assert.Equal("Action=ListRoles&Version=2010-05-08", request.Body);
        Assert.Contains("/eu-central-1/iam/aws4_request", request.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retried_creation_carries_the_same_token()
    {
        await using var service = new LoopbackService(
            new Answer(500, """{"message":"try again"}""", "ServerException"),
            new Answer(429, """{"message":"slow down"}""", "ThrottlingException"),
            null,
            new Answer(200, Cluster));
        using var client = Eks(service, retries: 3);

        var response = await client.CreateClusterAsync(
            new CreateClusterRequest { Name = "demo", RoleArn = "arn", ResourcesVpcConfig = new VpcConfigRequest() }, TestContext.Current.CancellationToken);

        Assert.Equal(ClusterStatus.CREATING, response.Cluster.Status);
        Assert.Equal(4, service.Requests.Count);
        Assert.True(Guid.TryParse((string?)JsonNode.Parse(service.Requests[0].Body)!["clientRequestToken"], out _));
        Assert.Single(service.Requests.Select(r => r.Body).Distinct());
    }

    [Fact]
    public async Task Throttled_IAM_is_asked_again()
    {
        await using var service = new LoopbackService(
            new Answer(400, "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"),
            new Answer(503, "<ErrorResponse><Error><Type>Receiver</Type><Code>ServiceUnavailable</Code></Error></ErrorResponse>"),
            new Answer(200, "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName></Role></GetRoleResult></GetRoleResponse>"));
        using var client = Iam(service, retries: 2);

        var response = await client.GetRoleAsync(new GetRoleRequest { RoleName = "r" }, TestContext.Current.CancellationToken);

        Assert.Equal("r", response.Role.RoleName);
        Assert.Equal(3, service.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_is_cut_or_garbled_is_asked_for_again()
    {
        const string Role = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName></Role></GetRoleResult></GetRoleResponse>";
        await using var service = new LoopbackService(new Answer(200, Cluster, IsCut: true), new Answer(200, "<html>"), new Answer(200, Cluster), new Answer(200, Role, IsCut: true), new Answer(200, "<html>"), new Answer(200, Role));
        using var eks = Eks(service, retries: 2);
        using var iam = Iam(service, retries: 2);

        Assert.Equal("demo", (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken)).Cluster.Name);
        Assert.Equal("r", (await iam.GetRoleAsync(new GetRoleRequest { RoleName = "r" }, TestContext.Current.CancellationToken)).Role.RoleName);
        Assert.Equal(6, service.Requests.Count);
    }

    [Fact]
    public async Task What_the_caller_did_wrong_is_not_asked_again()
    {
        await using var service = new LoopbackService(new Answer(404, """{"message":"No cluster found for name: demo."}""", "ResourceNotFoundException"));
        using var client = Eks(service, retries: 3);

        await Assert.ThrowsAsync<Amazon.EKS.Model.ResourceNotFoundException>(() =>
            client.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken));

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task Retries_end_with_the_service_s_error()
    {
        await using var service = new LoopbackService(
            new Answer(500, """{"message":"first"}""", "ServerException"), new Answer(500, """{"message":"last","clusterName":"demo"}""", "ServerException"));
        using var client = Eks(service, retries: 1);

        var error = await Assert.ThrowsAsync<ServerException>(() =>
            client.DeleteClusterAsync(new DeleteClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken));

        Assert.Equal(("last", "demo"), (error.Message, error.ClusterName));
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task A_cancelled_call_ends()
    {
        await using var service = new LoopbackService();
        using var client = Eks(service, retries: 3);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListClustersAsync(new ListClustersRequest(), new CancellationToken(canceled: true)));

        Assert.Empty(service.Requests);
    }

    private static AmazonEKSClient Eks(LoopbackService service, int retries) =>
        new("AKID", "secret", new AmazonEKSConfig { ServiceURL = service.Url, AuthenticationRegion = "eu-west-1", MaxErrorRetry = retries });

    private static AmazonIdentityManagementServiceClient Iam(LoopbackService service, int retries) =>
        new("AKID", "secret", new AmazonIdentityManagementServiceConfig { ServiceURL = service.Url, AuthenticationRegion = "us-east-1", MaxErrorRetry = retries });

    private sealed class EnvironmentVariable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        public EnvironmentVariable(string name, string value)
        {
            (_name, _before) = (name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}

/// <summary>These tests change the environment, which all clients read: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(TransportTests), DisableParallelization = true)]
public sealed class TransportCollection;
