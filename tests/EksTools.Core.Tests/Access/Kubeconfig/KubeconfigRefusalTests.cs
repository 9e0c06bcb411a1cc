using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigRefusalTests
{
    [Theory]
    [InlineData("a: b\n  c: d\n", 2, "not valid YAML")]
    [InlineData("clusters:\n\t- name: x\n", 2, "not valid YAML")]
    [InlineData("apiVersion: \"v1\n", 1, "not valid YAML")]
    [InlineData("apiVersion: v1\u0085kind: Config\n", 1, "U+0085")]
    [InlineData("# a\u2028kind: Config\n", 1, "U+2028")]
    [InlineData("kind: Config\nclusters: \0[]\nusers: []\n", 2, "U+0000")]
    [InlineData("kind: Config\nusers: [] # \u001b\n", 2, "U+001B")]
    [InlineData("clusters: [\n", 2, "not valid YAML")]
    [InlineData("- {\"context\": { cluster: \"dev\", eferences: {}\nkind: Config\n", 1, "not valid YAML")]
    [InlineData("a: 1\n---\nb: 2\n", 2, "single document")]
    [InlineData("kind: Config\nclusters: []\nkind: Config\n", 3, "'kind' is there twice")]
    [InlineData("- a\n", 1, "must be a mapping|is a mapping")]
    [InlineData("just text\n", 1, "is a mapping")]
    [InlineData("clusters: {a: b}\n", 1, "'clusters' must be a list")]
    [InlineData("users:\n- name: a\n- b\n", 3, "an entry of 'users'")]
    [InlineData("users:\n- user: {}\n", 2, "has no name")]
    [InlineData("contexts:\n- name: a\n- name: a\n", 3, "two entries named 'a'")]
    [InlineData("clusters:\n- name: a\n  cluster: [1]\n", 3, "'cluster' of 'a' must be a mapping")]
    [InlineData("current-context: [a]\n", 1, "must be a name")]
    [InlineData("kind: Pod\nmetadata: {}\n", 1, "no kubeconfig")]
    [InlineData("clusters: *nowhere\n", 1, "names no anchor")]
    public void What_is_no_kubeconfig_is_refused_with_its_place(string text, int line, string problem)
    {
        KubeconfigException exception = Assert.Throws<KubeconfigException>(() => KubeconfigDocument.Parse(text, "some/config"));
        Assert.Contains(problem.Split('|')[^1], exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("kubeconfig some/config, line ", exception.Message, StringComparison.Ordinal);
        Assert.True(Math.Abs(exception.Line - line) <= 1, $"line {exception.Line}");
        Assert.True(exception.Column > 0);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_does_not_overflow_the_stack()
    {
        KubeconfigException exception = Assert.Throws<KubeconfigException>(() => KubeconfigDocument.Parse("a: " + new string('[', 5000), "config"));
        Assert.Contains("deeper", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users:\n- name: demo\n  user: &shared\n    token: x\n- name: other\n  user: *shared\n")]
    [InlineData("x-defaults: &d {token: x}\nusers:\n- name: demo\n  user: *d\n")]
    [InlineData("users:\n- name: demo\n  user:\n    exec: !!map {command: x}\n")]
    public void An_entry_with_anchors_aliases_or_tags_is_not_edited(string text)
    {
        KubeconfigEntry entry = KubeconfigEntries.Demo with { UserName = "demo" };
        KubeconfigException exception = Assert.Throws<KubeconfigException>(() => KubeconfigDocument.Parse(text, "config").Upsert(entry));
        Assert.Contains("anchor", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.Line > 0);
    }

    [Fact]
    public void Anchors_elsewhere_do_not_matter()
    {
        const string text = "x-defaults: &d {token: x}\nusers:\n- name: other\n  user: *d\n";
        string edited = KubeconfigDocument.Parse(text, "config").Upsert(KubeconfigEntries.Demo);
        Assert.StartsWith(text, edited, StringComparison.Ordinal);
        Assert.Equal(["other", KubeconfigEntries.DemoArn], KubeconfigDocument.Parse(edited, "config").UserNames);
    }
}
