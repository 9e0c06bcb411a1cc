using EksTools.Sandbox;

namespace EksTools.Tests.Hosting;

/// <summary>A sandbox in place of AWS, and a session whose commands go there.</summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ekstools-test-").FullName;

    private Rehearsal(SandboxServer sandbox)
    {
        Sandbox = sandbox;
        Session = new Session();
        Session.Run(Defaults);
    }

    public SandboxServer Sandbox { get; }

    public Session Session { get; }

    public string Kubeconfig => Path.Combine(folder, "kubeconfig");

    /// <summary>What makes a session's commands go to the sandbox.</summary>
    public string Defaults => $$"""
        $global:PSDefaultParameterValues = @{
            '*-Eks*:AccessKey' = '{{Sandbox.AccessKey}}'
            '*-Eks*:SecretKey' = '{{Sandbox.SecretKey}}'
            '*-Eks*:EndpointUrl' = '{{Sandbox.Endpoint}}'
            '*-Eks*:Region' = 'us-west-2'
            '*-EksCluster:KubeconfigPath' = '{{Kubeconfig}}'
        }
        """;

    /// <summary>The environment of a process whose AWS is the sandbox.</summary>
    public Dictionary<string, string?> Environment
    {
        get
        {
            Dictionary<string, string?> environment = Sandbox.Environment.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
            environment["AWS_CONFIG_FILE"] = Path.Combine(folder, "config");
            environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(folder, "credentials");
            environment["AWS_EC2_METADATA_DISABLED"] = "true";
            environment["KUBECONFIG"] = Kubeconfig;
            environment["AWS_PROFILE"] = null;
            return environment;
        }
    }

    public static async Task<Rehearsal> StartAsync(double speed = 3000) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Speed = speed }, TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
