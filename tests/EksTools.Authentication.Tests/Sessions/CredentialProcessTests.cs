using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Authentication.Tests.Sessions;

public sealed class CredentialProcessTests
{
    private const string Good = $$"""{"Version":1,"AccessKeyId":"ASIAPROC","SecretAccessKey":"{{TestHome.Secret}}","SessionToken":"{{TestHome.Token}}","Expiration":"2040-01-01T00:00:00+00:00"}""";

    private static void Configure(TestHome home, string command) => home.Write(".aws/config", $"[profile p]\ncredential_process = {command}\n");

    [Fact]
    public async Task Keys_are_read_from_its_output()
    {
        using var home = new TestHome();
        Configure(home, home.Program(Good, "chatter"));

        using var session = await home.OpenAsync("p");

        Assert.Equal(new AwsKeys("ASIAPROC", TestHome.Secret, TestHome.Token, new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero)), await session.GetKeysAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("verySecret garbage", 0, "Validation", "is not JSON")]
    [InlineData("[\"verySecret\"]", 0, "Validation", "not a JSON object")]
    [InlineData("""{"AccessKeyId":"A","SecretAccessKey":"verySecret"}""", 0, "Validation", "\"Version\": 1")]
    [InlineData("""{"Version":2,"AccessKeyId":"A","SecretAccessKey":"verySecret"}""", 0, "Validation", "\"Version\": 1")]
    [InlineData("""{"Version":1,"AccessKeyId":"A"}""", 0, "Validation", "SecretAccessKey")]
    [InlineData("""{"Version":1,"AccessKeyId":"A","SecretAccessKey":"verySecret","Expiration":"soon"}""", 0, "Validation", "Expiration")]
    [InlineData("""{"Version":1,"AccessKeyId":"A","SecretAccessKey":"verySecret","Expiration":"2020-01-01T00:00:00Z"}""", 0, "Expired", "2020-01-01")]
    [InlineData("verySecret", 3, "Unavailable", "exited with 3: please log in, key ***")]
    public async Task What_it_does_wrong_is_said_without_its_output(string output, int exitCode, string kind, string says)
    {
        using var home = new TestHome();
        Configure(home, home.Program(output, "please log in, key " + TestHome.Secret, exitCode));

        var e = await home.FailAsync("p");

        Assert.Equal(kind, e.Kind.ToString());
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Contains("'p'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_named()
    {
        using var home = new TestHome();
        Configure(home, "no-such-command-here --x");

        var e = await home.FailAsync("p");

        Assert.Equal(AwsAuthenticationErrorKind.NotFound, e.Kind);
        Assert.Contains("no-such-command-here", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_process()
    {
        using var home = new TestHome();
        var mark = Path.Combine(home.Environment["HOME"], "pid");
        home.Program("");
        Configure(home, home.Write("program.sh", $"#!/bin/sh\necho $$ > {mark}\nexec sleep 60\n"));
        using var stop = new CancellationTokenSource();
        var opening = AwsSession.OpenAsync(home.Options(o => o with { ProfileName = "p" }), stop.Token);
        while (!File.Exists(mark) || (await File.ReadAllTextAsync(mark, TestContext.Current.CancellationToken)).Length == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        var pid = int.Parse(await File.ReadAllTextAsync(mark, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(File.Exists($"/proc/{pid}/exe") && (await File.ReadAllTextAsync($"/proc/{pid}/stat", TestContext.Current.CancellationToken)).Split(' ')[2] != "Z");
    }

    [Theory]
    [InlineData("""/bin/x --a "b c" 'd "e'""", false, "/bin/x|--a|b c|d \"e")]
    [InlineData("""x a\ b "c\"d" ''""", false, "x|a b|c\"d|")]
    [InlineData("""x "a\b" 'c\d'""", false, "x|a\\b|c\\d")]
    [InlineData("""C:\tools\x.exe "C:\Program Files\y" it's "a\"b" """, true, "C:\\tools\\x.exe|C:\\Program Files\\y|it's|a\"b")]
    public void Command_lines_are_split_as_the_CLI_does(string command, bool windows, string words) =>
        Assert.Equal(words.Split('|'), CredentialProcess.Split(command, windows));

    [Fact]
    public async Task Splitting_agrees_with_pythons_shlex()
    {
        string[] commands = ["a b", " a  b ", "a 'b c' d", "a \"b \\\" \\\\ \\x\" c", "a\\'b", "'a'\"b\"c", "x ''", "a=\"b c\"", "/opt/x --p=a\\\\b"];
        var split = JsonDocument.Parse(await OutsideTool.PythonAsync($"import shlex,json\nprint(json.dumps([shlex.split(c) for c in json.loads(r'''{JsonSerializer.Serialize(commands)}''')]))"));

        Assert.Equal(
            split.RootElement.EnumerateArray().Select(w => string.Join("|", w.EnumerateArray().Select(x => x.GetString()))),
            commands.Select(c => string.Join("|", CredentialProcess.Split(c, windows: false))));
    }
}
