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
    private IReadOnlyList<AwsConnection> connections = [];

    /// <summary>Names of profiles in the shared AWS configuration files: their accounts are asked in parallel.</summary>
    // Instead of the one profile of other cmdlets: PowerShell binds the property of the most derived class.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNullOrEmpty]
    public new string[]? ProfileName { get; set; }

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

    /// <summary>How many regions are asked at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 8;

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
            ThrottleLimit = ThrottleLimit,
        };
        connections = ProfileName is null ? [Connection] : [.. ProfileName.Distinct(StringComparer.Ordinal).Select(Connection.WithProfile)];
        if (connections.Count > 1 && (AccessKey is not null || Credential is not null))
        {
            throw new EksToolsException(EksErrorKind.Validation, "ContradictoryCredentials", $"-ProfileName names {connections.Count} profiles, and {(AccessKey is null ? "-Credential" : "-AccessKey")} would be taken in place of each.", nameof(ProfileName), "Leave one of them out.");
        }
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        await foreach (ClusterResult result in Engine.Current.Clusters.FindAsync(connections, query, cancellationToken))
        {
            if (result.Cluster is { } cluster)
            {
                await pipeline.WriteObjectAsync(result.ProfileName is { } profile ? WithProfile(cluster, profile) : cluster);
            }

            if (result.Error is { } error)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(error, ClusterName, MyInvocation.MyCommand.Name));
            }
        }
    }

    /// <summary>A cluster that goes on with the profile of its account, to cmdlets of this module and of AWS.Tools alike. Where no profile was said it has no such property, which would bind as an empty one.</summary>
    private static PSObject WithProfile(EksCluster cluster, string profile)
    {
        PSObject output = new(cluster);
        output.Properties.Add(new PSNoteProperty(nameof(ProfileName), profile));
        return output;
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
