using System.Management.Automation;
using EksTools.Completion;

namespace EksTools.Connections;

/// <summary>A command about one existing cluster, named or from the pipeline.</summary>
public abstract class ClusterCmdlet : RegionCmdlet
{
    /// <summary>The cluster's name; cluster objects of this module and of AWS.Tools bind by their Name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = null!;

    /// <summary>The cluster's ARN when a cluster object is piped in: tells its region.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [Alias("ClusterArn")]
    public string? Arn { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => ClusterName;

    internal override string? RegionName => Region ?? RegionOf(Arn);

    /// <summary>arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME</summary>
    private static string? RegionOf(string? arn)
    {
        string[] parts = arn?.Split(':') ?? [];
        return parts.Length >= 6 && parts[2] == "eks" && parts[3].Length > 0 ? parts[3] : null;
    }
}
