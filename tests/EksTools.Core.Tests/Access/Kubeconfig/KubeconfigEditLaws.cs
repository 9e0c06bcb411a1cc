using CsCheck;
using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>Laws that hold for an edit of any kubeconfig.</summary>
public sealed class KubeconfigEditLaws
{
    private static readonly KubeconfigEntry Added = KubeconfigEntries.Demo with { SetCurrentContext = false };

    private static KubeconfigDocument Parse(string text) => KubeconfigDocument.Parse(text, "config");

    [Fact]
    public void An_entry_that_is_added_and_removed_leaves_the_bytes_as_they_were() => KubeconfigStyles.Text.Sample(text =>
    {
        string added = Parse(text).Upsert(Added);
        string removed = Parse(added).Remove(new KubeconfigRemoval { ClusterName = Added.ClusterName });
        Assert.Equal(text, removed);
    }, iter: 800);

    [Fact]
    public void An_entry_that_is_added_changes_no_other_meaning_and_is_added_once() => KubeconfigStyles.Text.Sample(text =>
    {
        string added = Parse(text).Upsert(KubeconfigEntries.Demo);
        Assert.Equal(KubeconfigMeaning.Rest(text), KubeconfigMeaning.Rest(added));
        foreach ((string list, string name, string wanted) in WantedEntries)
        {
            SortedDictionary<string, string> before = KubeconfigMeaning.Entries(text, list), after = KubeconfigMeaning.Entries(added, list);
            Assert.True(after.Remove(name, out string? entry));
            Assert.Equal(wanted, entry);
            Assert.Equal(before, after);
        }
        Assert.Equal("demo", Parse(added).CurrentContext);
        Assert.Equal(added, Parse(added).Upsert(KubeconfigEntries.Demo));
    }, iter: 400);

    [Fact]
    public void A_server_that_is_changed_and_changed_back_leaves_the_bytes_as_they_were() => KubeconfigStyles.Text.Sample(text =>
    {
        string added = Parse(text).Upsert(Added);
        string changed = Parse(added).Upsert(Added with { Server = "https://other.example:6443" });
        Assert.NotEqual(added, changed);
        Assert.Equal(added, Parse(changed).Upsert(Added));
    }, iter: 200);

    [Fact]
    public void An_existing_entry_takes_the_new_values_and_keeps_its_unknown_keys() => KubeconfigStyles.Text.Sample(text =>
    {
        if (Parse(text).Clusters is not [.., { } last])
            return;
        KubeconfigEntry entry = Added with { ClusterName = last.Name, UserName = last.Name, ContextName = last.Name };
        string edited = Parse(text).Upsert(entry);
        Assert.Equal(KubeconfigMeaning.Rest(text), KubeconfigMeaning.Rest(edited));
        foreach (string list in new[] { "clusters", "contexts", "users" })
        {
            SortedDictionary<string, string> before = KubeconfigMeaning.Entries(text, list), after = KubeconfigMeaning.Entries(edited, list);
            Assert.Equal(before.Keys, after.Keys);
            before.Remove(last.Name);
            Assert.True(after.Remove(last.Name, out string? touched));
            Assert.Equal(before, after);
            Assert.Contains(list switch { "clusters" => "tls-server-name", "contexts" => "namespace", _ => "exec={" }, touched, StringComparison.Ordinal);
            Assert.DoesNotContain("tokenFile", touched, StringComparison.Ordinal);
            Assert.DoesNotContain("token=", touched, StringComparison.Ordinal);
        }
        Assert.Equal(edited, Parse(edited).Upsert(entry));
        Assert.Equal(Parse(text).CurrentContext, Parse(edited).CurrentContext);
        // Lines of the other entries stand as they stood, in their order.
        AssertSubsequence(LinesOutside(text, last.Name), edited.Split('\n'));
    }, iter: 400);

    [Fact]
    public void Removing_every_cluster_leaves_empty_lists_and_no_current_context() => KubeconfigStyles.Text.Sample(text =>
    {
        string rest = text;
        foreach (KubeconfigCluster cluster in Parse(text).Clusters)
            rest = Parse(rest).Remove(new KubeconfigRemoval { ClusterName = cluster.Name });
        KubeconfigDocument document = Parse(rest);
        Assert.Empty(document.Clusters);
        Assert.Empty(document.Contexts);
        Assert.Empty(document.UserNames);
        Assert.Null(document.CurrentContext);
        Assert.Equal(KubeconfigMeaning.Rest(text), KubeconfigMeaning.Rest(rest));
        Parse(rest).Upsert(Added);
    }, iter: 200);

    private static IEnumerable<(string List, string Name, string Wanted)> WantedEntries
    {
        get
        {
            string alone = KubeconfigDocument.Create(KubeconfigEntries.Demo);
            foreach (string list in new[] { "clusters", "contexts", "users" })
            {
                (string name, string wanted) = Assert.Single(KubeconfigMeaning.Entries(alone, list));
                yield return (list, name, wanted);
            }
        }
    }

    /// <summary>The comment lines: whatever entry is touched, they stay.</summary>
    private static IEnumerable<string> LinesOutside(string text, string name) =>
        text.Split('\n').Where(line => line.TrimStart().StartsWith('#') || (line.Contains("https://", StringComparison.Ordinal) && !line.Contains($"https://{name.Length}", StringComparison.Ordinal) && !text.StartsWith('{')));

    private static void AssertSubsequence(IEnumerable<string> wanted, string[] lines)
    {
        int at = -1;
        foreach (string line in wanted)
        {
            at = Array.IndexOf(lines, line, at + 1);
            Assert.True(at >= 0, $"the line '{line}' is gone");
        }
    }
}
