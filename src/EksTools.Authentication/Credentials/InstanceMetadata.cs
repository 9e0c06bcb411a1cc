using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// The EC2 instance's own role, by IMDSv2. Asked only when nothing else is configured, and given one second: elsewhere than on EC2
/// nobody answers, and every command would wait.
/// </summary>
internal sealed class InstanceMetadata(SessionContext context)
{
    private const string CredentialsPath = "/latest/meta-data/iam/security-credentials/";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public bool IsDisabled => context.Environment.IsTrue("AWS_EC2_METADATA_DISABLED");

    public CredentialSource Source => new("the EC2 instance's role (IMDS)", GetKeysAsync) { IsInstance = true };

    /// <summary>The instance's region, or null when it cannot be had.</summary>
    public async Task<string?> GetRegionAsync(CancellationToken cancellationToken)
    {
        var region = (await GetAsync("/latest/meta-data/placement/region", cancellationToken).ConfigureAwait(false)).Trim();
        return AwsPartition.LooksLikeRegion(region) ? region : null;
    }

    private async Task<AwsKeys> GetKeysAsync(CancellationToken cancellationToken)
    {
        var role = (await GetAsync(CredentialsPath, cancellationToken).ConfigureAwait(false)).Split('\n')[0].Trim();
        if (role.Length == 0)
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.NotFound, "The EC2 instance has no role.", "Attach an instance profile, or give a profile or keys.");
        }
        var json = await GetAsync(CredentialsPath + Uri.EscapeDataString(role), cancellationToken).ConfigureAwait(false);
        return KeyDocument.Parse(Encoding.UTF8.GetBytes(json), "the EC2 instance metadata service", "Token", version: false);
    }

    private Uri Endpoint
    {
        get
        {
            var configured = context.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? context.Profile?["ec2_metadata_service_endpoint"];
            var mode = context.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] ?? context.Profile?["ec2_metadata_service_endpoint_mode"];
            var text = configured ?? (string.Equals(mode, "ipv6", StringComparison.OrdinalIgnoreCase) ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL.", "Correct or remove it.");
        }
    }

    private async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        var endpoint = Endpoint;
        var token = await SendAsync(HttpMethod.Put, "/latest/api/token", ("X-aws-ec2-metadata-token-ttl-seconds", "60")).ConfigureAwait(false);
        return await SendAsync(HttpMethod.Get, path, ("X-aws-ec2-metadata-token", token)).ConfigureAwait(false);

        async Task<string> SendAsync(HttpMethod method, string part, (string, string) header)
        {
            var (status, body) = await AwsFailure.RunAsync(
                "ask the EC2 instance metadata service", [header.Item2],
                () => MetadataHttp.SendAsync(method, new Uri(endpoint, part), Limit, header, cancellationToken), cancellationToken).ConfigureAwait(false);
            return status == 200 ? Encoding.UTF8.GetString(body) : throw new AwsAuthenticationException(
                status == 404 ? AwsAuthenticationErrorKind.NotFound : AwsAuthenticationErrorKind.Unavailable,
                $"The EC2 instance metadata service answered {part} with HTTP {status}.",
                status == 404 ? "Attach an instance profile to the instance, or give a profile or keys." : "It is asked only when no other credentials are set: give -ProfileName or keys. On an instance, in a container, the hop limit may be too low.");
        }
    }
}
