using System.Text.Json.Nodes;
using Amazon;
using Amazon.CertificateManager;
using Amazon.CloudWatchLogs;
using Amazon.EKS;
using Amazon.ElasticLoadBalancing;
using Amazon.ElasticLoadBalancingV2;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>Endpoints and signing regions are those of botocore's own resolver, in every region it knows and some that it does not.</summary>
public sealed class EndpointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("eks")]
    [InlineData("iam")]
    [InlineData("elb")]
    [InlineData("elbv2")]
    [InlineData("acm")]
    [InlineData("logs")]
    public void Endpoints_are_botocore_s(string name)
    {
        var regions = BotocoreOracle.Ask([new JsonObject { ["do"] = "regions" }])[0]!.AsArray().Select(r => (string)r!)
            .Concat(["us-west-9", "eu-nowhere-1", "cn-south-1", "us-gov-north-1", "us-iso-west-7", "us-isob-north-1", "eu-isoe-north-1", "us-isof-west-1", "eusc-de-west-1", "moon-1"]);
        var cases = (
            from region in regions
            from fips in new[] { false, true }
            from dualStack in new[] { false, true }
            select (region, fips, dualStack)).ToList();
        var answers = BotocoreOracle.Ask([new JsonObject
        {
            ["do"] = "resolve", ["service"] = name, ["value"] = new JsonArray([.. cases.Select(c => new JsonArray(c.region, c.fips, c.dualStack))]),
        }])[0]!.AsArray();

        var differences = cases.Zip(answers, (c, answer) => (c, expected: Expected(answer!), actual: Resolve(name, c.region, c.fips, c.dualStack)))
            .Where(d => d.expected != d.actual).Select(d => $"{d.c}: botocore {d.expected}, here {d.actual}").ToList();

        Assert.Empty(differences);
        output.WriteLine($"{name}: {cases.Count} endpoints");
    }

    [Fact]
    public void Configured_endpoints_and_regions_reach_the_request()
    {
        var eks = new AmazonEKSConfig { RegionEndpoint = RegionEndpoint.GetBySystemName("cn-north-1") };
        var iam = new AmazonIdentityManagementServiceConfig { ServiceURL = "http://127.0.0.1:4566", AuthenticationRegion = "us-east-1" };

        Assert.Equal("https://eks.cn-north-1.amazonaws.com.cn/", Determine(eks, new ListClustersRequest()));
        Assert.Equal("http://127.0.0.1:4566/", Determine(iam, new ListRolesRequest()));

        static string Determine(ClientConfig config, AmazonWebServiceRequest request) =>
            config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request)).URL;
    }

    [Theory]
    [InlineData("us-east-1", "us-east-1", "iam.amazonaws.com")]
    [InlineData("eu-west-1", "us-east-1", "iam.amazonaws.com")]
    [InlineData("cn-northwest-1", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-east-1", "us-gov-west-1", "iam.us-gov.amazonaws.com")]
    public async Task IAM_is_signed_for_its_partition_s_region(string region, string signingRegion, string host)
    {
        var http = new CannedHttp(_ => CannedHttp.Response(System.Net.HttpStatusCode.OK, "<ListRolesResponse/>"));
        using var client = new AmazonIdentityManagementServiceClient(
            "AKID", "secret", new AmazonIdentityManagementServiceConfig { RegionEndpoint = RegionEndpoint.GetBySystemName(region), HttpClientFactory = http });

        await client.ListRolesAsync(TestContext.Current.CancellationToken);

        var sent = Assert.Single(http.Sent);
        Assert.Equal(host, sent.Uri.Host);
        Assert.Contains($"/{signingRegion}/iam/aws4_request", sent.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "FIPS")]
    [InlineData(false, true, "dual stack")]
    public void An_override_with_FIPS_or_dual_stack_is_refused(bool fips, bool dualStack, string what)
    {
        var config = new AmazonEKSConfig { ServiceURL = "http://127.0.0.1:1", AuthenticationRegion = "us-east-1", UseFIPSEndpoint = fips, UseDualstackEndpoint = dualStack };

        var error = Assert.Throws<AmazonClientException>(() =>
            config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(new ListClustersRequest())));

        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    private static string Expected(JsonNode answer) => answer["error"] is not null ? "an error" : $"{answer["url"]} signed for {answer["signingRegion"]}";

    private static string Resolve(string name, string region, bool fips, bool dualStack)
    {
        ClientConfig config = name switch
        {
            "eks" => new AmazonEKSConfig(),
            "iam" => new AmazonIdentityManagementServiceConfig(),
            "elb" => new AmazonElasticLoadBalancingConfig(),
            "elbv2" => new AmazonElasticLoadBalancingV2Config(),
            "acm" => new AmazonCertificateManagerConfig(),
            _ => new AmazonCloudWatchLogsConfig(),
        };
        var parameters = new EndpointParameters { ["Region"] = region, ["UseFIPS"] = fips, ["UseDualStack"] = dualStack };
        try
        {
            var endpoint = config.EndpointProvider.ResolveEndpoint(parameters);
            var scheme = (endpoint.Attributes?["authSchemes"] as System.Collections.IList)?[0] as PropertyBag;
            return $"{endpoint.URL} signed for {scheme?["signingRegion"] ?? region}";
        }
        catch (AmazonClientException)
        {
            return "an error";
        }
    }
}
