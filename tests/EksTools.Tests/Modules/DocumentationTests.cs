using System.Text.RegularExpressions;

namespace EksTools.Tests.Modules;

/// <summary>What the documents promise beside the help pages, which the build itself holds against the cmdlets.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(BuiltModule.Folder, "..", ".."));

    [Fact]
    public void README_shows_policies_that_the_cmdlet_writes()
    {
        using Session session = new();
        string[] commands = [.. PolicyCommand().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))).Select(static match => match.Value)];
        Assert.True(commands.Length >= 4, string.Join('\n', commands));
        Assert.All(commands, command => Assert.NotEmpty(session.Run($"{command} -WarningAction Ignore").Good()));
    }

    [Fact]
    public void Every_error_id_is_explained_and_none_that_is_gone()
    {
        string[] sources = [.. new[] { "EksTools", "EksTools.Core" }.SelectMany(static room => Directory.EnumerateFiles(Path.Combine(Root, "src", room), "*.cs", SearchOption.AllDirectories)).Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText)];
        string kinds = File.ReadAllText(Path.Combine(Root, "src", "EksTools.Authentication", "AwsAuthenticationException.cs"));
        HashSet<string> raised =
        [
            .. sources.SelectMany(static text => RaisedId().Matches(text)).Select(static match => match.Groups["id"].Value),
            .. EnumMember().Matches(kinds).Select(static match => $"AwsAuthentication{match.Groups["name"].Value}"),
        ];
        HashSet<string> explained = [.. ExplainedId().Matches(File.ReadAllText(Path.Combine(Root, "en-US", "about_EksTools_Errors.help.txt"))).Select(static match => match.Groups["id"].Value)];
        Assert.Equal([], raised.Except(explained).Order(StringComparer.Ordinal));
        Assert.Equal([], explained.Except(raised).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^(Get-Command -Module EksTools \| )?New-EksIamPolicy[^|\r\n]*", RegexOptions.Multiline)]
    private static partial Regex PolicyCommand();

    // new EksToolsException(EksErrorKind.X, "Id", ...), also by way of new(kind, ...) and Wrong("Id", ...).
    [GeneratedRegex(@"(EksErrorKind\.\w+,\s*|\(kind, |Wrong\()""(?<id>[A-Z]\w+)""")]
    private static partial Regex RaisedId();

    [GeneratedRegex(@"^    (?<name>[A-Z]\w+),", RegexOptions.Multiline)]
    private static partial Regex EnumMember();

    // An id with its meaning from column 33 on, or alone on its line where it is too long for that.
    [GeneratedRegex(@"^    ((?<id>[A-Z][A-Za-z0-9]+) +(?<=^.{32})(?=\S)|(?<id>[A-Z][a-z]+[A-Z][A-Za-z0-9]+)\r?$)", RegexOptions.Multiline)]
    private static partial Regex ExplainedId();
}
