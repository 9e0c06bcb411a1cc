using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Writes a cluster into a kubeconfig, with an exec credential plugin for its user.</summary>
[Cmdlet(VerbsData.Update, "EksKubeconfig", SupportsShouldProcess = true)]
[OutputType(typeof(EksKubeconfigEntry))]
public sealed class UpdateEksKubeconfigCommand : ClusterCmdlet
{
    private KubeconfigRequest request = null!;

    /// <summary>The kubeconfig file.</summary>
    [Parameter]
    [Alias("Kubeconfig")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The context's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Alias { get; set; }

    /// <summary>The user entry's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserAlias { get; set; }

    /// <summary>The proxy to the API server.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? ProxyUrl { get; set; }

    /// <summary>A role that the token is made with.</summary>
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
        base.PrepareRecord();
        request = KubeconfigTarget.Create(this, Path) with
        {
            Alias = Alias,
            UserAlias = UserAlias,
            ProxyUrl = ProxyUrl,
            PwshPath = ResolveProgram(PwshPath),
            RoleArn = RoleArn,
            ExecCommand = ExecCommand,
            SetCurrentContext = SetCurrentContext,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IAccessService access = Engine.Current.Access;
        EksKubeconfigEntry preview = await access.UpdateKubeconfigAsync(Connection, ClusterName, request with { WhatIf = true }, cancellationToken);
        if (!await pipeline.ShouldProcessAsync(preview.Path, $"Write context {preview.Context}"))
        {
            return;
        }

        EksKubeconfigEntry written = await access.UpdateKubeconfigAsync(Connection, ClusterName, request, cancellationToken);
        foreach (string warning in written.Warnings)
        {
            pipeline.Warn(warning);
        }

        if (PassThru)
        {
            await pipeline.WriteObjectAsync(written);
        }
    }

    /// <summary>A bare name is looked up on PATH by kubectl; a relative path would mean something else to it than here.</summary>
    private string? ResolveProgram(string? program) =>
        program is null || program.AsSpan().IndexOfAny('/', System.IO.Path.DirectorySeparatorChar) < 0 ? program : GetUnresolvedProviderPathFromPSPath(program);
}
