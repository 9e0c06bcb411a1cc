using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Findings;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Looks for what is wrong with a cluster's access entries and aws-auth, and says how to mend it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EksIamMapping")]
[OutputType(typeof(EksIamMappingFinding), typeof(bool))]
public sealed class TestEksIamMappingCommand : ClusterCmdlet
{
    /// <summary>Write true or false alone: whether there is neither an error nor a warning.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IReadOnlyList<EksIamMappingFinding> findings = await Engine.Current.AccessReview.TestAsync(Connection, ClusterName, pipeline, cancellationToken);
        if (Quiet)
        {
            await pipeline.WriteObjectAsync(findings.All(static finding => finding.Severity == EksFindingSeverity.Information));
            return;
        }

        foreach (EksIamMappingFinding finding in findings)
        {
            await pipeline.WriteObjectAsync(finding);
        }
    }
}
