using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Lists who may enter a cluster: access entries and aws-auth as one list.</summary>
[Cmdlet(VerbsCommon.Get, "EksIamMapping")]
[OutputType(typeof(EksIamMapping))]
public sealed class GetEksIamMappingCommand : ClusterCmdlet
{
    private EksIamMappingFilter filter = new();

    /// <summary>ARNs of principals in any form, or patterns.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MappedPrincipalCompleter))]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? PrincipalArn { get; set; }

    /// <summary>Where to look.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksIamMappingSource? Source { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();

        // A role or user of AWS.Tools that is piped in has an Arn as clusters do.
        string[] said = [.. (PrincipalArn ?? []).Append(PrincipalArn is null && Arn?.Split(':') is ["arn", _, "iam" or "sts", ..] ? Arn : null).OfType<string>().Where(static arn => arn.Length > 0)];
        filter = new EksIamMappingFilter { PrincipalArns = said, Source = Source };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        EksIamMappingList list = await Engine.Current.Mappings.ListAsync(Connection, ClusterName, filter, cancellationToken);
        foreach (string warning in list.Warnings)
        {
            pipeline.Warn(warning);
        }

        foreach (EksIamMapping mapping in list.Mappings)
        {
            await pipeline.WriteObjectAsync(mapping);
        }
    }
}
