using System.Net;
using System.Text;

namespace EksTools.Aws.Protocols;

/// <summary>Says what is known of an error that brings no message.</summary>
internal static class ErrorText
{
    private const int MostCharacters = 200;

    public static string Unexplained(string? code, HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        if (text.Length > MostCharacters)
            text = text[..MostCharacters] + "…";
        var what = $"The service answered {(int)status} {status}{(string.IsNullOrEmpty(code) ? "" : $" ({code})")} without a message";
        return text.Length == 0 ? $"{what}." : $"{what}; the body begins: {text}";
    }
}
