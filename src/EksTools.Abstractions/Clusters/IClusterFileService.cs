using EksTools.Connections;
using EksTools.Errors;

namespace EksTools.Clusters;

/// <summary>Clusters as files: eksctl's ClusterConfig, read, written, and held against clusters that run.</summary>
public interface IClusterFileService
{
    /// <summary>Reads a file, strictly.</summary>
    /// <param name="path">The file.</param>
    /// <param name="forCreation">The rules of a cluster to be made hold too; a cluster that runs may be what New-EksCluster does not make.</param>
    /// <exception cref="EksToolsException">It cannot be read, or has problems: all of them are told at once.</exception>
    ClusterFile Read(string path, bool forCreation);

    /// <summary>The field that says what a parameter of New-EksCluster does; null where the schema has none.</summary>
    string? FieldOf(string parameter);

    /// <summary>An error of the job that a file began, with the file's line and in its words where it is about what the file says.</summary>
    EksToolsException InWordsOf(ClusterFile file, EksToolsException exception);

    /// <summary>Refuses a file whose VPC and subnets are not those that EC2 has.</summary>
    Task RequireNetworkAsync(AwsConnection connection, ClusterFile file, CancellationToken cancellationToken);

    /// <summary>Writes a cluster that runs, ours or not, as a file's text.</summary>
    Task<ClusterExport> ExportAsync(AwsConnection connection, string clusterName, CancellationToken cancellationToken);

    /// <summary>Replaces or makes a file, whole or not at all.</summary>
    void Write(string path, string text);

    /// <summary>In what a cluster that runs differs from a file; empty when in nothing.</summary>
    Task<IReadOnlyList<EksClusterDifference>> CompareAsync(AwsConnection connection, ClusterFile file, ClusterComparisonOptions options, CancellationToken cancellationToken);
}

/// <summary>A cluster as a file's text.</summary>
/// <param name="Text">The text, with a line break at its end.</param>
/// <param name="Warnings">What the text does not say of the cluster, each as a sentence; comments in it say the same.</param>
public sealed record ClusterExport(string Text, IReadOnlyList<string> Warnings);

/// <summary>What Compare-EksCluster was asked for.</summary>
/// <param name="IncludeDesiredSize">Node counts within their limits count too, although autoscalers change them.</param>
public sealed record ClusterComparisonOptions(bool IncludeDesiredSize);
