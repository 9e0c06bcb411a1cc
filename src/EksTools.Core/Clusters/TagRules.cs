using System.Text.RegularExpressions;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What AWS allows of tags: https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html ; keys of its own are reserved, and so are ours.</summary>
internal static partial class TagRules
{
    private const int LongestKey = 128, LongestValue = 256;

    /// <summary>Refuses tags that AWS would, or that say whose a resource is.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="what">Where they stand, such as -Tag.</param>
    /// <param name="most">How many fit.</param>
    public static void Require(IReadOnlyDictionary<string, string> tags, string what, int most)
    {
        if (tags.Count > most)
        {
            throw Wrong("TooManyTags", $"{what} has {tags.Count} tags; {most} are the most that fit beside EksTools' own.", null);
        }

        if (tags.Keys.GroupBy(static key => key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw Wrong("InvalidTag", $"The tags {string.Join(" and ", twice.Select(static key => $"'{key}'"))} differ in case alone, which IAM does not allow.", "Leave one of them out.");
        }

        foreach ((string key, string value) in tags)
        {
            if (key.Length is 0 or > LongestKey || value.Length > LongestValue)
            {
                throw Wrong("InvalidTag", $"The tag '{key}' is too long or empty: keys have 1 to {LongestKey} characters, values {LongestValue} at most.", null);
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("ekstools:", StringComparison.OrdinalIgnoreCase))
            {
                throw Wrong("ReservedTag", $"The tag '{key}' begins with a reserved prefix (aws: or ekstools:).", "Choose another key.");
            }

            if (!Text().IsMatch(key) || !Text().IsMatch(value))
            {
                throw Wrong("InvalidTag", $"The tag '{key}' has a character that IAM does not allow in tags.", "Use letters, digits, spaces and _ . : / = + - @.");
            }
        }
    }

    private static EksToolsException Wrong(string id, string message, string? hint) => new(EksErrorKind.Validation, id, message, "ResourceTags", hint);

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$")]
    private static partial Regex Text();
}
