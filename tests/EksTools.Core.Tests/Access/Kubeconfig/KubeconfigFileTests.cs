using System.Diagnostics;
using System.Text;
using EksTools.Core.Access.Kubeconfig;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_new_file_and_its_directory_are_the_users_alone()
    {
        string path = _directory["new/kube/config"];
        Assert.True(await KubeconfigFile.UpdateAsync(path, before => before is null ? "kind: Config\n" : "wrong", Cancellation));
        Assert.Equal("kind: Config\n"u8.ToArray(), await File.ReadAllBytesAsync(path, Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Private, File.GetUnixFileMode(path));
            Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory["new/kube"]));
        }
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory["new/kube"]));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, Private)]
    [InlineData(UnixFileMode.UserRead, UnixFileMode.UserRead)]
    public async Task A_mode_that_lets_others_in_is_narrowed_and_a_stricter_one_is_kept(UnixFileMode before, UnixFileMode after)
    {
        if (OperatingSystem.IsWindows())
            return; // There an ACL says it.
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, "a: 1\n", Cancellation);
        File.SetUnixFileMode(path, before);
        await KubeconfigFile.UpdateAsync(path, text => text + "b: 2\n", Cancellation);
        Assert.Equal(after, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_link_stays_a_link_and_its_target_is_replaced()
    {
        string target = _directory["real/config"], link = _directory["config"], linkToLink = _directory["config2"];
        Directory.CreateDirectory(_directory["real"]);
        await File.WriteAllTextAsync(target, "a: 1\n", Cancellation);
        File.CreateSymbolicLink(link, "real/config");
        File.CreateSymbolicLink(linkToLink, "config");
        await KubeconfigFile.UpdateAsync(linkToLink, text => text + "b: 2\n", Cancellation);
        Assert.Equal("a: 1\nb: 2\n", await File.ReadAllTextAsync(target, Cancellation));
        Assert.Equal("real/config", new FileInfo(link).LinkTarget);
        Assert.Equal("config", new FileInfo(linkToLink).LinkTarget);
    }

    [Fact]
    public async Task A_link_to_nothing_gets_its_target()
    {
        File.CreateSymbolicLink(_directory["config"], _directory["later/config"]);
        await KubeconfigFile.UpdateAsync(_directory["config"], before => before is null ? "a: 1\n" : "wrong", Cancellation);
        Assert.Equal("a: 1\n", await File.ReadAllTextAsync(_directory["later/config"], Cancellation));
        Assert.NotNull(new FileInfo(_directory["config"]).LinkTarget);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_BOM_and_its_encoding_stay(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, "kind: Config # ü😀\r\n", encoding, Cancellation);
        await KubeconfigFile.UpdateAsync(path, text => KubeconfigDocument.Parse(text!, path).Upsert(KubeconfigEntries.Demo), Cancellation);
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        Assert.True(bytes.AsSpan().StartsWith(encoding.GetPreamble()));
        string text = encoding.GetString(bytes, encoding.GetPreamble().Length, bytes.Length - encoding.GetPreamble().Length);
        Assert.StartsWith("kind: Config # ü😀\r\nclusters:\r\n", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '\r'), text.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_not_written_over()
    {
        string path = _directory["config"];
        byte[] bytes = [.. "a: "u8, 0xFF, 0xFE, 0x41];
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
        KubeconfigException exception = await Assert.ThrowsAsync<KubeconfigException>(() => KubeconfigFile.UpdateAsync(path, text => text + "x", Cancellation));
        Assert.Contains("byte 3 is not valid utf-8", exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, Cancellation));
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task An_edit_that_fails_leaves_the_file_and_nothing_beside_it()
    {
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, "clusters: {", Cancellation);
        await Assert.ThrowsAsync<KubeconfigException>(() =>
            KubeconfigFile.UpdateAsync(path, text => KubeconfigDocument.Parse(text!, path).Upsert(KubeconfigEntries.Demo), Cancellation));
        Assert.Equal("clusters: {", await File.ReadAllTextAsync(path, Cancellation));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task An_equal_text_is_not_written()
    {
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, "a: 1\n", Cancellation);
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);
        Assert.False(await KubeconfigFile.UpdateAsync(path, text => text!, Cancellation));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named_in_one_sentence()
    {
        await File.WriteAllTextAsync(_directory["file"], "", Cancellation);
        string path = _directory["file/config"];
        KubeconfigException exception = await Assert.ThrowsAsync<KubeconfigException>(() => KubeconfigFile.UpdateAsync(path, _ => "x", Cancellation));
        Assert.StartsWith($"kubeconfig {path}: the file cannot be changed: ", exception.Message, StringComparison.Ordinal);
        exception = await Assert.ThrowsAsync<KubeconfigException>(() => KubeconfigFile.UpdateAsync(_directory.Path, _ => "x", Cancellation));
        Assert.Contains("is a directory", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/fd/1")]
    public async Task A_device_is_never_replaced(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix devices");
        await Assert.ThrowsAsync<KubeconfigException>(() => KubeconfigFile.UpdateAsync(path, _ => "x", Cancellation));
    }

    [Fact]
    public async Task Parallel_writers_lose_nothing()
    {
        // Half of them come by another name of the directory: nothing but the lock file stands between those two.
        string folder = Directory.CreateDirectory(_directory["kube"]).FullName, path = Path.Combine(folder, "config");
        Directory.CreateSymbolicLink(_directory["link"], folder);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => KubeconfigFile.UpdateAsync(
            i % 2 == 0 ? path : _directory["link/config"], text => KubeconfigDocument.Parse(text ?? "", path).Upsert(KubeconfigEntries.Demo with { ClusterName = $"c{i}", UserName = $"u{i}", ContextName = $"x{i}" }), Cancellation))));
        KubeconfigDocument document = KubeconfigDocument.Parse(await File.ReadAllTextAsync(path, Cancellation), path);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"c{i}").Order(), document.Clusters.Select(cluster => cluster.Name).Order());
        Assert.Equal(50, document.Contexts.Count);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Another_programs_lock_is_respected_and_named()
    {
        string path = _directory["config"];
        await File.WriteAllTextAsync(path + ".lock", "", Cancellation); // as kubectl makes it
        KubeconfigException exception = await Assert.ThrowsAsync<KubeconfigException>(() =>
            KubeconfigFile.UpdateAsync(path, _ => "a: 1\n", TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation));
        Assert.True(exception.IsLocked);
        Assert.Contains("locked by another program", exception.Message, StringComparison.Ordinal);
        Assert.Contains(path + ".lock", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        File.Delete(path + ".lock");
        Assert.True(await KubeconfigFile.UpdateAsync(path, _ => "a: 1\n", Cancellation));
    }

    [Fact]
    public async Task A_lock_that_a_killed_kubectl_left_is_taken_over_when_it_is_old()
    {
        string path = _directory["config"];
        await File.WriteAllTextAsync(path + ".lock", "", Cancellation);
        FakeTimeProvider time = new(DateTimeOffset.UtcNow + KubeconfigLock.StaleAfter + TimeSpan.FromSeconds(5));
        Assert.True(await KubeconfigFile.UpdateAsync(path, _ => "a: 1\n", TimeSpan.FromSeconds(5), time, Cancellation));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_lock_of_a_process_that_is_gone_is_taken_over_at_once_and_of_a_living_one_is_not()
    {
        string path = _directory["config"];
        await using (await KubeconfigLock.AcquireAsync(path, TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation))
            File.Copy(path + ".lock", _directory["copy"]);
        string line = await File.ReadAllTextAsync(_directory["copy"], Cancellation);
        File.Delete(_directory["copy"]);

        await File.WriteAllTextAsync(path + ".lock", line, Cancellation); // this process lives
        KubeconfigException exception = await Assert.ThrowsAsync<KubeconfigException>(() =>
            KubeconfigFile.UpdateAsync(path, _ => "a: 1\n", TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation));
        Assert.Contains($"process {Environment.ProcessId}", exception.Message, StringComparison.Ordinal);

        using Process gone = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await gone.WaitForExitAsync(Cancellation);
        await File.WriteAllTextAsync(path + ".lock", line.Replace($"{Environment.ProcessId}|", $"{gone.Id}|", StringComparison.Ordinal), Cancellation);
        Assert.True(await KubeconfigFile.UpdateAsync(path, _ => "a: 1\n", TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation));
    }
}
