using System.Text.Json;
using EksTools.Authentication.Tests.Sessions;
using EksTools.Authentication.Tests.Tokens;

namespace EksTools.Authentication.Tests.TokenHelper;

/// <summary>Runs the executable as kubectl does: what matters is the exit code and every byte of both streams.</summary>
public sealed class TokenProcessTests : IDisposable
{
    private const string Config = $"""
        [profile keys]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {TestHome.Secret}
        aws_session_token = {TestHome.Token}
        region = eu-west-1
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
        [profile half]
        aws_access_key_id = AKIAHALF
        """;

    private readonly TestHome _home = new(Config);

    public void Dispose() => _home.Dispose();

    private Task<ToolResult> RunAsync(string commandLine) => OutsideTool.RunAsync(
        OutsideTool.TokenHelper, commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), _home.Environment);

    private static JsonElement OneDocument(ToolResult result, string version = "v1beta1")
    {
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.EndsWith("\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.Output.Count(c => c == '\n'));
        Assert.All(result.Output, c => Assert.True(char.IsAscii(c)));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal("client.authentication.k8s.io/" + version, document.RootElement.GetProperty("apiVersion").GetString());
        Assert.Equal(["kind", "apiVersion", "spec", "status"], document.RootElement.EnumerateObject().Select(p => p.Name));
        return document.RootElement.GetProperty("status").Clone();
    }

    private static void OneLineOfError(ToolResult result, int exitCode, string says)
    {
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("eks-token: ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("verySecret", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("k8s-aws-v1", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster-name demo --profile keys", "sts.eu-west-1.amazonaws.com")]
    [InlineData("--cluster-id 3f0e7a52-0a55-4c1d-9a3b-2b1c6f0a1d11 --profile keys --region=us-gov-west-1", "sts.us-gov-west-1.amazonaws.com")]
    public async Task Success_is_one_document(string commandLine, string host)
    {
        _home.Environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"; // never in a token

        var result = await RunAsync(commandLine);

        var status = OneDocument(result);
        Assert.Equal("", result.Error);
        var url = new Uri(EksTokenFactoryTests.Url(status.GetProperty("token").GetString()!));
        Assert.Equal(host, url.Host);
        Assert.DoesNotContain("verySecretKey", url.Query, StringComparison.Ordinal);
        Assert.InRange(status.GetProperty("expirationTimestamp").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(14));
    }

    [Theory]
    [InlineData("", "v1beta1", false)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true}}""", "v1", false)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1beta1"}""", "v1beta1", false)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1alpha1"}""", "v1alpha1", true)]
    [InlineData("{", "v1beta1", true)]
    [InlineData("{}", "v1beta1", true)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v9"}""", "v1beta1", true)]
    public async Task Requests_of_every_kind_are_answered(string request, string version, bool noted)
    {
        _home.Environment["KUBERNETES_EXEC_INFO"] = request;

        var result = await RunAsync("--cluster-name demo --profile keys");

        OneDocument(result, version);
        Assert.Equal(noted ? 1 : 0, result.Error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task The_AWS_CLI_answers_and_remarks_on_the_same_requests()
    {
        string[] requests =
        [
            "", "{", "{}", """{"apiVersion":""}""", .. new[] { "v1", "v1beta1", "v1alpha1", "v9" }.Select(v => $$"""{"apiVersion":"client.authentication.k8s.io/{{v}}"}"""),
        ];
        var cli = await AwsCli.RunManyAsync(requests.Select(r => (
            "eks get-token --cluster-name demo --profile keys".Split(' '),
            (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(_home.Environment) { ["KUBERNETES_EXEC_INFO"] = r })));

        Assert.Equal(requests.Length, cli.Count);
        foreach (var (request, theirs) in requests.Zip(cli))
        {
            using var document = JsonDocument.Parse(theirs.Output);
            var ours = ExecRequest.Parse(request);
            Assert.Equal((request, document.RootElement.GetProperty("apiVersion").GetString(), theirs.Error.Length > 0), (request, ours.ApiVersion, ours.Note is not null));
        }
    }

    [Theory]
    [InlineData("--region us-west-2", 2, "--cluster-name or --cluster-id")]
    [InlineData("--cluster-name a --cluster-id b", 2, "exclude")]
    [InlineData("--cluster-name", 2, "needs a value")]
    [InlineData("--cluster-name a verySecretArgument", 2, "argument 3")]
    [InlineData("--cluster-name a --external-id e", 2, "--role-arn")]
    [InlineData("--cluster-name demo --profile missing", 1, "'missing'")]
    [InlineData("--cluster-name demo --profile sso", 1, "aws sso login --profile sso")]
    [InlineData("--cluster-name demo --profile mfa", 1, "MFA")]
    [InlineData("--cluster-name demo --profile half", 1, "aws_secret_access_key")]
    [InlineData("--cluster-name demo --profile keys --region us-west-2.evil.example", 1, "region")]
    [InlineData("--cluster-name de/mo --profile keys", 1, "'de/mo'")]
    [InlineData("--cluster-name demo --profile keys --role-arn admin", 1, "'admin'")]
    [InlineData("--cluster-name demo", 1, "no AWS credentials")]
    public async Task Failure_is_one_line_on_stderr(string commandLine, int exitCode, string says)
    {
        _home.SsoCache("corp", $$"""{"accessToken":"{{TestHome.SsoAccess}}","expiresAt":"2020-01-01T00:00:00Z"}""");

        OneLineOfError(await RunAsync(commandLine), exitCode, says);
    }

    [Fact]
    public async Task A_credential_process_that_prints_garbage_is_one_line()
    {
        _home.Write(".aws/config", $"[profile p]\ncredential_process = {_home.Program("verySecret\ngarbage\n{", "verySecret on stderr")}\n");

        OneLineOfError(await RunAsync("--cluster-name demo --profile p --region us-west-2"), 1, "is not JSON");
    }

    [Fact]
    public async Task A_broken_file_is_one_line()
    {
        _home.Write(".aws/credentials", $"[keys]\n{TestHome.Secret}\n");

        OneLineOfError(await RunAsync("--cluster-name demo --profile keys"), 1, "line 2");
    }

    [Fact]
    public async Task A_role_is_assumed_under_the_CLIs_session_name()
    {
        await using var sts = new Loopback(r => Response.Sts(r, DateTimeOffset.UtcNow.AddMinutes(6)));
        _home.Environment["AWS_ENDPOINT_URL"] = sts.Url;

        var result = await RunAsync("--cluster-name demo --profile keys --region us-west-2 --role-arn arn:aws:iam::111122223333:role/view --external-id e");
        var named = await RunAsync("--cluster-name demo --profile keys --role-arn arn:aws:iam::111122223333:role/view --session-name me@example.com");

        var status = OneDocument(result);
        OneDocument(named);
        Assert.Contains("X-Amz-Credential=ASIAVIEW%2F", EksTokenFactoryTests.Url(status.GetProperty("token").GetString()!), StringComparison.Ordinal);
        Assert.Equal(["EKSGetTokenAuth", "me@example.com"], sts.Requests.Select(r => r["RoleSessionName"]));
        Assert.Equal(["e", null], sts.Requests.Select(r => r["ExternalId"]));
        Assert.InRange(status.GetProperty("expirationTimestamp").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task Odd_files_do_not_disturb_the_SDK_underneath()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        _home.Environment["AWS_ENDPOINT_URL"] = sts.Url;
        _home.Write(".aws/config", "\uFEFF" + Config + "\n[profile \"with space\"]\r\ns3 =\r\n  max = 20\r\n[profile keys]\noutput = json\n[profile]\n[services x]\n[other thing]\n");

        OneDocument(await RunAsync("--cluster-name demo --profile keys --role-arn arn:aws:iam::111122223333:role/view"));
    }

    [Fact]
    public async Task A_role_that_is_refused_is_one_line()
    {
        await using var sts = new Loopback(_ => Response.StsError(403, "AccessDenied", "User: me is not\nauthorized"));
        _home.Environment["AWS_ENDPOINT_URL"] = sts.Url;

        OneLineOfError(await RunAsync("--cluster-name demo --profile keys --role-arn arn:aws:iam::111122223333:role/view"), 1, "AccessDenied. User: me is not authorized");
    }

    [Fact]
    public async Task Version_and_help_are_told()
    {
        Assert.Matches("^eks-token [0-9]+\\.[0-9]+\\.[0-9]+\n$", (await RunAsync("--version")).Output);
        Assert.Contains("--cluster-name", (await RunAsync("--help")).Output, StringComparison.Ordinal);
    }
}
