using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Writes a cluster into a kubeconfig, with an exec credential plugin for its user.</summary>
[Cmdlet(VerbsData.Update, "EksKubeconfig", SupportsShouldProcess = true)]
[OutputType(typeof(EksKubeconfigEntry))]
public sealed class UpdateEksKubeconfigCommand : ClusterCmdlet
{
    private KubeconfigRequest request = null!;
    private IKubeconfigUpdate? update;

    /// <inheritdoc/>
    // Rows of a table of clusters may leave the profile empty.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [AllowEmptyString]
    [AllowNull]
    public override string? ProfileName { get; set; }

    /// <summary>The kubeconfig file.</summary>
    [Parameter]
    [Alias("Kubeconfig")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The context's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [AllowNull]
    public string? Alias { get; set; }

    /// <summary>The user entry's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [AllowNull]
    public string? UserAlias { get; set; }

    /// <summary>The proxy to the API server.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? ProxyUrl { get; set; }

    /// <summary>A role that the token is made with.</summary>
    // Not by property name: the RoleArn of AWS.Tools' cluster objects is the cluster's own role.
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RoleArn { get; set; }

    /// <summary>Which program kubectl runs for a token.</summary>
    [Parameter]
    [ValidateSingleValue]
    public ExecCommandKind ExecCommand { get; set; } = ExecCommandKind.Auto;

    /// <summary>The PowerShell that kubectl runs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PwshPath { get; set; }

    /// <summary>Make the context the current one.</summary>
    [Parameter]
    public SwitchParameter SetCurrentContext { get; set; }

    /// <summary>Write what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override void PrepareRecord()
    {
        // An empty cell of a table says nothing.
        ProfileName = Said(ProfileName);
        base.PrepareRecord();
        request = KubeconfigTarget.Create(this, Path) with
        {
            Alias = Said(Alias),
            UserAlias = Said(UserAlias),
            ProxyUrl = ProxyUrl,
            PwshPath = ResolveProgram(PwshPath),
            RoleArn = RoleArn,
            ExecCommand = ExecCommand,
            SetCurrentContext = SetCurrentContext,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        update ??= Engine.Current.Access.OpenKubeconfigUpdate();
        await update.AddAsync(Connection, ClusterName, request, cancellationToken);
    }

    // Once the pipeline has ended: each file is then written once, however many clusters came.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (update is null)
        {
            return; // No record came.
        }

        KubeconfigPlan plan = await update.PlanAsync(cancellationToken);
        foreach (KubeconfigFailure failure in plan.Failures)
        {
            await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(failure.Error, failure.ClusterName, MyInvocation.MyCommand.Name));
        }

        foreach (KubeconfigFileChange file in plan.Files)
        {
            await WriteAsync(update, file, pipeline, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            update?.Dispose();
        }
    }

    private async Task WriteAsync(IKubeconfigUpdate writer, KubeconfigFileChange file, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        string contexts = $"Write context{(file.Entries.Count == 1 ? string.Empty : "s")} {string.Join(", ", file.Entries.Select(static entry => entry.Context).Distinct(StringComparer.Ordinal))}";
        string details = $"{contexts} into {file.Path}.\n{(file.Difference.Length == 0 ? "Nothing changes." : file.Difference.TrimEnd('\n'))}";
        IReadOnlyList<EksKubeconfigEntry> entries = file.Entries;
        if (await pipeline.ShouldProcessAsync(details, $"{details}\nContinue?", "Update-EksKubeconfig"))
        {
            try
            {
                entries = await writer.WriteAsync(file, cancellationToken);
            }
            catch (EksToolsException exception)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, file.Path));
                return;
            }
        }
        else if (!IsWhatIf)
        {
            return;
        }

        foreach (string warning in entries.SelectMany(static entry => entry.Warnings).Distinct(StringComparer.Ordinal))
        {
            pipeline.Warn(warning);
        }

        if (PassThru)
        {
            foreach (EksKubeconfigEntry entry in entries)
            {
                await pipeline.WriteObjectAsync(entry);
            }
        }
    }

    private static string? Said(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>A bare name is looked up on PATH by kubectl; a relative path would mean something else to it than here.</summary>
    private string? ResolveProgram(string? program) =>
        program is null || program.AsSpan().IndexOfAny('/', System.IO.Path.DirectorySeparatorChar) < 0 ? program : GetUnresolvedProviderPathFromPSPath(program);
}
