using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Patching;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class PlainPatchTests
{
    /// <summary>The test cases of RFC 7396, appendix A, as far as they are objects.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void MergePatch_follows_its_RFC(string original, string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonReading.Parse(expected), JsonMergePatch.Apply(JsonReading.Parse(original), JsonReading.Parse(patch))));

    /// <summary>The examples of RFC 6902, appendix A.</summary>
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo"}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"qux"}]""", """{"baz":"qux"}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc"]}]""", """{"foo":["bar",["abc"]]}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"}]""", """{"a":{"b":1},"c":{"b":1}}""")]
    public void JsonPatch_follows_its_RFC(string original, string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonReading.Parse(expected), JsonPatch.Apply(JsonReading.Parse(original), (JsonArray)JsonNode.Parse(patch)!)));

    [Theory]
    [InlineData("""[{"op":"test","path":"/baz","value":"bar"}]""", 422)]
    [InlineData("""[{"op":"remove","path":"/nothing"}]""", 422)]
    [InlineData("""[{"op":"add","path":"/no/such","value":1}]""", 422)]
    [InlineData("""[{"op":"replace","path":"/list/7","value":1}]""", 422)]
    [InlineData("""[{"op":"turn","path":"/baz"}]""", 400)]
    [InlineData("""[{"op":"add","path":"baz","value":1}]""", 400)]
    public void JsonPatch_refuses_what_does_not_fit(string patch, int code)
    {
        var refused = Assert.Throws<StatusException>(() => JsonPatch.Apply(JsonReading.Parse("""{"baz":"qux","list":[1]}"""), (JsonArray)JsonNode.Parse(patch)!));

        Assert.Equal(code, refused.Code);
    }
}
