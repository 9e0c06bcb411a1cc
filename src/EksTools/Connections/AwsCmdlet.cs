using System.Management.Automation;
using EksTools.Completion;
using EksTools.Errors;
using EksTools.Pipeline;

namespace EksTools.Connections;

/// <summary>Which account and region to talk to, with the parameter names and aliases of AWS.Tools.</summary>
public abstract class AwsCmdlet : EksToolsCmdlet
{
    // One for all records, so that what is opened for one of them is known to be the same for the next.
    private AwsToolsSession? awsTools;
    private AwsKeySource? credential;

    /// <summary>Name of a profile in the shared AWS configuration files.</summary>
    // By property name, so that a cluster found with a profile, or a row of a table, goes on with it.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? ProfileName { get; set; }

    /// <summary>Where the shared credentials file is, when not at its usual place.</summary>
    [Parameter]
    [Alias("AWSProfilesLocation", "ProfilesLocation")]
    [ValidateNotNullOrEmpty]
    public string? ProfileLocation { get; set; }

    /// <summary>Access key id.</summary>
    [Parameter]
    [Alias("AK")]
    [ValidateNotNullOrEmpty]
    public string? AccessKey { get; set; }

    /// <summary>Secret access key.</summary>
    [Parameter]
    [Alias("SK", "SecretAccessKey")]
    [ValidateNotNullOrEmpty]
    public string? SecretKey { get; set; }

    /// <summary>Session token of temporary credentials.</summary>
    [Parameter]
    [Alias("ST")]
    [ValidateNotNullOrEmpty]
    public string? SessionToken { get; set; }

    /// <summary>A credentials object: of the AWS SDK or AWS.Tools, of STS's output, or a PSCredential (user name = access key id).</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Credential { get; set; }

    /// <summary>An endpoint that answers in place of AWS's own, such as a sandbox's.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? EndpointUrl { get; set; }

    /// <summary>The one region of a command that takes one; null when not said.</summary>
    internal virtual string? RegionName => null;

    /// <summary>The connection that the parameters and AWS.Tools' session defaults describe, for the record at hand.</summary>
    internal AwsConnection Connection { get; private set; } = null!;

    internal override void PrepareRecord()
    {
        if (EndpointUrl is not null && (!EndpointUrl.IsAbsoluteUri || (EndpointUrl.Scheme != Uri.UriSchemeHttp && EndpointUrl.Scheme != Uri.UriSchemeHttps)))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidEndpointUrl", $"-EndpointUrl '{EndpointUrl}' is not a URL of http or https.", nameof(EndpointUrl), "Write it as http://127.0.0.1:4566.");
        }

        AwsToolsSession session = awsTools = AwsToolsSession.Read(this, awsTools);
        Connection = new AwsConnection
        {
            AccessKey = AccessKey,
            SecretKey = SecretKey,
            SessionToken = SessionToken,
            Credential = credential ??= Credential is null ? null : CredentialBridge.ToKeySource(Credential, "-Credential"),
            ProfileName = ProfileName,
            ProfileLocation = ProfileLocation is null ? null : GetUnresolvedProviderPathFromPSPath(ProfileLocation),
            SessionCredential = session.Credential,
            Region = RegionName?.Trim().ToLowerInvariant(),
            SessionRegion = session.Region,
            EndpointUrl = EndpointUrl,
            Interactive = false,
        };
    }
}
