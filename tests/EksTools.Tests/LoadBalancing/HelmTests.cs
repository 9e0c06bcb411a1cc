using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>helm as it is met: absent, too old, no program, killed in its midst, or at work already.</summary>
public sealed class HelmTests : IAsyncLifetime
{
    private const string Secrets = "/api/v1/namespaces/kube-system/secrets";
    private Rehearsal rehearsal = null!;
    private Kubernetes kubernetes = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        kubernetes = new Kubernetes(rehearsal, "demo");
    }

    [Fact]
    public async Task Without_helm_there_is_a_plan_and_the_next_command()
    {
        string? path = Environment.GetEnvironmentVariable("PATH");
        Assert.SkipWhen((path ?? string.Empty).Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "helm"))), "There is a helm on PATH.");
        Answer plan = rehearsal.Session.Run("Install-EksLoadBalancerController demo -WhatIf");
        Assert.Contains(plan.Good(), static step => (string)step.Properties["Step"].Value == "chart");
        Assert.Contains(plan.Warnings, static warning => warning.Contains("there is none on PATH", StringComparison.Ordinal) && warning.Contains("helm", StringComparison.Ordinal));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("Install-EksLoadBalancerController demo").Errors);
        Assert.StartsWith("HelmNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-HelmPath", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Null(await kubernetes.ReadAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/targetgroupbindings.elbv2.k8s.aws"));
    }

    [Theory]
    [InlineData("echo 'Client: v2.17.0+ga690bad'; echo 'Error: could not find tiller' >&2; exit 1", "HelmTooOld", "helm v2.17.0+ga690bad")]
    [InlineData("echo 'HeLM, the editor'", "HelmTooOld", "HeLM, the editor")]
    [InlineData("echo 'Error: plugin broken' >&2; exit 3", "HelmFailed", "helm version ended with 3: Error: plugin broken")]
    [InlineData("exit 7", "HelmFailed", "ended with 7 and said nothing")]
    public void A_helm_that_does_not_do_is_told_before_anything_is_made(string script, string id, string message)
    {
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Install-EksLoadBalancerController demo -HelmPath '{Script("helm", script)}'").Errors);
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation == "CreateRole" && request.Body.Contains("aws-load-balancer-controller", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_no_program_is_named()
    {
        string file = Path.Combine(rehearsal.Folder, "helm.txt");
        File.WriteAllText(file, "not a program");
        Assert.StartsWith("HelmNotStarted,", Assert.Single(rehearsal.Session.Run($"Install-EksLoadBalancerController demo -HelmPath '{file}'").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    /// <summary>First in the installation, then in an upgrade: the release stays pending, which helm itself does not get over.</summary>
    [Fact]
    public async Task A_helm_that_is_killed_leaves_what_the_next_run_takes_up()
    {
        string killed = Script("killed", $"HELM_STAND_IN_KILLED=1 exec '{BuiltModule.Helm}' \"$@\"");
        foreach ((string version, string status) in new[] { ("3.4.0", "pending-install"), ("3.5.0", "pending-upgrade") })
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -Version {version} -HelmPath '{killed}'").Errors);
            Assert.StartsWith("HelmFailed,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("helm upgrade was ended by signal 9", error.ToString(), StringComparison.Ordinal);
            Assert.Equal([status], await StatusAsync("pending-install", "pending-upgrade"));

            Answer again = rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -Version {version} -Force -HelmPath '{BuiltModule.Helm}'");
            Assert.Equal($"aws-load-balancer-controller-{version}", Assert.Single(again.Good()).Properties["Chart"].Value);
            Assert.Contains(again.Warnings, warning => warning.Contains($"({status}). It is called failed now", StringComparison.Ordinal));
            Assert.Empty(await StatusAsync("pending-install", "pending-upgrade"));
        }
    }

    /// <summary>Without -Force only what nobody can be at work on any more.</summary>
    [Fact]
    public async Task A_helm_that_is_at_work_is_waited_for()
    {
        await PendAsync(1, DateTimeOffset.UtcNow.AddHours(-1));
        rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -HelmPath '{BuiltModule.Helm}'").Good();

        await PendAsync(3, DateTimeOffset.UtcNow);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -Timeout 00:01:00 -HelmPath '{BuiltModule.Helm}'").Errors);
        Assert.StartsWith("PlanTimedOut,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("helm is at work on revision 3 (pending-upgrade), or was cut off", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["pending-upgrade"], await StatusAsync("pending-upgrade"));
    }

    /// <summary>Values with which an upgrade failed are not those of the release.</summary>
    [Fact]
    public void What_an_upgrade_failed_with_does_not_stay()
    {
        string install = $"Install-EksLoadBalancerController demo -Mode Irsa -HelmPath '{BuiltModule.Helm}'";
        rehearsal.Session.Run($"{install} -Value @{{ replicaCount = 1 }}").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{install} -Value @{{ image = @{{ repository = '' }}; replicaCount = -1 }}").Errors);
        Assert.StartsWith("HelmFailed,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(rehearsal.Session.Run(install).Good()).Properties["Replicas"].Value);
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await rehearsal.DisposeAsync();
    }

    private string Script(string name, string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is wrapped by a shell script.");
        string file = Path.Combine(rehearsal.Folder, name);
        File.WriteAllText(file, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return file;
    }

    private async Task<IEnumerable<string>> StatusAsync(params string[] wanted) =>
        (await kubernetes.ReadAsync($"{Secrets}?labelSelector=owner%3Dhelm"))!["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["labels"]!["status"]!).Where(wanted.Contains);

    /// <summary>A release as helm leaves it when it is cut off.</summary>
    private async Task PendAsync(int revision, DateTimeOffset begun)
    {
        string status = revision == 1 ? "pending-install" : "pending-upgrade";
        JsonObject release = new()
        {
            ["name"] = "aws-load-balancer-controller",
            ["version"] = revision,
            ["info"] = new JsonObject { ["status"] = status, ["last_deployed"] = begun.ToString("O", System.Globalization.CultureInfo.InvariantCulture) },
            ["config"] = new JsonObject(),
            ["objects"] = new JsonArray(),
        };
        using MemoryStream packed = new();
        await using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(release.ToJsonString()));
        }

        string data = Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.ToArray())));
        await kubernetes.CreateAsync(Secrets, $$$"""{"apiVersion":"v1","kind":"Secret","type":"helm.sh/release.v1","metadata":{"name":"sh.helm.release.v1.aws-load-balancer-controller.v{{{revision}}}","labels":{"owner":"helm","name":"aws-load-balancer-controller","status":"{{{status}}}","version":"{{{revision}}}"}},"data":{"release":"{{{data}}}"}}""");
    }
}
