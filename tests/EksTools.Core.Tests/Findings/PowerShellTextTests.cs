using EksTools.Core.Findings;

namespace EksTools.Core.Tests.Findings;

public sealed class PowerShellTextTests
{
    // What PowerShell's tokenizer takes for a single quotation mark.
    private const string Marks = "'\u2018\u2019\u201A\u201B";

    [Theory]
    [InlineData("demo", "demo")]
    [InlineData("arn:aws:iam::111122223333:role/a+b=c", "arn:aws:iam::111122223333:role/a+b=c")]
    [InlineData("", "''")]
    [InlineData("-Force", "'-Force'")]
    [InlineData("it's", "'it''s'")]
    [InlineData("a$b;c", "'a$b;c'")]
    [InlineData("\u00e4", "'\u00e4'")]
    [InlineData("a\u001b[2K\r\nb", "'a[2Kb'")]
    public void Arguments_are_bare_or_quoted(string text, string written) => Assert.Equal(written, PowerShellText.Argument(text));

    /// <summary>Read as PowerShell does, whatever the text, it is one string and the text again.</summary>
    [Fact]
    public void A_literal_is_read_back_as_it_was()
    {
        Random random = new(20261123);
        string alphabet = Marks + Marks + "ab;$(){}\"`\t\u0007";
        for (int round = 0; round < 5000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            string literal = PowerShellText.Literal(text);
            Assert.Equal((string.Concat(text.Where(static c => !char.IsControl(c))), literal.Length), Read(literal));
        }
    }

    // PowerShell's tokenizer: any of the marks opens, any two stand for the first, any single one closes.
    private static (string Text, int End) Read(string script)
    {
        Assert.Contains(script[0], Marks);
        System.Text.StringBuilder text = new();
        for (int at = 1; at < script.Length; at++)
        {
            if (Marks.Contains(script[at], StringComparison.Ordinal))
            {
                if (at + 1 == script.Length || !Marks.Contains(script[at + 1], StringComparison.Ordinal))
                {
                    return (text.ToString(), at + 1);
                }

                text.Append(script[at++]);
                continue;
            }

            text.Append(script[at]);
        }

        return (text.ToString(), -1);
    }
}
