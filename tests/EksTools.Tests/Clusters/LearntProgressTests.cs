using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>What the progress of New-EksCluster says is usual: first what its authors knew, then what the session saw.</summary>
public sealed class LearntProgressTests
{
    [Fact]
    public async Task A_second_cluster_is_estimated_by_what_the_first_took()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string first = Usual(rehearsal, "one"), second = Usual(rehearsal, "two");
        Assert.Equal("9 min", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task What_is_told_never_jumps_up_and_no_work_is_over_before_its_end()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Answer answer = rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig");
        answer.Good();
        ProgressRecord[] told = [.. answer.Progress.Where(static record => record.RecordType == ProgressRecordType.Processing && record.Activity.StartsWith("Creating cluster", StringComparison.Ordinal))];
        Assert.NotEmpty(told);
        Assert.All(told, static record => Assert.True(record.SecondsRemaining > 0, record.StatusDescription));
        Assert.All(told.Zip(told.Skip(1)), static pair => Assert.True(pair.Second.PercentComplete >= pair.First.PercentComplete));
    }

    /// <summary>What is usual for a control plane, as the progress line says it.</summary>
    private static string Usual(Rehearsal rehearsal, string cluster)
    {
        Answer answer = rehearsal.Session.Run($"New-EksCluster {cluster} -NoNodeGroup -NatGateway None -NoKubeconfig");
        answer.Good();
        string status = answer.Progress.Select(static record => record.StatusDescription).First(static status => status.StartsWith("control plane is active", StringComparison.Ordinal) && status.Contains("of usually ", StringComparison.Ordinal));
        return status[(status.IndexOf("of usually ", StringComparison.Ordinal) + "of usually ".Length)..].TrimEnd(')');
    }
}
