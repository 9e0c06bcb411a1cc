using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Errors;
using EksTools.Pipeline;

namespace EksTools.Connections;

/// <summary>A command that takes many mappings from the pipeline and changes each cluster once, when all have come.</summary>
public abstract class MappingCmdlet : RegionCmdlet
{
    /// <summary>The cluster's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = null!;

    /// <summary>The ARN of a role or user, or of an assumed role's session.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Arn", "RoleArn", "UserArn")]
    [ArgumentCompleter(typeof(MappedPrincipalCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? PrincipalArn { get; set; }

    /// <summary>An account, twelve digits.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? AccountId { get; set; }

    /// <summary>Do what would lock people or nodes out.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => Who;

    /// <summary>The principal or account of the record at hand, for messages.</summary>
    internal string Who => MappingText.Said(PrincipalArn) ?? MappingText.Said(AccountId) ?? string.Empty;

    /// <summary>The role or user and the account of the record at hand: one of them.</summary>
    internal (string? Arn, string? Account) ReadPrincipal()
    {
        string? account = MappingText.Said(AccountId);

        // An account's mapping has no ARN; PowerShell then offers the mapping itself as text, which is the account.
        string? arn = MappingText.Said(PrincipalArn) is { } said && said != account ? said : null;
        return arn is null == account is null
            ? throw new EksToolsException(EksErrorKind.Validation, "PrincipalMissing", arn is null ? "Neither a principal nor an account is named." : $"Both the principal {arn} and the account {account} are named.", arn, "Say -PrincipalArn for a role or user, or -AccountId for all of an account.")
            : (arn, account);
    }

    /// <summary>Asks ShouldProcess for a change.</summary>
    internal static Task<bool> ApproveAsync(CommandPipeline pipeline, EksIamMappingChange change) =>
        pipeline.ShouldProcessAsync($"cluster {change.ClusterName}", Describe(change));

    /// <summary>Writes what was done and what was not.</summary>
    internal async Task WriteErrorsAsync(CommandPipeline pipeline, IEnumerable<EksToolsException> errors, string cluster)
    {
        foreach (EksToolsException error in errors)
        {
            await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(error, cluster, MyInvocation.MyCommand.Name));
        }
    }

    private static string Describe(EksIamMappingChange change)
    {
        string where = change.Source == EksIamMappingSource.ConfigMap ? "aws-auth" : "access entry";
        string what = change.Change switch
        {
            EksIamMappingChangeKind.Added => $"Add {change} ({where}): {Rights(change.After!)}",
            EksIamMappingChangeKind.Removed => $"Remove {change} ({where}): {Rights(change.Before!)}",
            _ => $"Change {change} ({where}) from {Rights(change.Before!)} to {Rights(change.After!)}",
        };
        return change.Details.Count == 0 ? what : $"{what} [{string.Join("; ", change.Details)}]";
    }

    private static string Rights(EksIamMapping mapping)
    {
        string[] words =
        [
            .. mapping.Type is null or "STANDARD" ? Array.Empty<string>() : [$"type {mapping.Type}"],
            .. string.IsNullOrEmpty(mapping.Username) ? Array.Empty<string>() : [$"username {mapping.Username}"],
            .. mapping.Groups.Count == 0 ? Array.Empty<string>() : [$"groups {string.Join(", ", mapping.Groups)}"],
            .. mapping.AccessPolicies.Count == 0 ? Array.Empty<string>() : [$"policies {string.Join(", ", mapping.AccessPolicies)}"],
        ];
        return words.Length == 0 ? "no username, groups or policies" : string.Join("; ", words);
    }
}
