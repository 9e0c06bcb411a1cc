using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SSOOIDC;
using Amazon.SSOOIDC.Model;

namespace EksTools.Authentication;

/// <summary>
/// The access token of an IAM Identity Center login, from the cache that the AWS CLI and the SDKs share
/// (<c>~/.aws/sso/cache</c>). Never starts a login; renews a token whose login allows it.
/// </summary>
internal sealed class SsoToken(SessionContext context, SsoLogin login)
{
    // As the AWS CLI: a token near its end is renewed while it still works.
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(15);

    private string CachePath => Path.Combine(
        context.Environment.Home, ".aws", "sso", "cache",
#pragma warning disable CA5350 // The cache's file names are SHA-1 by convention; nothing is protected by it.
        Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(login.CacheKey))).ToLowerInvariant() + ".json");
#pragma warning restore CA5350

    /// <summary>What tells one login from another: the access token as it stands in the cache, whether or not it has ended.</summary>
    public string Login() => Read() is { } cache && Text(cache, "accessToken") is { } token ? token : throw NobodyLoggedIn();

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (Read() is not { } cache || Text(cache, "accessToken") is not { } token || Time(cache, "expiresAt") is not { } end)
        {
            throw NobodyLoggedIn();
        }
        if (login.CanRenew && end - context.Now < RenewBefore && Text(cache, "refreshToken") is not null
            && Time(cache, "registrationExpiresAt") > context.Now)
        {
            try
            {
                return await RenewAsync(cache, cancellationToken).ConfigureAwait(false);
            }
            catch (AwsAuthenticationException e) when (end > context.Now || e.Kind is AwsAuthenticationErrorKind.Expired or AwsAuthenticationErrorKind.Validation or AwsAuthenticationErrorKind.Denied)
            {
                // A refused renewal means that the login has ended, which is said below; one that fails early does no harm yet.
            }
        }
        return end > context.Now ? token : throw LoginNeeded($"The SSO login of profile '{login.ProfileName}' ended at {end:u}");
    }

    public AwsAuthenticationException LoginNeeded(string what)
    {
        var name = login.ProfileName.Contains(' ', StringComparison.Ordinal) ? $"\"{login.ProfileName}\"" : login.ProfileName;
        return new(
            AwsAuthenticationErrorKind.Expired,
            $"{what}. Log in with `aws sso login --profile {name}` or Invoke-AWSSSOLogin -ProfileName {name}.",
            $"aws sso login --profile {name}");
    }

    private AwsAuthenticationException NobodyLoggedIn() => LoginNeeded($"Nobody is logged in for profile '{login.ProfileName}' ({login.StartUrl})");

    private async Task<string> RenewAsync(JsonObject cache, CancellationToken cancellationToken)
    {
        var refresh = Text(cache, "refreshToken");
        var secret = Text(cache, "clientSecret");
        var answer = await AwsFailure.RunAsync("renew the SSO login", [refresh, secret], async () =>
        {
            using var client = new AmazonSSOOIDCClient(new AnonymousAWSCredentials(), new AmazonSSOOIDCConfig
            {
                ServiceURL = (context.EndpointOverride("sso_oidc") ?? login.Host("oidc")).AbsoluteUri,
                AuthenticationRegion = login.Region, UseFIPSEndpoint = false, UseDualstackEndpoint = false,
                IgnoreConfiguredEndpointUrls = true, Timeout = TimeSpan.FromSeconds(20), MaxErrorRetry = 2,
            });
            return await client.CreateTokenAsync(
                new CreateTokenRequest { ClientId = Text(cache, "clientId"), ClientSecret = secret, GrantType = "refresh_token", RefreshToken = refresh },
                cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);

        cache["accessToken"] = answer.AccessToken;
        cache["expiresAt"] = context.Now.AddSeconds(answer.ExpiresIn ?? 0).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(answer.RefreshToken))
        {
            cache["refreshToken"] = answer.RefreshToken;
        }
        Write(cache);
        return answer.AccessToken;
    }

    private JsonObject? Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(CachePath)) as JsonObject;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // No cache, or one that cannot be used: the same as not being logged in, and said so.
        }
    }

    // The old refresh token is void from now on, so the renewed one must go where the other tools look for it.
    private void Write(JsonObject cache)
    {
        var temporary = $"{CachePath}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(temporary, options))
        using (var json = new Utf8JsonWriter(stream))
        {
            cache.WriteTo(json);
        }
        File.Move(temporary, CachePath, overwrite: true);
    }

    private static string? Text(JsonObject cache, string name) =>
        cache[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    // Older AWS CLIs end the time in "UTC" instead of "Z".
    private static DateTimeOffset? Time(JsonObject cache, string name) =>
        DateTimeOffset.TryParse(Text(cache, name)?.Replace("UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : null;
}
