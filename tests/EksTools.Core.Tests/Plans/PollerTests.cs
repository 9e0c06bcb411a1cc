using EksTools.Core.Plans;
using EksTools.Errors;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Core.Tests.Plans;

public sealed class PollerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(90)]
    [InlineData(150)]
    [InlineData(540)]
    public async Task Ends_within_five_per_cent_of_the_event_or_half_a_second(int seconds)
    {
        FakeTimeProvider clock = new();
        Poller poller = new(clock, new Random(7));
        DateTimeOffset start = clock.GetUtcNow();
        int asked = 0;
        Task<string> wait = poller.UntilAsync(_ => Task.FromResult(++asked > 0 && clock.GetUtcNow() - start >= TimeSpan.FromSeconds(seconds) ? "there" : null), CancellationToken.None);
        while (!wait.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        double over = (clock.GetUtcNow() - start).TotalSeconds - seconds;
        Assert.InRange(over, 0, Math.Max(0.5, seconds * 0.05));
        Assert.InRange(asked, 2, 200);
    }

    [Fact]
    public void Pauses_are_jittered_within_a_tenth_and_bounded()
    {
        Poller poller = new(new FakeTimeProvider(), new Random(3));
        Assert.InRange(poller.Pause(TimeSpan.Zero).TotalMilliseconds, 270, 330);
        Assert.InRange(poller.Pause(TimeSpan.FromHours(1)).TotalSeconds, 13.5, 16.5);
        Assert.NotEqual(poller.Pause(TimeSpan.FromHours(1)), poller.Pause(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task What_the_look_throws_ends_the_wait()
    {
        Poller poller = new(new FakeTimeProvider());
        await Assert.ThrowsAsync<InvalidOperationException>(() => poller.UntilAsync<string>(static _ => throw new InvalidOperationException("failed"), CancellationToken.None));
    }

    [Fact]
    public async Task Patience_ends_by_the_pollers_clock()
    {
        FakeTimeProvider clock = new();
        Poller poller = new(clock);
        Task<string> work = poller.WithinAsync<string>(TimeSpan.FromMinutes(5), async token => { await Task.Delay(Timeout.Infinite, token); return string.Empty; }, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(5));
        EksToolsException late = await Assert.ThrowsAsync<EksToolsException>(() => work);
        Assert.Equal(EksErrorKind.Timeout, late.Kind);
    }
}
