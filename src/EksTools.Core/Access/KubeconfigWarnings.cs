using EksTools.Connections;

namespace EksTools.Core.Access;

/// <summary>Where kubectl's process would be somebody else than this session.</summary>
internal static class KubeconfigWarnings
{
    /// <summary>One sentence for each difference.</summary>
    public static IReadOnlyList<string> Of(AwsConnection connection)
    {
        string? source = connection switch
        {
            { AccessKey: not null } => "keys that were given as parameters",
            { Credential: not null } => "-Credential",
            { ProfileName: null, SessionCredential: not null } => "AWS.Tools' session credentials",
            _ => null,
        };
        if (source is not null)
        {
            return [$"This session uses {source}, which kubectl does not see: it will use what the AWS profile or environment of its own process gives."];
        }

        List<string> warnings = [];
        if (connection is { ProfileName: { } profile, ProfileLocation: { } location })
        {
            warnings.Add($"kubectl will look for the profile {profile} in the usual files, not in {location}: set AWS_SHARED_CREDENTIALS_FILE for its process.");
        }

        // The entry names the profile by AWS_PROFILE, and every AWS tool prefers keys in the environment to that.
        if (connection.ProfileName is { } named && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID")))
        {
            warnings.Add($"AWS_ACCESS_KEY_ID is set here: a kubectl that is started with it will use those keys and not the profile {named}.");
        }

        return warnings;
    }
}
