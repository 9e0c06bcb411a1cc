using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace EksTools.Authentication;

/// <summary>Turns what the SDK throws into one sentence.</summary>
internal static partial class AwsFailure
{
    /// <summary>Runs a call; its failures come out as <see cref="AwsAuthenticationException"/>.</summary>
    /// <param name="doing">What is being done, to follow "could not": <c>assume the role …</c>.</param>
    /// <param name="secrets">Texts that must not be repeated from the answer.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Whose cancellation is passed on as it is.</param>
    public static async Task<T> RunAsync<T>(string doing, string?[] secrets, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or OperationCanceledException or TimeoutException or IOException)
        {
            throw Translate(doing, secrets, e);
        }
    }

    private static AwsAuthenticationException Translate(string doing, string?[] secrets, Exception e)
    {
        // The SDK's exceptions are not passed on: a signature mismatch, for one, quotes the session token.
        if (e is AmazonServiceException { ErrorCode: { Length: > 0 } code } service)
        {
            var message = service.Message ?? "";
            var (kind, hint) = Classify(code, service.StatusCode);
            var said = code is "SignatureDoesNotMatch" or "IncompleteSignature" ? "" : " " + Redaction.OneLine(message, secrets);
            return new(kind, $"Could not {doing}: {code}.{said}".TrimEnd(), kind == AwsAuthenticationErrorKind.Denied ? OtherAccount(message) ?? hint : hint) { ErrorCode = code };
        }
        if (e is OperationCanceledException or TimeoutException || e.InnerException is OperationCanceledException or TimeoutException)
        {
            return new(AwsAuthenticationErrorKind.Timeout, $"Could not {doing}: no answer in time.", "Check the network, a proxy, and the region.");
        }
        var http = e as HttpRequestException ?? e.InnerException as HttpRequestException;
        return new(
            AwsAuthenticationErrorKind.Network,
            $"Could not {doing}: {Redaction.OneLine(http?.Message ?? e.Message, secrets)}",
            "Check the network, a proxy (HTTPS_PROXY), and the region.");
    }

    private static (AwsAuthenticationErrorKind Kind, string? Hint) Classify(string code, HttpStatusCode status) => code switch
    {
        "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "ExpiredTokenException.Unauthorized" =>
            (AwsAuthenticationErrorKind.Expired, "The credentials have ended: log in or get new ones, and try again."),
        "ExpiredIdentityToken" or "ExpiredIdentityTokenException" =>
            (AwsAuthenticationErrorKind.Expired, "The web identity token file is out of date; what writes it must renew it."),
        "AccessDenied" or "AccessDeniedException" or "ForbiddenException" =>
            (AwsAuthenticationErrorKind.Denied, "Check the role's trust policy and the principal's permissions."),
        "InvalidClientTokenId" or "UnrecognizedClientException" =>
            (AwsAuthenticationErrorKind.Denied, "AWS does not know this access key: it was deleted or deactivated, or belongs to another partition. Use other credentials."),
        "SignatureDoesNotMatch" or "InvalidSignatureException" =>
            (AwsAuthenticationErrorKind.Denied, "The secret key does not belong to this access key, or this machine's clock is wrong."),
        "UnauthorizedException" => (AwsAuthenticationErrorKind.Expired, "Log in again."),
        "InvalidIdentityToken" or "IDPRejectedClaim" or "IDPRejectedClaimException" or "InvalidIdentityTokenException" =>
            (AwsAuthenticationErrorKind.Denied, "Check the OIDC provider in IAM and the role's trust policy."),
        "Throttling" or "ThrottlingException" or "TooManyRequestsException" or "RequestLimitExceeded" =>
            (AwsAuthenticationErrorKind.Throttled, "Try again in a moment."),
        "RegionDisabledException" => (AwsAuthenticationErrorKind.Denied, "Enable the region or STS in it (Account settings in IAM)."),
        _ when (int)status >= 500 => (AwsAuthenticationErrorKind.Unavailable, "Try again in a moment."),
        _ when status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => (AwsAuthenticationErrorKind.Denied, null),
        _ => (AwsAuthenticationErrorKind.Validation, null),
    };

    /// <summary>What to do where somebody of one account asks for a role of another: STS' message names both by their ARNs.</summary>
    private static string? OtherAccount(string message) =>
        Accounts().Matches(message) is [var caller, .., var role] && caller.Groups[1].Value != role.Groups[1].Value
            ? $"The caller is of account {caller.Groups[1].Value} and the role of account {role.Groups[1].Value}: use credentials of that account, or name the caller in the role's trust policy and allow it sts:AssumeRole."
            : null;

    [GeneratedRegex(@"arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):", RegexOptions.CultureInvariant)]
    private static partial Regex Accounts();
}
