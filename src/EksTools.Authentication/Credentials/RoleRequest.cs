using System.Globalization;

namespace EksTools.Authentication;

/// <summary>What to assume.</summary>
internal sealed record RoleRequest(string RoleArn, string SessionName)
{
    public string? ExternalId { get; init; }

    public string? MfaSerial { get; init; }

    /// <summary>Seconds, 900 to 43200; null is STS' own default of an hour.</summary>
    public int? DurationSeconds { get; init; }

    public static RoleRequest FromProfile(Profile profile, SessionContext context) =>
        new(ValidateArn(profile.Require("role_arn"), $"role_arn of profile '{profile.Name}'"),
            profile["role_session_name"] ?? context.Environment["AWS_ROLE_SESSION_NAME"] ?? "EksTools")
        {
            ExternalId = profile["external_id"],
            MfaSerial = profile["mfa_serial"],
            DurationSeconds = Duration(profile),
        };

    public static string ValidateArn(string arn, string what) =>
        AwsPartition.FromArn(arn) is not null && arn.Split(':') is [_, _, "iam", "", { Length: 12 } account, var resource, ..]
            && account.All(char.IsAsciiDigit) && resource.StartsWith("role/", StringComparison.Ordinal) && resource.Length > 5
            ? arn
            : throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation, $"{what} '{Redaction.OneLine(arn)}' is not the ARN of an IAM role.",
                "A role's ARN looks like arn:aws:iam::111122223333:role/name.");

    private static int? Duration(Profile profile)
    {
        if (profile["duration_seconds"] is not { } text)
        {
            return null;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 900 and <= 43200
            ? seconds
            : throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation, $"duration_seconds of profile '{profile.Name}' is not a number from 900 to 43200.", "Correct the profile.");
    }
}
