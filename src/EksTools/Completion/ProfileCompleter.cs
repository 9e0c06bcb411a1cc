using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace EksTools.Completion;

/// <summary>Completes profile names from the shared AWS configuration files.</summary>
public sealed partial class ProfileCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws");
        string config = Environment.GetEnvironmentVariable("AWS_CONFIG_FILE") ?? Path.Combine(home, "config");
        string credentials = Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(home, "credentials");
        IEnumerable<string> names = ReadNames(config).Concat(ReadNames(credentials)).Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase);
        return CompletionWords.Matching(names, wordToComplete);
    }

    private static string[] ReadNames(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return File.ReadLines(path).Select(static line => Section().Match(line)).Where(static match => match.Success).Select(static match => match.Groups["name"].Value).ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read completes nothing; the cmdlet itself will say why.
            return [];
        }
    }

    // "[profile name]" in the config file, "[name]" in the credentials file; other sections of the config file are no profiles.
    [GeneratedRegex(@"^\s*\[\s*(?:profile\s+)?(?<name>(?!sso-session\s|services\s)[^\]]+?)\s*\]")]
    private static partial Regex Section();
}
