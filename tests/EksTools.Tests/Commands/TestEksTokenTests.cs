using System.Management.Automation;
using System.Text;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

/// <summary>Test-EksToken in the engine. Offline, and the keys are no keys of anybody.</summary>
public sealed class TestEksTokenTests : IDisposable
{
    private const string SecretKey = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";
    private const string Keys = $"-AccessKey AKIAIOSFODNN7EXAMPLE -SecretKey {SecretKey}";
    private readonly Session session = new();

    [Theory]
    [InlineData("Get-EksToken demo -Region eu-west-1 {0} | Test-EksToken", "demo")]
    [InlineData("Get-EksToken demo -Region eu-west-1 {0} -AsPlainText | Test-EksToken", "demo")]
    [InlineData("Test-EksToken -Token (Get-EksToken demo -Region eu-west-1 {0})", "demo")]
    [InlineData("Test-EksToken (Get-EksToken demo -Region eu-west-1 {0}).Token", null)]
    [InlineData("(Get-EksToken demo -Region eu-west-1 {0} -AsPlainText).Token | Test-EksToken", null)]
    [InlineData("Get-EksToken demo -Region eu-west-1 {0} -AsExecCredential | Test-EksToken", null)]
    [InlineData("[pscustomobject]@{{ kind = 'ExecCredential'; status = [pscustomobject]@{{ token = (Get-EksToken demo -Region eu-west-1 {0} -AsPlainText).Token }} }} | Test-EksToken", null)]
    [InlineData("@{{ kind = 'ExecCredential'; status = @{{ token = (Get-EksToken demo -Region eu-west-1 {0} -AsPlainText).Token }} }} | Test-EksToken", null)]
    [InlineData("[pscustomobject]@{{ Token = (Get-EksToken demo -Region eu-west-1 {0}).Token; ClusterName = 'mine' }} | Test-EksToken -Region us-west-2", "mine")]
    [InlineData("@{{ Token = (Get-EksToken demo -Region eu-west-1 {0} -AsPlainText).Token }} | Test-EksToken -Partition aws -Region cn-north-1", null)]
    public void Takes_a_token_in_every_form(string script, string? cluster)
    {
        PSObject token = Inspect(string.Format(null, script, Keys));
        Assert.Empty(Findings(token));
        Assert.Equal(
            [true, cluster, "eu-west-1", "aws", "AKIAIOSFODNN7EXAMPLE", "LongTerm"],
            [token.Properties["IsValid"].Value, token.Properties["ClusterName"].Value, token.Properties["Region"].Value, token.Properties["Partition"].Value, token.Properties["AccessKeyId"].Value, $"{token.Properties["KeyKind"].Value}"]);
        Assert.Equal(TimeSpan.FromMinutes(15), (DateTimeOffset)token.Properties["Expires"].Value - (DateTimeOffset)token.Properties["SignedAt"].Value);
        Assert.InRange((TimeSpan)token.Properties["TimeLeft"].Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.Equal(cluster is null, ((IReadOnlyList<string>)token.Properties["Notes"].Value)[0].StartsWith("A token does not say which cluster", StringComparison.Ordinal));
    }

    [Fact]
    public void A_temporary_key_is_told_by_its_prefix()
    {
        PSObject token = Inspect("Get-EksToken demo -Region eu-west-1 -AccessKey ASIAIOSFODNN7EXAMPLE -SecretKey s -SessionToken t | Test-EksToken");
        Assert.Equal("True Temporary", $"{token.Properties["IsValid"].Value} {token.Properties["KeyKind"].Value}");
        Assert.Equal("Unknown", $"{Inspect("Get-EksToken demo -Region eu-west-1 -AccessKey OTHER -SecretKey s | Test-EksToken").Properties["KeyKind"].Value}");
    }

    [Theory]
    [InlineData("-Partition aws-cn", 6)]
    [InlineData("-Region cn-north-1", 6)]
    [InlineData("-Region us-east-2", null)]
    public void The_server_may_be_named(string server, int? rule)
    {
        PSObject token = Inspect($"Get-EksToken demo -Region us-west-2 {Keys} | Test-EksToken {server}");
        Assert.Equal(rule, Findings(token).SingleOrDefault()?.Properties["Rule"].Value);
        Assert.Equal(rule is null, token.Properties["IsValid"].Value);
    }

    [Fact]
    public void Quiet_writes_a_bool_for_each_token()
    {
        string plain = Plain();
        Answer answer = session.Run("param($good, $old) $good, $old, 'hello', '' | Test-EksToken -Quiet", plain, Changed(plain, static url => Redated(url)));
        Assert.Equal([true, false, false, false], answer.Good().Select(static value => value.BaseObject));
    }

    [Fact]
    public void An_old_token_is_refused_with_what_to_do()
    {
        PSObject written = Assert.Single(session.Run("param($token) Test-EksToken $token", Changed(Plain(), static url => Redated(url))).Good());
        PSObject finding = Assert.Single(Findings(written));
        Assert.Equal("14 TokenExpired Error", $"{finding.Properties["Rule"].Value} {finding.Properties["Id"].Value} {finding.Properties["Severity"].Value}");
        Assert.Contains("Make a new one with Get-EksToken.", (string)finding.Properties["Message"].Value, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, written.Properties["TimeLeft"].Value);
    }

    [Theory]
    [InlineData("42 | Test-EksToken", "TokenTypeUnknown", "type System.Int32")]
    [InlineData("[pscustomobject]@{ Name = 'demo' } | Test-EksToken -Quiet", "TokenTypeUnknown", "PSCustomObject")]
    [InlineData("@{ Token = 5 } | Test-EksToken", "TokenTypeUnknown", "Hashtable")]
    [InlineData("'{' | Test-EksToken", "AwsAuthenticationValidation", "begins as JSON but cannot be parsed")]
    [InlineData("'{\"kind\":\"Pod\"}' | Test-EksToken", "AwsAuthenticationValidation", "has no status.token")]
    [InlineData("Test-EksToken hello -Region 'not a region'", "AwsAuthenticationValidation", "is not the code of an AWS region")]
    public void What_holds_no_token_is_an_error(string script, string id, string sentence)
    {
        Answer answer = session.Run(script);
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.Empty(answer.Output);
        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains(sentence, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_record_does_not_stop_the_others()
    {
        Answer answer = session.Run("param($token) $token, 42, $token | Test-EksToken -Quiet", Plain());
        Assert.Equal([true, true], answer.Output.Select(static value => value.BaseObject));
        Assert.Single(answer.Errors);
    }

    [Fact]
    public void The_table_shows_what_matters_and_no_secret()
    {
        string good = Show("Test-EksToken $global:token");
        Assert.Contains("True", good, StringComparison.Ordinal);
        Assert.Contains("us-west-2", good, StringComparison.Ordinal);
        Assert.Matches(@"00:1[45]:\d\d", good);
        string bad = Show("Test-EksToken $global:token -Partition aws-cn; (Test-EksToken $global:token -Partition aws-cn).Findings");
        Assert.Contains("False", bad, StringComparison.Ordinal);
        Assert.Contains("6 HostUnexpected", bad, StringComparison.Ordinal);
        // The sentence is wrapped wherever the column ends.
        Assert.Contains("Usecredentialsandaregionofaws-cn.", string.Concat(bad.Where(static c => !char.IsWhiteSpace(c))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Test-EksToken $token")]
    [InlineData("Test-EksToken (\"$token\" + '!')")]
    [InlineData("Test-EksToken (\"x$token\")")]
    [InlineData("Test-EksToken ('{\"status\":{\"token\":\"' + $token + '\", oops')")]
    [InlineData("@{ Token = @($token) } | Test-EksToken")]
    [InlineData("Test-EksToken $token -Region 'no region'")]
    [InlineData("Test-EksToken $token -Partition aws-iso")]
    [InlineData("[System.Net.NetworkCredential]::new('', $token).SecurePassword | Test-EksToken -Partition aws-cn")]
    public void No_stream_holds_a_secret(string script)
    {
        string plain = Plain();
        Answer answer = session.Run($"param($token) & {{ {script} -Verbose -Debug }} *>&1", plain);
        string text = string.Join('\n', answer.Good().Select(static line => Told(line, depth: 3)));
        Assert.NotEmpty(text);
        string signature = Decode(plain)[^64..];
        foreach (string secret in new[] { plain, plain[30..80], plain[^40..], signature, SecretKey })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    public void Dispose() => session.Dispose();

    private PSObject Inspect(string script) => Assert.Single(session.Run(script).Good());

    private static PSObject[] Findings(PSObject inspection) => [.. ((System.Collections.IEnumerable)inspection.Properties["Findings"].Value).Cast<object>().Select(PSObject.AsPSObject)];

    private string Plain() => (string)Assert.Single(session.Run($"(Get-EksToken demo -Region us-west-2 {Keys} -AsPlainText).Token").Good()).BaseObject;

    private string Show(string script)
    {
        string plain = Plain();
        session.Run("param($token) $global:token = $token", plain).Good();
        string shown = session.Show(script);
        Assert.DoesNotContain(Decode(plain)[^64..], shown, StringComparison.Ordinal);
        Assert.DoesNotContain("k8s-aws-v1", shown, StringComparison.Ordinal);
        return shown;
    }

    // All that a user can get to see of an object: its text, and the properties of its properties. Not PowerShell's own record of the call,
    // which keeps the arguments of every command.
    private static string Told(object? value, int depth) => value switch
    {
        null => string.Empty,
        string text => text,
        System.Collections.IEnumerable many => string.Join('\n', many.Cast<object?>().Select(one => Told(one, depth))),
        _ when depth == 0 => $"{value}",
        _ => string.Join('\n', PSObject.AsPSObject(value).Properties.Where(static property => property.MemberType is PSMemberTypes.Property or PSMemberTypes.NoteProperty && property.Name != "InvocationInfo").Select(property => Told(property.Value, depth - 1)).Prepend($"{value}")),
    };

    private static string Redated(string url)
    {
        int date = url.IndexOf("X-Amz-Date=", StringComparison.Ordinal) + "X-Amz-Date=".Length;
        return url.Replace(url[date..(date + 8)], "20200102", StringComparison.Ordinal);
    }

    private static string Changed(string token, Func<string, string> change) =>
        "k8s-aws-v1." + Convert.ToBase64String(Encoding.UTF8.GetBytes(change(Decode(token)))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Decode(string token)
    {
        string text = token["k8s-aws-v1.".Length..].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
