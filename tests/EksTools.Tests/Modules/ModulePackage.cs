using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace EksTools.Tests.Modules;

/// <summary>The package of the built module as the build's own targets make it, with eks-token as built: native code takes longer than a test may.</summary>
public sealed class ModulePackage : IAsyncLifetime
{
    private static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
    private readonly string root = Directory.CreateTempSubdirectory("ekstools-package-").FullName;

    /// <summary>The repository that this build is of.</summary>
    public static string Repository { get; } = Path.GetDirectoryName(Path.GetDirectoryName(BuiltModule.Folder))!;

    public string File { get; private set; } = string.Empty;

    /// <summary>The package unzipped into a folder of this name beneath the test's own.</summary>
    public string Unzip(params string[] folder)
    {
        string target = Path.Combine([root, .. folder]);
        ZipFile.ExtractToDirectory(File, target);
        return target;
    }

    public string Folder(string name) => Path.Combine(root, name);

    /// <summary>The text of an element of the nuspec's metadata.</summary>
    public string Metadata(string element)
    {
        using ZipArchive archive = ZipFile.OpenRead(File);
        using Stream nuspec = archive.GetEntry("EksTools.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Element(Nuspec + "metadata")!.Element(Nuspec + element)!.Value;
    }

    /// <summary>Packs what is built into DIR/packages and returns the file.</summary>
    public async Task<string> PackAsync(string name)
    {
        await MSBuildAsync("PackModule", $"-p:PackRoot={Folder(name)}/");
        return Assert.Single(Directory.GetFiles(Path.Combine(Folder(name), "packages")));
    }

    public static async Task MSBuildAsync(string target, params string[] properties)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
        string configuration = typeof(ModulePackage).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        ProcessRun run = await ProcessRun.RunAsync(
            dotnet,
            ["msbuild", Path.Combine(Repository, "src", "EksTools"), $"-target:{target}", $"-p:Configuration={configuration}", "-p:NoBuild=true", "-p:SkipNativeTokenHelper=true", "-nodeReuse:false", .. properties],
            new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1" });
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    public async ValueTask InitializeAsync() => File = await PackAsync("out");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
