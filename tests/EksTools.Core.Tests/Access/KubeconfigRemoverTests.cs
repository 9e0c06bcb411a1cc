using EksTools.Access;
using EksTools.Core.Access;
using EksTools.Core.Access.Kubeconfig;
using EksTools.Core.Tests.Access.Kubeconfig;
using EksTools.Errors;

namespace EksTools.Core.Tests.Access;

public sealed class KubeconfigRemoverTests : IDisposable
{
    private const string Oregon = "arn:aws:eks:us-west-2:111122223333:cluster/demo";
    private const string Ireland = "arn:aws:eks:eu-west-1:111122223333:cluster/demo";
    private const string Kind = "# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: kind   # kept\n  cluster: {server: 'https://kind'}\ncontexts:\n- {name: kind, context: {cluster: kind, user: kind}}\nusers:\n- {name: kind, user: {token: t}}\ncurrent-context: kind\n";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_cluster_goes_with_all_its_contexts_and_users_and_leaves_what_was_there_before_byte_for_byte()
    {
        string path = Write("config", Kind, Entry(Oregon, "a"), Entry(Oregon, "b", "deployer"));
        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Clusters = [new("demo", null)] }, path);
        EksKubeconfigRemoval removal = Assert.Single(found.Entries);
        Assert.Equal(("demo", "us-west-2", path, Oregon), (removal.ClusterName, removal.Region, removal.Path, removal.Entry));
        Assert.Equal(["a", "b"], removal.Contexts);
        Assert.Equal([Oregon], removal.Clusters);
        Assert.Equal([Oregon, "deployer"], removal.Users);
        Assert.Equal(Kind, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_context_goes_with_what_no_other_context_names()
    {
        string path = Write("config", Kind, Entry(Oregon, "a"), Entry(Oregon, "b", "deployer"));
        EksKubeconfigRemoval removal = Assert.Single((await RemoveAsync(new KubeconfigSearch { Contexts = ["b"] }, path)).Entries);
        Assert.Equal("b||deployer", Names(removal));
        KubeconfigDocument left = Document(path);
        Assert.Equal(["kind", "a"], left.Contexts.Select(static context => context.Name));
        Assert.Equal(["kind", Oregon], left.UserNames);
        await RemoveAsync(new KubeconfigSearch { Contexts = ["a"] }, path);
        Assert.Equal(Kind, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task The_current_context_is_unset_when_it_goes()
    {
        string path = Write("config", Kind, Entry(Oregon, "a") with { SetCurrentContext = true });
        await RemoveAsync(new KubeconfigSearch { Contexts = ["a"] }, path);
        Assert.Null(Document(path).CurrentContext);
    }

    [Fact]
    public async Task What_a_context_of_another_file_names_stays()
    {
        string first = Write("first", Kind, Entry(Oregon, "a"));
        string second = Write("second", $"apiVersion: v1\nkind: Config\ncontexts:\n- {{name: b, context: {{cluster: '{Oregon}', user: '{Oregon}'}}}}\n");
        string before = await File.ReadAllTextAsync(second, Cancellation);
        EksKubeconfigRemoval removal = Assert.Single((await RemoveAsync(new KubeconfigSearch { Contexts = ["a"] }, first, second)).Entries);
        Assert.Equal("a||", Names(removal));
        Assert.Equal([Oregon], Document(first).UserNames.Except(["kind"]));
        Assert.Equal(before, await File.ReadAllTextAsync(second, Cancellation));
    }

    [Fact]
    public async Task Entries_spread_over_files_all_go()
    {
        string contexts = Write("contexts", $"apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts:\n- {{name: a, context: {{cluster: '{Oregon}', user: someone}}}}\n");
        string users = Write("users", "apiVersion: v1\nkind: Config\nusers:\n- {name: someone, user: {token: t}}\n- {name: other, user: {token: t}}\n");
        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Clusters = [new(Oregon, null)] }, contexts, users);
        Assert.Equal([contexts, users], found.Entries.Select(static entry => entry.Path));
        Assert.Empty(Document(contexts).Contexts);
        Assert.Null(Document(contexts).CurrentContext);
        Assert.Equal(["other"], Document(users).UserNames);
    }

    [Fact]
    public async Task A_name_of_two_clusters_needs_a_region_or_an_ARN()
    {
        string path = Write("config", Kind, Entry(Oregon, "west"), Entry(Ireland, "ireland"));
        string before = await File.ReadAllTextAsync(path, Cancellation);
        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Clusters = [new("demo", null)] }, path);
        EksToolsException error = Assert.Single(found.Errors);
        Assert.Equal("KubeconfigClusterAmbiguous", error.ErrorId);
        Assert.Contains(Ireland, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(path, Cancellation));
        await RemoveAsync(new KubeconfigSearch { Clusters = [new("demo", "eu-west-1")] }, path);
        Assert.Equal(["kind", "west"], Document(path).Contexts.Select(static context => context.Name));
        await RemoveAsync(new KubeconfigSearch { Clusters = [new(Oregon, null)] }, path);
        Assert.Equal(Kind, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task What_is_not_there_is_an_error_and_a_cluster_of_no_ARN_is_not_taken_for_one_of_EKS()
    {
        string path = Write("config", Kind);
        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Clusters = [new("kind", null)], Contexts = ["absent"] }, path, _directory["no-such-file"]);
        Assert.Equal(["KubeconfigEntryNotFound", "KubeconfigEntryNotFound"], found.Errors.Select(static error => error.ErrorId));
        Assert.Equal(["kind", "absent"], found.Errors.Select(static error => error.TargetName));
        Assert.Empty(found.Entries);
        Assert.False(File.Exists(_directory["no-such-file"]));
    }

    [Fact]
    public async Task A_broken_file_is_told_with_its_place_and_the_others_are_worked_on()
    {
        const string broken = "apiVersion: v1\nclusters: [\n";
        string bad = Write("bad", broken), good = Write("good", Kind, Entry(Oregon, "a"));
        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Clusters = [new("demo", null), new("absent", null)] }, bad, good);
        EksToolsException error = Assert.Single(found.Errors);
        Assert.Equal("KubeconfigUnreadable", error.ErrorId);
        Assert.Matches(@"line \d+, column \d+", error.Message);
        Assert.Equal(broken, await File.ReadAllTextAsync(bad, Cancellation));
        Assert.Equal(Kind, await File.ReadAllTextAsync(good, Cancellation));
    }

    [Fact]
    public async Task Stale_asks_each_region_once_and_keeps_what_is_there_or_cannot_be_asked_for()
    {
        const string gone = "arn:aws:eks:us-west-2:111122223333:cluster/gone", dark = "arn:aws-cn:eks:cn-north-1:111122223333:cluster/dark";
        string path = Write("config", Kind, Entry(Oregon, "a"), Entry(gone, "gone"), Entry(dark, "dark"));
        List<string> asked = [];
        Task<IReadOnlyDictionary<ClusterArn, Existence>> Ask(string region, IReadOnlyList<ClusterArn> clusters, CancellationToken cancellationToken)
        {
            asked.Add(region);
            return Task.FromResult<IReadOnlyDictionary<ClusterArn, Existence>>(clusters.ToDictionary(
                static cluster => cluster,
                static cluster => cluster.Name switch { "dark" => new Existence(null, "nobody answers."), "gone" => new(false, null), _ => new(true, null) }));
        }

        KubeconfigFindings found = await RemoveAsync(new KubeconfigSearch { Stale = true }, Ask, path);
        Assert.Equal(["us-west-2", "cn-north-1"], asked);
        Assert.Equal("gone", Assert.Single(found.Entries).ClusterName);
        string warning = Assert.Single(found.Warnings);
        Assert.Contains(dark, warning, StringComparison.Ordinal);
        Assert.EndsWith("nobody answers.", warning, StringComparison.Ordinal);
        Assert.Empty(found.Errors);
        Assert.Equal(["kind", "a", "dark"], Document(path).Contexts.Select(static context => context.Name));

        asked.Clear();
        await RemoveAsync(new KubeconfigSearch { Stale = true, StaleRegion = "us-west-2" }, Ask, path);
        Assert.Equal(["us-west-2"], asked);
    }

    [Fact]
    public async Task Many_clusters_of_a_file_are_one_write()
    {
        string[] arns = [.. Enumerable.Range(0, 40).Select(static number => $"arn:aws:eks:us-west-2:111122223333:cluster/c{number}")];
        string path = Write("config", Kind, [.. arns.Select(static arn => Entry(arn, arn))]);
        KubeconfigSearch search = new() { Clusters = [.. arns.Select(static arn => new KubeconfigClusterName(arn, null))] };
        KubeconfigRemover remover = new(search, [path]);
        KubeconfigFindings found = await remover.FindAsync(NobodyAsks, Cancellation);
        Assert.Equal(arns, found.Entries.Select(static entry => entry.Entry));
        List<string> renamed = [];
        using FileSystemWatcher watcher = new(_directory.Path) { NotifyFilter = NotifyFilters.FileName, EnableRaisingEvents = true };
        using SemaphoreSlim seen = new(0);
        watcher.Renamed += (_, change) =>
        {
            renamed.Add(change.Name!);
            seen.Release();
        };
        await remover.RemoveAsync(found.Entries, Cancellation);
        Assert.Equal(Kind, await File.ReadAllTextAsync(path, Cancellation));
        Assert.True(await seen.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
        Assert.Equal(["config"], renamed);
    }

    [Theory]
    [InlineData("arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/a", true)]
    [InlineData("arn:aws:eks:us-west-2:11112222333:cluster/a", false)]
    [InlineData("arn:aws:eks:us-west-2:111122223333:cluster/", false)]
    [InlineData("arn:aws:eks:us-west-2:111122223333:nodegroup/a/b/c", false)]
    [InlineData("arn:aws:ecs:us-west-2:111122223333:cluster/a", false)]
    [InlineData("demo.us-west-2.eksctl.io", false)]
    public void The_ARN_of_a_cluster_is_known(string text, bool known) => Assert.Equal(known ? text : null, ClusterArn.Parse(text)?.ToString());

    private static KubeconfigEntry Entry(string arn, string context, string? user = null) =>
        KubeconfigEntries.Demo with { ClusterName = arn, UserName = user ?? arn, ContextName = context, SetCurrentContext = false };

    private static string Names(EksKubeconfigRemoval removal) => string.Join('|', new[] { removal.Contexts, removal.Clusters, removal.Users }.Select(static names => string.Join(',', names)));

    private static KubeconfigDocument Document(string path) => KubeconfigDocument.Parse(File.ReadAllText(path), path);

    private static Task<IReadOnlyDictionary<ClusterArn, Existence>> NobodyAsks(string region, IReadOnlyList<ClusterArn> clusters, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("AWS is asked for -Stale alone.");

    private static Task<KubeconfigFindings> RemoveAsync(KubeconfigSearch search, params string[] files) => RemoveAsync(search, NobodyAsks, files);

    private static async Task<KubeconfigFindings> RemoveAsync(KubeconfigSearch search, KubeconfigRemover.Inquiry inquiry, params string[] files)
    {
        KubeconfigRemover remover = new(search, files);
        KubeconfigFindings found = await remover.FindAsync(inquiry, Cancellation);
        foreach (IGrouping<string, EksKubeconfigRemoval> file in found.Entries.GroupBy(static entry => entry.Path))
        {
            await remover.RemoveAsync([.. file], Cancellation);
        }

        return found;
    }

    private string Write(string name, string text, params KubeconfigEntry[] entries)
    {
        string path = _directory[name];
        File.WriteAllText(path, entries.Aggregate(text, (edited, entry) => KubeconfigDocument.Parse(edited, path).Upsert(entry)));
        return path;
    }
}
