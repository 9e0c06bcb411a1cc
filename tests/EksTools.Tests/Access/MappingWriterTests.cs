using System.Diagnostics;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

/// <summary>Writers of aws-auth at the sandbox's own Kubernetes API.</summary>
public sealed class BuiltInAwsAuthWriterTests : AwsAuthWriterTests
{
    /// <inheritdoc/>
    protected override Task<Rehearsal> StartAsync() => Rehearsal.StartAsync();
}

/// <summary>The same at a real kube-apiserver.</summary>
public sealed class RealAwsAuthWriterTests : AwsAuthWriterTests
{
    /// <inheritdoc/>
    protected override Task<Rehearsal> StartAsync() => Rehearsal.StartAsync(realKubernetes: true);
}

/// <summary>Many writers of aws-auth, and many mappings in one write.</summary>
public abstract class AwsAuthWriterTests
{
    private const int Writers = 50;

    /// <summary>The sandbox whose clusters are written to.</summary>
    protected abstract Task<Rehearsal> StartAsync();

    [Fact]
    public async Task Of_50_writers_at_once_no_mapping_is_lost()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", StartAsync);
        await stage.WriteAsync(("mapRoles", "# kept\n- {rolearn: 'arn:aws:iam::111122223333:role/First', username: first}\n"), ("others", "0"));
        Task[] writers =
        [
            .. Enumerable.Range(0, Writers).Select(i => Task.Factory.StartNew(
                () =>
                {
                    using Session session = new();
                    session.Run(stage.Rehearsal.Defaults).Good();
                    session.Run("Add-EksIamMapping demo $args[0] -Group writers", MappingStage.Arn($"role/W{i:00}")).Good();
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];

        // Somebody else who asks for no version, and writes another key of the ConfigMap.
        int rival = 0;
        while (!Task.WhenAll(writers).IsCompleted)
        {
            await stage.PatchAsync($$$"""{"data":{"others":"{{{++rival}}}"}}""");
            await Task.WhenAny(Task.WhenAll(writers), Task.Delay(50, TestContext.Current.CancellationToken));
        }

        await Task.WhenAll(writers);
        string roles = (await stage.TextAsync("mapRoles"))!;
        Assert.StartsWith("# kept\n- {rolearn: 'arn:aws:iam::111122223333:role/First', username: first}\n", roles, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, Writers).Select(static i => MappingStage.Arn($"role/W{i:00}")), stage.Session.Run("Get-EksIamMapping demo '*role/W*' | ForEach-Object PrincipalArn").Good().Select(static arn => (string)arn.BaseObject).Order(StringComparer.Ordinal));
        Assert.Equal($"{rival}", await stage.TextAsync("others"));
        Assert.Equal(Writers, await stage.WritesAsync());
    }

    [Fact]
    public async Task Five_thousand_rows_are_one_write()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", StartAsync);
        int before = stage.Rehearsal.Sandbox.Requests.Count;
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(5000, stage.Session.Run("1..5000 | ForEach-Object { [pscustomobject]@{ PrincipalArn = 'arn:aws:iam::111122223333:role/R{0:0000}' -f $_; Groups = 'devs;ops' } } | Add-EksIamMapping demo").Good().Count);
        TimeSpan many = watch.Elapsed;
        int calls = stage.Rehearsal.Sandbox.Requests.Count - before;
        Assert.Equal(1, await stage.WritesAsync());
        Assert.InRange(calls, 1, 5);
        Assert.Equal(5000, stage.Session.Run("Get-EksIamMapping demo").Good().Count);
        Report($"5000 rows through one pipeline: {many.TotalSeconds:0.00} s, {calls} calls of AWS, 1 write");

        watch.Restart();
        before = stage.Rehearsal.Sandbox.Requests.Count;
        stage.Session.Run("1..20 | ForEach-Object { Add-EksIamMapping demo ('arn:aws:iam::111122223333:role/S{0:0000}' -f $_) -Group devs }").Good();
        Report($"20 more one by one: {watch.Elapsed.TotalSeconds:0.00} s, {stage.Rehearsal.Sandbox.Requests.Count - before} calls of AWS, {await stage.WritesAsync() - 1} writes remembered");
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}

/// <summary>Many access entries, and what goes wrong with some of them.</summary>
public sealed class AccessEntryWriterTests
{
    [Fact]
    public async Task Writers_of_one_access_entry_all_succeed()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        string role = await stage.RoleAsync("Wanted");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using Session session = new();
            session.Run(stage.Rehearsal.Defaults).Good();
            session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy -Group g", role).Good();
        })));
        Assert.Equal("AmazonEKSViewPolicy", stage.Session.Run("(Get-EksIamMapping demo $args[0]).AccessPolicies.Name", role).Good().Single().BaseObject);
    }

    [Fact]
    public async Task Thousands_of_access_entries_take_a_call_each()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        int before = stage.Rehearsal.Sandbox.Requests.Count;
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(2000, stage.Session.Run("1..2000 | ForEach-Object { 'arn:aws:iam::444455556666:role/x/R{0:0000}' -f $_ } | Add-EksIamMapping demo -Group devs").Good().Count);
        Report($"2000 access entries through one pipeline: {watch.Elapsed.TotalSeconds:0.00} s, {stage.Rehearsal.Sandbox.Requests.Count - before} calls of AWS");
        Assert.Equal(2000, stage.Calls("CreateAccessEntry"));
        Assert.InRange(stage.Rehearsal.Sandbox.Requests.Count - before, 2000, 2020);

        watch.Restart();
        before = stage.Rehearsal.Sandbox.Requests.Count;
        stage.Session.Run("1..50 | ForEach-Object { Add-EksIamMapping demo ('arn:aws:iam::444455556666:role/x/S{0:0000}' -f $_) -Group devs }").Good();
        Report($"50 access entries one by one: {watch.Elapsed.TotalSeconds:0.00} s, {stage.Rehearsal.Sandbox.Requests.Count - before} calls of AWS");
    }

    [Theory]
    [InlineData(FaultKind.Throttle)]
    [InlineData(FaultKind.Error500)]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    public async Task What_fails_once_is_tried_again(FaultKind kind)
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        await stage.RoleAsync("R");
        foreach (string operation in new[] { "DescribeCluster", "ListAccessEntries", "DescribeAccessEntry", "CreateAccessEntry", "AssociateAccessPolicy", "DisassociateAccessPolicy", "DeleteAccessEntry", "UpdateAccessEntry" })
        {
            stage.Rehearsal.Sandbox.Faults.Add("eks", operation, kind);
        }

        stage.Session.Run("""
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/R -AccessPolicy AmazonEKSViewPolicy
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/R -AccessPolicy AmazonEKSEditPolicy -Group g
            Remove-EksIamMapping demo arn:aws:iam::111122223333:role/R
            """).Good();
        Assert.Single(stage.Session.Run("Get-EksIamMapping demo").Good());
    }

    [Fact]
    public async Task Of_many_entries_those_that_AWS_denies_are_errors_of_their_own()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.AccessDenied, count: 2);
        Answer answer = stage.Session.Run("1..5 | ForEach-Object { 'arn:aws:iam::444455556666:role/x/R{0}' -f $_ } | Add-EksIamMapping demo -Group devs");
        Assert.Equal(3, answer.Output.Count);
        Assert.Equal(2, answer.Errors.Count);
        Assert.All(answer.Errors, static error =>
        {
            Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.StartsWith("arn:aws:iam::444455556666:role/x/R", (string)error.TargetObject, StringComparison.Ordinal);
            Assert.Contains("eks:CreateAccessEntry", error.Exception.Message, StringComparison.Ordinal);
        });
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
