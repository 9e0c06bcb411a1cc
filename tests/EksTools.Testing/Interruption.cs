using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Testing;

/// <summary>Commands that are cut off at one of their calls, to AWS or to Kubernetes: nothing of theirs gets through any more, as when their process is killed.</summary>
public static class Interruption
{
    /// <summary>Runs a command and cuts it off.</summary>
    /// <param name="rehearsal">Where it runs.</param>
    /// <param name="command">The command.</param>
    /// <param name="call">The call at which, from 0.</param>
    /// <param name="acted">Whether the service has acted on that call.</param>
    /// <returns>False when the command made fewer calls, and so was not cut off.</returns>
    public static Task<bool> CutAsync(Rehearsal rehearsal, string command, int call, bool acted) =>
        CutAsync(rehearsal, command, new FaultRule { Kind = acted ? FaultKind.CutAfter : FaultKind.CutBefore, Skip = call });

    /// <summary>Runs a command and cuts it off where a rule says.</summary>
    public static async Task<bool> CutAsync(Rehearsal rehearsal, string command, FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        rehearsal.Sandbox.Faults.Add(rule);
        using PowerShell shell = rehearsal.Session.Create(command);
        IAsyncResult running = shell.BeginInvoke();
        while (!rehearsal.Sandbox.Faults.IsCut && !running.IsCompleted)
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        bool cut = rehearsal.Sandbox.Faults.IsCut;
        shell.Stop();
        rehearsal.Sandbox.Faults.Clear();
        return cut;
    }
}
