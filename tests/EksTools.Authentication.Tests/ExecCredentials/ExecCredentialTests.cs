namespace EksTools.Authentication.Tests.ExecCredentials;

public sealed class ExecCredentialTests
{
    private const string Group = "client.authentication.k8s.io/";

    [Theory]
    [InlineData(null, "v1beta1", null, false)]
    [InlineData("", "v1beta1", null, false)]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}""", "v1", false, false)]
    [InlineData("""{"kind":"ExecCredentials","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":true}}""", "v1beta1", true, false)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1alpha1"}""", "v1alpha1", null, true)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1" """, "v1beta1", null, true)]
    [InlineData("not json", "v1beta1", null, true)]
    [InlineData("[1]", "v1beta1", null, true)]
    [InlineData("null", "v1beta1", null, true)]
    [InlineData("""{"spec":{}}""", "v1beta1", null, true)]
    [InlineData("""{"apiVersion":""}""", "v1beta1", null, true)]
    [InlineData("""{"apiVersion":7,"spec":[]}""", "v1beta1", null, true)]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v2","spec":{"interactive":"yes"}}""", "v1beta1", null, true)]
    [InlineData("{\"apiVersion\":\"x\\ny\"}", "v1beta1", null, true)]
    public void Requests_are_read(string? text, string version, bool? interactive, bool noted)
    {
        var request = ExecRequest.Parse(text);

        Assert.Equal(Group + version, request.ApiVersion);
        Assert.Equal(interactive, request.Interactive);
        Assert.Equal(noted, request.Note is not null);
        Assert.DoesNotContain('\n', request.Note ?? "");
    }

    [Fact]
    public void Answers_are_one_line_in_the_CLIs_order()
    {
        var token = new EksToken("k8s-aws-v1.abc_-", new DateTimeOffset(2026, 1, 2, 3, 18, 5, TimeSpan.Zero), "demo", "us-west-2");

        Assert.Equal(
            """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{},"status":{"expirationTimestamp":"2026-01-02T03:18:05Z","token":"k8s-aws-v1.abc_-"}}""",
            ExecCredential.Write(token, Group + "v1beta1"));
    }
}
