using System.Collections;
using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Makes IAM trust the tokens of a cluster's service accounts.</summary>
[Cmdlet(VerbsLifecycle.Register, "EksOidcProvider", SupportsShouldProcess = true)]
[OutputType(typeof(EksOidcProvider))]
public sealed class RegisterEksOidcProviderCommand : ClusterCmdlet
{
    /// <summary>The audiences that tokens may be meant for.</summary>
    [Parameter]
    [Alias("ClientIDList", "Audience")]
    [ValidateNotNullOrEmpty]
    public string[] ClientId { get; set; } = ["sts.amazonaws.com"];

    /// <summary>Thumbprints to register.</summary>
    [Parameter]
    [Alias("ThumbprintList")]
    [ValidatePattern("^[0-9A-Fa-f]{40}$")]
    [ValidateCount(1, 5)]
    public string[]? Thumbprint { get; set; }

    /// <summary>Further tags.</summary>
    [Parameter]
    [Alias("Tags")]
    [ValidateNotNull]
    public Hashtable? Tag { get; set; }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        OidcProviderRequest request = new()
        {
            ClusterName = ClusterName,
            ClientIds = ClientId,
            Thumbprints = Thumbprint ?? [],
            Tags = ResourceTags.Read(Tag),
            WhatIf = true,
        };
        IWorkloadIdentityService service = Engine.Current.WorkloadIdentity;
        EksOidcProvider planned = await service.RegisterProviderAsync(Connection, request, pipeline, cancellationToken);
        if (planned.Change == StepOutcome.Found)
        {
            await pipeline.WriteObjectAsync(planned);
        }
        else if (await pipeline.ShouldProcessAsync(planned.OpenIDConnectProviderArn, planned.Change == StepOutcome.Created ? "Create OpenID Connect provider" : "Update OpenID Connect provider"))
        {
            await pipeline.WriteObjectAsync(await service.RegisterProviderAsync(Connection, request with { WhatIf = false, Thumbprints = planned.Change == StepOutcome.Created ? planned.Thumbprints : request.Thumbprints }, pipeline, cancellationToken));
        }
    }
}
