namespace EksTools.Core.Findings;

/// <summary>Writes values into command lines of PowerShell. What a stranger wrote, such as a username of aws-auth, stays a value there and never becomes a command.</summary>
internal static class PowerShellText
{
    // Each of these ends a string in single quotation marks, and each stands for itself when it is doubled (about_Quoting_Rules).
    private const string QuotationMarks = "'\u2018\u2019\u201A\u201B";

    /// <summary>A string in single quotation marks, for an expression. Control characters are left out: on a terminal they could hide the rest.</summary>
    public static string Literal(string text)
    {
        System.Text.StringBuilder quoted = new("'", text.Length + 2);
        foreach (char c in text.Where(static c => !char.IsControl(c)))
        {
            quoted.Append(c, QuotationMarks.Contains(c, StringComparison.Ordinal) ? 2 : 1);
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>A value as an argument of a command: bare where nothing in it means anything to PowerShell, otherwise in quotation marks.</summary>
    public static string Argument(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '+') ? text : Literal(text);
}
