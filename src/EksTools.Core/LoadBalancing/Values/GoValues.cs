using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>Reads annotation values as the controllers do, which are written in Go: strconv, net and their own splitters.</summary>
internal static class GoValues
{
    /// <summary>What strconv.ParseBool takes.</summary>
    public static bool? Boolean(string value) => value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => null,
    };

    /// <summary>What strconv.ParseInt takes with base 10: a sign and digits, no white space and no underscores.</summary>
    public static long? Integer(string value, int bits)
    {
        ReadOnlySpan<char> digits = value.AsSpan(value is ['+' or '-', ..] ? 1 : 0);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || digits.Length > 40)
            return null;
        BigInteger number = BigInteger.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        BigInteger limit = BigInteger.One << (bits - 1);
        return number >= -limit && number < limit ? (long)number : null;
    }

    /// <summary>A list as both controllers split it in most places: at commas, trimmed, without what is empty.</summary>
    public static IReadOnlyList<string> List(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// A map as the AWS Load Balancer Controller splits it: a backslash takes the next character as it is, and a comma begins a pair only
    /// where a '=' follows somewhere; pkg/annotations/parser.go. Null when it is no map to the controller.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Map(string value)
    {
        List<KeyValuePair<string, string>> pairs = [];
        foreach (string pair in Pairs(value))
        {
            int at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || pair.AsSpan(0, at).IsWhiteSpace())
                return null;
            pairs.Add(KeyValuePair.Create(pair[..at].Trim(), pair[(at + 1)..].Trim()));
        }
        return pairs;
    }

    /// <summary>A map as the cloud provider splits it: at every comma, at every '=', with keys that may stand alone; what follows a second '=' is lost.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> LooseMap(string value)
    {
        List<KeyValuePair<string, string>> pairs = [];
        foreach (string pair in value.Trim().Split(','))
        {
            string[] parts = pair.Trim().Split('=');
            if (parts[0].Length > 0)
                pairs.Add(KeyValuePair.Create(parts[0], parts.Length > 1 ? parts[1] : string.Empty));
        }
        return pairs;
    }

    /// <summary>Writes a map so that <see cref="Map"/> reads it back.</summary>
    public static string WriteMap(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join(',', pairs.Select(static pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"));

    /// <summary>Whether the text is a CIDR to net.ParseCIDR.</summary>
    public static bool IsCidr(string value, out bool isIpv6)
    {
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        isIpv6 = false;
        if (slash < 0 || Address(value[..slash]) is not { } address)
            return false;
        isIpv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        ReadOnlySpan<char> length = value.AsSpan(slash + 1);
        return !length.IsEmpty && !length.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(length, CultureInfo.InvariantCulture, out int bits) && bits <= (isIpv6 ? 128 : 32) && (length.Length == 1 || length[0] != '0');
    }

    /// <summary>The address that Go reads in a text; null when it reads none. Unlike .NET it wants four parts without leading zeros.</summary>
    public static IPAddress? Address(string value)
    {
        if (value.Contains(':', StringComparison.Ordinal))
            return !value.AsSpan().ContainsAny('[', ']', '/') && IPAddress.TryParse(value, out IPAddress? six) && six.AddressFamily == AddressFamily.InterNetworkV6 ? six : null;
        string[] parts = value.Split('.');
        return parts.Length == 4 && Array.TrueForAll(parts, static part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0') && int.Parse(part, CultureInfo.InvariantCulture) <= 255)
            ? IPAddress.Parse(value) : null;
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private static List<string> Pairs(string value)
    {
        List<string> pairs = [];
        StringBuilder current = new();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
            {
                current.Append(value[++i]);
                continue;
            }
            if (value[i] != ',')
            {
                current.Append(value[i]);
                continue;
            }
            string rest = value[(i + 1)..].Trim();
            if (rest.Contains('=', StringComparison.Ordinal))
            {
                pairs.Add(current.ToString().Trim());
                current.Clear();
            }
            else if (rest.Length > 0)
            {
                return [.. pairs, current.ToString().Trim(), rest];
            }
            else
            {
                current.Append(',');
            }
        }
        if (current.Length > 0)
            pairs.Add(current.ToString().Trim());
        return pairs;
    }
}
