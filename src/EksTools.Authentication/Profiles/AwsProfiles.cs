namespace EksTools.Authentication;

/// <summary>The profiles that there are, for completion and messages.</summary>
public static class AwsProfiles
{
    /// <summary>The names of all profiles, sorted: the shared files', and on Windows those of AWS.Tools' encrypted store.</summary>
    /// <param name="location">A credentials file other than the standard one, or null.</param>
    /// <exception cref="AwsAuthenticationException">A file cannot be read.</exception>
    public static IReadOnlyList<string> List(string? location = null) =>
        ProfileFiles.Open(new AwsEnvironment(Environment.GetEnvironmentVariable), location).Names();
}
