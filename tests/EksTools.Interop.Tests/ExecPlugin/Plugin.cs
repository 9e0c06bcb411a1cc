using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.KubeConfigModels;

namespace EksTools.Interop.Tests.ExecPlugin;

/// <summary>An exec plugin as a kubeconfig names it, run as kubectl runs it, in a home with AWS profiles of the test's own.</summary>
internal sealed class Plugin
{
    /// <summary>The secret key of the home's profile, to be found nowhere.</summary>
    public const string Secret = "verySecretKeyOfTheProfile";

    private const string Config = $"""
        [profile keys]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {Secret}
        [profile sso]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = Admin
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        [profile mfa]
        role_arn = arn:aws:iam::111122223333:role/mfa
        source_profile = keys
        mfa_serial = arn:aws:iam::111122223333:mfa/me
        """;

    private readonly ExternalExecution exec;
    private readonly Dictionary<string, string?> environment;

    private Plugin(ExternalExecution exec, Dictionary<string, string?> environment)
    {
        this.exec = exec;
        this.environment = environment;
        Arguments = [.. exec.Arguments];
    }

    /// <summary>The arguments, to be changed by a test.</summary>
    public List<string> Arguments { get; }

    /// <summary>Reads the plugin from a kubeconfig that Update-EksKubeconfig writes.</summary>
    public static async Task<Plugin> ReadAsync(DemoCluster demo, string execCommand)
    {
        string home = Directory.CreateDirectory(Path.Combine(demo.Folder, Guid.NewGuid().ToString("n"))).FullName;
        K8SConfiguration file = await KubernetesClientConfiguration.LoadKubeConfigAsync(new FileInfo(demo.WriteKubeconfig(Path.Combine(home, "kubeconfig"), $"-ExecCommand {execCommand}")));
        string cache = Directory.CreateDirectory(Path.Combine(home, ".aws", "sso", "cache")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, ".aws", "config"), Config);

        await File.WriteAllTextAsync(Path.Combine(cache, CacheName("corp")), """{"accessToken":"expiredAccessToken","expiresAt":"2020-01-01T00:00:00Z"}""");
        Dictionary<string, string?> environment = demo.Environment().Keys.Where(static name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToDictionary(static name => name, static _ => (string?)null);
        environment["HOME"] = environment["USERPROFILE"] = home;
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["KUBERNETES_EXEC_INFO"] = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}""";
        return new Plugin(Assert.Single(file.Users).UserCredentials.ExternalExecution, environment);
    }

    /// <summary>Runs it with further environment.</summary>
    public Task<ProcessRun> RunAsync(params (string Name, string? Value)[] more)
    {
        Dictionary<string, string?> variables = new(environment);
        foreach (Dictionary<string, string> variable in exec.EnvironmentVariables ?? [])
        {
            variables[variable["name"]] = variable["value"];
        }

        foreach ((string name, string? value) in more)
        {
            variables[name] = value;
        }

        return ProcessRun.RunAsync(exec.Command, Arguments, variables);
    }

    /// <summary>The status of the one document that standard output must be.</summary>
    public static JsonElement OneDocument(ProcessRun run, string version)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(run.Output.IndexOf('\n', StringComparison.Ordinal), run.Output.Length - 1);
        Assert.True(Ascii.IsValid(run.Output));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(["kind", "apiVersion", "spec", "status"], document.RootElement.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(("ExecCredential", $"client.authentication.k8s.io/{version}"), (document.RootElement.Text("kind"), document.RootElement.Text("apiVersion")));
        Assert.StartsWith("k8s-aws-v1.", document.RootElement.Text("status.token"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
        return document.RootElement.GetProperty("status").Clone();
    }

    /// <summary>Nothing on standard output, one line on standard error, and an exit code that says so.</summary>
    public static void OneLineOfError(ProcessRun run, string says)
    {
        Assert.Equal(string.Empty, run.Output);
        Assert.NotEqual(0, run.ExitCode);
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
        Assert.DoesNotContain("expiredAccessToken", line, StringComparison.Ordinal);
    }

    /// <summary>Changes the value that follows an option, or takes both out.</summary>
    public void Replace(string option, string? value)
    {
        int at = Arguments.FindIndex(argument => string.Equals(argument.TrimStart('-').Replace("-", string.Empty, StringComparison.Ordinal), option, StringComparison.OrdinalIgnoreCase));
        Assert.True(at >= 0, $"{option} is not among {string.Join(' ', Arguments)}");
        if (value is null)
        {
            Arguments.RemoveRange(at, 2);
        }
        else
        {
            Arguments[at + 1] = value;
        }
    }

    private static string CacheName(string session)
    {
#pragma warning disable CA5350 // The AWS CLI names its cache files by SHA-1.
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(session))) + ".json";
#pragma warning restore CA5350
    }
}
