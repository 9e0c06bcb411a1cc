using System.Text;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>
/// A URL as Go's net/url takes it apart, which the authenticator does: it changes nothing but the case of the scheme, so that an upper-case host,
/// a port or a path that is missing stay what they are.
/// </summary>
internal sealed record GoUrl(string Scheme, string Host, string Path, string RawQuery)
{
    private const string HostMarks = "!$&'()*+,;=:[]<>\"-_.~";
    private const string UserMarks = "-._:~!$&'()*+,;=%@";

    /// <summary>url.Parse.</summary>
    /// <exception cref="FormatException">It is no URL; worded as Go does.</exception>
    public static GoUrl Parse(string text)
    {
        if (text.Any(c => c is < ' ' or '\x7f'))
        {
            throw new FormatException("net/url: invalid control character in URL");
        }

        var (withoutFragment, fragment) = Cut(text, '#');
        _ = Unescape(fragment, isQuery: false);
        var (scheme, afterScheme) = CutScheme(withoutFragment);
        var (rest, query) = Cut(afterScheme, '?');
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length == 0 && Cut(rest, '/').Before.Contains(':', StringComparison.Ordinal))
            {
                throw new FormatException("first path segment in URL cannot contain colon");
            }

            return scheme.Length > 0 ? new(scheme, "", "", query) : new("", "", Unescape(rest, isQuery: false), query);
        }

        var host = "";
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            host = ParseAuthority(slash < 0 ? rest[2..] : rest[2..slash]);
            rest = slash < 0 ? "" : rest[slash..];
        }

        return new(scheme, host, Unescape(rest, isQuery: false), query);
    }

    /// <summary>url.ParseQuery: names and values in the order of the text.</summary>
    /// <exception cref="FormatException">A broken escape, or a semicolon that is not escaped.</exception>
    public IReadOnlyList<(string Name, string Value)> ParseQuery()
    {
        var pairs = new List<(string, string)>();
        foreach (var pair in RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Contains(';', StringComparison.Ordinal))
            {
                throw new FormatException("invalid semicolon separator in query");
            }

            var (name, value) = Cut(pair, '=');
            pairs.Add((Unescape(name, isQuery: true), Unescape(value, isQuery: true)));
        }

        return pairs;
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    private static (string Scheme, string After) CutScheme(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var c = text[index];
            if (c == ':')
            {
                return index == 0 ? throw new FormatException("missing protocol scheme") : (text[..index].ToLowerInvariant(), text[(index + 1)..]);
            }

            if (!char.IsAsciiLetter(c) && (index == 0 || !(char.IsAsciiDigit(c) || c is '+' or '-' or '.')))
            {
                break;
            }
        }

        return ("", text);
    }

    private static string ParseAuthority(string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            if (authority[..at].Any(c => !char.IsAsciiLetterOrDigit(c) && !UserMarks.Contains(c, StringComparison.Ordinal)))
            {
                throw new FormatException("net/url: invalid userinfo");
            }

            _ = Unescape(authority[..at], isQuery: false);
        }

        var host = authority[(at + 1)..];
        var end = host.StartsWith('[') ? host.LastIndexOf(']') : 0;
        if (end < 0)
        {
            throw new FormatException("missing ']' in host");
        }

        var colon = host.LastIndexOf(':');
        if (colon >= end && host[(colon + 1)..].Any(c => !char.IsAsciiDigit(c)))
        {
            throw new FormatException($"invalid port \"{host[colon..]}\" after host");
        }

        for (var index = 0; index < host.Length; index++)
        {
            var c = host[index];
            if (c == '%')
            {
                // An escape in a host is for what is not ASCII.
                if (index + 2 >= host.Length || !char.IsAsciiHexDigit(host[index + 1]) || !char.IsAsciiHexDigit(host[index + 2]) || host[index + 1] < '8')
                {
                    throw new FormatException($"invalid URL escape \"{host.Substring(index, Math.Min(3, host.Length - index))}\"");
                }

                index += 2;
            }
            else if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !HostMarks.Contains(c, StringComparison.Ordinal))
            {
                throw new FormatException($"invalid character \"{c}\" in host name");
            }
        }

        return Unescape(host, isQuery: false);
    }

    private static string Unescape(string text, bool isQuery)
    {
        if (isQuery)
        {
            text = text.Replace('+', ' ');
        }

        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, index, 1));
                continue;
            }

            if (index + 2 >= text.Length || !char.IsAsciiHexDigit(text[index + 1]) || !char.IsAsciiHexDigit(text[index + 2]))
            {
                throw new FormatException($"invalid URL escape \"{text.Substring(index, Math.Min(3, text.Length - index))}\"");
            }

            bytes.Add(Convert.ToByte(text.Substring(index + 1, 2), 16));
            index += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
