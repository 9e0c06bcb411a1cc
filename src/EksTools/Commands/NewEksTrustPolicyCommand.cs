using System.Management.Automation;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Writes the trust policy of a role that pods assume. Offline.</summary>
[Cmdlet(VerbsCommon.New, "EksTrustPolicy", DefaultParameterSetName = ByCluster)]
[OutputType(typeof(EksTrustPolicy), typeof(string))]
public sealed class NewEksTrustPolicyCommand : EksToolsCmdlet
{
    private const string ByCluster = "Cluster";
    private const string ByProvider = "Provider";
    private const string ForPodIdentity = "PodIdentity";

    // IAM's "role trust policy length": https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    private const int DefaultQuota = 2048;

    private readonly List<TrustPolicyCluster> clusters = [];
    private EksToolsException? refused;

    /// <summary>Cluster objects of this module or of AWS.Tools.</summary>
    // An object, because the issuer stands inside of it, in both modules' cluster objects.
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByCluster)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ForPodIdentity)]
    public PSObject? InputObject { get; set; }

    /// <summary>ARNs of the clusters' OpenID Connect providers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByProvider)]
    [Alias("OpenIDConnectProviderArn")]
    [ValidateNotNullOrEmpty]
    public string[] OidcProviderArn { get; set; } = null!;

    /// <summary>For EKS Pod Identity.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ForPodIdentity)]
    public SwitchParameter PodIdentity { get; set; }

    /// <summary>The service accounts, as NAME or NAMESPACE/NAME.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByCluster)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByProvider)]
    [Parameter(Position = 0, ParameterSetName = ForPodIdentity)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] ServiceAccount { get; set; } = [];

    /// <summary>The namespace of service accounts that name none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "default";

    /// <summary>The audience of the pods' tokens.</summary>
    [Parameter(ParameterSetName = ByCluster)]
    [Parameter(ParameterSetName = ByProvider)]
    [ValidateNotNullOrEmpty]
    public string Audience { get; set; } = "sts.amazonaws.com";

    /// <summary>Write the JSON alone.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    // An object's properties may be scripts, which run on the pipeline thread only.
    internal override void PrepareRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        string? arn = Text(InputObject, "Arn");
        if (arn is null)
        {
            refused = new EksToolsException(EksErrorKind.Validation, "ClusterObjectUnknown", $"'{InputObject}' is no cluster object: it has no property Arn.", InputObject.ToString(), "Pipe what Get-EksCluster writes, or say -OidcProviderArn.");
            throw refused;
        }

        clusters.Add(new TrustPolicyCluster(null, Text(Inner(Inner(InputObject, "Identity"), "Oidc"), "Issuer"), arn));
    }

    // Once the pipeline has ended: several clusters make one document.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (refused is not null)
        {
            return; // Told already; a policy that trusts fewer clusters than were meant would be no help.
        }

        EksTrustPolicy policy = Engine.Current.WorkloadIdentity.CreateTrustPolicy(new TrustPolicyRequest
        {
            Clusters = ParameterSetName == ByProvider ? [.. OidcProviderArn.Select(static arn => new TrustPolicyCluster(arn, null, null))] : clusters,
            ServiceAccounts = [.. ServiceAccount.Select(name => ServiceAccountArgument.Read(name, Namespace))],
            Audience = Audience,
            PodIdentity = PodIdentity,
        });
        int length = policy.AssumeRolePolicyDocument.Count(static character => !char.IsWhiteSpace(character));
        if (length > DefaultQuota)
        {
            pipeline.Warn($"The document has {length} characters without white space, and an account's quota for trust policies is {DefaultQuota} unless it was raised (to 4096 at most). Use wildcards, or several roles.");
        }

        await pipeline.WriteObjectAsync(AsJson ? policy.AssumeRolePolicyDocument : policy);
    }

    private static PSObject? Inner(PSObject? record, string name) => record?.Properties[name]?.Value is { } value ? PSObject.AsPSObject(value) : null;

    private static string? Text(PSObject? record, string name) => record?.Properties[name]?.Value?.ToString() is { Length: > 0 } text ? text : null;
}
