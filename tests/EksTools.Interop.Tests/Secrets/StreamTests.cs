using System.Text.Json;
using System.Text.RegularExpressions;

namespace EksTools.Interop.Tests.Secrets;

/// <summary>Whole jobs and their failures with every stream open: no key, session token, Kubernetes token or signature is in any of them.</summary>
public sealed partial class StreamTests
{
    private const string WrongKey = "notTheSecretKeyOfAnyone/0123456789abcdef";

    [Fact]
    public async Task A_loud_session_tells_no_secret()
    {
        // -Debug makes PowerShell ask before every change and at every warning, hence -Confirm:$false and -WarningAction.
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        (Dictionary<string, string?> environment, string[] secrets) = await DeployerAsync(rehearsal);
        ProcessRun run = await RunAsync(
            $$"""
            Import-Module '{{BuiltModule.Manifest}}'
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            New-EksCluster vault -NoNodeGroup -KubeconfigPath '{{rehearsal.Kubeconfig}}' -Verbose -Debug -Confirm:$false
            Get-EksToken vault -Verbose -Debug
            function Show-Everything { process { foreach ($property in $_.PSObject.Properties) { "$($property.Name) = $($property.Value)" } } }
            Get-EksToken vault -Verbose -Debug | Show-Everything
            "$(Get-EksToken vault)"
            Update-EksKubeconfig vault -Path '{{rehearsal.Kubeconfig}}' -Alias again -PassThru -Verbose -Debug -Confirm:$false | Show-Everything
            New-EksCluster vault -NatGateway PerZone -KubeconfigPath '{{rehearsal.Kubeconfig}}' -Verbose -Debug -Confirm:$false
            Get-EksCluster vault -AccessKey AKIAWRONG -SecretKey $env:WRONG_KEY -Verbose -Debug
            Get-EksToken vault -RoleArn arn:aws:iam::111122223333:role/nobody -Verbose -Debug
            Get-EksToken vault -ProfileName missing -Verbose -Debug
            Get-EksToken vault -AccessKey AKIAWRONG -SecretKey $env:WRONG_KEY -SessionToken $env:WRONG_KEY -Region nowhere.example -Verbose -Debug
            Update-EksKubeconfig absent -Path '{{rehearsal.Kubeconfig}}' -Verbose -Debug -Confirm:$false
            "errors: $($Error.Count)"
            $Error | Show-Everything
            foreach ($record in $Error) { $record.Exception.ToString(); $record.InvocationInfo | Show-Everything }
            """,
            environment);
        Assert.Contains("vault", run.Output, StringComparison.Ordinal);
        Assert.Contains("VERBOSE: ", run.Output, StringComparison.Ordinal);
        Assert.True(run.Output.Contains("errors: 6", StringComparison.Ordinal), run.Error);
        AssertClean(run.Output, secrets);
        AssertClean(run.Error, secrets);
        AssertClean(await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken), secrets);
        AssertClean(JsonSerializer.Serialize(rehearsal.Sandbox.Requests), secrets);
    }

    [Fact]
    public async Task Only_who_asks_for_the_token_sees_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        (Dictionary<string, string?> environment, string[] secrets) = await DeployerAsync(rehearsal);
        ProcessRun run = await RunAsync(
            $$"""
            Import-Module '{{BuiltModule.Manifest}}'
            (Get-EksToken vault -AsPlainText -Verbose -Debug).Token
            Get-EksToken vault -AsExecCredential -Verbose -Debug
            """,
            environment);
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(2, Token().Count(run.Output));
        AssertClean(Token().Replace(run.Output, string.Empty), secrets);
    }

    [Fact]
    public async Task Every_stream_of_the_engine_is_clean_progress_too()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Answer answer = rehearsal.Session.Run("New-EksCluster vault -NoNodeGroup -Verbose -Debug -Confirm:$false -WarningAction Continue 5>&1 6>&1; Get-EksToken vault -Verbose -Debug 5>&1; Get-EksCluster absent -Verbose");
        Assert.NotEmpty(answer.Progress);
        Assert.NotEmpty(answer.Verbose);
        Assert.Equal(["There is no cluster absent in us-west-2."], answer.Errors.Select(static error => error.ToString()));
        Assert.Contains(answer.Warnings, static warning => warning.Contains("kubectl does not see", StringComparison.Ordinal));
        string[] secrets = [rehearsal.Sandbox.SecretKey];
        AssertClean(string.Join('\n', answer.Progress.Select(static record => $"{record.Activity} {record.StatusDescription} {record.CurrentOperation}")), secrets);
        AssertClean(string.Join('\n', [.. answer.Verbose, .. answer.Warnings, .. answer.Errors.Select(static error => $"{error} {error.Exception} {error.TargetObject}"), .. answer.Output.Select(static record => record.ToString())]), secrets);
    }

    /// <summary>The environment of a role's session with temporary keys, which are secrets all three.</summary>
    private static async Task<(Dictionary<string, string?> Environment, string[] Secrets)> DeployerAsync(Rehearsal rehearsal)
    {
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";
        string aws = Tool.Require("aws");
        Dictionary<string, string?> environment = rehearsal.Environment;
        ProcessRun role = await ProcessRun.RunAsync(aws, ["iam", "create-role", "--role-name", "deployer", "--assume-role-policy-document", Trust], environment);
        Assert.True(role.ExitCode == 0, role.Error);
        await ProcessRun.RunAsync(aws, ["iam", "attach-role-policy", "--role-name", "deployer", "--policy-arn", Iam.Administrator], environment);
        ProcessRun assumed = await ProcessRun.RunAsync(aws, ["sts", "assume-role", "--role-arn", "arn:aws:iam::111122223333:role/deployer", "--role-session-name", "test", "--output", "json"], environment);
        Assert.True(assumed.ExitCode == 0, assumed.Error);
        using JsonDocument answer = JsonDocument.Parse(assumed.Output);
        JsonElement keys = answer.RootElement.GetProperty("Credentials");
        // By a variable: PowerShell shows the script's own line beside an error.
        environment["WRONG_KEY"] = WrongKey;
        environment["AWS_ACCESS_KEY_ID"] = keys.Text("AccessKeyId");
        environment["AWS_SECRET_ACCESS_KEY"] = keys.Text("SecretAccessKey");
        environment["AWS_SESSION_TOKEN"] = keys.Text("SessionToken");
        return (environment, [keys.Text("SecretAccessKey"), keys.Text("SessionToken"), WrongKey, rehearsal.Sandbox.SecretKey]);
    }

    private static Task<ProcessRun> RunAsync(string script, Dictionary<string, string?> environment) =>
        ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script], environment);

    private static void AssertClean(string text, string[] secrets)
    {
        Assert.All(secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal) || text.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal), Around(text, secret)));
        Assert.False(Token().IsMatch(text), Around(text, "k8s-aws-v1."));
        Assert.False(text.Contains("X-Amz-Signature", StringComparison.OrdinalIgnoreCase), Around(text, "X-Amz-Signature"));
    }

    private static string Around(string text, string secret)
    {
        int at = Math.Max(0, text.IndexOf(secret, StringComparison.OrdinalIgnoreCase));
        return text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)];
    }

    [GeneratedRegex(@"k8s-aws-v1\.[A-Za-z0-9_-]+")]
    private static partial Regex Token();
}
