namespace EksTools.Clusters;

/// <summary>Something in a cluster's file that keeps New-EksCluster from using it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Field">The field's path, such as <c>managedNodeGroups[web].maxSize</c>; empty where the text is no YAML.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Advice">What to do; null where that is plain.</param>
public sealed record EksClusterFileProblem(int Line, int Column, string Field, string Message, string? Advice)
{
    /// <summary>Place, message and advice on one line.</summary>
    public override string ToString() => $"line {Line}, column {Column}: {Message}{(Advice is null ? string.Empty : $" {Advice}")}";
}
