using EksTools.Sandbox.Kubernetes.Authentication;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Every case was run through net/url of Go 1.19: scheme, host, path and query are what it printed, and a fault is one of its own.</summary>
public sealed class GoUrlTests
{
    [Theory]
    [InlineData("https://h.example.com/?a=b", "https|h.example.com|/|a=b")]
    [InlineData("https://h.example.com?a=b", "https|h.example.com||a=b")]
    [InlineData("https://H.Example.com/", "https|H.Example.com|/|")]
    [InlineData("https://h.example.com:443/", "https|h.example.com:443|/|")]
    [InlineData("https://h.example.com:/", "https|h.example.com:|/|")]
    [InlineData("HTTPS://h/", "https|h|/|")]
    [InlineData("https:h/?a=b", "https|||a=b")]
    [InlineData("h/?a=b", "||h/|a=b")]
    [InlineData("https://u:p@h/", "https|h|/|")]
    [InlineData("https://h%c3%a9/", "https|h\u00e9|/|")]
    [InlineData("https://h/%2F", "https|h|//|")]
    [InlineData("https://h/?a#b", "https|h|/|a")]
    [InlineData("https:///", "https||/|")]
    [InlineData("https://[::1]:80/", "https|[::1]:80|/|")]
    [InlineData("//h/?a=b", "|h|/|a=b")]
    [InlineData("a/b:c", "||a/b:c|")]
    [InlineData("", "|||")]
    [InlineData("https://h\"/", "https|h\"|/|")]
    [InlineData("https://h.example.com:x/", "invalid port \":x\" after host")]
    [InlineData("://h/", "missing protocol scheme")]
    [InlineData("1https://h/", "first path segment in URL cannot contain colon")]
    [InlineData("https://u p@h/", "net/url: invalid userinfo")]
    [InlineData("https://h%41/", "invalid URL escape \"%41\"")]
    [InlineData("https://h h/", "invalid character \" \" in host name")]
    [InlineData("https://h|/", "invalid character \"|\" in host name")]
    [InlineData("https://h%2f/", "invalid URL escape \"%2f\"")]
    [InlineData("https://h/%zz", "invalid URL escape \"%zz\"")]
    [InlineData("https://h/%2", "invalid URL escape \"%2\"")]
    [InlineData("https://h/#%zz", "invalid URL escape \"%zz\"")]
    [InlineData("https://h/?a\nb", "net/url: invalid control character in URL")]
    [InlineData("https://[::1/", "missing ']' in host")]
    public void Parse_takes_a_URL_apart_as_Go_does(string text, string expected)
    {
        string Parsed()
        {
            try
            {
                var url = GoUrl.Parse(text);
                return $"{url.Scheme}|{url.Host}|{url.Path}|{url.RawQuery}";
            }
            catch (FormatException fault)
            {
                return fault.Message;
            }
        }

        Assert.Equal(expected, Parsed());
    }

    [Theory]
    [InlineData("a=b&c=d", "a=b c=d")]
    [InlineData("a=b&&c", "a=b c=")]
    [InlineData("a+b=c+d", "a b=c d")]
    [InlineData("%41=1&A=2", "A=1 A=2")]
    [InlineData("a=b=c&d=%2B", "a=b=c d=+")]
    [InlineData("=b", "=b")]
    [InlineData("a=b;c=d", "invalid semicolon separator in query")]
    [InlineData("a=%3B;", "invalid semicolon separator in query")]
    [InlineData("a=%zz", "invalid URL escape \"%zz\"")]
    [InlineData("%zz=a", "invalid URL escape \"%zz\"")]
    [InlineData("a=%", "invalid URL escape \"%\"")]
    public void ParseQuery_reads_parameters_as_Go_does(string query, string expected)
    {
        string Parsed()
        {
            try
            {
                return string.Join(' ', GoUrl.Parse("https://h/?" + query).ParseQuery().Select(pair => $"{pair.Name}={pair.Value}"));
            }
            catch (FormatException fault)
            {
                return fault.Message;
            }
        }

        Assert.Equal(expected, Parsed());
    }
}
