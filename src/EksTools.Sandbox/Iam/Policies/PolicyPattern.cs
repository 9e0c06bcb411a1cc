using System.Text;

namespace EksTools.Sandbox.Iam.Policies;

/// <summary>
/// A text of a policy with its variables filled in and its wildcards known from the stars and question marks that a variable brought
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
/// </summary>
internal sealed class PolicyPattern
{
    // Wildcards within a filled-in text, of Unicode's private use, so that a literal star stays one.
    private const char Many = '\uE000';
    private const char One = '\uE001';

    private readonly string _text;

    private PolicyPattern(string text) => _text = text;

    /// <summary>The text with its wildcards spelled as they were.</summary>
    public string Literal => _text.Replace(Many, '*').Replace(One, '?');

    /// <summary>Fills in a text; null when it names a variable that the request does not have and that has no default.</summary>
    /// <param name="context">The request's keys, or null when variables are not known to the policy's version.</param>
    public static PolicyPattern? Fill(string text, RequestContext? context)
    {
        var filled = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (context is not null && text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{' && text.IndexOf('}', at) is > 0 and var end)
            {
                if (Variable(text[(at + 2)..end], context) is not { } value)
                {
                    return null;
                }

                filled.Append(value);
                at = end;
            }
            else
            {
                filled.Append(text[at] switch
                {
                    '*' => Many,
                    '?' => One,
                    var letter => letter,
                });
            }
        }

        return new PolicyPattern(filled.ToString());
    }

    /// <summary>Whether the whole value fits; a star stands for any characters.</summary>
    public bool Match(string value, bool ignoreCase = false) => ignoreCase ? Match(_text.ToUpperInvariant(), value.ToUpperInvariant()) : Match(_text, value);

    /// <summary>Whether an ARN fits, part by part: six parts, the last with colons of its own.</summary>
    public bool MatchArn(string value)
    {
        var (patterns, parts) = (_text.Split(':', 6), value.Split(':', 6));
        return patterns.Length == 6 && parts.Length == 6 && patterns.Zip(parts).All(pair => Match(pair.First, pair.Second));
    }

    /// <summary>Whether a resource fits: a star at the end of a part may stand for the parts behind it, one inside a part may not.</summary>
    public bool MatchResource(string value) => Match(_text, value, static (pattern, at) => at + 1 == pattern.Length || pattern[at + 1] == ':' || pattern.AsSpan(0, at).Count(':') >= 5);

    private static string? Variable(string text, RequestContext context)
    {
        if (text is "*" or "?" or "$")
        {
            return text;
        }

        var parts = text.Split(',', 2, StringSplitOptions.TrimEntries);
        return context.Single(parts[0]) ?? (parts is [_, ['\'', .. var standard, '\'']] ? standard : null);
    }

    /// <summary>Matches with one step back to the latest star, in time of the product of the lengths.</summary>
    /// <param name="crosses">Whether the star at a place may stand for a colon; null when all may.</param>
    private static bool Match(string pattern, string value, Func<string, int, bool>? crosses = null)
    {
        var reach = new bool[value.Length + 1];
        reach[0] = true;
        for (var at = 0; at < pattern.Length; at++)
        {
            var next = new bool[value.Length + 1];
            var wide = pattern[at] == Many && (crosses is null || crosses(pattern, at));
            for (var place = 0; place <= value.Length; place++)
            {
                next[place] = pattern[at] == Many
                    ? reach[place] || (place > 0 && next[place - 1] && (wide || value[place - 1] != ':'))
                    : place > 0 && reach[place - 1] && (pattern[at] == One || pattern[at] == value[place - 1]);
            }

            reach = next;
        }

        return reach[value.Length];
    }
}
