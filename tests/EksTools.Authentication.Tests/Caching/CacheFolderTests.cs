using EksTools.Authentication.Tests.Sessions;

namespace EksTools.Authentication.Tests.Caching;

/// <summary>What lies on the disk, and what becomes of it when somebody else has had a hand in it.</summary>
public sealed class CacheFolderTests : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Loopback _sts = new(r => Response.Sts(r));
    private readonly TestHome _home = new();

    public CacheFolderTests() => _home.Environment["AWS_ENDPOINT_URL_STS"] = _sts.Url;

    public async ValueTask DisposeAsync()
    {
        await _sts.DisposeAsync();
        _home.Dispose();
    }

    private async Task<int> CallsAsync()
    {
        var before = _sts.Requests.Count;
        using var session = await _home.OpenAsync(o => o with
        {
            UseCredentialCache = true, AccessKey = "AKIAKEYS", SecretKey = TestHome.Secret, SessionToken = TestHome.Token, Region = "eu-west-1",
            RoleArn = "arn:aws:iam::111122223333:role/view",
        });
        Assert.Equal("ASIAVIEW", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        return _sts.Requests.Count - before;
    }

    [Fact]
    public async Task Names_are_digests_and_everything_is_the_users_alone()
    {
        await CallsAsync();
        Assert.All(Directory.GetFileSystemEntries(_home.Cache), f => Assert.Matches(@"^[0-9a-f]{64}\.(json|lock)$", Path.GetFileName(f)));
        var text = await File.ReadAllTextAsync(Assert.Single(_home.Cached), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("k8s-aws-v1", text, StringComparison.Ordinal);
        // The keys that came out are there; those that went in are not.
        Assert.Contains("ASIAVIEW", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIAKEYS", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.Cache));
            foreach (var file in Directory.GetFiles(_home.Cache))
            {
                Assert.Equal(Private, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public void A_name_tells_nothing_of_a_secret()
    {
        // The same but for what is secret: the same name. Otherwise a short secret in a command line could be tried out against names.
        var names = new HashSet<string>();
        foreach (var secret in (string[])["one", "two"])
        {
            names.Add(CredentialIdentity.Of(new AwsKeys("AKIA", secret, secret)).Name);
            names.Add(CredentialIdentity.Of("keys", "AKIA").WithSecrets(secret).Name);
        }
        Assert.Single(names);
        Assert.NotEqual(CredentialIdentity.Of("a", "b", null).Name, CredentialIdentity.Of("a", null, "b").Name);
        Assert.NotEqual(CredentialIdentity.Of("a", "bc").Name, CredentialIdentity.Of("ab", "c").Name);
        Assert.NotEqual(CredentialIdentity.Of("a", "").Seal, CredentialIdentity.Of("a", (string?)null).Seal);
    }

    [Fact]
    public async Task What_others_may_read_is_not_used_and_is_written_anew()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There an ACL says it.
        }
        await CallsAsync();
        var file = Assert.Single(_home.Cached);
        foreach (var open in (UnixFileMode[])[Private | UnixFileMode.GroupRead, Private | UnixFileMode.OtherRead, Private | UnixFileMode.OtherWrite])
        {
            File.SetUnixFileMode(file, open);
            Assert.Equal(1, await CallsAsync());
            Assert.Equal(Private, File.GetUnixFileMode(file));
            Assert.Equal(0, await CallsAsync());
        }
        File.SetUnixFileMode(_home.Cache, (UnixFileMode)0x1FF);
        File.Delete(file);
        await CallsAsync();
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.Cache));
    }

    [Fact]
    public async Task What_is_garbled_is_as_if_it_were_not_there()
    {
        await CallsAsync();
        var file = Assert.Single(_home.Cached);
        var good = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        string[] garbled =
        [
            "", "\0", "null", "[]", "{}", "[[[", "\uFEFF", good[..^1], good[..(good.Length / 2)], good + "x", good.Replace("\"Version\":1", "\"Version\":2", StringComparison.Ordinal),
            good.Replace("Seal", "Sea", StringComparison.Ordinal), good.Replace("SecretAccessKey", "Other", StringComparison.Ordinal),
            good.Replace("2040-01-01", "2020-01-01", StringComparison.Ordinal), good.Replace("2040-01-01T00:00:00Z", "soon", StringComparison.Ordinal),
            good.Replace("\"Expiration\"", "\"Expires\"", StringComparison.Ordinal), new string(' ', 100_000) + good,
        ];
        foreach (var text in garbled)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            Assert.Equal((text, 1), (text, await CallsAsync()));
            Assert.Equal((text, 0), (text, await CallsAsync()));
        }
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_costs_a_call_and_nothing_else()
    {
        _home.Environment["XDG_CACHE_HOME"] = _home.Environment["LOCALAPPDATA"] = _home.Write("file", "in the way");
        Assert.Equal(1, await CallsAsync());
        Assert.Equal(1, await CallsAsync());

        // A folder where the file should be: what was had cannot be kept.
        _home.Environment["XDG_CACHE_HOME"] = _home.Environment["LOCALAPPDATA"] = Path.Combine(_home.Environment["HOME"], ".cache");
        await CallsAsync();
        var file = Assert.Single(_home.Cached);
        File.Delete(file);
        Directory.CreateDirectory(file);
        Assert.Equal(1, await CallsAsync());
        Assert.Empty(Directory.GetFiles(_home.Cache, "*.tmp"));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("OFF")]
    [InlineData("false")]
    [InlineData("0")]
    public async Task The_variable_turns_it_off(string value)
    {
        _home.Environment[CacheFolder.Variable] = value;
        Assert.Equal((1, 1), (await CallsAsync(), await CallsAsync()));
        Assert.False(Directory.Exists(_home.Cache));
    }

    [Fact]
    public async Task The_variable_names_another_place()
    {
        _home.Environment[CacheFolder.Variable] = "~/elsewhere";
        Assert.Equal((1, 0), (await CallsAsync(), await CallsAsync()));
        Assert.False(Directory.Exists(_home.Cache));
        Assert.True(Directory.Exists(Path.Combine(_home.Environment["HOME"], "elsewhere", "EksTools", "credentials")));

        _home.Environment[CacheFolder.Variable] = "on";
        Assert.Equal("EKSTOOLS_CREDENTIAL_CACHE is neither 'off' nor an absolute path.", (await _home.FailAsync(o => o with { UseCredentialCache = true, AccessKey = "A", SecretKey = "s" })).Message);
    }

    [Theory]
    [InlineData(false, "XDG_CACHE_HOME", "/caches", "/caches/EksTools/credentials")]
    [InlineData(false, "XDG_CACHE_HOME", "caches", "/me/.cache/EksTools/credentials")]
    [InlineData(false, "LOCALAPPDATA", "/caches", "/me/.cache/EksTools/credentials")]
    [InlineData(true, "LOCALAPPDATA", "/local", "/local/EksTools/credentials")]
    [InlineData(true, "XDG_CACHE_HOME", "/caches", "/me/AppData/Local/EksTools/credentials")]
    public void The_folder_is_where_the_system_keeps_caches(bool windows, string variable, string value, string folder)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/me", [variable] = value };
        Assert.Equal(folder, CacheFolder.Locate(new AwsEnvironment(environment.GetValueOrDefault), windows)!.Path.Replace('\\', '/'));
    }

    [Fact]
    public async Task What_is_of_no_more_use_is_swept_out()
    {
        await CallsAsync();
        var old = Path.Combine(_home.Cache, new string('0', 64) + ".json");
        var recent = Path.Combine(_home.Cache, new string('1', 64) + ".json");
        File.WriteAllText(old, "{}");
        File.WriteAllText(recent, "{}");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-25));
        File.Delete(_home.Cached.Single(f => f != old && f != recent));
        await CallsAsync();
        Assert.Equal((false, true), (File.Exists(old), File.Exists(recent)));
    }
}
