using System.Net;
using System.Text.Json.Nodes;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>Every member of every response arrives. The wire text is first read by botocore, which must find the same in it.</summary>
public sealed class ResponseTests
{
    private static readonly Lazy<Dictionary<(string, string), (JsonObject Sample, string Text, JsonObject Parsed)>> s_cases = new(() =>
    {
        var cases = (
            from service in Service.All
            from operation in service.Operations.Keys
            let shape = service.Model.Structure(operation, "output")
            let sample = new Sample(service.Model).Structure(shape)
            select (service.Name, operation, Sample: sample, Text: WireText.Response(service.Model, operation, sample))).ToList();
        var answers = BotocoreOracle.Ask(cases.Select(c => new JsonObject
        {
            ["do"] = "parse", ["service"] = c.Name, ["operation"] = c.operation, ["value"] = c.Text,
        }));
        return cases.Zip(answers).ToDictionary(c => (c.First.Name, c.First.operation), c => (c.First.Sample, c.First.Text, c.Second!.AsObject()));
    });

    [Theory]
    [MemberData(nameof(Service.EveryOperation), MemberType = typeof(Service))]
    public async Task Every_member_arrives(string name, string operation)
    {
        var service = Service.Of(name);
        var (sample, text, parsed) = s_cases.Value[(name, operation)];
        Assert.True(JsonNode.DeepEquals(sample, parsed), $"botocore reads {parsed}\nfrom {text}");
        using var client = service.Connect(new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, text, ("x-amzn-RequestId", "request-1"))));

        var response = await service.Call(client, operation, ObjectTree.Create(service.RequestType(operation), new Sample(service.Model, requiredOnly: true)
            .Structure(service.Model.Structure(operation, "input"))));

        var expected = ObjectTree.WithPropertyNames(service.Model, service.Model.Structure(operation, "output"), sample);
        var read = ObjectTree.Read(response);
        Assert.True(JsonNode.DeepEquals(expected, read), $"expected {expected}\nread {read}");
        Assert.Equal("request-1", response.ResponseMetadata.RequestId);
        Assert.Equal(HttpStatusCode.OK, response.HttpStatusCode);
    }

    [Theory]
    [MemberData(nameof(Service.EveryOperation), MemberType = typeof(Service))]
    public async Task What_the_service_leaves_out_is_null_and_what_is_new_is_ignored(string name, string operation)
    {
        var service = Service.Of(name);
        var text = service.Model.IsJson
            ? """{"newMember": {"a": [1]}}"""
            : $"""
               <{operation}Response><{operation}Result><NewMember><a>1</a></NewMember></{operation}Result>
               <ResponseMetadata><RequestId>xml-1</RequestId></ResponseMetadata></{operation}Response>
               """;
        using var client = service.Connect(new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, text)));

        var response = await service.Call(client, operation, ObjectTree.Create(service.RequestType(operation), new Sample(service.Model, requiredOnly: true)
            .Structure(service.Model.Structure(operation, "input"))));

        Assert.All(ObjectTree.Properties(response.GetType()), p => Assert.Null(p.GetValue(response)));
        if (!service.Model.IsJson)
            Assert.Equal("xml-1", response.ResponseMetadata.RequestId);
    }
}
