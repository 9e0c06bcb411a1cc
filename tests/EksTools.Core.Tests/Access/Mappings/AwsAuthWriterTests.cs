using System.Security.Cryptography;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Undo;
using EksTools.Core.Tests.Plans;
using EksTools.Errors;

namespace EksTools.Core.Tests.Access.Mappings;

public sealed class AwsAuthWriterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_keeps_the_former_text_in_the_same_write()
    {
        MemoryStore store = new(Found("1", "old"));
        await Writer(store).WriteAsync(store.Now, _ => Task.FromResult(Proposal("new")), Cancellation);
        Assert.Equal((0, 1, "new"), (store.Reads, store.Writes, store.Now!.Data["mapRoles"]));
        AwsAuthVersion version = Assert.Single(AwsAuthHistory.Read(store.Now));
        Assert.Equal(("me", "test", "old"), (version.By, version.Action, AwsAuthHistory.FormerValues(version)["mapRoles"]));
        Assert.Equal(AwsAuthHistory.Fingerprint(store.Now.Data), version.Written);
    }

    [Fact]
    public async Task What_is_there_already_is_not_written()
    {
        MemoryStore store = new(Found("1", "same"));
        await Writer(store).WriteAsync(store.Now, _ => Task.FromResult(Proposal("same")), Cancellation);
        Assert.Equal(0, store.Writes);
    }

    [Fact]
    public async Task Another_writer_s_text_is_the_ground_of_the_next_attempt()
    {
        MemoryStore store = new(Found("1", "old"));
        store.Rivals.Enqueue(Found("2", "rival"));
        store.Rivals.Enqueue(null);
        await Writer(store).WriteAsync(store.Now, found => Task.FromResult(Proposal($"{found?.Data["mapRoles"]}+mine")), Cancellation);
        Assert.Equal("+mine", store.Now!.Data["mapRoles"]);
        Assert.Equal((2, 3), (store.Reads, store.Writes));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_made_twice()
    {
        MemoryStore store = new(Found("1", "old")) { LoseAnswers = 1 };
        int planned = 0;
        await Writer(store).WriteAsync(store.Now, found =>
        {
            planned++;
            return Task.FromResult(Proposal($"{found!.Data["mapRoles"]}+mine"));
        }, Cancellation);
        Assert.Equal((1, "old+mine"), (planned, store.Now!.Data["mapRoles"]));
        Assert.Single(AwsAuthHistory.Read(store.Now));
    }

    [Fact]
    public async Task Somebody_who_never_stops_writing_is_told_of()
    {
        MemoryStore store = new(Found("1", "old")) { AlwaysBusy = true };
        EksToolsException error = await Assert.ThrowsAsync<EksToolsException>(() => Writer(store).WriteAsync(store.Now, _ => Task.FromResult(Proposal("new")), Cancellation));
        Assert.Equal("AwsAuthBusy", error.ErrorId);
        Assert.Equal("old", store.Now!.Data["mapRoles"]);
    }

    [Fact]
    public async Task More_than_a_ConfigMap_holds_is_refused_before_the_API_server_does()
    {
        MemoryStore store = new(Found("1", "old"));
        EksToolsException error = await Assert.ThrowsAsync<EksToolsException>(() => Writer(store).WriteAsync(store.Now, _ => Task.FromResult(Proposal(new string('x', (1024 * 1024) + 1))), Cancellation));
        Assert.Equal("AwsAuthTooLarge", error.ErrorId);
        Assert.Equal(0, store.Writes);
    }

    [Fact]
    public async Task The_oldest_texts_go_when_there_is_no_room_for_all()
    {
        MemoryStore store = new(Found("1", "0") with { Annotations = new Dictionary<string, string> { ["others"] = new('x', 50_000) } });
        AwsAuthWriter writer = Writer(store);
        for (int i = 1; i <= 6; i++)
        {
            // Text that does not compress: 30,000 bytes of it are 40,000 in base64, twice.
            string text = $"{i} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(30_000))}";
            await writer.WriteAsync(store.Now, _ => Task.FromResult(Proposal(text)), Cancellation);
        }

        IReadOnlyList<AwsAuthVersion> kept = AwsAuthHistory.Read(store.Now);
        Assert.InRange(kept.Count, 2, 5);
        Assert.StartsWith("5 ", AwsAuthHistory.FormerValues(kept[0])["mapRoles"], StringComparison.Ordinal);
        Assert.InRange(store.Now!.Annotations.Sum(static pair => pair.Key.Length + pair.Value.Length), 0, 256 * 1024);
    }

    [Fact]
    public async Task A_text_without_room_is_told_of_and_leaves_the_others_there()
    {
        MemoryStore store = new(Found("1", "small"));
        RecordingObserver observer = new();
        AwsAuthWriter writer = Writer(store, observer);
        string large = Convert.ToBase64String(RandomNumberGenerator.GetBytes(200_000));
        await writer.WriteAsync(store.Now, _ => Task.FromResult(Proposal(large)), Cancellation);
        Assert.Empty(observer.Warnings);
        await writer.WriteAsync(store.Now, _ => Task.FromResult(Proposal("new")), Cancellation);
        Assert.Contains("cannot be undone", Assert.Single(observer.Warnings), StringComparison.Ordinal);
        Assert.Equal("new", store.Now!.Data["mapRoles"]);
        Assert.Equal("small", AwsAuthHistory.FormerValues(Assert.Single(AwsAuthHistory.Read(store.Now)))["mapRoles"]);
    }

    [Theory]
    [InlineData("[{}]")]
    [InlineData("[null,{\"former\":null}]")]
    [InlineData("[{\"former\":\"AAAA\"}]")]
    public void A_write_without_its_former_text_is_damaged_and_not_a_crash(string annotation)
    {
        AwsAuthVersion version = Assert.Single(AwsAuthHistory.Read(Found("1", "x") with { Annotations = new Dictionary<string, string> { [AwsAuthHistory.Annotation] = annotation } }));
        Assert.Throws<InvalidDataException>(() => AwsAuthHistory.FormerValues(version));
    }

    [Fact]
    public void An_annotation_that_others_spoilt_is_no_history()
    {
        Assert.Empty(AwsAuthHistory.Read(Found("1", "x") with { Annotations = new Dictionary<string, string> { [AwsAuthHistory.Annotation] = "{broken" } }));
    }

    private static AwsAuthObject Found(string version, string roles) => new(version, new Dictionary<string, string> { ["mapRoles"] = roles }, new Dictionary<string, string>());

    private static AwsAuthProposal Proposal(string roles) => new(new Dictionary<string, string> { ["mapRoles"] = roles }, "test");

    private static AwsAuthWriter Writer(MemoryStore store, RecordingObserver? observer = null) => new(store, "demo", "me", new HurriedTime(), observer ?? new RecordingObserver());

    /// <summary>A clock on which every wait is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }

    private sealed class MemoryStore(AwsAuthObject? first) : IAwsAuthStore
    {
        private int version = 100;

        public AwsAuthObject? Now { get; private set; } = first;

        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public Queue<AwsAuthObject?> Rivals { get; } = [];

        public int LoseAnswers { get; set; }

        public bool AlwaysBusy { get; init; }

        public Task<AwsAuthObject?> ReadAsync(CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult(Now);
        }

        public Task<bool> WriteAsync(AwsAuthObject? former, AwsAuthWrite write, CancellationToken cancellationToken)
        {
            Writes++;
            if (Rivals.TryDequeue(out AwsAuthObject? rival))
            {
                Now = rival;
            }

            if (AlwaysBusy || former?.ResourceVersion != Now?.ResourceVersion)
            {
                return Task.FromResult(false);
            }

            Dictionary<string, string> annotations = new((Now?.Annotations ?? new Dictionary<string, string>()).Concat(write.Annotations).GroupBy(static pair => pair.Key).ToDictionary(static same => same.Key, static same => same.Last().Value));
            Now = new AwsAuthObject($"{++version}", write.Data, annotations);
            return LoseAnswers-- > 0 ? throw new EksToolsException(EksErrorKind.Network, "ApiServerUnreachable", "lost", innerException: new HttpRequestException("lost")) : Task.FromResult(true);
        }
    }
}
