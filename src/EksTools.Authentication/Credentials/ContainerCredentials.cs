using System.Net;

namespace EksTools.Authentication;

/// <summary>Credentials from the agent beside a container: ECS, EKS Pod Identity, CloudShell
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).</summary>
internal static class ContainerCredentials
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // Where plain HTTP is allowed besides loopback: ECS' agent and the Pod Identity agent.
    private static readonly IPAddress[] Agents =
        [IPAddress.Parse("169.254.170.2"), IPAddress.Parse("169.254.170.23"), IPAddress.Parse("fd00:ec2::23")];

    public static bool IsConfigured(AwsEnvironment environment) =>
        environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] is not null || environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] is not null;

    public static CredentialSource Source(AwsEnvironment environment) =>
        new("the container's credentials endpoint", ct => GetAsync(environment, ct));

    private static async Task<AwsKeys> GetAsync(AwsEnvironment environment, CancellationToken cancellationToken)
    {
        var uri = Endpoint(environment);
        var authorization = Authorization(environment);
        var (status, body) = await AwsFailure.RunAsync(
            $"ask the container's credentials endpoint {uri.GetLeftPart(UriPartial.Authority)}", [authorization],
            () => MetadataHttp.SendAsync(HttpMethod.Get, uri, Limit, authorization is null ? null : ("Authorization", authorization), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (status != 200)
        {
            throw new AwsAuthenticationException(
                status is 401 or 403 ? AwsAuthenticationErrorKind.Denied : AwsAuthenticationErrorKind.Unavailable,
                $"The container's credentials endpoint {uri.GetLeftPart(UriPartial.Authority)} answered with HTTP {status}.",
                "Check the task role or the pod identity association, and the agent's log.");
        }
        return KeyDocument.Parse(body, "the container's credentials endpoint", "Token", version: false);
    }

    private static Uri Endpoint(AwsEnvironment environment)
    {
        if (environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] is { } relative)
        {
            // Only a path: joined as a reference, "//host/" would lead elsewhere.
            return relative.StartsWith('/') && Uri.TryCreate("http://169.254.170.2" + relative, UriKind.Absolute, out var agent) ? agent
                : throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.Validation, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path that begins with '/'.",
                    "Correct or remove the variable.");
        }
        var full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
        if (Uri.TryCreate(full, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http"
            && (uri.IsLoopback || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && Agents.Contains(address))))))
        {
            return uri;
        }
        throw new AwsAuthenticationException(
            AwsAuthenticationErrorKind.Validation, "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor the address of a local credentials agent.",
            "Correct or remove the variable.");
    }

    private static string? Authorization(AwsEnvironment environment)
    {
        if (environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] is { } file)
        {
            try
            {
                return OneLine(File.ReadAllText(file).TrimEnd('\r', '\n'));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.NotFound, $"The container authorization token file '{file}' cannot be read.",
                    "Check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.", e);
            }
        }
        return environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] is { } token ? OneLine(token) : null;

        static string OneLine(string token) => !token.AsSpan().ContainsAny('\r', '\n') ? token : throw new AwsAuthenticationException(
            AwsAuthenticationErrorKind.Validation, "The container authorization token has more than one line.", "Correct it.");
    }
}
