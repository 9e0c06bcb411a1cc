using System.Net;
using System.Text.Json.Nodes;
using EksTools.Aws.Tests.Botocore;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>What every operation puts on the wire is what botocore's serializer puts there from its model.</summary>
public sealed class RequestTests
{
    private static readonly Lazy<Dictionary<(string, string, bool), (JsonObject Sample, JsonObject Expected)>> s_expected = new(() =>
    {
        var cases = (
            from service in Service.All
            from operation in service.Operations.Keys
            from requiredOnly in new[] { false, true }
            let sample = new Sample(service.Model, requiredOnly).Structure(service.Model.Structure(operation, "input"))
            select (Key: (service.Name, operation, requiredOnly), Sample: sample)).ToList();
        var answers = BotocoreOracle.Ask(cases.Select(c => new JsonObject
        {
            ["do"] = "serialize", ["service"] = c.Key.Name, ["operation"] = c.Key.operation, ["value"] = c.Sample.DeepClone(),
        }));
        return cases.Zip(answers, (c, answer) => (c.Key, c.Sample, Expected: answer!.AsObject()))
            .ToDictionary(c => (c.Key.Name, c.Key.operation, c.Key.requiredOnly), c => (c.Sample, c.Expected));
    });

    [Theory]
    [MemberData(nameof(Service.EveryOperation), MemberType = typeof(Service))]
    public Task Every_member_is_sent_as_botocore_sends_it(string service, string operation) => Check(Service.Of(service), operation, requiredOnly: false);

    [Theory]
    [MemberData(nameof(Service.EveryOperation), MemberType = typeof(Service))]
    public Task Nothing_is_sent_but_what_is_set(string service, string operation) => Check(Service.Of(service), operation, requiredOnly: true);

    private static async Task Check(Service service, string operation, bool requiredOnly)
    {
        var (sample, expected) = s_expected.Value[(service.Name, operation, requiredOnly)];
        var http = new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, service.Model.IsJson ? "{}" : $"<{operation}Response/>"));
        using var client = service.Connect(http);

        await service.Call(client, operation, ObjectTree.Create(service.RequestType(operation), sample));

        var sent = Assert.Single(http.Sent);
        Assert.Equal((string)expected["method"]!, sent.Method);
        Assert.Equal(((string)expected["path"]!).Split('/').Select(Uri.UnescapeDataString), sent.Segments);
        Assert.Equal(QueryOf(expected["query"]).Order(), sent.Query.Order());
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", sent.Headers["Authorization"], StringComparison.Ordinal);
        if (service.Model.Protocol == "json")
            Assert.Equal((string)expected["headers"]!["X-Amz-Target"]!, sent.Headers["X-Amz-Target"]);
        if (service.Model.IsJson)
            CheckJson(service, operation, sample, (string)expected["body"]!, sent);
        else
            CheckForm(expected["body"]!.AsObject(), sent);
    }

    private static void CheckJson(Service service, string operation, JsonObject sample, string expected, SentRequest sent)
    {
        if (expected.Length == 0)
        {
            Assert.Equal("", sent.Body);
            Assert.DoesNotContain("Content-Type", sent.Headers.Keys);
            return;
        }

        Assert.Equal(service.Model.Protocol == "json" ? "application/x-amz-json-1.1" : "application/json", sent.Headers["Content-Type"]);
        var body = JsonNode.Parse(sent.Body)!.AsObject();

        // botocore makes the token up before it serializes, so what it was not given is not in its answer.
        var tokens = Model.Members(service.Model.Structure(operation, "input")).Where(m => (bool?)m.Value!["idempotencyToken"] == true).Select(m => m.Key);
        foreach (var token in tokens.Where(t => !sample.ContainsKey(t)))
        {
            Assert.True(Guid.TryParse((string?)body[token], out _), $"{token} is {body[token]}, which is no UUID.");
            body.Remove(token);
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), $"expected {expected}\nsent {sent.Body}");
    }

    private static void CheckForm(JsonObject expected, SentRequest sent)
    {
        Assert.StartsWith("application/x-www-form-urlencoded", sent.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(expected.Select(p => (p.Key, p.Value!.ToString())).Order(), sent.Form.Order());
    }

    private static IEnumerable<(string, string)> QueryOf(JsonNode? query) => query is not JsonObject parameters ? [] :
        from parameter in parameters
        from value in parameter.Value is JsonArray values ? values.AsEnumerable() : Enumerable.Repeat(parameter.Value, 1)
        select (parameter.Key, value!.ToString());
}
