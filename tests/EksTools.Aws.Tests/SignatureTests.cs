using System.Net;
using System.Text.Json.Nodes;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>
/// What went over the wire has the signature that botocore computes from the wire, as a server would: escaped slashes in ARNs,
/// repeated parameters and non-ASCII text are where signers differ.
/// </summary>
public sealed class SignatureTests
{
    [Theory]
    [InlineData("eks", "eu-west-1")]
    [InlineData("iam", "us-east-1")]
    public async Task Every_operation_is_signed_for_what_is_sent(string name, string region)
    {
        var service = Service.Of(name);
        var http = new CannedHttp(sent => CannedHttp.Response(HttpStatusCode.OK, name == "eks" ? "{}" : "<Response/>"));
        using var client = service.Connect(http);
        foreach (var operation in service.Operations.Keys)
        {
            var sample = new Sample(service.Model).Structure(service.Model.Structure(operation, "input"));
            await service.Call(client, operation, ObjectTree.Create(service.RequestType(operation), sample));
        }

        Assert.Equal(service.Operations.Count, http.Sent.Count);
        AssertSigned(name, region, http.Sent);
    }

    /// <summary>Holds each request's signature to botocore's.</summary>
    internal static void AssertSigned(string service, string region, IReadOnlyCollection<SentRequest> requests)
    {
        var signatures = BotocoreOracle.Ask(requests.Select(sent => new JsonObject
        {
            ["do"] = "sign",
            ["service"] = service,
            ["region"] = region,
            ["key"] = "AKIDEXAMPLE",
            ["secret"] = "secret",
            ["value"] = new JsonObject
            {
                ["method"] = sent.Method,
                ["url"] = sent.Uri.AbsoluteUri,
                ["body"] = sent.Body,
                ["headers"] = new JsonObject(Field(sent, "SignedHeaders").Split(';').Select(header =>
                    KeyValuePair.Create(header == "x-amz-date" ? "X-Amz-Date" : header, (JsonNode?)(header == "host" ? sent.Uri.Authority : sent.Headers[header])))),
            },
        }));

        Assert.All(requests.Zip(signatures), pair => Assert.Equal((string)pair.Second!, Field(pair.First, "Signature")));
    }

    private static string Field(SentRequest sent, string name) => sent.Headers["Authorization"].Split(name + "=")[1].Split(',')[0];
}
