using System.Management.Automation;

namespace EksTools.Interop.Tests.Access;

/// <summary>The module against clusters that run on a real kube-apiserver.</summary>
public sealed class RealClusterTests
{
    [Fact]
    public async Task A_cluster_is_made_its_nodes_are_listed_and_it_is_removed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(realKubernetes: true);
        rehearsal.Session.Run("New-EksCluster real").Good();
        IReadOnlyList<PSObject> nodes = rehearsal.Session.Run("Get-EksNode real").Good();
        Assert.Equal(["Ready", "Ready"], nodes.Select(static node => $"{node.Properties["Status"].Value}"));

        ProcessRun kubectl = await ProcessRun.RunAsync(Tool.Require("kubectl"), ["get", "nodes,daemonsets,deployments,configmaps", "--all-namespaces", "-o", "name"], rehearsal.Environment);
        Assert.True(kubectl.ExitCode == 0, kubectl.Error);
        Assert.Equal(2, kubectl.Output.Split('\n').Count(static line => line.StartsWith("node/", StringComparison.Ordinal)));
        Assert.Contains("daemonset.apps/aws-node", kubectl.Output, StringComparison.Ordinal);
        Assert.Contains("deployment.apps/coredns", kubectl.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("panic", rehearsal.Sandbox.FindServerLog("real")!, StringComparison.OrdinalIgnoreCase);

        rehearsal.Session.Run("Remove-EksCluster real -Confirm:$false").Good();
    }
}
