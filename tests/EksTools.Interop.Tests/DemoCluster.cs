using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using EksTools.Interop.Tests;
using EksTools.Sandbox;

[assembly: AssemblyFixture(typeof(DemoCluster))]

namespace EksTools.Interop.Tests;

/// <summary>One cluster in one sandbox for all tests: what New-EksCluster made and wrote.</summary>
public sealed class DemoCluster : IAsyncLifetime
{
    private readonly Lazy<Task<string>> creator;
    private Rehearsal rehearsal = null!;

    /// <summary>Nothing is made before <see cref="InitializeAsync"/>.</summary>
    public DemoCluster() => creator = new(async () => (await AwsAsync("sts get-caller-identity")).Text("Arn"));

    /// <summary>The sandbox that the cluster runs in.</summary>
    public SandboxServer Sandbox => rehearsal.Sandbox;

    /// <summary>The object that New-EksCluster wrote.</summary>
    public PSObject Cluster { get; private set; } = null!;

    /// <summary>The kubeconfig that New-EksCluster wrote.</summary>
    public string Kubeconfig => rehearsal.Kubeconfig;

    /// <summary>A folder for what tests write; every test takes names of its own.</summary>
    public string Folder => rehearsal.Folder;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // kubectl and the C# client find an exec plugin by the PATH of their own process.
        System.Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(BuiltModule.PowerShell) + Path.PathSeparator + System.Environment.GetEnvironmentVariable("PATH"));
        rehearsal = await Rehearsal.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "config"), "[default]\ncli_timestamp_format = iso8601\n", TestContext.Current.CancellationToken);
        Cluster = Run("New-EksCluster demo -Tag @{ team = 'platform' }").Single();
    }

    /// <summary>Runs a script in the session that made the cluster, one at a time.</summary>
    public IReadOnlyList<PSObject> Run(string script)
    {
        lock (rehearsal)
        {
            return rehearsal.Session.Run(script).Good();
        }
    }

    /// <summary>A property of the cluster object, by the path of its names.</summary>
    public string Text(string path) => Convert.ToString(path.Split('.').Aggregate((object)Cluster, static (value, name) => PSObject.AsPSObject(value).Properties[name].Value), CultureInfo.InvariantCulture)!;

    /// <summary>The environment of a process whose AWS is the sandbox; its home is <see cref="Folder"/>.</summary>
    public Dictionary<string, string?> Environment(string? kubeconfig = null) => new(rehearsal.Environment)
    {
        ["HOME"] = Folder,
        ["KUBECONFIG"] = kubeconfig ?? Kubeconfig,
    };

    /// <summary>Runs a program against the sandbox.</summary>
    public Task<ProcessRun> StartAsync(string tool, IEnumerable<string> arguments, string? kubeconfig = null) =>
        ProcessRun.RunAsync(Path.IsPathRooted(tool) ? tool : Tool.Require(tool), arguments, Environment(kubeconfig));

    /// <summary>Runs a program that must succeed, and returns what it printed.</summary>
    public async Task<string> OutputAsync(string tool, IEnumerable<string> arguments, string? kubeconfig = null)
    {
        ProcessRun run = await StartAsync(tool, arguments, kubeconfig);
        Assert.True(run.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {run.Error}");
        return run.Output;
    }

    /// <summary>What the AWS CLI answers, as JSON.</summary>
    public async Task<JsonElement> AwsAsync(string commandLine, params string[] more)
    {
        using JsonDocument answer = JsonDocument.Parse(await OutputAsync("aws", [.. commandLine.Split(' '), .. more, "--output", "json"]));
        return answer.RootElement.Clone();
    }

    /// <summary>The ARN of who made the cluster, as the AWS CLI tells it.</summary>
    public Task<string> CreatorAsync() => creator.Value;

    /// <summary>Makes a role that its own account may assume, and returns its ARN.</summary>
    public async Task<string> RoleAsync(string name) => (await AwsAsync(
        "iam create-role --role-name", name, "--assume-role-policy-document", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""")).Text("Role.Arn");

    /// <summary>Writes the cluster to a kubeconfig in <see cref="Folder"/> by Update-EksKubeconfig.</summary>
    public string WriteKubeconfig(string name, string parameters)
    {
        string path = Path.Combine(Folder, name);
        Run($"Update-EksKubeconfig demo -Path '{path}' {parameters}");
        return path;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => rehearsal.DisposeAsync();
}
