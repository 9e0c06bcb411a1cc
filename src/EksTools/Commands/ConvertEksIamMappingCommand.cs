using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Moves aws-auth to access entries.</summary>
[Cmdlet(VerbsData.Convert, "EksIamMapping", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EksIamMappingConversion))]
public sealed class ConvertEksIamMappingCommand : ClusterCmdlet
{
    /// <summary>What the rows of aws-auth become.</summary>
    [Parameter(Mandatory = true)]
    [ValidateSet("AccessEntry")]
    public string To { get; set; } = null!;

    /// <summary>Take the rows that were moved out of aws-auth, once their entries are seen to give the same.</summary>
    [Parameter]
    public SwitchParameter RemoveConfigMap { get; set; }

    /// <summary>Do not ask, and take rows out even where that seems to lock somebody out.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long the whole job may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <inheritdoc/>
    protected override string? StoppedNote => "What AWS has accepted stays; an access entry that could not be given its rights was taken back, so that the row goes on counting. Run the same command again to continue.";

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        ConvertMappingRequest request = new() { ClusterName = ClusterName, RemoveConfigMap = RemoveConfigMap, Force = Force, Timeout = Timeout };
        MappingConversion planned = await Engine.Current.AccessReview.PlanConvertAsync(Connection, request, cancellationToken);
        foreach (string warning in planned.Warnings)
        {
            pipeline.Warn(warning);
        }

        MappingConversion result = planned;
        if (IsWhatIf)
        {
            foreach (EksPlanStep step in planned.Steps)
            {
                await pipeline.ShouldProcessAsync(ClusterName, step.Description);
            }
        }
        else if (planned.Changes)
        {
            if (!Force && !await pipeline.ShouldProcessAsync(ClusterName, Describe(planned.Steps)))
            {
                return;
            }

            result = await Engine.Current.AccessReview.ConvertAsync(Connection, request, pipeline, cancellationToken);
        }

        foreach (EksIamMappingConversion row in result.Rows)
        {
            await pipeline.WriteObjectAsync(row);
        }
    }

    /// <summary>What a person is asked to agree to: of many entries a few, of the rest all.</summary>
    private static string Describe(IReadOnlyList<EksPlanStep> steps)
    {
        const int named = 10;
        EksPlanStep[] entries = [.. steps.Where(static step => step.Step.StartsWith("entry ", StringComparison.Ordinal))];
        EksPlanStep[] shown = [.. steps.Except(entries.Skip(named))];
        return string.Join("; ", shown.Select(static step => step.Description)) + (entries.Length > named ? $"; and {entries.Length - named} access entries more" : string.Empty);
    }
}
