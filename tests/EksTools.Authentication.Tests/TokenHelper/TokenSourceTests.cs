using System.Text.Json;
using EksTools.Authentication.Tests.Sessions;
using EksTools.Authentication.Tests.Tokens;

namespace EksTools.Authentication.Tests.TokenHelper;

/// <summary>
/// Every way to credentials in the executable itself: with EKSTOOLS_TOKEN_HELPER set to the native one, these show what native AOT
/// breaks only at run time.
/// </summary>
public sealed class TokenSourceTests
{
    private const string Config = """
        [profile sso]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = Admin
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        [profile over-sso]
        role_arn = arn:aws:iam::111122223333:role/first
        source_profile = sso
        [profile chain]
        role_arn = arn:aws:iam::111122223333:role/second
        source_profile = over-sso
        [profile web]
        role_arn = arn:aws:iam::111122223333:role/web
        web_identity_token_file = ~/jwt
        [profile ec2]
        role_arn = arn:aws:iam::111122223333:role/ec2
        credential_source = Ec2InstanceMetadata
        """;

    private static Response Answer(Request r) => r.Path.Split('?')[0] switch
    {
        "/" => Response.Sts(r),
        "/token" => new(200, """{"accessToken":"renewed","expiresIn":28800,"refreshToken":"next"}"""),
        "/federation/credentials" => new(200, """{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}"""),
        "/pod" => Response.Keys("ASIAPOD"),
        "/latest/api/token" => new(200, "imds-token"),
        "/latest/meta-data/iam/security-credentials/" => new(200, "node"),
        "/latest/meta-data/iam/security-credentials/node" => Response.Keys("ASIAIMDS"),
        "/latest/meta-data/placement/region" => new(200, "eu-north-1"),
        _ => new(404, ""),
    };

    [Theory]
    [InlineData("sso", "2099-01-01T00:00:00Z", "ASIASSO")]
    [InlineData("sso", "2020-01-01T00:00:00Z", "ASIASSO")] // renewed
    [InlineData("over-sso", "2099-01-01T00:00:00Z", "ASIAFIRST")]
    [InlineData("chain", "2099-01-01T00:00:00Z", "ASIASECOND")]
    [InlineData("web", "", "ASIAWEB")]
    [InlineData("ec2", "", "ASIAEC2")]
    [InlineData("(pod)", "", "ASIAPOD")]
    [InlineData("(instance)", "", "ASIAIMDS")]
    [InlineData("(irsa)", "", "ASIAIRSA")]
    public async Task Works_in_the_executable(string kind, string ssoEnd, string access)
    {
        await using var all = new Loopback(Answer);
        using var home = new TestHome(Config);
        home.SsoCache("corp", $$"""{"accessToken":"a","expiresAt":"{{ssoEnd}}","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00Z"}""");
        var jwt = home.Write("jwt", "a.b.c");
        home.Environment["AWS_ENDPOINT_URL"] = all.Url;
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = all.Url;
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        switch (kind)
        {
            case "(pod)":
                home.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = all.Url + "/pod";
                break;
            case "(irsa)":
                home.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = jwt;
                home.Environment["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/irsa";
                break;
            case "(instance)":
                break;
            default:
                home.Environment["AWS_PROFILE"] = kind;
                break;
        }

        var result = await OutsideTool.RunAsync(OutsideTool.TokenHelper, ["--cluster-name", "demo"], home.Environment);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        var url = EksTokenFactoryTests.Url(document.RootElement.GetProperty("status").GetProperty("token").GetString()!);
        Assert.Contains($"X-Amz-Credential={access}%2F", url, StringComparison.Ordinal);
        Assert.StartsWith(kind == "(instance)" ? "https://sts.eu-north-1.amazonaws.com/" : "https://sts.amazonaws.com/", url, StringComparison.Ordinal);

        // Once more: only what stands beside the workload is asked again.
        var before = all.Requests.Count;
        var again = await OutsideTool.RunAsync(OutsideTool.TokenHelper, ["--cluster-name", "demo"], home.Environment);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.All(all.Requests.Skip(before), r => Assert.True(r.Path == "/pod" || r.Path.StartsWith("/latest/", StringComparison.Ordinal), r.Path));
        Assert.Equal(kind is "(instance)" or "(pod)" or "ec2", all.Requests.Count > before);
        Assert.Equal(kind is "(instance)" or "ec2", all.Requests.Any(r => r.Path.StartsWith("/latest/", StringComparison.Ordinal)));
    }
}
