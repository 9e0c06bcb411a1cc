using System.Management.Automation;
using System.Management.Automation.Language;

namespace EksTools.Completion;

/// <summary>Turns words into completion results: filtered by what is typed, quoted where PowerShell needs it.</summary>
internal static class CompletionWords
{
    public static IEnumerable<CompletionResult> Matching(IEnumerable<string> words, string? typed)
    {
        string start = typed?.Trim('\'', '"') ?? string.Empty;
        foreach (string word in words)
        {
            if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                yield return new CompletionResult(Quote(word), word, CompletionResultType.ParameterValue, word);
            }
        }
    }

    private static string Quote(string word) =>
        word.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
            ? word
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}
