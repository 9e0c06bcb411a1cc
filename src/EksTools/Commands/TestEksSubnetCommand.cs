using System.Management.Automation;
using EksTools.Connections;
using EksTools.Findings;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Networking;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Says which subnets load balancers would get, what keeps them from others, and how to mend it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EksSubnet", DefaultParameterSetName = FindingSet, SupportsShouldProcess = true)]
[OutputType(typeof(EksSubnetFinding), ParameterSetName = [FindingSet, FixSet])]
[OutputType(typeof(EksSubnet), ParameterSetName = [ListSet])]
[OutputType(typeof(bool), ParameterSetName = [QuietSet])]
public sealed class TestEksSubnetCommand : ClusterCmdlet
{
    private const string FindingSet = "Finding", QuietSet = "Quiet", ListSet = "List", FixSet = "Fix";
    private SubnetReviewRequest request = null!;

    /// <summary>The subnets to tell of.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] SubnetId { get; set; } = [];

    /// <summary>The controllers whose choice is wanted.</summary>
    [Parameter]
    public EksLoadBalancerControllerKind[] Controller { get; set; } = [];

    /// <summary>Write true or false alone: whether there is neither an error nor a warning.</summary>
    [Parameter(Mandatory = true, ParameterSetName = QuietSet)]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Write the subnets with who takes them and why, in place of what is wrong.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter List { get; set; }

    /// <summary>Add the tags that are missing; then write what is left.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FixSet)]
    public SwitchParameter Fix { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new SubnetReviewRequest { ClusterName = ClusterName, SubnetIds = SubnetId, Controllers = Controller };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        INetworkingService service = Engine.Current.Networking;
        SubnetReview review = await service.ReviewSubnetsAsync(Connection, request, cancellationToken);
        if (Quiet)
        {
            await pipeline.WriteObjectAsync(review.Findings.All(static finding => finding.Severity == EksFindingSeverity.Information));
            return;
        }

        if (Fix && await TagAsync(pipeline, service, review.Taggings, cancellationToken))
        {
            review = await service.ReviewSubnetsAsync(Connection, request, cancellationToken);
        }

        foreach (object record in List ? review.Subnets : (IReadOnlyList<object>)review.Findings)
        {
            await pipeline.WriteObjectAsync(record);
        }
    }

    private async Task<bool> TagAsync(CommandPipeline pipeline, INetworkingService service, IReadOnlyList<SubnetTagging> taggings, CancellationToken cancellationToken)
    {
        bool changed = false;
        foreach (SubnetTagging tagging in taggings)
        {
            if (await pipeline.ShouldProcessAsync($"{tagging.SubnetId} of {ClusterName}", $"Tag with {tagging.Key}={tagging.Value}"))
            {
                await service.TagSubnetAsync(Connection, tagging, cancellationToken);
                changed = true;
            }
        }

        return changed;
    }
}
