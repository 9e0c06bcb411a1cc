using Amazon.Runtime;
using Amazon.SSO;
using Amazon.SSO.Model;

namespace EksTools.Authentication;

/// <summary>A profile's IAM Identity Center login: by an sso-session section, or the older form in the profile itself.</summary>
internal sealed record SsoLogin(string ProfileName, string StartUrl, string Region, string CacheKey, bool CanRenew)
{
    public Uri Host(string service) => new($"https://{AwsPartition.FromRegion(Region).Host(service, Region)}");

    public static SsoLogin FromProfile(Profile profile)
    {
        if (profile["sso_session"] is { } name)
        {
            var session = profile.SsoSession ?? throw Lacks($"Profile '{profile.Name}' names the sso-session '{name}', which is not in the config file.");
            return new(
                profile.Name,
                session.GetValueOrDefault("sso_start_url") ?? throw Lacks($"The sso-session '{name}' lacks sso_start_url."),
                AwsPartition.ValidateRegion(session.GetValueOrDefault("sso_region") ?? throw Lacks($"The sso-session '{name}' lacks sso_region.")),
                name, CanRenew: true);
        }
        var start = profile.Require("sso_start_url");
        return new(profile.Name, start, AwsPartition.ValidateRegion(profile.Require("sso_region")), start, CanRenew: false);
    }

    private static AwsAuthenticationException Lacks(string what) => new(AwsAuthenticationErrorKind.Validation, what, "Run aws configure sso to write it anew.");
}

/// <summary>Role credentials for an IAM Identity Center login.</summary>
internal static class SsoCredentials
{
    public static async Task<AwsKeys> GetAsync(Profile profile, SessionContext context, CancellationToken cancellationToken)
    {
        var login = SsoLogin.FromProfile(profile);
        var account = profile.Require("sso_account_id");
        var role = profile.Require("sso_role_name");
        var tokens = new SsoToken(context, login);
        var token = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AwsFailure.RunAsync($"get credentials of the role {role} in account {account} from SSO", [token], async () =>
            {
                using var client = new AmazonSSOClient(new AnonymousAWSCredentials(), new AmazonSSOConfig
                {
                    ServiceURL = (context.EndpointOverride("sso") ?? login.Host("portal.sso")).AbsoluteUri,
                    AuthenticationRegion = login.Region, UseFIPSEndpoint = false, UseDualstackEndpoint = false,
                    IgnoreConfiguredEndpointUrls = true, Timeout = TimeSpan.FromSeconds(20), MaxErrorRetry = 2,
                });
                var answer = await client.GetRoleCredentialsAsync(
                    new GetRoleCredentialsRequest { AccessToken = token, AccountId = account, RoleName = role }, cancellationToken).ConfigureAwait(false);
                var keys = answer.RoleCredentials;
                return new AwsKeys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken,
                    keys.Expiration is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (AwsAuthenticationException e) when (e.Kind == AwsAuthenticationErrorKind.Expired)
        {
            throw tokens.LoginNeeded($"The SSO login of profile '{profile.Name}' is no longer valid");
        }
    }
}
