using System.Management.Automation;
using EksTools.Sandbox;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>Days on which nothing is wrong with the command: IAM is slow to tell what it knows, a clock is off, the API server is out of reach.</summary>
public sealed class BadDayTests
{
    private const int Always = int.MaxValue;

    [Fact]
    public async Task What_IAM_takes_a_minute_to_tell_EKS_is_waited_for()
    {
        // A minute of the engine's clock, which runs ten times faster here.
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(new SandboxOptions { Speed = 3000, IamConsistencyDelay = TimeSpan.FromSeconds(6) * 3000 });
        CalmRun calm = await CalmRun.LearnedAsync();
        rehearsal.Session.Run(CalmRun.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        int refused = rehearsal.Sandbox.Requests.Count(static request => request is { Operation: "CreateCluster", Status: 400 });
        Assert.InRange(refused, 3, 12);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-6)]
    public async Task A_clock_that_is_off_is_corrected_in_every_client(int minutes)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(new SandboxOptions { Speed = 3000, Time = new OtherClock(TimeSpan.FromMinutes(minutes)) });
        rehearsal.Session.Run(CalmRun.Create).Good();
        Assert.Equal(2, rehearsal.Session.Run("Get-EksNode demo").Good().Count);

        // Tokens too: that of helm's kubeconfig, and that by which an API server without SelfSubjectReview is asked who the caller is.
        rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -HelmPath '{BuiltModule.Helm}' -WarningAction Ignore").Good();
        rehearsal.Sandbox.Faults.Add("kubernetes", "create selfsubjectreviews", FaultKind.AccessDenied, Always);
        Assert.Equal("True", $"{Assert.Single(rehearsal.Session.Run("(Get-EksEffectiveAccess demo -Verify).Verification.Agrees").Good())}");
        rehearsal.Sandbox.Faults.Clear();
        rehearsal.Session.Run(CalmRun.Remove).Good();
    }

    [Fact]
    public async Task With_a_private_API_server_out_of_reach_a_cluster_is_made_shown_and_removed_with_a_warning()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "kubernetes", Kind = FaultKind.DropBefore, Count = Always });
        Answer made = rehearsal.Session.Run($"{CalmRun.Create} -EndpointAccess Private");
        Assert.Equal("ACTIVE", Assert.Single(made.Good()).Properties["Status"].Value);
        Assert.Contains(made.Warnings, static warning => warning.Contains("cannot be reached from here", StringComparison.Ordinal));
        rehearsal.Session.Run("Get-EksCluster demo").Good();
        rehearsal.Session.Run($"{CalmRun.Create}").Good();
        Answer removed = rehearsal.Session.Run(CalmRun.Remove);
        removed.Good();
        Assert.Contains(removed.Warnings, static warning => warning.Contains("API server", StringComparison.Ordinal));
        rehearsal.Sandbox.Faults.Clear();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Keys_that_expire_in_the_middle_and_have_no_successor_stop_the_job_with_how_to_go_on()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add(CalmRun.Fault("eks:CreateNodegroup", FaultKind.Expired, Always));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(CalmRun.Create).Errors);
        Assert.StartsWith("AwsCredentialsExpired", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("expired", error.Exception.Message, StringComparison.Ordinal);
        Assert.Matches("not done: .*node-group", error.Exception.Message);
        Assert.Contains("Renew the credentials", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        rehearsal.Sandbox.Faults.Clear();
        rehearsal.Session.Run(CalmRun.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    /// <summary>AWS's clock, when ours is off.</summary>
    private sealed class OtherClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
