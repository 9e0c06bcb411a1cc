using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Brings back the text that aws-auth had before the last write of this module.</summary>
[Cmdlet(VerbsCommon.Undo, "EksIamMapping", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EksIamMappingUndo))]
public sealed class UndoEksIamMappingCommand : ClusterCmdlet
{
    /// <summary>Also when somebody else has written since, and when it would lock people or nodes out.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        (EksIamMappingUndo undo, bool written) = await Engine.Current.Mappings.UndoAsync(Connection, ClusterName, Force, proposed => pipeline.ShouldProcessAsync($"aws-auth of cluster {proposed.ClusterName}", Describe(proposed)), pipeline, cancellationToken);
        if (written || IsWhatIf)
        {
            await pipeline.WriteObjectAsync(undo);
        }
    }

    private static string Describe(EksIamMappingUndo undo) =>
        $"Undo '{undo.Action}' of {undo.WrittenAt:yyyy-MM-dd HH:mm:ss} UTC by {undo.WrittenBy}{(undo.ChangedSince ? ", and what others changed since" : string.Empty)}:\n{undo.Diff}";
}
