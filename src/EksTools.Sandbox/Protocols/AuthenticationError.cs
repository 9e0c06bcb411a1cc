using System.Globalization;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.KeyManagement;

namespace EksTools.Sandbox.Protocols;

/// <summary>The errors of authentication, which each protocol spells in its own words.</summary>
internal enum AuthenticationFailure
{
    MissingToken,
    Incomplete,
    UnknownKey,
    Mismatch,
    Skewed,
    ExpiredToken,
}

/// <summary>A request that AWS's front door refuses.</summary>
internal sealed class AuthenticationError(AuthenticationFailure failure, string message) : Exception(message)
{
    /// <summary>What failed.</summary>
    public AuthenticationFailure Failure { get; } = failure;

    public static AuthenticationError Missing() => new(AuthenticationFailure.MissingToken, "Missing Authentication Token");

    public static AuthenticationError Incomplete(string message) => new(AuthenticationFailure.Incomplete, message);

    public static AuthenticationError UnknownKey() => new(AuthenticationFailure.UnknownKey, "The security token included in the request is invalid.");

    public static AuthenticationError ExpiredToken() => new(AuthenticationFailure.ExpiredToken, "The security token included in the request is expired");

    public static AuthenticationError Mismatch() => new(AuthenticationFailure.Mismatch,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    public static AuthenticationError Expired(DateTimeOffset date, DateTimeOffset now, TimeSpan life) => new(AuthenticationFailure.Skewed,
        $"Signature expired: {Stamp(date)} is now earlier than {Stamp(now - life)} ({Stamp(now)} - {life.TotalMinutes:0} min.)");

    public static AuthenticationError NotYetCurrent(DateTimeOffset date, DateTimeOffset now, TimeSpan skew) => new(AuthenticationFailure.Skewed,
        $"Signature not yet current: {Stamp(date)} is still later than {Stamp(now + skew)} ({Stamp(now)} + {skew.TotalMinutes:0} min.)");

    /// <summary>The error in the words of a service.</summary>
    public AwsException For(string service) => service switch
    {
        "eks" or "eks-auth" or "logs" or AcmService.Name or KmsService.Name => new AwsException(Failure switch
        {
            AuthenticationFailure.MissingToken => "MissingAuthenticationTokenException",
            AuthenticationFailure.Incomplete => "IncompleteSignatureException",
            AuthenticationFailure.UnknownKey => "UnrecognizedClientException",
            AuthenticationFailure.ExpiredToken => "ExpiredTokenException",
            _ => "InvalidSignatureException",
        }, Message, service is "logs" or AcmService.Name or KmsService.Name ? 400 : 403),
        "ec2" => Failure switch
        {
            AuthenticationFailure.MissingToken => new AwsException("MissingParameter", "The request must contain the parameter AWSAccessKeyId"),
            AuthenticationFailure.Skewed or AuthenticationFailure.ExpiredToken => new AwsException("RequestExpired", "Request has expired."),
            _ => new AwsException("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        },
        _ => new AwsException(Failure switch
        {
            AuthenticationFailure.MissingToken => "MissingAuthenticationToken",
            AuthenticationFailure.Incomplete => "IncompleteSignature",
            AuthenticationFailure.UnknownKey => "InvalidClientTokenId",
            AuthenticationFailure.ExpiredToken => "ExpiredToken",
            _ => "SignatureDoesNotMatch",
        }, Failure is AuthenticationFailure.MissingToken ? "Request is missing Authentication Token" : Message, Failure is AuthenticationFailure.Incomplete ? 400 : 403),
    };

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
