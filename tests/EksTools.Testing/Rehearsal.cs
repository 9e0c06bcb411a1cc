using EksTools.Sandbox;

namespace EksTools.Testing;

/// <summary>A sandbox in place of AWS, and a session whose commands go there.</summary>
public sealed class Rehearsal : IAsyncDisposable
{
    private Rehearsal(SandboxServer sandbox, string region)
    {
        Sandbox = sandbox;
        Region = region;
        Session = new Session();
        Session.Run(Defaults);
    }

    /// <summary>A folder of its own, which goes with it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ekstools-test-").FullName;

    /// <summary>The stand-in for AWS.</summary>
    public SandboxServer Sandbox { get; }

    /// <summary>The region that the session's commands go to.</summary>
    public string Region { get; }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>The kubeconfig that the session's clusters are written to, in <see cref="Folder"/>.</summary>
    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    /// <summary>What makes a session's commands go to the sandbox.</summary>
    public string Defaults => $$"""
        $global:PSDefaultParameterValues = @{
            '*-Eks*:AccessKey' = '{{Sandbox.AccessKey}}'
            '*-Eks*:SecretKey' = '{{Sandbox.SecretKey}}'
            '*-Eks*:EndpointUrl' = '{{Sandbox.Endpoint}}'
            '*-Eks*:Region' = '{{Region}}'
            '*-EksCluster:KubeconfigPath' = '{{Kubeconfig}}'
        }
        """;

    /// <summary>The environment of a process whose AWS is the sandbox.</summary>
    public Dictionary<string, string?> Environment
    {
        get
        {
            Dictionary<string, string?> environment = Sandbox.Environment.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
            environment["AWS_CONFIG_FILE"] = Path.Combine(Folder, "config");
            environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Folder, "credentials");
            environment["AWS_EC2_METADATA_DISABLED"] = "true";
            environment["KUBECONFIG"] = Kubeconfig;
            environment["EKSTOOLS_CREDENTIAL_CACHE"] = Path.Combine(Folder, "cache");
            environment["AWS_PROFILE"] = null;
            return environment;
        }
    }

    /// <summary>Starts both; time in the sandbox runs <paramref name="speed"/> times faster.</summary>
    /// <param name="speed">How many times faster than AWS.</param>
    /// <param name="realKubernetes">
    /// Clusters run on a real kube-apiserver and etcd: without them the test is skipped, or fails under CI=true. No controller runs there, so that
    /// no pods come of workloads.
    /// </param>
    /// <param name="region">The region, which decides the partition too.</param>
    public static Task<Rehearsal> StartAsync(double speed = 3000, bool realKubernetes = false, string region = "us-west-2") =>
        StartAsync(new SandboxOptions { Speed = speed, Region = region, KubernetesAssets = realKubernetes ? KubernetesAssets.Require() : null });

    /// <summary>Starts both, the sandbox as the options say.</summary>
    public static async Task<Rehearsal> StartAsync(SandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(await SandboxServer.StartAsync(options, TestContext.Current.CancellationToken), options.Region);
    }

    /// <summary>From now on the session's commands assume a role, by a profile: each time that they ask for keys they get others, for an hour.</summary>
    public async Task AssumeAsync(string role)
    {
        string profiles = Path.Combine(Folder, "credentials");
        await File.WriteAllTextAsync(profiles, $"""
            [base]
            aws_access_key_id = {Sandbox.AccessKey}
            aws_secret_access_key = {Sandbox.SecretKey}
            [other]
            role_arn = {role}
            role_session_name = someone
            source_profile = base
            """);
        Session.Run("""
            $global:PSDefaultParameterValues.Remove('*-Eks*:AccessKey'); $global:PSDefaultParameterValues.Remove('*-Eks*:SecretKey')
            $global:PSDefaultParameterValues['*-Eks*:ProfileName'] = 'other'; $global:PSDefaultParameterValues['*-Eks*:ProfileLocation'] = $args[0]
            """, profiles).Good();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
