using System.Security.Cryptography;
using System.Text;

namespace EksTools.Authentication.Tests.Sessions;

/// <summary>A home directory with AWS files, and an environment that knows nothing else.</summary>
internal sealed class TestHome : IDisposable
{
    /// <summary>Marks of secrets: no output, message or exception may hold them.</summary>
    public const string Secret = "verySecretKey/abcdefghijklmnopqrstuvwxyz";
    public const string Token = "verySecretToken+abcdefghijklmnopqrstuvwxyz";
    public const string SsoAccess = "verySecretSso.abcdefghijklmnopqrstuvwxyz";

    private readonly string _directory = Directory.CreateTempSubdirectory("ekstools-").FullName;

    public TestHome(string config = "", string credentials = "")
    {
        Directory.CreateDirectory(Path.Combine(_directory, ".aws", "sso", "cache"));
        Write(".aws/config", config);
        Write(".aws/credentials", credentials);
        Environment = new() { ["HOME"] = _directory, ["USERPROFILE"] = _directory, ["LOCALAPPDATA"] = Path.Combine(_directory, ".cache"), ["AWS_EC2_METADATA_DISABLED"] = "true" };
    }

    public Dictionary<string, string> Environment { get; }

    /// <summary>Where cached credentials go.</summary>
    public string Cache => Path.Combine(_directory, ".cache", "EksTools", "credentials");

    /// <summary>The files with cached credentials.</summary>
    public string[] Cached => Directory.Exists(Cache) ? Directory.GetFiles(Cache, "*.json") : [];

    public string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A program that prints a file, then a line on stderr, and ends with a code.</summary>
    public string Program(string output, string error = "", int exitCode = 0)
    {
        var path = Write("program.sh", $"#!/bin/sh\ncat <<'END'\n{output}\nEND\n[ -n '{error}' ] && echo '{error}' >&2\nexit {exitCode}\n");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program is a shell script");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return path;
    }

#pragma warning disable CA5350 // The names in the cache are SHA-1.
    public string SsoCache(string key, string json) =>
        Write($".aws/sso/cache/{Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(key))).ToLowerInvariant()}.json", json);
#pragma warning restore CA5350

    public AwsSessionOptions Options(Func<AwsSessionOptions, AwsSessionOptions>? with = null)
    {
        var options = new AwsSessionOptions { ReadEnvironment = Environment.GetValueOrDefault };
        return with?.Invoke(options) ?? options;
    }

    public Task<AwsSession> OpenAsync(Func<AwsSessionOptions, AwsSessionOptions>? with = null) =>
        AwsSession.OpenAsync(Options(with), TestContext.Current.CancellationToken);

    public Task<AwsSession> OpenAsync(string profile) => OpenAsync(o => o with { ProfileName = profile });

    /// <summary>Opens in the expectation of an error, and looks for secrets in it.</summary>
    public async Task<AwsAuthenticationException> FailAsync(Func<AwsSessionOptions, AwsSessionOptions>? with = null)
    {
        var e = await Assert.ThrowsAsync<AwsAuthenticationException>(() => OpenAsync(with));
        var whole = $"{e} {e.Hint}";
        Assert.DoesNotContain("verySecret", whole, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        return e;
    }

    public Task<AwsAuthenticationException> FailAsync(string profile) => FailAsync(o => o with { ProfileName = profile });

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
