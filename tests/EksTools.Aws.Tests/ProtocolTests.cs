using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime.Internal;
using EksTools.Aws.Protocols;
using EksTools.Aws.Tests.Wire;
using JsonValue = EksTools.Aws.Protocols.JsonValue;

namespace EksTools.Aws.Tests;

/// <summary>What the protocols say of values that EKS and IAM use seldom or not yet.</summary>
[Collection(nameof(TransportTests))]
public sealed class ProtocolTests
{
    private static readonly DateTime s_time = new(2024, 2, 3, 4, 5, 6, 250, DateTimeKind.Utc);

    [Fact]
    public void JSON_writes_every_simple_type_and_leaves_nulls_out()
    {
        var json = Json(o =>
        {
            o.Member("text", "ä\"");
            o.Member("int", 7);
            o.Member("long", 1L << 40);
            o.Member("double", 1.5);
            o.Member("flag", false);
            o.Member("time", s_time);
            o.Member("local", new DateTimeOffset(2024, 2, 3, 6, 5, 6, TimeSpan.FromHours(2)).LocalDateTime);
            o.Member("nothing", (string?)null);
            o.Member("nothing", (int?)null);
            o.Member("nothing", (DateTime?)null);
            o.Map("map", new Dictionary<string, Tag> { ["a"] = new() { Key = "k" } }, static (b, tag) => b.Member("key", tag.Key));
        });

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"text":"ä\"","int":7,"long":1099511627776,"double":1.5,"flag":false,"time":1706933106.25,"local":1706933106,"map":{"a":{"key":"k"}}}
                """),
            JsonNode.Parse(json)), json);
    }

    [Fact]
    public void Forms_write_every_simple_type_and_nest_names()
    {
        var parameters = new ParameterCollection();
        var form = new QueryForm(parameters);
        form.Member("Long", 1L << 40);
        form.Member("Double", 1.5);
        form.Member("Flag", true);
        form.Member("Time", s_time);
        form.Member("Nothing", (bool?)null);
        form.List("Empty", new List<string>());
        form.List("Outer", [new Tag { Key = "a" }, new Tag { Key = "b" }], static (o, tag) =>
            o.Member("Inner", tag, static (i, t) => i.List("Names", [t.Key, t.Key + "2"])));

        Assert.Equal(
            [
                "Double=1.5", "Empty=", "Flag=true", "Long=1099511627776",
                "Outer.member.1.Inner.Names.member.1=a", "Outer.member.1.Inner.Names.member.2=a2",
                "Outer.member.2.Inner.Names.member.1=b", "Outer.member.2.Inner.Names.member.2=b2", "Time=2024-02-03T04:05:06.25Z",
            ],
            parameters.GetSortedParametersList().Select(p => $"{p.Key}={p.Value}"));
    }

    [Fact]
    public void Values_are_read_as_services_and_emulators_write_them()
    {
        Assert.Equal(s_time, JsonValue.Timestamp(Element("1706933106.25")));
        Assert.Equal(s_time, JsonValue.Timestamp(Element("1.70693310625E9")));
        Assert.Equal(s_time, JsonValue.Timestamp(Element("\"2024-02-03T05:05:06.250+01:00\"")));
        Assert.Equal(1L << 40, JsonValue.Int64(Element("1099511627776")));
        Assert.Equal(1.5, JsonValue.Double(Element("1.5")));
        Assert.Equal(["a", "b"], JsonValue.List(Element("""["a", null, "b"]"""), JsonValue.String));
        Assert.Equal(["a"], JsonValue.Map(Element("""{"a": "1", "b": null}"""), JsonValue.String).Keys);
        Assert.Equal(s_time, XmlValue.Timestamp(new XElement("t", "2024-02-03T04:05:06.250Z")));
        Assert.Equal(DateTimeKind.Utc, XmlValue.Timestamp(new XElement("t", "2024-02-03T04:05:06")).Kind);
        Assert.Equal(1L << 40, XmlValue.Int64(new XElement("n", "1099511627776")));
        Assert.Equal(1.5, XmlValue.Double(new XElement("n", "1.5")));
        Assert.True(XmlValue.Boolean(new XElement("b", "True")));
        var map = new XElement("m", new XElement("entry", new XElement("key", "a"), new XElement("value", "1")));
        Assert.Equal("1", XmlValue.Map(map, XmlValue.String)["a"]);
    }

    [Fact]
    public async Task An_empty_collection_is_sent_unless_the_SDK_makes_collections_up()
    {
        Assert.Equal("{}", (await SentTags(new() { ResourceArn = "arn", Tags = [] }))["tags"]?.ToJsonString());
        Assert.Null((await SentTags(new() { ResourceArn = "arn" }))["tags"]);
        AWSConfigs.InitializeCollections = true;
        try
        {
            Assert.NotNull(new Amazon.EKS.Model.TagResourceRequest().Tags);
            Assert.Null((await SentTags(new() { ResourceArn = "arn" }))["tags"]);
        }
        finally
        {
            AWSConfigs.InitializeCollections = false;
        }

        static async Task<JsonObject> SentTags(Amazon.EKS.Model.TagResourceRequest request)
        {
            var http = new CannedHttp(_ => CannedHttp.Response(HttpStatusCode.OK, ""));
            using var client = (AmazonEKSClient)Service.Eks.Connect(http);
            await client.TagResourceAsync(request, TestContext.Current.CancellationToken);
            return JsonNode.Parse(http.Sent.Single().Body)!.AsObject();
        }
    }

    [Fact]
    public async Task A_policy_document_is_given_as_the_service_sends_it()
    {
        const string Encoded = "%7B%22Version%22%3A%20%222012-10-17%22%7D";
        var http = new CannedHttp(_ => CannedHttp.Response(
            HttpStatusCode.OK, $"<GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>{Encoded}</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>"));
        using var client = (AmazonIdentityManagementServiceClient)Service.Iam.Connect(http);

        var response = await client.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = "r", PolicyName = "p" }, TestContext.Current.CancellationToken);

        Assert.Equal(Encoded, response.PolicyDocument);
    }

    private static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    private static string Json(Action<JsonBody> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            new JsonBody(writer).Object(0, (body, _) => write(body));
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
