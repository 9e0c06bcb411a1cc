using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigUpdateTests
{
    private static readonly KubeconfigEntry Entry = KubeconfigEntries.Demo with { ClusterName = "c", UserName = "u", ContextName = "x", SetCurrentContext = false };

    private static string Upsert(string text, KubeconfigEntry entry) => KubeconfigDocument.Parse(text, "config").Upsert(entry);

    private static string Remove(string text, KubeconfigRemoval removal) => KubeconfigDocument.Parse(text, "config").Remove(removal);

    private const string Shared = """
        clusters:
        - name: a
          cluster: {server: "https://a"}
        - name: b
          cluster: {server: "https://b"}
        contexts:
        - name: a1
          context: {cluster: a, user: u1}
        - name: a2
          context: {cluster: a, user: u2}
        - name: b1
          context: {cluster: b, user: u1}
        users:
        - name: u1
          user: {token: t}
        - name: u2
          user: {token: t}
        current-context: a2
        """;

    [Fact]
    public void Only_what_differs_inside_an_entry_changes()
    {
        string text = Upsert("", Entry).Replace("server: https://ABC", "tls-server-name: in # keep\n    server: 'https://OLD", StringComparison.Ordinal)
            .Replace("eks.amazonaws.com\n", "eks.amazonaws.com' # why\n", StringComparison.Ordinal)
            .Replace("- us-west-2", "- us-east-1", StringComparison.Ordinal);
        string edited = Upsert(text, Entry);
        string expected = text.Replace("https://OLD", "https://ABC", StringComparison.Ordinal).Replace("- us-east-1", "- us-west-2", StringComparison.Ordinal);
        Assert.Equal(expected, edited);
    }

    [Fact]
    public void Nothing_to_change_gives_the_same_text()
    {
        string text = Upsert("# mine\n", Entry);
        Assert.Same(text, Upsert(text, Entry));
    }

    [Fact]
    public void Other_ways_to_sign_in_and_an_old_profile_go()
    {
        const string text = """
            clusters:
            - name: c
              cluster:
                insecure-skip-tls-verify: true
                certificate-authority: /old/ca.crt
                # who set this?
                disable-compression: true
            users:
            - name: u
              user:
                token: secret
                as: somebody
                exec:
                  command: aws-iam-authenticator
                  apiVersion: client.authentication.k8s.io/v1beta1
                  env:
                  - name: AWS_PROFILE
                    value: old
                  x-ours: kept
            """;
        KubeconfigEntry entry = Entry with { Exec = ExecArguments.Native("eks-token", new ExecTarget { ClusterName = "demo", Region = "us-west-2" }) };
        string edited = Upsert(text, entry);
        foreach (string gone in new[] { "insecure", "/old/ca.crt", "secret", "AWS_PROFILE", "authenticator", "v1beta1" })
            Assert.DoesNotContain(gone, edited, StringComparison.Ordinal);
        foreach (string kept in new[] { "# who set this?\n", "disable-compression: true\n", "    as: somebody\n", "      x-ours: kept\n" })
            Assert.Contains(kept, edited.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_and_a_proxy_that_are_there_stay_unless_others_are_given()
    {
        string text = Upsert("", Entry with { Namespace = "team", ProxyUrl = "http://proxy:3128" });
        Assert.Equal(text, Upsert(text, Entry));
        Assert.Contains("namespace: other", Upsert(text, Entry with { Namespace = "other" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_that_others_chose_stay_unless_they_change_the_meaning()
    {
        string text = Upsert("", Entry).Replace("'my team'", "my team", StringComparison.Ordinal).Replace("- json", "- \"json\"", StringComparison.Ordinal);
        Assert.Contains("value: my team\n", text, StringComparison.Ordinal);
        Assert.Same(text, Upsert(text, Entry));
        string number = "contexts:\n- name: x\n  context: {cluster: c, user: u, namespace: 1e3}\n";
        Assert.Contains("namespace: \"1e3\"}", Upsert(number, Entry with { Namespace = "1e3" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_YAML_could_misread_are_quoted()
    {
        KubeconfigEntry entry = Entry with { ContextName = "yes", ClusterName = "123", UserName = "it's: \"x\" \\ # \t", Namespace = "1e3", SetCurrentContext = true };
        string text = Upsert("kind: Config\n", entry);
        KubeconfigDocument document = KubeconfigDocument.Parse(text, "config");
        Assert.Equal(new KubeconfigContext("yes", "123", entry.UserName, "1e3"), Assert.Single(document.Contexts));
        Assert.Contains("current-context: 'yes'", text, StringComparison.Ordinal);
        Assert.Contains("name: '123'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_a_cluster_takes_its_contexts_and_the_users_that_nothing_else_names()
    {
        string rest = Remove(Shared, new KubeconfigRemoval { ClusterName = "a" });
        KubeconfigDocument document = KubeconfigDocument.Parse(rest, "config");
        Assert.Equal("b", Assert.Single(document.Clusters).Name);
        Assert.Equal("b1", Assert.Single(document.Contexts).Name);
        Assert.Equal("u1", Assert.Single(document.UserNames));
        Assert.Null(document.CurrentContext);
        Assert.Contains("current-context: \"\"", rest, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_a_context_keeps_what_others_use()
    {
        KubeconfigDocument document = KubeconfigDocument.Parse(Remove(Shared, new KubeconfigRemoval { ContextName = "a1" }), "config");
        Assert.Equal(2, document.Clusters.Count);
        Assert.Equal(2, document.UserNames.Count);
        Assert.Equal("a2", document.CurrentContext);
    }

    [Fact]
    public void Without_orphans_only_the_named_entries_go()
    {
        KubeconfigDocument document = KubeconfigDocument.Parse(Remove(Shared, new KubeconfigRemoval { ClusterName = "a", Orphans = false }), "config");
        Assert.Equal(3, document.Contexts.Count);
        Assert.Equal("b", Assert.Single(document.Clusters).Name);
        Assert.Equal("a2", document.CurrentContext);
    }

    [Fact]
    public void Removing_what_is_not_there_gives_the_same_text() =>
        Assert.Same(Shared, Remove(Shared, new KubeconfigRemoval { ClusterName = "z", UserName = "z", ContextName = "z" }));

    [Fact]
    public void Comments_between_entries_stay_when_a_neighbour_goes()
    {
        const string text = "clusters:\n# first\n- name: a\n  cluster: {server: s}\n# second\n- name: b # b\n  cluster: {server: s}\n\n# end\n";
        Assert.Equal("clusters:\n# first\n# second\n- name: b # b\n  cluster: {server: s}\n\n# end\n", Remove(text, new KubeconfigRemoval { ClusterName = "a" }));
        Assert.Equal("clusters:\n# first\n- name: a\n  cluster: {server: s}\n# second\n\n# end\n", Remove(text, new KubeconfigRemoval { ClusterName = "b" }));
    }

    [Fact]
    public void A_file_with_a_thousand_clusters_is_edited_at_once()
    {
        string certificate = new('A', 1500);
        string text = "kind: Config\nclusters:\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"- name: c{i}\n  cluster:\n    server: https://c{i}\n    certificate-authority-data: {certificate}\n"));
        KubeconfigEntry entry = Entry with { ClusterName = "c500" };
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        string edited = Upsert(text, entry);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        TestContext.Current.SendDiagnosticMessage($"a thousand clusters: {watch.ElapsedMilliseconds} ms");
        Assert.Equal(1000, KubeconfigDocument.Parse(edited, "config").Clusters.Count);
    }
}
