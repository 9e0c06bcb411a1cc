using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Takes away what lets IAM principals into clusters.</summary>
[Cmdlet(VerbsCommon.Remove, "EksIamMapping", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EksIamMappingChange))]
public sealed class RemoveEksIamMappingCommand : MappingCmdlet
{
    private readonly Dictionary<(string Cluster, string? Region), (AwsConnection Connection, List<EksIamMappingSelector> Selectors)> clusters = [];

    /// <summary>Where to remove them; everywhere when not said.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    [WordOrNothing]
    [ValidateSingleValue]
    public EksIamMappingSource? Source { get; set; }

    /// <summary>The line of the row of aws-auth that is piped in: that row alone is meant.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [WordOrNothing]
    public int? Line { get; set; }

    /// <summary>The username of that row.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Username { get; set; }

    /// <summary>The groups of that row.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[]? Groups { get; set; }

    /// <summary>Write what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        (string? arn, string? account) = ReadPrincipal();
        if (arn is not null && arn.Split(':') is not ["arn", _, "iam" or "sts", ..] && Line is null)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidPrincipalArn", $"'{arn}' is not the ARN of an IAM role or user, nor that of an assumed role.", arn, "Get-EksIamMapping lists what is mapped; what it lists can be piped here.");
        }

        (string, string?) key = (ClusterName, Connection.Region);
        if (!clusters.TryGetValue(key, out (AwsConnection Connection, List<EksIamMappingSelector> Selectors) cluster))
        {
            clusters[key] = cluster = (Connection, []);
        }

        cluster.Selectors.Add(new EksIamMappingSelector { PrincipalArn = arn, AccountId = account, Source = Source, Line = arn is null ? null : Line, Username = Username, Groups = Groups ?? [] });
    }

    // Once the pipeline has ended: aws-auth is then written once for each cluster, however many mappings came.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (((string name, string? _), (AwsConnection connection, List<EksIamMappingSelector> selectors)) in clusters)
        {
            try
            {
                EksIamMappingOutcome outcome = await Engine.Current.Mappings.RemoveAsync(connection, name, selectors, Force, change => ProposeAsync(pipeline, change), pipeline, cancellationToken);
                foreach (EksIamMappingChange change in PassThru ? outcome.Changes : [])
                {
                    await pipeline.WriteObjectAsync(change);
                }

                await WriteErrorsAsync(pipeline, outcome.Errors, name);
            }
            catch (EksToolsException exception)
            {
                await WriteErrorsAsync(pipeline, [exception], name);
            }
        }
    }

    /// <summary>Under -WhatIf the plan is what comes out.</summary>
    private async Task<bool> ProposeAsync(CommandPipeline pipeline, EksIamMappingChange change)
    {
        bool approved = await ApproveAsync(pipeline, change);
        if (!approved && IsWhatIf)
        {
            await pipeline.WriteObjectAsync(change);
        }

        return approved;
    }
}
