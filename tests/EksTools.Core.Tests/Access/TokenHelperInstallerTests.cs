using EksTools.Access;
using EksTools.Core.Access;
using EksTools.Core.Tests.Access.Kubeconfig;
using EksTools.Errors;

namespace EksTools.Core.Tests.Access;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TokenHelperInstallerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _source;
    private readonly string _target;

    public TokenHelperInstallerTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of these tests is a shell script.");
        Directory.CreateDirectory(_directory["module"]);
        _source = Path.Combine(_directory["module"], "eks-token");
        _target = Path.Combine(_directory.Path, "data", "EksTools", "bin", "eks-token");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Comes_with_all_that_stands_beside_it_may_be_run_and_is_left_alone_when_the_same_is_there()
    {
        Ship("1.0.0", library: "one");
        Assert.Equal(("Added", "1.0.0", _target), Facts(await InstallAsync()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, File.GetUnixFileMode(_target));
        DateTime written = File.GetLastWriteTimeUtc(_target);
        Assert.Equal(("Unchanged", "1.0.0", _target), Facts(await InstallAsync()));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_target));
        Assert.Equal(["eks-token", "eks-token.dll"], Installed());
        Assert.Equal(["bin"], Directory.EnumerateFileSystemEntries(Path.Combine(_directory.Path, "data", "EksTools")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Another_version_and_another_build_of_the_same_version_take_its_place()
    {
        Ship("1.0.0", library: "one");
        await InstallAsync();
        Ship("1.1.0", library: "one");
        Assert.Equal(("Updated", "1.1.0", _target), Facts(await InstallAsync()));
        Ship("1.1.0", library: "two");
        Assert.Equal(("Updated", "1.1.0", _target), Facts(await InstallAsync()));
        Assert.Equal("two", await File.ReadAllTextAsync(_target + ".dll", Cancellation));
    }

    [Fact]
    public async Task One_that_lost_its_right_to_run_is_mended()
    {
        Ship("1.0.0", library: "one");
        await InstallAsync();
        File.SetUnixFileMode(_target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(("Updated", "1.0.0", _target), Facts(await InstallAsync()));
        Assert.Equal("Unchanged", (await InstallAsync()).Change);
    }

    [Fact]
    public async Task One_that_does_not_start_takes_no_working_one_s_place()
    {
        Ship("1.0.0", library: "one");
        await InstallAsync();
        await File.WriteAllTextAsync(_source, "#!/bin/sh\necho 'no runtime here' >&2\nexit 131\n", Cancellation);
        EksToolsException error = await Assert.ThrowsAsync<EksToolsException>(InstallAsync);
        Assert.Equal("TokenHelperFailed", error.ErrorId);
        Assert.Contains("exit code 131. no runtime here", error.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_source, "not a program", Cancellation);
        Assert.Equal("TokenHelperFailed", (await Assert.ThrowsAsync<EksToolsException>(InstallAsync)).ErrorId);
        Ship("1.0.0", library: "one");
        Assert.Equal(("Unchanged", "1.0.0", _target), Facts(await InstallAsync()));
        Assert.Equal(["bin"], Directory.EnumerateFileSystemEntries(Path.Combine(_directory.Path, "data", "EksTools")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_module_without_one_for_this_system_says_so() =>
        Assert.Equal("TokenHelperNotShipped", (await Assert.ThrowsAsync<EksToolsException>(InstallAsync)).ErrorId);

    [Fact]
    public async Task A_file_in_the_way_of_the_folder_is_told()
    {
        Ship("1.0.0", library: "one");
        await File.WriteAllTextAsync(_directory["data"], "a file", Cancellation);
        EksToolsException error = await Assert.ThrowsAsync<EksToolsException>(InstallAsync);
        Assert.Equal(("TokenHelperNotWritten", EksErrorKind.File, _target), (error.ErrorId, error.Kind, error.TargetName));
    }

    [Theory]
    [InlineData("/data", "/data/EksTools/bin")]
    [InlineData("relative", "/home/me/.local/share/EksTools/bin")]
    [InlineData("", "/home/me/.local/share/EksTools/bin")]
    [InlineData(null, "/home/me/.local/share/EksTools/bin")]
    public void The_folder_per_user_goes_by_XDG_DATA_HOME(string? said, string folder) =>
        Assert.Equal(folder, TokenHelperPath.StableFolder(name => name == "XDG_DATA_HOME" ? said : "/elsewhere", "/home/me", windows: false));

    [Fact]
    public void On_Windows_it_goes_by_LOCALAPPDATA()
    {
        Assert.StartsWith(@"C:\Local", TokenHelperPath.StableFolder(static name => name == "LOCALAPPDATA" ? @"C:\Local" : @"C:\elsewhere", @"C:\me", windows: true), StringComparison.Ordinal);
        Assert.Contains("AppData", TokenHelperPath.StableFolder(static _ => null, @"C:\me", windows: true), StringComparison.Ordinal);
    }

    private static (string Change, string Version, string Path) Facts(EksTokenHelper helper) => (helper.Change, helper.Version, helper.Path);

    private Task<EksTokenHelper> InstallAsync() => TokenHelperInstaller.InstallAsync(_source, _target, Cancellation);

    // Without the right to run, as from a package that was unzipped by hand.
    private void Ship(string version, string library)
    {
        File.WriteAllText(_source, $"#!/bin/sh\necho eks-token {version}\n");
        File.WriteAllText(_source + ".dll", library);
    }

    private IEnumerable<string?> Installed() => Directory.EnumerateFiles(Path.GetDirectoryName(_target)!).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
