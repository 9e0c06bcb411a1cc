using Microsoft.Extensions.Time.Testing;

namespace EksTools.Authentication.Tests.Sessions;

public sealed class RefreshTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Credentials_are_renewed_before_they_end()
    {
        var time = new FakeTimeProvider(Start);
        var calls = 0;
        using var home = new TestHome();
        using var session = await home.OpenAsync(o => o with
        {
            TimeProvider = time,
            Credential = _ => Task.FromResult(new AwsKeys($"ASIA{++calls}", TestHome.Secret, TestHome.Token, time.GetUtcNow().AddHours(1))),
        });
        Assert.Equal(1, calls);

        time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("ASIA1", (await session.Credentials.GetCredentialsAsync()).AccessKey);
        time.Advance(TimeSpan.FromMinutes(2));
        var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => session.Credentials.GetCredentialsAsync()));

        Assert.All(many, k => Assert.Equal("ASIA2", k.AccessKey));
        Assert.Equal(2, calls);
        Assert.Equal("ASIA2", session.Credentials.GetCredentials().AccessKey);
        Assert.Equal(time.GetUtcNow().AddHours(1), session.CredentialExpiration);
    }

    [Fact]
    public async Task A_renewal_that_fails_early_is_no_error_until_the_end_is_near()
    {
        var time = new FakeTimeProvider(Start);
        var fail = false;
        using var home = new TestHome();
        using var session = await home.OpenAsync(o => o with
        {
            TimeProvider = time,
            Credential = _ => fail ? throw new AwsAuthenticationException(AwsAuthenticationErrorKind.Network, "gone")
                : Task.FromResult(new AwsKeys("ASIA", TestHome.Secret, null, Start.AddMinutes(10))),
        });
        fail = true;

        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("ASIA", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        time.Advance(TimeSpan.FromMinutes(3.5));
        await Assert.ThrowsAsync<AwsAuthenticationException>(() => session.GetKeysAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Callbacks_without_expiration_are_asked_each_time()
    {
        var calls = 0;
        using var home = new TestHome();
        using var session = await home.OpenAsync(o => o with { SessionDefault = _ => Task.FromResult(new AwsKeys($"A{++calls}", TestHome.Secret)) });

        Assert.Equal("A2", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Null(session.CredentialExpiration);
    }

    [Fact]
    public async Task Ended_credentials_are_an_error_and_tokens_end_with_them()
    {
        var time = new FakeTimeProvider(Start);
        using var home = new TestHome();
        var e = await home.FailAsync(o => o with { TimeProvider = time, Credential = _ => Task.FromResult(new AwsKeys("A", TestHome.Secret, TestHome.Token, Start)) });
        Assert.Equal(AwsAuthenticationErrorKind.Expired, e.Kind);

        using var session = await home.OpenAsync(o => o with
        {
            TimeProvider = time, Region = "us-west-2", Credential = _ => Task.FromResult(new AwsKeys("A", TestHome.Secret, TestHome.Token, Start.AddMinutes(8))),
        });

        Assert.Equal(Start.AddMinutes(8), (await session.CreateEksTokenAsync("demo", cancellationToken: TestContext.Current.CancellationToken)).Expiration);
    }

    [Fact]
    public async Task What_a_callback_throws_is_a_sentence()
    {
        using var home = new TestHome();

        var e = await home.FailAsync(o => o with { SessionDefault = _ => throw new InvalidOperationException($"no luck with {TestHome.Secret}") });

        Assert.Equal(AwsAuthenticationErrorKind.Unavailable, e.Kind);
        Assert.Contains("AWS.Tools session: no luck with ***", e.Message, StringComparison.Ordinal);
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, (await home.FailAsync(o => o with { Credential = _ => Task.FromResult<AwsKeys>(null!) })).Kind);
    }
}
