
namespace EksTools.Tests.Modules;

/// <summary>
/// The module beside others that bring the same assemblies in other versions. Each order in a process of its own: what is loaded first stays.
/// </summary>
public sealed class IsolationTests
{
    private const string Keys = "-AccessKey AKIDEXAMPLE -SecretKey secret -Region us-west-2";
    private static readonly string StandIn = Path.Combine(Path.GetDirectoryName(BuiltModule.Folder)!, "stand-in", "AWS.Tools.Common", "AWS.Tools.Common.psd1");

    [Fact]
    public async Task Works_when_AWS_Tools_was_imported_before() => await BothWorkAsync($"Import-Module '{StandIn}'; Import-Module '{BuiltModule.Manifest}'");

    [Fact]
    public async Task Works_when_AWS_Tools_is_imported_after_use() => await BothWorkAsync($"Import-Module '{BuiltModule.Manifest}'; $null = Get-EksToken demo {Keys}; Import-Module '{StandIn}'");

    [Fact]
    public async Task Works_when_imported_again_with_force() => await BothWorkAsync($"Import-Module '{BuiltModule.Manifest}'; $null = Get-EksToken demo {Keys}; Import-Module '{BuiltModule.Manifest}' -Force; Import-Module '{StandIn}'");

    [Fact]
    public async Task Import_loads_no_third_party_assembly()
    {
        string[] lines = await RunAsync($$"""
            $before = [AppDomain]::CurrentDomain.GetAssemblies()
            Import-Module '{{BuiltModule.Manifest}}'
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $before -notcontains $_ } | ForEach-Object { $_.GetName().Name }
            """);
        Assert.All(lines, static name => Assert.True(name is "EksTools" or "EksTools.Abstractions" || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal), name));
        Assert.Contains("EksTools", lines);
    }

    [Fact]
    public async Task Third_party_assemblies_live_in_the_private_context()
    {
        string[] lines = await RunAsync($$"""
            Import-Module '{{BuiltModule.Manifest}}'
            $null = Get-EksToken demo {{Keys}}
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'AWSSDK*' } | ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name }
            """);
        Assert.NotEmpty(lines);
        Assert.All(lines, static context => Assert.Equal("EksTools", context));
    }

    [Fact]
    public async Task Session_defaults_of_AWS_Tools_are_used()
    {
        string[] lines = await RunAsync($$"""
            Import-Module '{{StandIn}}'; Import-Module '{{BuiltModule.Manifest}}'
            Set-AWSCredential -AccessKey AKIDFROMSESSION -SecretKey secret
            Set-DefaultAWSRegion eu-north-1
            $token = Get-EksToken demo -AsPlainText
            $token.Region
            $text = $token.Token.Substring(11).Replace('-', '+').Replace('_', '/')
            $text = $text + '=' * ((4 - $text.Length % 4) % 4)
            [System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($text)) -match 'Credential=AKIDFROMSESSION%2F'
            $other = Get-EksToken demo -Credential (Get-AWSCredential) -Region us-east-2 -AsPlainText
            $other.Region
            """);
        Assert.Equal(["eu-north-1", "True", "us-east-2"], lines);
    }

    private static async Task BothWorkAsync(string imports)
    {
        string[] lines = await RunAsync($$"""
            $ErrorActionPreference = 'Stop'
            {{imports}}
            Get-StandInAssembly
            (Get-EksToken demo {{Keys}} -AsPlainText).Token.Substring(0, 11)
            (Get-Command Get-EksToken).Module.Name
            [EksTools.Clusters.EksCluster].Name
            """);
        Assert.Equal(["AWSSDK.Core 4.0.100.8 Default", "YamlDotNet 16.3.0.0 Default", "k8s-aws-v1.", "EksTools", "EksCluster"], lines);
    }

    private static async Task<string[]> RunAsync(string script)
    {
        Dictionary<string, string?> environment = new()
        {
            ["AWS_PROFILE"] = null,
            ["AWS_REGION"] = null,
            ["AWS_DEFAULT_REGION"] = null,
            ["AWS_CONFIG_FILE"] = "/nonexistent/config",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent/credentials",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        ProcessRun run = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-NonInteractive", "-Command", script], environment);
        Assert.Equal(string.Empty, run.Error);
        Assert.Equal(0, run.ExitCode);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
