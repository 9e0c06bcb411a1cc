using System.Text;
using System.Text.Json;

namespace EksTools.Interop.Tests.ExecPlugin;

/// <summary>
/// The command lines of our kubeconfigs as processes: standard output is one JSON document or nothing, whatever the preferences and failures.
/// </summary>
public sealed class PurityTests(DemoCluster demo)
{
    private const string Group = "client.authentication.k8s.io/";

    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    public async Task Success_is_one_document_in_the_version_that_was_asked_for(string execCommand)
    {
        Plugin plugin = await Plugin.ReadAsync(demo, execCommand);
        foreach ((string? request, string version, int notes) in new (string?, string, int)[]
        {
            (null, "v1beta1", 0), ($$"""{"apiVersion":"{{Group}}v1"}""", "v1", 0), ($$"""{"apiVersion":"{{Group}}v1beta1"}""", "v1beta1", 0),
            ($$"""{"apiVersion":"{{Group}}v1alpha1"}""", "v1alpha1", 1), ($$"""{"apiVersion":"{{Group}}v9"}""", "v1beta1", 1), ("{", "v1beta1", 1),
            ("""{"kind":"ExecCredentials","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true}}""", "v1", 0),
        })
        {
            ProcessRun run = await plugin.RunAsync(("AWS_PROFILE", "keys"), ("KUBERNETES_EXEC_INFO", request));
            JsonElement status = Plugin.OneDocument(run, version);
            Assert.Equal((request, notes), (request, run.Error.Count(static letter => letter == '\n')));
            Assert.StartsWith("https://sts.us-west-2.amazonaws.com/", Url(status), StringComparison.Ordinal);
            Assert.InRange(status.At("expirationTimestamp").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(14));
        }
    }

    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    public async Task Failure_is_one_line_of_standard_error(string execCommand)
    {
        Plugin plugin = await Plugin.ReadAsync(demo, execCommand);
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "sso")), "aws sso login --profile sso");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "missing")), "'missing'");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "mfa")), "MFA");
        Plugin.OneLineOfError(await plugin.RunAsync(), "no AWS credentials");
        plugin.Replace("clustername", "'de/mo'");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "keys")), "de/mo");
        plugin.Replace("clustername", "demo");
        plugin.Replace("region", "us-west-2.evil.example");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "keys")), "us-west-2.evil.example");
    }

    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    public async Task Without_a_region_the_token_is_for_the_global_endpoint_as_the_AWS_CLIs_is(string execCommand)
    {
        Plugin plugin = await Plugin.ReadAsync(demo, execCommand);
        plugin.Replace("region", null);
        Assert.StartsWith("https://sts.amazonaws.com/", Url(Plugin.OneDocument(await plugin.RunAsync(("AWS_PROFILE", "keys")), "v1")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preferences_change_nothing()
    {
        Plugin plugin = await Plugin.ReadAsync(demo, "PowerShell");
        plugin.Arguments.Insert(plugin.Arguments.IndexOf("-Command") + 1, "$VerbosePreference = $DebugPreference = $WarningPreference = $InformationPreference = $ProgressPreference = 'Continue';");
        ProcessRun loud = await plugin.RunAsync(("AWS_PROFILE", "keys"));
        Plugin.OneDocument(loud, "v1");
        Assert.Equal(string.Empty, loud.Error);
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "sso")), "aws sso login --profile sso");

        plugin.Arguments[plugin.Arguments.IndexOf("-Command") + 1] = "$ErrorActionPreference = 'Stop';";
        Plugin.OneDocument(await plugin.RunAsync(("AWS_PROFILE", "keys")), "v1");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "missing")), "'missing'");
    }

    [Fact]
    public async Task Verbose_and_debug_on_the_cmdlet_itself_change_nothing()
    {
        Plugin plugin = await Plugin.ReadAsync(demo, "PowerShell");
        plugin.Arguments.AddRange(["-Verbose", "-Debug"]);
        Plugin.OneDocument(await plugin.RunAsync(("AWS_PROFILE", "keys")), "v1");
        Plugin.OneLineOfError(await plugin.RunAsync(("AWS_PROFILE", "missing")), "'missing'");
    }

    /// <summary>The presigned URL within a token.</summary>
    private static string Url(JsonElement status)
    {
        string text = status.Text("token")["k8s-aws-v1.".Length..].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
