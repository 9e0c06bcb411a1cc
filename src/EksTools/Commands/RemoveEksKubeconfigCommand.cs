using System.Management.Automation;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Takes clusters out of a kubeconfig.</summary>
[Cmdlet(VerbsCommon.Remove, "EksKubeconfig", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ByCluster)]
[OutputType(typeof(EksKubeconfigRemoval))]
public sealed class RemoveEksKubeconfigCommand : RegionCmdlet
{
    private const string ByCluster = "Cluster";
    private const string ByAlias = "Alias";
    private const string ByExistence = "Stale";

    private readonly List<KubeconfigClusterName> clusters = [];
    private readonly List<string> contexts = [];
    private string? path;

    /// <summary>The cluster's name or ARN; cluster objects of this module and of AWS.Tools bind by their Name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByCluster)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(KubeconfigCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ClusterName { get; set; } = null!;

    /// <summary>The cluster's ARN when a cluster object is piped in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true, ParameterSetName = ByCluster)]
    [Alias("ClusterArn")]
    public string? Arn { get; set; }

    /// <summary>The names of contexts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAlias)]
    [ArgumentCompleter(typeof(KubeconfigCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Alias { get; set; } = null!;

    /// <summary>Take out the clusters that no longer exist.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByExistence)]
    public SwitchParameter Stale { get; set; }

    /// <summary>The kubeconfig file.</summary>
    [Parameter]
    [Alias("Kubeconfig")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Write what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        path = KubeconfigTarget.Create(this, Path).Path;
        switch (ParameterSetName)
        {
            case ByCluster when !string.IsNullOrEmpty(Arn):
                clusters.Add(new KubeconfigClusterName(Arn, null));
                break;
            case ByCluster:
                clusters.AddRange(ClusterName.Select(name => new KubeconfigClusterName(name, Region)));
                break;
            case ByAlias:
                contexts.AddRange(Alias);
                break;
        }
    }

    // Once the pipeline has ended: each file is then written once, however many clusters came.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (Connection is null)
        {
            return; // No record came.
        }

        IAccessService access = Engine.Current.Access;
        KubeconfigSearch search = new()
        {
            Path = path,
            Clusters = [.. clusters.Distinct()],
            Contexts = [.. contexts.Distinct(StringComparer.Ordinal)],
            Stale = Stale,
            StaleRegion = Stale ? Region : null,
        };
        KubeconfigFindings found = await access.FindKubeconfigEntriesAsync(Connection, search, cancellationToken);
        foreach (string warning in found.Warnings)
        {
            pipeline.Warn(warning);
        }

        foreach (EksToolsException error in found.Errors)
        {
            await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(error, ErrorTarget, MyInvocation.MyCommand.Name));
        }

        foreach (IGrouping<string, EksKubeconfigRemoval> file in found.Entries.GroupBy(static entry => entry.Path, StringComparer.Ordinal))
        {
            await RemoveAsync(access, search, [.. file], pipeline, cancellationToken);
        }
    }

    private async Task RemoveAsync(IAccessService access, KubeconfigSearch search, EksKubeconfigRemoval[] entries, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        List<EksKubeconfigRemoval> wanted = [];
        foreach (EksKubeconfigRemoval entry in entries)
        {
            if (await pipeline.ShouldProcessAsync(entry.Path, $"Remove {Describe(entry)}"))
            {
                wanted.Add(entry);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        try
        {
            await access.RemoveKubeconfigEntriesAsync(search, wanted, cancellationToken);
        }
        catch (EksToolsException exception)
        {
            await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, entries[0].Path));
            return;
        }

        if (PassThru)
        {
            foreach (EksKubeconfigRemoval entry in wanted)
            {
                await pipeline.WriteObjectAsync(entry);
            }
        }
    }

    private static string Describe(EksKubeconfigRemoval entry) => string.Join("; ", new[]
    {
        Listed("context", entry.Contexts),
        Listed("cluster", entry.Clusters),
        Listed("user", entry.Users),
    }.OfType<string>());

    private static string? Listed(string what, IReadOnlyList<string> names) => names.Count switch
    {
        0 => null,
        1 => $"{what} {names[0]}",
        _ => $"{what}s {string.Join(", ", names)}",
    };
}
