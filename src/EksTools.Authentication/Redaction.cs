using System.Text;

namespace EksTools.Authentication;

/// <summary>Makes text that came from outside fit for a message: one line, short, without anything that looks like a secret.</summary>
internal static class Redaction
{
    private const int MaximumLength = 300;

    // A secret access key has 40 characters of base64, session and SSO tokens have hundreds. Names and most paths are shorter
    // between separators; a slash belongs to the alphabet of keys, so a long path is hidden too, which is the lesser evil.
    private const int SecretLength = 32;

    public static string OneLine(string text, params string?[] secrets)
    {
        foreach (var secret in secrets)
        {
            if (!string.IsNullOrEmpty(secret))
            {
                text = text.Replace(secret, "***", StringComparison.Ordinal);
            }
        }
        var result = new StringBuilder();
        var run = new StringBuilder();
        void Flush()
        {
            if (run.Length >= SecretLength && !IsArn(result))
            {
                result.Append("***");
            }
            else
            {
                result.Append(run);
            }
            run.Clear();
        }
        foreach (var c in text.Trim())
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '_' or '-')
            {
                run.Append(c);
                continue;
            }
            Flush();
            result.Append(char.IsControl(c) ? ' ' : c);
        }
        Flush();
        return result.Length > MaximumLength ? result.ToString(0, MaximumLength) + "…" : result.ToString();
    }

    // The resource of an ARN ("…:role/a-long-name") is what an access-denied message is about.
    private static bool IsArn(StringBuilder before)
    {
        var text = before.ToString();
        var arn = text.LastIndexOf("arn:", StringComparison.Ordinal);
        return arn >= 0 && text.IndexOf(' ', arn) < 0 && text.EndsWith(':') && text.AsSpan(arn).Count(':') >= 5;
    }
}
