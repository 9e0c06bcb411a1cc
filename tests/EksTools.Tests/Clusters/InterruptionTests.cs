using System.Diagnostics;
using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Runs that are stopped or killed, and runs that meet, in PowerShell. <see cref="Kills.CreationKillTests"/> and its siblings kill the engine at every call.</summary>
public sealed class InterruptionTests
{
    [Theory]
    [InlineData(60)]
    public async Task Killed_after_some_calls_and_run_again_it_is_the_same_cluster(int calls)
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run("New-EksCluster demo").Good();
        IReadOnlyList<string> expected = await Inventory.ReadAsync(calm.Sandbox);

        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        await KillAsync(rehearsal, "New-EksCluster demo", calls);
        rehearsal.Session.Run("New-EksCluster demo").Good();
        Assert.Equal(expected, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [InlineData(45)]
    public async Task Killed_while_removing_and_run_again_nothing_is_left(int calls)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo").Good();
        await KillAsync(rehearsal, "Remove-EksCluster demo -Confirm:$false", rehearsal.Sandbox.Requests.Count + calls);
        Answer again = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false");
        Assert.All(again.Errors, static error => Assert.StartsWith("ClusterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_duplicate_that_a_killed_run_left_goes_and_the_one_in_use_stays()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);

        // Ids are random: of three, one is lower than that in use as often as not.
        for (int duplicate = 0; duplicate < 3; duplicate++)
        {
            await ForeignCluster.DuplicateVpcAsync(rehearsal.Sandbox);
            rehearsal.Session.Run("New-EksCluster demo").Good();
            Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        }
    }

    [Fact]
    public async Task Two_runs_at_once_make_one_cluster_and_both_end_with_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Session other = new();
        other.Run(rehearsal.Defaults);
        Answer[] answers = await Task.WhenAll(
            Task.Run(() => rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NoKubeconfig")),
            Task.Run(() => other.Run("New-EksCluster demo -NoNodeGroup -NoKubeconfig")));
        Assert.All(answers, static answer => Assert.Equal("ACTIVE", Assert.Single(answer.Good()).Properties["Status"].Value));
        Assert.Single(await Inventory.ReadAsync(rehearsal.Sandbox), static line => line.StartsWith("vpc", StringComparison.Ordinal));
        Assert.Single(rehearsal.Sandbox.Requests, static request => request is { Operation: "CreateVpc", Status: 200 });
    }

    [Fact]
    public async Task Stopped_it_ends_within_a_second_says_what_runs_on_and_continues()
    {
        // At this speed the control plane takes half a minute: the command is waiting when it is stopped.
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(speed: 18);
        using PowerShell shell = rehearsal.Session.Create("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig");
        IAsyncResult running = shell.BeginInvoke();
        await UntilAsync(() => rehearsal.Sandbox.Requests.Any(static request => request is { Operation: "CreateCluster", Status: 200 }));

        Stopwatch watch = Stopwatch.StartNew();
        shell.Stop();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Contains("What AWS has accepted for cluster demo runs on there.", rehearsal.Session.Screen, StringComparison.Ordinal);
        Assert.Contains("Remove-EksCluster demo", rehearsal.Session.Screen, StringComparison.Ordinal);

        int before = rehearsal.Sandbox.Requests.Count;
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.InRange(rehearsal.Sandbox.Requests.Count - before, 0, 1);
    }

    [Fact]
    public async Task A_downstream_that_stops_ends_the_work()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("'a', 'b', 'c' | ForEach-Object { New-EksCluster $_ -NoNodeGroup -NatGateway None -NoKubeconfig }").Good();
        Answer answer = rehearsal.Session.Run("Get-EksCluster | ForEach-Object { throw 'enough' }");
        Assert.IsType<RuntimeException>(answer.Thrown);
        int before = rehearsal.Sandbox.Requests.Count;
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(before, rehearsal.Sandbox.Requests.Count);
        Assert.Equal("a", rehearsal.Session.Run("foreach ($c in 1) { Get-EksCluster a | ForEach-Object { $_.Name; break } }").Output.Single().BaseObject);
    }

    internal static async Task KillAsync(Rehearsal rehearsal, string command, int calls)
    {
        ProcessStartInfo start = new(BuiltModule.PowerShell, ["-NoProfile", "-Command", $"Import-Module '{BuiltModule.Manifest}'; {rehearsal.Defaults}; {command}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task output = process.StandardOutput.ReadToEndAsync();
        Task error = process.StandardError.ReadToEndAsync();
        await UntilAsync(() => process.HasExited || rehearsal.Sandbox.Requests.Count >= calls);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(output, error);
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(15));
        while (!happened())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
