using System.IO.Compression;
using System.Management.Automation;
using System.Security.Cryptography;

namespace EksTools.Tests.Modules;

/// <summary>The package: what a PSRepository in a folder takes, and what is there after it was installed from one.</summary>
public sealed class PackageTests(ModulePackage package) : IClassFixture<ModulePackage>
{
    [Fact]
    public void The_nuspec_says_what_the_manifest_says()
    {
        using Session session = new();
        PSModuleInfo module = Module(session);
        Assert.Equal($"EksTools.{module.Version}.nupkg", Path.GetFileName(package.File));
        Assert.Equal("EksTools", package.Metadata("id"));
        Assert.Equal(module.Version.ToString(), package.Metadata("version"));
        Assert.Equal(module.Author, package.Metadata("authors"));
        Assert.Equal(module.CompanyName, package.Metadata("owners"));
        Assert.Equal(module.Description, package.Metadata("description"));
        Assert.Equal(module.ReleaseNotes, package.Metadata("releaseNotes"));
        Assert.Equal("MIT", package.Metadata("license"));
        Assert.Equal("false", package.Metadata("requireLicenseAcceptance"));
    }

    [Fact]
    public void The_tags_are_those_that_modules_and_commands_are_found_by()
    {
        using Session session = new();
        PSModuleInfo module = Module(session);
        Assert.Contains("PSEdition_Core", module.Tags);
        string[] expected = ["PSModule", .. module.Tags.Distinct(), "PSIncludes_Cmdlet", .. module.ExportedCmdlets.Keys.SelectMany(static name => new[] { $"PSCmdlet_{name}", $"PSCommand_{name}" })];
        Assert.Equal(expected.Order(StringComparer.Ordinal), package.Metadata("tags").Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Holds_the_built_module_at_its_root_and_nothing_else()
    {
        using ZipArchive archive = ZipFile.OpenRead(package.File);
        Dictionary<string, string> packed = archive.Entries.Where(static entry => !IsOfNuGet(entry.FullName)).ToDictionary(static entry => entry.FullName, static entry => Hash(entry.Open()));
        Dictionary<string, string> built = Directory.EnumerateFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories)
            .ToDictionary(static file => Path.GetRelativePath(BuiltModule.Folder, file).Replace('\\', '/'), static file => Hash(File.OpenRead(file)));
        Assert.Equal(built.OrderBy(static file => file.Key, StringComparer.Ordinal), packed.OrderBy(static file => file.Key, StringComparer.Ordinal));
        Assert.Contains("EksTools.psd1", packed.Keys);
        Assert.Contains("THIRD-PARTY-NOTICES.txt", packed.Keys);
        Assert.DoesNotContain(packed.Keys, static name => name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith("System.Management.Automation.dll", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_module_makes_the_same_package() =>
        Assert.Equal(Hash(File.OpenRead(package.File)), Hash(File.OpenRead(await package.PackAsync("again"))));

    [Fact]
    public async Task Installs_into_a_folder_of_its_version()
    {
        string modules = package.Folder("installed");
        await ModulePackage.MSBuildAsync("InstallModule", $"-p:PackRoot={package.Folder("install-stage")}/", $"-p:ModuleInstallRoot={modules}");
        string installed = Path.Combine(modules, "EksTools", package.Metadata("version"));
        Assert.Equal(Files(BuiltModule.Folder), Files(installed));
        if (!OperatingSystem.IsWindows())
        {
            string helper = Assert.Single(Directory.GetFiles(installed, "eks-token", SearchOption.AllDirectories));
            Assert.True(File.GetUnixFileMode(helper).HasFlag(UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public async Task Is_imported_by_name_from_the_folder_of_its_version()
    {
        string modules = package.Folder("by-name");
        string folder = package.Unzip("by-name", "EksTools", package.Metadata("version"));
        string[] lines = await RunAsync(
            """
            $ErrorActionPreference = 'Stop'
            Import-Module EksTools
            (Get-Module EksTools).ModuleBase
            (Get-Module EksTools).Version.ToString()
            (Get-EksToken demo -AccessKey AKIDEXAMPLE -SecretKey secret -Region us-west-2 -AsPlainText).Token.Substring(0, 11)
            """,
            new() { ["PSModulePath"] = modules });
        Assert.Equal([folder, package.Metadata("version"), "k8s-aws-v1."], lines);
    }

    [Fact]
    public async Task A_kubeconfig_names_no_path_that_the_next_version_takes_away()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NoKubeconfig").Good();
        string modules = package.Folder("versioned");
        package.Unzip("versioned", "EksTools", package.Metadata("version"));
        string lasting = package.Unzip("lasting", "EksTools");
        string helper = Directory.EnumerateFiles(lasting, "eks-token*", SearchOption.AllDirectories).Single(static file => Path.GetExtension(file) is "" or ".exe");
        Dictionary<string, string?> environment = rehearsal.Environment;
        environment["PSModulePath"] = modules;

        await RunAsync("$ErrorActionPreference = 'Stop'; Import-Module EksTools; Update-EksKubeconfig demo", environment);
        string installed = await KubeconfigAsync(rehearsal);
        Assert.Contains(@"EksTools\Get-EksToken", installed, StringComparison.Ordinal);
        Assert.DoesNotContain(modules, installed, StringComparison.Ordinal);

        // The same module in a folder that lasts: there the helper is named, once it can be run. A package does not carry the right to.
        string second = Path.Combine(rehearsal.Folder, "second");
        await RunAsync(
            $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{lasting}}'
            Update-EksKubeconfig demo
            if (-not [OperatingSystem]::IsWindows()) { [IO.File]::SetUnixFileMode('{{helper}}', 'UserRead, UserWrite, UserExecute') }
            Update-EksKubeconfig demo -Path '{{second}}'
            """,
            environment);
        Assert.Equal(OperatingSystem.IsWindows(), (await KubeconfigAsync(rehearsal)).Contains(helper, StringComparison.Ordinal));
        Assert.Contains(helper, await File.ReadAllTextAsync(second, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task<string> KubeconfigAsync(Rehearsal rehearsal) => File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);

    private static async Task<string[]> RunAsync(string script, Dictionary<string, string?> environment)
    {
        ProcessRun run = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-NonInteractive", "-Command", script], environment);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static PSModuleInfo Module(Session session) => (PSModuleInfo)session.Run("Get-Module EksTools").Good().Single().BaseObject;

    private static bool IsOfNuGet(string entry) => entry is "EksTools.nuspec" or "[Content_Types].xml" || entry.StartsWith("_rels/", StringComparison.Ordinal) || entry.StartsWith("package/", StringComparison.Ordinal);

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static string Hash(Stream stream)
    {
        using (stream)
        {
            return Convert.ToHexString(SHA256.HashData(stream));
        }
    }
}
