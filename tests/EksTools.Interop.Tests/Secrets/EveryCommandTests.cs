using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace EksTools.Interop.Tests.Secrets;

/// <summary>
/// Every exported cmdlet, and eks-token, with recognisable secrets through success and failure: none of them in any stream, exception,
/// formatted text or file, nor in the name of one.
/// </summary>
public sealed partial class EveryCommandTests : IAsyncLifetime
{
    private const string WrongKey = "notTheSecretKeyOfAnyone/0123456789abcdef";
    private const string CacheVariable = "EKSTOOLS_CREDENTIAL_CACHE";
    private const string Foreign = "theTokenOfAnotherUserInTheKubeconfig0123456789";

    private Rehearsal rehearsal = null!;
    private string role = null!;
    private Amazon.SecurityToken.Model.Credentials keys = null!;

    private string[] Secrets => [keys.SecretAccessKey, keys.SessionToken, rehearsal.Sandbox.SecretKey, WrongKey, WrongKey.Replace("/", string.Empty, StringComparison.Ordinal), Foreign];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        Environment.SetEnvironmentVariable(CacheVariable, Path.Combine(rehearsal.Folder, "cache"));
        BasicAWSCredentials root = new(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        using AmazonIdentityManagementServiceClient iam = new(root, new AmazonIdentityManagementServiceConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        const string trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";
        role = (await iam.CreateRoleAsync(new() { RoleName = "deployer", AssumeRolePolicyDocument = trust })).Role.Arn;
        await iam.AttachRolePolicyAsync(new() { RoleName = "deployer", PolicyArn = Iam.Administrator });
        using AmazonSecurityTokenServiceClient sts = new(root, new AmazonSecurityTokenServiceConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        keys = (await sts.AssumeRoleAsync(new() { RoleArn = role, RoleSessionName = "test" })).Credentials;
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, $"apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://other\n  name: other\ncontexts:\n- context:\n    cluster: other\n    user: other\n  name: other\nusers:\n- name: other\n  user:\n    token: {Foreign}\n");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(CacheVariable, null);
        await rehearsal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Every_exported_cmdlet_has_a_case()
    {
        string[] exported = [.. rehearsal.Session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject)];
        Assert.Equal(exported.Order(StringComparer.Ordinal), SecretCase.All.Select(static entry => entry.Command).Order(StringComparer.Ordinal)); // SecretCase wants a line for each.
        Assert.All(SecretCase.All, static entry => Assert.Contains(entry.Scripts, script => script.Contains(entry.Command, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_cmdlet_about_clusters_tells_a_secret() => AssertNoneTells(SecretCase.Clusters);

    [Fact]
    public void No_cmdlet_about_identities_tells_a_secret() => AssertNoneTells([SecretCase.Clusters[0] with { Scripts = [SecretCase.Clusters[0].Scripts[0]] }, .. SecretCase.Identities]);

    [Fact]
    public void No_cmdlet_about_networks_tells_a_secret() => AssertNoneTells([SecretCase.Clusters[0] with { Scripts = [SecretCase.Clusters[0].Scripts[0]] }, .. SecretCase.Networks]);

    private void AssertNoneTells(IReadOnlyList<SecretCase> cases)
    {
        rehearsal.Session.Run(
            """
            param($endpoint, $accessKey, $secretKey, $sessionToken, $wrongKey, $path, $arn)
            $global:PSDefaultParameterValues = @{
                '*-Eks*:AccessKey' = $accessKey; '*-Eks*:SecretKey' = $secretKey; '*-Eks*:SessionToken' = $sessionToken; '*-Eks*:EndpointUrl' = $endpoint; '*-Eks*:Region' = 'us-west-2'
            }
            $global:wrong = $wrongKey; $global:kubeconfig = $path; $global:role = $arn
            $global:VerbosePreference = $global:DebugPreference = $global:InformationPreference = $global:WarningPreference = $global:ProgressPreference = 'Continue'
            $global:ConfirmPreference = 'None'
            """,
            rehearsal.Sandbox.Endpoint.OriginalString, keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, WrongKey, rehearsal.Kubeconfig, role).Good();
        int errors = 0, words = 0;
        foreach (SecretCase entry in cases)
        {
            foreach (string script in entry.Scripts)
            {
                (string text, int failed) = Everything(script);
                AssertClean(script, text);
                errors += failed;
                words += text.Length;
            }

            AssertCleanFiles(entry.Command);
        }

        // Or else nothing was driven that could have told one.
        Assert.True(errors >= cases.Count && words > 10_000, $"{errors} errors, {words} characters");
    }

    [Fact]
    public async Task Eks_token_tells_no_secret_but_the_token()
    {
        string helper = Path.Combine(Path.GetDirectoryName(BuiltModule.Manifest)!, "runtimes", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token");
        foreach ((string arguments, string? secret, int exitCode) in new (string, string?, int)[]
        {
            ("", null, 0), ($"--role-arn {role}", null, 0), ($"--role-arn {role}", null, 0), ($"--role-arn {role} --external-id e --no-cache", null, 0),
            ($"--role-arn {role}", WrongKey, 1), ("--role-arn arn:aws:iam::444455556666:role/theirs", null, 1), ("--profile missing", null, 1), ($"--secret {WrongKey}", null, 2),
        })
        {
            Dictionary<string, string?> environment = rehearsal.Environment;
            environment["AWS_ACCESS_KEY_ID"] = keys.AccessKeyId;
            environment["AWS_SECRET_ACCESS_KEY"] = secret ?? keys.SecretAccessKey;
            environment["AWS_SESSION_TOKEN"] = keys.SessionToken;
            ProcessRun run = await ProcessRun.RunAsync(helper, $"--cluster-name vault --region us-west-2 {arguments}".Split(' ', StringSplitOptions.RemoveEmptyEntries), environment);
            Assert.True(run.ExitCode == exitCode, $"{arguments}: {run.ExitCode} {run.Error}");
            Assert.Equal(exitCode == 0 ? 1 : 0, Token().Count(run.Output));
            AssertClean(arguments, run.Error + Token().Replace(run.Output, string.Empty));
        }

        AssertCleanFiles("eks-token");
        Assert.Single(Directory.GetFiles(Path.Combine(rehearsal.Folder, "cache"), "*.json", SearchOption.AllDirectories));
    }

    /// <summary>All that a script wrote: records as they are formatted and property by property, every stream, and exceptions whole.</summary>
    private (string Text, int Errors) Everything(string script)
    {
        StringBuilder text = new();
        using PowerShell shell = rehearsal.Session.Create(script);
        PSDataCollection<PSObject> output = [];
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException exception)
        {
            text.AppendLine(exception.ToString());
        }

        foreach (ErrorRecord error in shell.Streams.Error)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{error} {error.Exception} {error.TargetObject} {error.CategoryInfo} {error.FullyQualifiedErrorId} {error.ErrorDetails} {error.ErrorDetails?.RecommendedAction} {error.InvocationInfo?.PositionMessage} {error.ScriptStackTrace}");
            foreach (System.Collections.DictionaryEntry data in error.Exception.Data)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{data.Key} {data.Value}");
            }
        }

        text.AppendJoin('\n', shell.Streams.Warning).AppendJoin('\n', shell.Streams.Verbose).AppendJoin('\n', shell.Streams.Debug).AppendJoin('\n', shell.Streams.Information);
        text.AppendJoin('\n', shell.Streams.Progress.Select(static record => $"{record.Activity} {record.StatusDescription} {record.CurrentOperation}"));
        foreach (PSObject record in output.Where(static record => record is not null))
        {
            text.AppendLine(record.ToString());
            text.AppendJoin('\n', record.Properties.Select(static property => $"{property.Name} = {property.Value}"));
        }

        using PowerShell formatter = rehearsal.Session.Create("param($records, $errors) $records | Out-String -Width 4000; $errors | Out-String -Width 4000; $records | Format-List * | Out-String -Width 4000", output, shell.Streams.Error);
        text.AppendJoin('\n', formatter.Invoke());
        text.AppendLine(rehearsal.Session.Screen);
        return (text.ToString(), shell.Streams.Error.Count);
    }

    private void AssertCleanFiles(string what)
    {
        foreach (string file in Directory.EnumerateFiles(rehearsal.Folder, "*", SearchOption.AllDirectories))
        {
            AssertClean(what, Path.GetRelativePath(rehearsal.Folder, file));
            bool isCache = file.StartsWith(Path.Combine(rehearsal.Folder, "cache"), StringComparison.Ordinal);
            string text = File.ReadAllText(file);
            if (isCache)
            {
                // Keys are what it keeps, but those that came out and not those that went in, and never a token.
                Assert.False(Token().IsMatch(text) || text.Contains(keys.SecretAccessKey, StringComparison.Ordinal), $"{what}: {file}");
                continue;
            }

            // What its owner keeps in the kubeconfig stays there; a password in -ProxyUrl was said to be written.
            AssertClean($"{what}: {file}", text.Replace(Foreign, string.Empty, StringComparison.Ordinal));
        }
    }

    private void AssertClean(string what, string text)
    {
        foreach (string secret in Secrets)
        {
            foreach (string form in new[] { secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) })
            {
                int at = text.IndexOf(form, StringComparison.Ordinal);
                Assert.True(at < 0, at < 0 ? null : $"{what}: a secret stands in …{text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 60)]}");
            }
        }

        Assert.False(Token().IsMatch(text), $"{what}: {Token().Match(text).Value}");
        Assert.False(text.Contains("X-Amz-Signature=", StringComparison.OrdinalIgnoreCase), what);
    }

    [GeneratedRegex(@"k8s-aws-v1\.[A-Za-z0-9_-]+")]
    private static partial Regex Token();
}
