using System.Diagnostics;
using EksTools.Authentication.Tests.Sessions;

namespace EksTools.Authentication.Tests.TokenHelper;

/// <summary>The cache between processes of eks-token.</summary>
public sealed class TokenCacheTests : IAsyncDisposable
{
    private const string Command = "--cluster-name demo --region us-west-2 --role-arn arn:aws:iam::111122223333:role/view";

    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly TestHome _home = new();
    private readonly Loopback _sts;

    public TokenCacheTests()
    {
        _sts = new Loopback(r =>
        {
            _open.Wait(TimeSpan.FromSeconds(20));
            return Response.Sts(r);
        });
        _home.Environment["AWS_ENDPOINT_URL"] = _sts.Url;
        _home.Environment["AWS_ACCESS_KEY_ID"] = "AKIAKEYS";
        _home.Environment["AWS_SECRET_ACCESS_KEY"] = TestHome.Secret;
    }

    public async ValueTask DisposeAsync()
    {
        _open.Set();
        await _sts.DisposeAsync();
        _home.Dispose();
        _open.Dispose();
    }

    private async Task<string> RunAsync(string more = "")
    {
        var result = await OutsideTool.RunAsync(OutsideTool.TokenHelper, $"{Command} {more}".Split(' ', StringSplitOptions.RemoveEmptyEntries), _home.Environment);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    [Fact]
    public async Task The_second_process_makes_no_call_and_each_signs_a_token_of_its_own()
    {
        var first = await RunAsync();
        Assert.Single(_sts.Requests);
        await Task.Delay(1100, TestContext.Current.CancellationToken); // Signatures differ from second to second.
        var second = await RunAsync();
        Assert.Single(_sts.Requests);
        Assert.NotEqual(first, second);

        await RunAsync("--no-cache");
        Assert.Equal(2, _sts.Requests.Count);
    }

    [Fact]
    public async Task Many_processes_at_once_make_one_call()
    {
        _open.Reset();
        var running = Enumerable.Range(0, 12).Select(_ => RunAsync()).ToArray();
        while (_sts.Requests.IsEmpty)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        await Task.Delay(500, TestContext.Current.CancellationToken); // Let the others come to the lock.
        _open.Set();
        await Task.WhenAll(running);
        Assert.Single(_sts.Requests);
    }

    [Fact]
    public async Task A_process_that_dies_while_it_asks_holds_up_nobody()
    {
        _open.Reset();
        var start = new ProcessStartInfo(OutsideTool.TokenHelper, Command.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _home.Environment)
        {
            start.Environment[name] = value;
        }
        using (var dying = Process.Start(start)!)
        {
            while (_sts.Requests.IsEmpty)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            Assert.Single(Directory.GetFiles(_home.Cache, "*.lock"));
            dying.Kill();
            await dying.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        _open.Set();

        var watch = Stopwatch.StartNew();
        await RunAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8)); // It would wait ten for the living.
        Assert.Equal(2, _sts.Requests.Count);
    }
}
