using System.Management.Automation;
using System.Security;
using System.Text;
using System.Text.Json;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

/// <summary>Get-EksToken in the engine. Offline: the keys are no keys of anybody.</summary>
public sealed class GetEksTokenTests : IDisposable
{
    private const string Keys = "-AccessKey AKIDEXAMPLE -SecretKey wJalrXUtnFEMI";
    private readonly Session session = new();

    [Fact]
    public void The_token_is_secure_unless_plain_text_is_asked_for()
    {
        PSObject secure = Assert.Single(session.Run($"Get-EksToken demo -Region us-west-2 {Keys}").Good());
        Assert.IsType<SecureString>(secure.Properties["Token"].Value);
        Assert.Equal("Token for demo in us-west-2", secure.ToString());
        Assert.Equal("demo", secure.Properties["ClusterName"].Value);

        PSObject plain = Assert.Single(session.Run($"Get-EksToken demo -Region us-west-2 {Keys} -AsPlainText").Good());
        Assert.StartsWith("https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&", Decode((string)plain.Properties["Token"].Value), StringComparison.Ordinal);
        DateTimeOffset expiration = (DateTimeOffset)plain.Properties["Expiration"].Value;
        Assert.InRange(expiration - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(14));
    }

    [Theory]
    [InlineData("cn-north-1", "sts.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com")]
    [InlineData("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov")]
    [InlineData("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu")]
    public void Signs_for_the_regions_own_host_whatever_endpoint_is_set(string region, string host)
    {
        PSObject token = Assert.Single(session.Run($"Get-EksToken demo -Region {region} {Keys} -EndpointUrl http://127.0.0.1:1 -AsPlainText").Good());
        Assert.StartsWith($"https://{host}/", Decode((string)token.Properties["Token"].Value), StringComparison.Ordinal);
    }

