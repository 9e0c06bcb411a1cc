using System.Management.Automation;
using EksTools.Access;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Puts eks-token at a path per user that upgrades of the module do not touch.</summary>
[Cmdlet(VerbsLifecycle.Install, "EksTokenHelper", SupportsShouldProcess = true)]
[OutputType(typeof(EksTokenHelper))]
public sealed class InstallEksTokenHelperCommand : EksToolsCmdlet
{
    /// <inheritdoc/>
    protected override object? ErrorTarget => "eks-token";

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IAccessService access = Engine.Current.Access;
        if (await pipeline.ShouldProcessAsync(access.GetTokenHelperPath(), "Install eks-token"))
        {
            await pipeline.WriteObjectAsync(await access.InstallTokenHelperAsync(Engine.ModulePath, cancellationToken));
        }
    }
}
