using System.Text;

namespace EksTools.Sandbox.Protocols;

/// <summary>A request as it came over the wire, before anything is decoded.</summary>
/// <param name="RawPath">The path as sent, percent-encoded.</param>
/// <param name="RawQuery">The query as sent, without the question mark.</param>
/// <param name="Headers">Header values by lower-case name; several values are joined by commas.</param>
internal sealed record WireRequest(string Method, string RawPath, string RawQuery, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The query's pairs, decoded, in the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; } = ParsePairs(RawQuery, plusIsSpace: false);

    /// <summary>A header's value or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>A query parameter's value or null.</summary>
    public string? QueryValue(string name) => Query.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The pairs of a query string or form.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ParsePairs(string text, bool plusIsSpace)
    {
        string Decode(string part) => Uri.UnescapeDataString(plusIsSpace ? part.Replace('+', ' ') : part);
        return
        [
            .. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                return equals < 0 ? KeyValuePair.Create(Decode(pair), "") : KeyValuePair.Create(Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
            }),
        ];
    }
}
