using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Gets EKS clusters by name and region.</summary>
[Cmdlet(VerbsCommon.Get, "EksCluster", DefaultParameterSetName = "Region")]
[OutputType(typeof(EksCluster))]
public sealed class GetEksClusterCommand : AwsCmdlet
{
    private ClusterQuery query = null!;

    /// <summary>Names, wildcards allowed; every cluster when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? ClusterName { get; set; }

    /// <summary>The regions to look in, in parallel.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Region")]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Region { get; set; }

    /// <summary>Look in every region that is enabled for the account.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "AllRegion")]
    public SwitchParameter AllRegion { get; set; }

    internal override string? RegionName => Region is [string first, ..] ? first : null;

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        string[] names = ClusterName ?? ["*"];
        WildcardPattern[] patterns = [.. names.Where(WildcardPattern.ContainsWildcardCharacters).Select(ToPattern)];
        query = new ClusterQuery
        {
            Name = [.. names.Where(static name => !WildcardPattern.ContainsWildcardCharacters(name))],
            Match = patterns.Length == 0 ? null : name => patterns.Any(pattern => pattern.IsMatch(name)),
            Region = [.. (Region ?? []).Select(static region => region.Trim().ToLowerInvariant())],
            AllRegion = AllRegion,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        await foreach (ClusterResult result in Engine.Current.Clusters.FindAsync(Connection, query, cancellationToken))
        {
            if (result.Cluster is { } cluster)
            {
                await pipeline.WriteObjectAsync(cluster);
            }

            if (result.Error is { } error)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(error, ClusterName, MyInvocation.MyCommand.Name));
            }
        }
    }

    private static WildcardPattern ToPattern(string name)
    {
        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        try
        {
            pattern.IsMatch(string.Empty);
            return pattern;
        }
        catch (WildcardPatternException exception)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidClusterName", $"'{name}' is not a wildcard pattern: {exception.Message}", name, "Close the bracket, or leave it out.", exception);
        }
    }
}
