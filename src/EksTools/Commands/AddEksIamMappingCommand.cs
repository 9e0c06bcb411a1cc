using System.Collections;
using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Lets IAM principals into clusters, or brings what lets them in to what is said.</summary>
[Cmdlet(VerbsCommon.Add, "EksIamMapping", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EksIamMappingChange))]
public sealed class AddEksIamMappingCommand : MappingCmdlet
{
    private readonly ClusterRequests<EksIamMappingRequest> clusters = new();
    private string? ineffective;
    private bool usernameSaid;
    private bool policySaid;

    /// <summary>The Kubernetes username.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Username { get; set; }

    /// <summary>The Kubernetes groups.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Groups", "KubernetesGroup", "KubernetesGroups")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[]? Group { get; set; }

    /// <summary>The access policies, by name or ARN.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("AccessPolicies")]
    [AccessPolicyTransformation]
    [ArgumentCompleter(typeof(AccessPolicyCompleter))]
    [AllowNull]
    [AllowEmptyCollection]
    public EksAccessPolicyScope[]? AccessPolicy { get; set; }

    /// <summary>The namespaces that the access policies hold in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Namespaces")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[]? Namespace { get; set; }

    /// <summary>Whose nodes the role is of.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordOrNothing]
    public EksNodeRoleKinds? NodeRole { get; set; }

    /// <summary>Where the mappings are to stand.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordOrNothing]
    [ValidateSingleValue]
    public EksIamMappingTarget? Target { get; set; }

    /// <summary>Tags of the access entries.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Tag { get; set; }

    /// <summary>Where a mapping of another cluster stands that is piped in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [WordOrNothing]
    public EksIamMappingSource? Source { get; set; }

    /// <summary>The type of an access entry that is piped in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Type { get; set; }

    /// <summary>Why a mapping that is piped in has no effect where it stands.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Ineffective { get; set; }

    /// <summary>Tells an IAM user of AWS.Tools, whose UserName is no Kubernetes username.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? UserId { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Before any record: what is bound now was said on the command line.
        usernameSaid = MyInvocation.BoundParameters.ContainsKey(nameof(Username));
        policySaid = MyInvocation.BoundParameters.ContainsKey(nameof(AccessPolicy));
    }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        (string? arn, string? account) = ReadPrincipal();
        ineffective = MappingText.Said(Ineffective);
        if (ineffective is not null)
        {
            return;
        }

        EksIamMappingRequest request = new()
        {
            PrincipalArn = arn,
            AccountId = account,
            Username = MappingText.Said(UserId) is not null && !usernameSaid ? null : MappingText.Said(Username),
            Groups = MappingText.Said(Group, Who),
            AccessPolicies = ReadPolicies(),
            NodeRole = NodeRole ?? ReadType(),
            Target = Target ?? EksIamMappingTarget.Auto,
            CopyOf = Source,
            Tags = Tag?.Cast<DictionaryEntry>().ToDictionary(static pair => $"{pair.Key}", static pair => $"{pair.Value}", StringComparer.Ordinal),
        };
        clusters.Add(ClusterName, Connection, request);
    }

    internal override Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (ineffective is not null)
        {
            pipeline.Warn($"{Who} is left out: where it was read it has no effect ({ineffective}).");
        }

        return Task.CompletedTask;
    }

    // Once the pipeline has ended: aws-auth is then written once for each cluster, however many mappings came.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach ((string name, AwsConnection connection, List<EksIamMappingRequest> requests) in clusters.ByCluster)
        {
            try
            {
                EksIamMappingOutcome outcome = await Engine.Current.Mappings.AddAsync(connection, name, requests, Force, change => ProposeAsync(pipeline, change), pipeline, cancellationToken);
                foreach (EksIamMappingChange change in outcome.Changes)
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

    private IReadOnlyList<EksAccessPolicyScope>? ReadPolicies()
    {
        IReadOnlyList<string>? namespaces = MappingText.Said(Namespace, Who);
        if (namespaces is { Count: > 0 } && AccessPolicy is not { Length: > 0 })
        {
            throw new EksToolsException(EksErrorKind.Validation, "NamespaceWithoutPolicy", $"{Who} gets namespaces but no access policy; groups hold wherever Kubernetes binds them.", Who, "Say -AccessPolicy too, or leave -Namespace out.");
        }

        // The empty list of a row of aws-auth, which cannot have any, says nothing.
        bool isRow = AccessPolicy is { Length: 0 } && !policySaid && MappingText.Said(Type) is null;
        return isRow ? null : AccessPolicy?.Select(policy => policy.Namespaces.Count == 0 && namespaces is { Count: > 0 } ? policy with { Namespaces = namespaces } : policy).ToArray();
    }

    private EksNodeRoleKinds ReadType() => MappingText.Said(Type) switch
    {
        null or "STANDARD" => EksNodeRoleKinds.None,
        "EC2_LINUX" => EksNodeRoleKinds.Linux,
        "EC2_WINDOWS" => EksNodeRoleKinds.Windows,
        "FARGATE_LINUX" => EksNodeRoleKinds.Fargate,
        "HYBRID_LINUX" => EksNodeRoleKinds.Hybrid,
        "HYPERPOD_LINUX" => EksNodeRoleKinds.HyperPod,
        "EC2" => EksNodeRoleKinds.AutoMode,
        var other => throw new EksToolsException(EksErrorKind.Validation, "UnknownEntryType", $"{Who} is to have an access entry of the type {other}, which this version does not know.", Who, "Say -NodeRole with a kind of nodes, or leave the type out."),
    };
}
