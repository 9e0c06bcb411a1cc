using EksTools.Sandbox.Kubernetes.Resources;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Every case was run through k8s.io/apimachinery's yaml.ToJSON and gopkg.in/yaml.v2, built with Go 1.19; members are in another order there.</summary>
public sealed class YamlReadingTests
{
    [Theory]
    [InlineData("- {a: 123, b: yes, c: y, d: off, e: ~, f: 2001-01-01}", """[{"a":123,"b":true,"c":true,"d":false,"e":null,"f":"2001-01-01"}]""")]
    [InlineData("a: 1\na: 2", """{"a":2}""")]
    [InlineData("- &a {r: R, g: [x]}\n- <<: *a\n  r: S", """[{"r":"R","g":["x"]},{"r":"S","g":["x"]}]""")]
    [InlineData("[!!str 123, !!str yes, !!int \"3\", !foo bar, !!float 3, !!binary aGVsbG8=]", """["123","yes",3,"bar",3,"hello"]""")]
    [InlineData("a: \"u\\n\"\nb: 'it''s'\nc: |\n  x\n", """{"a":"u\n","b":"it's","c":"x\n"}""")]
    [InlineData("---\na: 1\n---\nb: 2\n", """{"a":1}""")]
    [InlineData("{1: x, true: z}", """{"1":"x","true":"z"}""")]
    [InlineData("# nothing", "null")]
    [InlineData("~", "null")]
    [InlineData("text", "\"text\"")]
    [InlineData("a: =", """{"a":"="}""")]
    [InlineData("a: x\r\nb: y2\r\n", """{"a":"x","b":"y2"}""")]
    [InlineData("\ufeffa: x", """{"a":"x"}""")]
    [InlineData("a: 1\n...\ngarbage: [\n", """{"a":1}""")]
    [InlineData("- a\n  - b", """["a - b"]""")]
    [InlineData("[a,]", """["a"]""")]
    public void ToJson_gives_what_Go_gives(string yaml, string json) => Assert.Equal(json, YamlReading.ToJson(yaml)?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null");

    [Theory]
    [InlineData("a: {{SessionName}}")]
    [InlineData("a: .inf")]
    [InlineData("null: a")]
    [InlineData("? [a]\n: b")]
    [InlineData("a: *x")]
    [InlineData("a:\n\tb: c")]
    [InlineData("a: b\u0001")]
    [InlineData("a: \"x\nb: y")]
    [InlineData("%YAML 1.2\n---\na: b")]
    [InlineData("a: b: c")]
    [InlineData("- a\n- [\n")]
    [InlineData("- !!int a")]
    public void ToJson_refuses_what_Go_refuses(string yaml) => Assert.ThrowsAny<YamlException>(() => YamlReading.ToJson(yaml));

    [Theory]
    [InlineData("- 111122223333", "111122223333")]
    [InlineData("- 012345678901", "012345678901")]
    [InlineData("- \"012345678901\"", "012345678901")]
    [InlineData("- 1111_2222_3333", "1111_2222_3333")]
    [InlineData("- 1e3\n- yes\n- 0x1F\n- 2001-01-01", "1e3|yes|0x1F|2001-01-01")]
    [InlineData("- ~\n- null\n-\n- a", "|||a")]
    [InlineData("- [a]\n- b\n- {c: d}\n- e", "b|e")]
    [InlineData("- &x a\n- *x", "a|a")]
    [InlineData("- !!binary aGVsbG8=\n- !!str 5", "hello|5")]
    [InlineData("111122223333", null)]
    [InlineData("a: b", null)]
    [InlineData("null", null)]
    public void ToStrings_keeps_scalars_as_they_are_spelled(string yaml, string? expected) =>
        Assert.Equal(expected?.Split('|') ?? [], YamlReading.ToStrings(yaml));

    [Fact]
    public void Aliases_do_not_grow_without_end()
    {
        var yaml = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(n => $"a{n}: &a{n} [{string.Join(',', Enumerable.Repeat($"*a{n - 1}", 10))}]\n"));
        Assert.Contains("excessive aliasing", Assert.Throws<YamlException>(() => YamlReading.ToJson(yaml)).Message, StringComparison.Ordinal);
    }
}
