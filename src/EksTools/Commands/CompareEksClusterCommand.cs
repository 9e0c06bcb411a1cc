using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Says in what clusters that run differ from their files.</summary>
[Cmdlet(VerbsData.Compare, "EksCluster")]
[OutputType(typeof(EksClusterDifference), typeof(bool))]
public sealed class CompareEksClusterCommand : RegionCmdlet
{
    private IReadOnlyList<string> files = [];
    private bool differs;

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!;

    /// <summary>The cluster to hold against the file; the one that it names when left out.</summary>
    // Not by the alias Name: a file piped in has one too.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ClusterName { get; set; }

    /// <summary>Count nodes too, although autoscalers change their number.</summary>
    [Parameter]
    public SwitchParameter IncludeDesiredSize { get; set; }

    /// <summary>Write true or false alone: whether there is no difference.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => ClusterName ?? Path?.FirstOrDefault();

    internal override void PrepareRecord()
    {
        bool before = differs;
        differs = true; // Until the record is taken: what cannot be looked at is not equal.
        base.PrepareRecord();
        files = [.. Path.SelectMany(Resolve)];
        differs = before;
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (string path in files)
        {
            try
            {
                await CompareAsync(path, pipeline, cancellationToken);
            }
            catch (EksToolsException exception)
            {
                differs = true;
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, path, MyInvocation.MyCommand.Name));
            }
        }
    }

    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            await pipeline.WriteObjectAsync(!differs);
        }
    }

    private async Task CompareAsync(string path, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IClusterFileService service = Engine.Current.ClusterFiles;
        ClusterFile file = service.Read(path, forCreation: false);
        string? region = Region is null ? file.Region : null;
        if (ClusterName is { } other)
        {
            file = file with { Request = file.Request with { Name = other } };
        }
        else if (Region is { } said && file.Region is { } own && !own.Equals(said.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            throw new EksToolsException(EksErrorKind.Validation, "RegionDiffersFromFile", $"-Region is {said}, and metadata.region of {path} is {own}.", path, "Leave one of them out, or write the same.");
        }

        IReadOnlyList<EksClusterDifference> differences = await service.CompareAsync(region is null ? Connection : Connection.InRegion(region), file, new ClusterComparisonOptions(IncludeDesiredSize), cancellationToken);
        differs |= differences.Count > 0;
        foreach (EksClusterDifference difference in Quiet ? [] : differences)
        {
            await pipeline.WriteObjectAsync(difference);
        }
    }

    private IEnumerable<string> Resolve(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [GetUnresolvedProviderPathFromPSPath(path)];
        }

        string[] found = [.. SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)];
        return found.Length > 0 ? found : throw new EksToolsException(EksErrorKind.NotFound, "ClusterFileNotFound", $"There is no file {path}.", path, "Name a file with a ClusterConfig; Export-EksCluster writes one.");
    }
}
