using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Writes a cluster that runs as eksctl's ClusterConfig, as text or into a file.</summary>
[Cmdlet(VerbsData.Export, "EksCluster", SupportsShouldProcess = true)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportEksClusterCommand : ClusterCmdlet
{
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private string? target;

    /// <summary>The file, or a folder that gets a file for each cluster.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Do not replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Write the files that were written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        string? path = Path is null ? null : GetUnresolvedProviderPathFromPSPath(Path);
        target = Directory.Exists(path) ? System.IO.Path.Combine(path, $"{ClusterName}.yaml") : path;
        if (target is not null && written.Contains(target))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterFileExists", $"The file {target} was just written for another cluster.", target, "Name a folder: each cluster then has a file of its own.");
        }

        if (target is not null && NoClobber && File.Exists(target))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterFileExists", $"The file {target} is there already.", target, "Leave -NoClobber out to replace it, or name another file.");
        }
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IClusterFileService service = Engine.Current.ClusterFiles;
        ClusterExport export = await service.ExportAsync(Connection, ClusterName, cancellationToken);
        foreach (string warning in export.Warnings)
        {
            pipeline.Warn($"Cluster {ClusterName}: {warning}");
        }

        if (target is not { } file)
        {
            await pipeline.WriteObjectAsync(export.Text);
        }
        else if (await pipeline.ShouldProcessAsync(file, $"Write the configuration of cluster {ClusterName}"))
        {
            service.Write(file, export.Text);
            written.Add(file);
            if (PassThru)
            {
                await pipeline.WriteObjectAsync(new FileInfo(file));
            }
        }
    }
}