    [Fact]
    public void The_exec_credential_is_one_line_of_JSON()
    {
        PSObject line = Assert.Single(session.Run($"Get-EksToken demo -Region us-west-2 {Keys} -AsExecCredential").Good());
        using JsonDocument document = JsonDocument.Parse((string)line.BaseObject);
        Assert.Equal("ExecCredential", document.RootElement.GetProperty("kind").GetString());
        Assert.StartsWith("k8s-aws-v1.", document.RootElement.GetProperty("status").GetProperty("token").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', (string)line.BaseObject);
    }

    [Fact]
    public void Clusters_bind_by_name_by_property_and_by_ARN()
    {
        string[] found = [.. session.Run($$"""
            'one' | Get-EksToken -Region us-west-2 {{Keys}} | ForEach-Object { $_.ClusterName + ' ' + $_.Region }
            [pscustomobject]@{ ClusterName = 'two'; Region = 'eu-west-1' } | Get-EksToken {{Keys}} | ForEach-Object { $_.ClusterName + ' ' + $_.Region }
            [pscustomobject]@{ Name = 'three'; Arn = 'arn:aws:eks:ap-south-1:111122223333:cluster/three' } | Get-EksToken {{Keys}} | ForEach-Object { $_.ClusterName + ' ' + $_.Region }
            """).Good().Select(static line => (string)line.BaseObject)];
        Assert.Equal(["one us-west-2", "two eu-west-1", "three ap-south-1"], found);
    }

    [Fact]
    public void Cluster_objects_of_AWS_Tools_bind_and_their_own_role_is_not_assumed()
    {
        // What Get-EKSCluster -Name writes (Amazon.EKS.Model.Cluster), and the names that it writes without one.
        string[] found = [.. session.Run($$"""
            [pscustomobject]@{
                Name = 'orders'; Arn = 'arn:aws:eks:ap-south-1:111122223333:cluster/orders'; RoleArn = 'arn:aws:iam::111122223333:role/the-control-planes'; Id = 'not-this'
                Endpoint = 'https://x.eks.amazonaws.com'; Version = '1.34'; Status = [pscustomobject]@{ Value = 'ACTIVE' }; Tags = @{}; ClientRequestToken = 'c'
            }, 'billing' | Get-EksToken -Region eu-west-1 {{Keys}} | ForEach-Object { $_.ClusterName + ' ' + $_.Region }
            [pscustomobject]@{ Name = 'orders'; Arn = 'arn:aws:eks:ap-south-1:111122223333:cluster/orders'; RoleArn = 'arn:aws:iam::111122223333:role/x' } | Get-EksToken {{Keys}} | ForEach-Object { $_.ClusterName + ' ' + $_.Region }
            """).Good().Select(static line => (string)line.BaseObject)];
        Assert.Equal(["orders eu-west-1", "billing eu-west-1", "orders ap-south-1"], found);
    }

    [Fact]
    public void The_token_s_text_comes_back_out_of_the_SecureString_as_Invoke_RestMethod_takes_it()
    {
        PSObject token = Assert.Single(session.Run($"Get-EksToken demo -Region us-west-2 {Keys}").Good());
        SecureString secure = Assert.IsType<SecureString>(token.Properties["Token"].Value);
        Assert.True(secure.IsReadOnly());
        string header = $"Bearer {new System.Net.NetworkCredential(string.Empty, secure).Password}";
        Assert.StartsWith("https://sts.us-west-2.amazonaws.com/", Decode(header["Bearer ".Length..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_tokens_assume_the_role_once_for_each_region()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string role = await RoleAsync(rehearsal);
        PSObject[] tokens = [.. rehearsal.Session.Run($$"""
            $PSDefaultParameterValues.Remove('*-Eks*:Region')
            1..1000 | ForEach-Object { [pscustomobject]@{ Name = "c$_"; Region = ('us-west-2', 'eu-west-1')[$_ % 2] } } | Get-EksToken -RoleArn {{role}} -AsPlainText
            """).Good()];
        Assert.Equal(1000, tokens.Length);
        Assert.Equal(1000, tokens.Select(static token => (string)token.Properties["Token"].Value).Distinct().Count());
        Assert.Equal(2, rehearsal.Sandbox.Requests.Count(static request => request.Operation == "AssumeRole"));
    }

    [Fact]
    public async Task What_changes_whose_token_it_is_is_seen_between_two_records()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string profiles = Path.Combine(rehearsal.Folder, "credentials");
        await File.WriteAllTextAsync(profiles, "[one]\naws_access_key_id = AKIAONE\naws_secret_access_key = s\n[two]\naws_access_key_id = AKIATWO\naws_secret_access_key = s\n", TestContext.Current.CancellationToken);
        string[] tokens = [.. rehearsal.Session.Run($$"""
            $PSDefaultParameterValues.Clear()
            'one', 'two', 'two' | ForEach-Object { $env:AWS_PROFILE = $_; 'demo' } | Get-EksToken -Region us-west-2 -ProfileLocation '{{profiles}}' -AsPlainText | ForEach-Object Token
            $env:AWS_PROFILE = $null
            """).Good().Select(static token => Decode((string)token.BaseObject))];
        Assert.Equal(["AKIAONE", "AKIATWO", "AKIATWO"], tokens.Select(static url => url[(url.IndexOf("Credential=", StringComparison.Ordinal) + 11)..].Split("%2F")[0]));
    }

    [Fact]
    public async Task Credentials_of_every_wrong_kind_get_a_sentence_of_their_own()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string role = await RoleAsync(rehearsal);
        foreach ((string parameters, string id, string sentence, string hint) in new[]
        {
            ("-AccessKey AKIAREVOKED0000000000 -SecretKey s", "AwsAuthenticationDenied", "InvalidClientTokenId", "it was deleted or deactivated"),
            ("-SecretKey wrong", "AwsAuthenticationDenied", "SignatureDoesNotMatch", "The secret key does not belong to this access key"),
            ("-RoleArn arn:aws:iam::444455556666:role/theirs", "AwsAuthenticationDenied", "AccessDenied", "The caller is of account 111122223333 and the role of account 444455556666"),
        })
        {
            string script = parameters.Contains("-RoleArn", StringComparison.Ordinal) ? parameters : $"{parameters} -RoleArn {role}";
            ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Get-EksToken demo {script}").Errors);
            Assert.Equal($"{id},EksTools.Commands.GetEksTokenCommand", error.FullyQualifiedErrorId);
            Assert.Contains(sentence, error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains(hint, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        ErrorRecord ended = Assert.Single(session.Run("Get-EksToken demo -Region us-west-2 -Credential ([pscustomobject]@{ AccessKeyId = 'ASIAOLD'; SecretAccessKey = 's'; SessionToken = 't'; Expiration = [datetime]::new(2020, 1, 1, 0, 0, 0, [DateTimeKind]::Utc) })").Errors);
        Assert.Equal(("AwsAuthenticationExpired", "The credentials of the credential given ended at 2020-01-01 00:00:00Z."), (ended.FullyQualifiedErrorId.Split(',')[0], ended.Exception.Message));
    }

    [Theory]
    [InlineData("Get-EksToken 'no good' -Region us-west-2", "cannot be the name of an EKS cluster")]
    [InlineData("Get-EksToken demo -Region 'not a region'", "not a region")]
    [InlineData("Get-EksToken demo -Region us-west-2 -RoleArn arn:aws-cn:iam::111122223333:role/x", "is of partition aws-cn")]
    [InlineData("Get-EksToken demo -Region us-west-2 -RoleArn admin", "is not the ARN of an IAM role")]
    public void Bad_input_is_refused_with_a_sentence(string script, string sentence)
    {
        ErrorRecord error = Assert.Single(session.Run($"{script} {Keys}").Errors);
        Assert.Contains(sentence, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_credential_of_no_use_is_refused()
    {
        ErrorRecord error = Assert.Single(session.Run("Get-EksToken demo -Region us-west-2 -Credential 42").Errors);
        Assert.StartsWith("CredentialTypeUnknown", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("no AWS keys can be taken", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_may_be_what_STS_answers_or_a_PSCredential()
    {
        string[] keys = [.. session.Run("""
            $sts = [pscustomobject]@{ AccessKeyId = 'ASIAFROMSTS'; SecretAccessKey = 's'; SessionToken = 't'; Expiration = [DateTime]::UtcNow.AddMinutes(5) }
            $token = Get-EksToken demo -Region us-west-2 -Credential $sts -AsPlainText
            $token.Token
            [math]::Round(($token.Expiration - [DateTimeOffset]::UtcNow).TotalMinutes)
            $secure = [securestring]::new(); $secure.AppendChar('s')
            (Get-EksToken demo -Region us-west-2 -Credential ([pscredential]::new('AKIAFROMPS', $secure)) -AsPlainText).Token
            """).Good().Select(static value => $"{value}")];
        Assert.Contains("Credential=ASIAFROMSTS%2F", Decode(keys[0]), StringComparison.Ordinal);
        Assert.Equal("5", keys[1]);
        Assert.Contains("Credential=AKIAFROMPS%2F", Decode(keys[2]), StringComparison.Ordinal);
    }

    public void Dispose() => session.Dispose();

    /// <summary>A role in the sandbox that its own account may assume.</summary>
    private static async Task<string> RoleAsync(Rehearsal rehearsal)
    {
        const string trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";
        using Amazon.IdentityManagement.AmazonIdentityManagementServiceClient iam = new(
            new Amazon.Runtime.BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey),
            new Amazon.IdentityManagement.AmazonIdentityManagementServiceConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        return (await iam.CreateRoleAsync(new() { RoleName = "deployer", AssumeRolePolicyDocument = trust }, TestContext.Current.CancellationToken)).Role.Arn;
    }

    private static string Decode(string token)
    {
        string text = token["k8s-aws-v1.".Length..].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
