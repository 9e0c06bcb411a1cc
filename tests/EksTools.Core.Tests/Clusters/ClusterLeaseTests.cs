using System.Collections.Concurrent;
using Amazon.IdentityManagement.Model;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Core.Tests.Plans;
using EksTools.Sandbox;
using Microsoft.Extensions.Time.Testing;
using CreateVpcRequest = Amazon.EC2.Model.CreateVpcRequest;
using DescribeVpcsRequest = Amazon.EC2.Model.DescribeVpcsRequest;

namespace EksTools.Core.Tests.Clusters;

/// <summary>The lease on a cluster, against the sandbox's IAM. The lease's clock is the test's; the sandbox has its own.</summary>
public sealed class ClusterLeaseTests : IAsyncLifetime
{
    private static readonly ClusterIdentity Demo = new("demo", "us-west-2");
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
    private readonly ConcurrentQueue<string> details = [];
    private SandboxServer sandbox = null!;
    private AwsAccount account = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        account = await AwsAccount.OpenAsync(new AwsConnection { AccessKey = sandbox.AccessKey, SecretKey = sandbox.SecretKey, Region = "us-west-2", EndpointUrl = sandbox.Endpoint }, TestContext.Current.CancellationToken);
        await account.Iam.CreateRoleAsync(new CreateRoleRequest
        {
            RoleName = Demo.ClusterRoleName,
            AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""",
            Tags = [.. Demo.Tags("cluster-role").Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })],
        });
    }

    public async ValueTask DisposeAsync()
    {
        account.Dispose();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_free_role_is_taken_and_given_back()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        Assert.Contains("ekstools:lease-run", (await TagsAsync()).Keys);
        await lease.ReleaseAsync();
        Assert.DoesNotContain(await TagsAsync(), static tag => tag.Key.StartsWith("ekstools:lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_elsewhere_is_waited_for_and_its_holder_named()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        await HoldElsewhereAsync("first");
        Task<bool> waiting = lease.AcquireAsync(Context(), CancellationToken.None);
        for (int minute = 0; minute < 6; minute++)
        {
            await PassAsync(TimeSpan.FromMinutes(1), waiting);
            await HoldElsewhereAsync($"renewed {minute}");
        }

        Assert.False(waiting.IsCompleted);
        Assert.Contains(details, static detail => detail == "another run (process 7 on other-machine) is at work on cluster demo; waiting for it to end");
        Assert.True(await AdvanceAsync(waiting));
    }

    [Fact]
    public async Task A_holder_of_this_machine_that_is_dead_is_followed_at_once()
    {
        await account.Iam.TagRoleAsync(new TagRoleRequest
        {
            RoleName = Demo.ClusterRoleName,
            Tags = [new Tag { Key = "ekstools:lease-run", Value = "dead" }, new Tag { Key = "ekstools:lease-holder", Value = (LeaseHolder.Current with { ProcessId = int.MaxValue - 1 }).ToTag() }, new Tag { Key = "ekstools:lease-expires", Value = "later" }],
        });
        await using ClusterLease lease = new(account, Demo, clock);
        DateTimeOffset start = clock.GetUtcNow();
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        Assert.InRange(clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(119));
    }

    [Fact]
    public async Task A_role_that_is_gone_is_not_waited_for()
    {
        await account.Iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = Demo.ClusterRoleName });
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.False(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
    }

    [Fact]
    public async Task Of_two_that_take_a_free_lease_at_once_one_waits()
    {
        await using ClusterLease one = new(account, Demo, clock);
        await using ClusterLease other = new(account, Demo, clock);
        Task<bool>[] both = [one.AcquireAsync(Context(), CancellationToken.None), other.AcquireAsync(Context(), CancellationToken.None)];

        // Both have written, or one has seen the other's writing, before the clock goes on: what a lease waits for after writing is just this.
        while (sandbox.Requests.Count(static request => request.Operation == "TagRole") < 2 && !details.Any(static detail => detail.StartsWith("another run", StringComparison.Ordinal)))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        while (!both.Any(static task => task.IsCompleted))
        {
            await PassAsync(TimeSpan.FromSeconds(1), Task.WhenAny(both));
        }

        Task<bool> first = both.First(static task => task.IsCompleted);
        Task<bool> second = both.Single(task => task != first);
        await PassAsync(TimeSpan.FromSeconds(30), second);
        Assert.False(second.IsCompleted);
        await (first == both[0] ? one : other).ReleaseAsync();
        Assert.True(await AdvanceAsync(second));
    }

    [Fact]
    public async Task A_lease_that_another_run_takes_is_lost()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        await HoldElsewhereAsync("later");
        TaskCompletionSource lost = new();
        await using CancellationTokenRegistration registration = lease.Lost.Register(lost.SetResult);
        await PassAsync(TimeSpan.FromSeconds(110), lost.Task);
        Assert.True(lease.Lost.IsCancellationRequested);
        await lease.ReleaseAsync();
        Assert.Equal("other run", (await TagsAsync())["ekstools:lease-run"]);
    }

    [Fact]
    public async Task Asleep_for_an_hour_while_another_took_it_the_lease_is_lost_within_seconds_of_waking()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        await HoldElsewhereAsync("while it slept");
        TaskCompletionSource lost = new();
        await using CancellationTokenRegistration registration = lease.Lost.Register(lost.SetResult);
        DateTimeOffset woken = SleepAnHour();
        await PassAsync(TimeSpan.FromSeconds(20), lost.Task);
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.InRange(clock.GetUtcNow() - woken, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        await lease.ReleaseAsync();
        Assert.Equal("other run", (await TagsAsync())["ekstools:lease-run"]);
    }

    [Fact]
    public async Task Asleep_for_an_hour_with_nobody_else_about_the_lease_is_kept_and_renewed_on_waking()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        string before = (await TagsAsync())["ekstools:lease-expires"];
        SleepAnHour();
        int written = sandbox.Requests.Count(static request => request.Operation == "TagRole");
        for (int second = 0; second < 20 && sandbox.Requests.Count(static request => request.Operation == "TagRole") == written; second++)
        {
            await PassAsync(TimeSpan.FromSeconds(1), Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        }

        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.NotEqual(before, (await TagsAsync())["ekstools:lease-expires"]);
        await lease.ReleaseAsync();
    }

    [Fact]
    public async Task Woken_after_another_took_it_a_run_changes_nothing_any_more()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        await HoldElsewhereAsync("while it slept");
        SleepAnHour();

        // No second passes: the first thing that happens on waking is the call that was about to be made.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account.Ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.0.0.0/16" }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account.Iam.CreateRoleAsync(new CreateRoleRequest { RoleName = "late", AssumeRolePolicyDocument = "{}" }));
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.DoesNotContain(sandbox.Requests, static request => request.Operation == "CreateVpc");
        Assert.Single(sandbox.Requests, static request => request.Operation == "CreateRole");
        await account.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest());
        await lease.ReleaseAsync();
        Assert.Equal("other run", (await TagsAsync())["ekstools:lease-run"]);
    }

    [Fact]
    public async Task Woken_with_its_lease_untouched_a_run_goes_on_after_one_look()
    {
        await using ClusterLease lease = new(account, Demo, clock);
        Assert.True(await AdvanceAsync(lease.AcquireAsync(Context(), CancellationToken.None)));
        SleepAnHour();
        int looks = sandbox.Requests.Count(static request => request.Operation == "ListRoleTags");
        await Task.WhenAll(Enumerable.Range(1, 3).Select(number => account.Ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = $"10.{number}.0.0/16" })));
        Assert.Equal(3, sandbox.Requests.Count(static request => request is { Operation: "CreateVpc", Status: 200 }));
        Assert.Equal(looks + 1, sandbox.Requests.Count(static request => request.Operation == "ListRoleTags"));
        await lease.ReleaseAsync();
    }

    /// <summary>The date goes on, timers do not: as for a process on a machine that sleeps.</summary>
    private DateTimeOffset SleepAnHour()
    {
        clock.AdjustTime(clock.GetUtcNow() + TimeSpan.FromHours(1));
        return clock.GetUtcNow();
    }

    private StepContext Context() => new(new RecordingObserver(), new Poller(clock), details.Enqueue);

    private async Task<Dictionary<string, string>> TagsAsync() => await ClusterRoles.ReadTagsAsync(account, Demo.ClusterRoleName, CancellationToken.None) ?? [];

    private Task HoldElsewhereAsync(string stamp) => account.Iam.TagRoleAsync(new TagRoleRequest
    {
        RoleName = Demo.ClusterRoleName,
        Tags = [new Tag { Key = "ekstools:lease-run", Value = "other run" }, new Tag { Key = "ekstools:lease-holder", Value = "other-machine/boot/7/1" }, new Tag { Key = "ekstools:lease-expires", Value = stamp }],
    });

    /// <summary>Moves the lease's clock on until a task ends, as fast as the sandbox answers.</summary>
    private async Task<T> AdvanceAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            await PassAsync(TimeSpan.FromSeconds(1), task);
        }

        return await task;
    }

    private async Task PassAsync(TimeSpan time, Task until)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time && !until.IsCompleted; passed += TimeSpan.FromSeconds(1))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            
            // Slowly enough for the sandbox to answer meanwhile, also on a loaded machine.
            await Task.WhenAny(until, Task.Delay(15));
        }
    }
}
