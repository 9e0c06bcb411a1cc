using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EksTools.Tests.Modules;

/// <summary>THIRD-PARTY-NOTICES.txt names what ships, in the version that ships.</summary>
public sealed partial class NoticesTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(BuiltModule.Folder, "THIRD-PARTY-NOTICES.txt"));
    private static readonly Dictionary<string, Match> Notices = Rows().Matches(Text).ToDictionary(static row => row.Groups["name"].Value);
    private static readonly string[] Shipped = [.. Directory.EnumerateFiles(BuiltModule.Folder, "*.dll", SearchOption.AllDirectories).Where(static file => Path.GetFileNameWithoutExtension(file) is not ("eks-token" or "EksTools") && !Path.GetFileName(file).StartsWith("EksTools.", StringComparison.Ordinal))];

    [Fact]
    public void Name_every_library_that_ships_and_no_other() =>
        Assert.Equal(Shipped.Select(static file => Path.GetFileNameWithoutExtension(file)!).Distinct().Order(StringComparer.Ordinal), Notices.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Give_the_version_of_each_file() => Assert.All(Shipped, static file =>
    {
        string version = Notices[Path.GetFileNameWithoutExtension(file)].Groups["version"].Value;
        FileVersionInfo info = FileVersionInfo.GetVersionInfo(file);
        Assert.Contains(version, new[] { info.FileVersion, info.ProductVersion?.Split('+')[0] });
    });

    [Fact]
    public void Give_the_versions_that_the_build_is_pinned_to()
    {
        Dictionary<string, string> pinned = XDocument.Load(Path.Combine(ModulePackage.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(static package => package.Attribute("Include")!.Value, static package => package.Attribute("Version")!.Value);
        string[] named = [.. Notices.Keys.Where(pinned.ContainsKey)];
        Assert.Contains("AWSSDK.Core", named);
        Assert.All(named, name => Assert.Equal(pinned[name], Notices[name].Groups["version"].Value));
    }

    [Fact]
    public void Give_the_versions_that_are_locked()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(ModulePackage.Repository, "src", "EksTools.Core", "packages.lock.json")));
        Dictionary<string, string?> locked = document.RootElement.GetProperty("dependencies").GetProperty("net8.0").EnumerateObject()
            .Where(static package => package.Value.GetProperty("type").GetString() != "Project").ToDictionary(static package => package.Name, static package => package.Value.GetProperty("resolved").GetString());
        Assert.Equal(locked.OrderBy(static package => package.Key, StringComparer.Ordinal), Notices.OrderBy(static row => row.Key, StringComparer.Ordinal).Select(static row => KeyValuePair.Create(row.Key, (string?)row.Value.Groups["version"].Value)));
    }

    [Fact]
    public void Give_the_text_of_every_licence() => Assert.All(Notices.Values.Select(static row => row.Groups["licence"].Value).Distinct(), static licence =>
        Assert.Contains(licence switch { "MIT" => "Permission is hereby granted, free of charge", "Apache-2.0" => "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION", _ => $"no text is known for {licence}" }, Text, StringComparison.Ordinal));

    [GeneratedRegex(@"^(?<name>\S+) +(?<version>\d+(\.\d+)+) +(?<licence>\S+) +https://\S+\r?$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
