using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;
using EksTools.Tests.Clusters.Kills;

namespace EksTools.Tests.LoadBalancing;

/// <summary>
/// Install-EksLoadBalancerController while its process dies, or a call fails, at each of the calls that it and helm make. A cell takes every so many of
/// them, each cell others; more of them where every kill point is asked for.
/// </summary>
public sealed class ControllerInstallationBadDaysTests : IAsyncLifetime
{
    private const int Apart = 40;
    private const string Install = "Install-EksLoadBalancerController demo -Mode Irsa -Force";
    private static readonly int Stride = KillPoints.All ? 12 : 36, Cells = KillPoints.All ? 10 : 5;
    private Rehearsal rehearsal = null!;
    private Kubernetes kubernetes = null!;

    public static TheoryData<int, bool> Cuts => [.. new[] { 0, 4, 8 }.SelectMany(static first => new[] { false, true }.Select(acted => new TheoryDataRow<int, bool>(first + (acted ? 2 : 0), acted)))];

    public static TheoryData<int, FaultKind> Passing => [.. Enumerable.Range(0, Cells).Select(static cell => new TheoryDataRow<int, FaultKind>(cell * Apart / Cells, ((FaultKind[])[FaultKind.Throttle, FaultKind.Error500, FaultKind.Error503, FaultKind.DropBefore, FaultKind.DropAfter])[cell % 5]))];

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        rehearsal.Session.Run($"$global:PSDefaultParameterValues['Install-EksLoadBalancerController:HelmPath'] = '{BuiltModule.Helm}'");
        kubernetes = new Kubernetes(rehearsal, "demo");
    }

    /// <summary>Each run is cut off a little later than the one before it, which left its part: what is made once is lost, or made and not heard of, once.</summary>
    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Cut_off_again_and_again_it_is_whole_in_the_end(int first, bool acted)
    {
        int call = first;
        while (await Interruption.CutAsync(rehearsal, Install, call, acted))
        {
            call += Stride;
        }

        Assert.InRange(call, 30, 150);
        await WholeAsync();
    }

    /// <summary>Every fortieth call fails; helm's own, which begin anew when one of them fails, are among them.</summary>
    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_by_itself_is_borne(int first, FaultKind kind)
    {
        for (int call = first; call < 200; call += Apart)
        {
            rehearsal.Sandbox.Faults.Add(new FaultRule { Kind = kind, Skip = call });
        }

        Answer answer = rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa -Verbose");
        Assert.True(answer.Errors.Count == 0, string.Join('\n', answer.Errors.Select(static error => error.ToString()).Concat(answer.Verbose)));
        rehearsal.Sandbox.Faults.Clear();
        await WholeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task What_is_denied_is_named_and_the_next_run_goes_on(int first)
    {
        int call = first;
        for (bool struck = true; struck; call += Stride)
        {
            rehearsal.Sandbox.Faults.Add(new FaultRule { Kind = FaultKind.AccessDenied, Skip = call });
            Answer answer = rehearsal.Session.Run(Install);
            struck = rehearsal.Sandbox.Faults.Count == 0;
            rehearsal.Sandbox.Faults.Clear();
            foreach (ErrorRecord error in answer.Errors)
            {
                Assert.Contains(error.FullyQualifiedErrorId.Split(',')[0], (string[])["AwsAccessDenied", "KubernetesForbidden", "HelmFailed"]);
                Assert.Matches("(not authorized to perform: [a-z0-9]+:[A-Z][A-Za-z]+|cannot [a-z]+ resource \"[a-z]+\")", error.ToString());
            }
        }

        Assert.InRange(call, 30, 150);
        await WholeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await rehearsal.DisposeAsync();
    }

    /// <summary>One more run finds everything, and everything is there once.</summary>
    private async Task WholeAsync()
    {
        rehearsal.Session.Run(Install).Good();
        Answer last = rehearsal.Session.Run(Install + " -Verbose");
        PSObject controller = Assert.Single(last.Good());
        Assert.Empty(last.Warnings);
        Assert.Equal("Lbc v3.5.0 2 2 Irsa True True", string.Join(' ', new[] { "Controller", "Version", "Replicas", "ReadyReplicas", "Mode", "TakesNewServices", "IsHealthy" }.Select(name => controller.Properties[name].Value)));
        Assert.DoesNotContain(last.Verbose, static line => line.Contains(": Created", StringComparison.Ordinal) || line.Contains(": Updated", StringComparison.Ordinal));
        Assert.Single((await kubernetes.ReadAsync("/api/v1/namespaces/kube-system/secrets?labelSelector=owner%3Dhelm%2Cstatus%3Ddeployed"))!["items"]!.AsArray());
        Assert.Empty((await kubernetes.ReadAsync("/api/v1/namespaces/kube-system/secrets?labelSelector=owner%3Dhelm%2Cstatus%20in%20%28pending-install%2Cpending-upgrade%29"))!["items"]!.AsArray());
        Assert.Single(await Inventory.ReadAsync(rehearsal.Sandbox), static thing => thing.StartsWith("role ekstools-demo-us-west-2-kube-system.aws-load-balancer-controller:", StringComparison.Ordinal));
        Assert.Single(await Inventory.ReadAsync(rehearsal.Sandbox), static thing => thing == "OpenID Connect provider");
    }
}
