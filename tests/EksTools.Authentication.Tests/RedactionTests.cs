namespace EksTools.Authentication.Tests;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("plain words stay", "plain words stay")]
    [InlineData("two\nlines\tand\0more", "two lines and more")]
    [InlineData("secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY!", "secret ***!")]
    [InlineData("url https://x/?X-Amz-Signature=a53315e5b5b4bb54c29d32b3dcd0619487e455d104b30b5e4d92eb5fcadfc552", "url https://x/?***")]
    [InlineData("token k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtd2VzdC0yLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1H", "token k8s-aws-v1.***")]
    [InlineData("User: arn:aws:sts::111122223333:assumed-role/a-very-long-role-name-of-many-words/session is not", "User: arn:aws:sts::111122223333:assumed-role/a-very-long-role-name-of-many-words/session is not")]
    [InlineData("known: hunter2", "known: ***")]
    public void Text_from_outside_loses_what_may_be_secret(string text, string expected) => Assert.Equal(expected, Redaction.OneLine(text, "hunter2", null));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(301, Redaction.OneLine(string.Concat(Enumerable.Repeat("word ", 200))).Length);
}
