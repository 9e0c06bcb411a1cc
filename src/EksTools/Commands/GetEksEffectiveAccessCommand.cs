using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Says what a principal is in a cluster, and by which rule.</summary>
[Cmdlet(VerbsCommon.Get, "EksEffectiveAccess")]
[OutputType(typeof(EksEffectiveAccess))]
public sealed class GetEksEffectiveAccessCommand : ClusterCmdlet
{
    /// <summary>The principal: any ARN of a role, of a role's session, of a user, of a federated user or of an account's root user.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [PSDefaultValue(Help = "The caller")]
    [Alias("Principal")]
    [ArgumentCompleter(typeof(MappedPrincipalCompleter))]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? PrincipalArn { get; set; }

    /// <summary>Ask the API server as well.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        // An object without a principal, such as an account's mapping, is not a question about the caller.
        if (MyInvocation.BoundParameters.ContainsKey(nameof(PrincipalArn)) && PrincipalArn is null or { Length: 0 })
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidPrincipalArn", "No principal is named: the mapping of an account is about all of its principals.", ClusterName, "Name one of them with -PrincipalArn.");
        }

        foreach (string? principal in PrincipalArn ?? [null!])
        {
            try
            {
                await pipeline.WriteObjectAsync(await Engine.Current.AccessReview.GetEffectiveAccessAsync(Connection, ClusterName, principal, Verify, cancellationToken));
            }
            catch (EksToolsException exception) when (PrincipalArn?.Length > 1 && exception.ErrorId == "InvalidPrincipalArn")
            {
                // One of several is wrong; the others follow.
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, principal, MyInvocation.MyCommand.Name));
            }
        }
    }
}
