using System.Globalization;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Protocols;
using Microsoft.IdentityModel.JsonWebTokens;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Sts;

/// <summary>
/// AssumeRoleWithWebIdentity: the token speaks for its bearer, so the request is not signed. The issuers that can be asked for their keys are the
/// account's clusters.
/// </summary>
internal static class WebIdentity
{
    /// <summary>The operation's name.</summary>
    public const string Operation = "AssumeRoleWithWebIdentity";

    private const string Scheme = "https://";
    private const int ShortestToken = 4, LongestToken = 20_000, StandardDuration = 3600, LongestDuration = 43_200;
    private static readonly string[] RequiredClaims = ["iss", "sub", "aud", "exp", "iat"];

    public static IEnumerable<XElement?> AssumeRole(AwsCall call)
    {
        var (arn, session, text) = (IamService.RequireMember(call, "RoleArn"), RoleSessions.ReadName(call), IamService.RequireMember(call, "WebIdentityToken"));
        if (text.Length is < ShortestToken or > LongestToken)
        {
            throw new AwsException("ValidationError", $"1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length between {ShortestToken} and {LongestToken}");
        }

        _ = RoleSessions.ReadDuration(call, StandardDuration, LongestDuration);
        var policy = RoleSessions.ReadPolicy(call);
        var (token, provider, audience) = Verify(call.Account, text);

        // STS does not tell a missing role from one that does not trust the token.
        var role = call.Account.Iam.FindRole(arn);
        if (role is null || !call.Account.Iam.IsVisible(role) || !Trusts(role, provider, token.Subject, audience, Surroundings(call, session)))
        {
            throw new AwsException("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
        }

        var key = RoleSessions.Begin(call.Account, role, session, RoleSessions.ReadDuration(call, StandardDuration, role.MaxSessionDuration), policy: policy, policyArns: RoleSessions.ReadPolicyArns(call));
        return
        [
            X("SubjectFromWebIdentityToken", token.Subject), X("Audience", audience), RoleSessions.WriteUser(key), RoleSessions.WriteCredentials(key), X("Provider", provider.Arn),
            policy is null ? null : X("PackedPolicySize", policy.Length * 100 / 2048),
        ];
    }

    /// <summary>Whether a role's trust policy lets the bearer of a token in.</summary>
    /// <param name="context">What else the request is known by; the token's own keys are added.</param>
    public static bool Trusts(Role role, OidcProvider provider, string subject, string audience, RequestContext context) =>
        TrustPolicy.Evaluate(role, RequestPrincipal.Federated(provider.Arn), "sts:" + Operation, context
            .With($"{provider.Url}:sub", subject).With($"{provider.Url}:aud", audience).With("aws:FederatedProvider", provider.Arn)) == PolicyDecision.Allowed;

    private static RequestContext Surroundings(AwsCall call, string session) => new RequestContext()
        .With("sts:RoleSessionName", session).With("aws:RequestedRegion", call.Region).With("aws:SourceIp", "127.0.0.1").With("aws:SecureTransport", "true")
        .With("aws:CurrentTime", call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)).With("aws:EpochTime", call.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private static (JsonWebToken Token, OidcProvider Provider, string Audience) Verify(AwsAccount account, string text)
    {
        var token = TokenIssuer.Read(text) ?? throw Invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        if (RequiredClaims.FirstOrDefault(claim => !token.TryGetPayloadValue<object>(claim, out _)) is { } missing)
        {
            throw Invalid($"Missing a required claim: {missing}");
        }

        // The whole URL counts, but for the scheme: another case, a slash at the end or the dual-stack host name is another provider.
        var provider = token.Issuer.StartsWith(Scheme, StringComparison.Ordinal) ? account.Iam.OidcProviders.Values.FirstOrDefault(one => one.Url == token.Issuer[Scheme.Length..]) : null;
        if (provider is null)
        {
            throw Invalid($"No OpenIDConnect provider found in your account for {token.Issuer}");
        }

        var audience = token.Audiences.FirstOrDefault(provider.ClientIds.Contains) ?? throw Invalid("Incorrect token audience");
        return FindKeys(account, token.Issuer).HasSigned(token) ? (CheckDates(account, token), provider, audience) : throw Invalid("The web identity token's signature could not be verified");
    }

    /// <summary>Asks the issuer for its keys. EKS's host answers for every cluster of the region, and has no keys of one that is gone.</summary>
    private static TokenIssuer FindKeys(AwsAccount account, string issuer) => account.FindIssuer(issuer)?.TokenIssuer
        ?? throw (new Uri(issuer).Host is var host && host.StartsWith("oidc.eks.", StringComparison.Ordinal)
            ? Invalid("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements")
            : new AwsException("IDPCommunicationError", $"The identity provider at {host} could not be reached"));

    private static JsonWebToken CheckDates(AwsAccount account, JsonWebToken token)
    {
        var now = account.Now.ToUnixTimeSeconds();
        var expires = Seconds(token.ValidTo);
        return expires <= now ? throw new AwsException("ExpiredTokenException", $"Token expired: current date/time {now} must be before the expiration date/time {expires}")
            : Seconds(token.IssuedAt) > now || Seconds(token.ValidFrom) > now ? throw Invalid($"Token is not good yet: current date/time {now} must be after {Math.Max(Seconds(token.IssuedAt), Seconds(token.ValidFrom))}")
            : token;
    }

    private static long Seconds(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeSeconds();

    private static AwsException Invalid(string message) => new("InvalidIdentityToken", message);
}
