namespace EksTools.Authentication;

/// <summary>
/// The parts of a token's URL, not normalised: <see cref="Uri"/> would put hosts into lower case, drop a port of 443 and add the
/// path that a server misses.
/// </summary>
internal sealed record PresignedUrl(string Scheme, string Host, string Path, IReadOnlyList<(string Name, string Value)> Parameters, bool QueryIsMalformed)
{
    /// <summary>Splits the text, or returns null when it is no absolute URL.</summary>
    public static PresignedUrl? Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || text.Any(char.IsControl) || !char.IsAsciiLetter(text[0])
            || !text[..scheme].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
        {
            return null;
        }
        var rest = Before(text[(scheme + 3)..], '#');
        var authorityAndPath = Before(rest, '?');
        var query = rest.Length > authorityAndPath.Length ? rest[(authorityAndPath.Length + 1)..] : "";
        var authority = Before(authorityAndPath, '/');
        var (parameters, malformed) = ParseQuery(query);
        // What stands before @ is a user name, which is no part of the host.
        return new PresignedUrl(
            text[..scheme].ToLowerInvariant(), authority[(authority.LastIndexOf('@') + 1)..], authorityAndPath[authority.Length..], parameters, malformed);
    }

    private static string Before(string text, char mark) => text.IndexOf(mark) is >= 0 and var i ? text[..i] : text;

    private static (List<(string Name, string Value)> Parameters, bool IsMalformed) ParseQuery(string query)
    {
        List<(string Name, string Value)> parameters = [];
        var malformed = false;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            // The server's parser knows ';' as no separator and refuses it.
            if (pair.Contains(';') || !EscapesAreWhole(pair))
            {
                malformed = true;
                continue;
            }
            var parts = pair.Split('=', 2);
            parameters.Add((Unescape(parts[0]), parts.Length > 1 ? Unescape(parts[1]) : ""));
        }
        return (parameters, malformed);
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool EscapesAreWhole(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }
        }
        return true;
    }
}
