using System.Collections.Concurrent;
using EksTools.Sandbox.Faults;

[assembly: AssemblyFixture(typeof(EksTools.Tests.Clusters.Faults.FaultMatrix))]

namespace EksTools.Tests.Clusters.Faults;

/// <summary>Every cell that was asserted: what failed how, and how the job ended. Written as a table beside the test results when all is done.</summary>
public sealed class FaultMatrix : IDisposable
{
    /// <summary>The job ended as if nothing had been.</summary>
    public const string RightEnd = "right end";

    private static readonly ConcurrentDictionary<(string Job, string Operation, string Fault), string> Cells = new();

    /// <summary>Where the table goes.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "TestResults", "fault-matrix.md");

    /// <summary>Notes a cell, after it was asserted.</summary>
    /// <param name="job">Such as <c>create</c>.</param>
    /// <param name="operation">What failed.</param>
    /// <param name="fault">How.</param>
    /// <param name="end">How the job ended: <see cref="RightEnd"/>, or its sentence.</param>
    public static void Note(string job, string operation, string fault, string end)
    {
        Cells[(job, operation, fault)] = end;
        TestContext.Current.TestOutputHelper?.WriteLine($"| {job} | {operation} | {fault} | {end} |");
    }

    /// <inheritdoc cref="Note(string, string, string, string)"/>
    public static void Note(string job, string operation, FaultKind fault, string end) => Note(job, operation, $"{fault}", end);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Cells.IsEmpty)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        using StreamWriter table = new(File);
        table.WriteLine($"{Cells.Count} cells");
        table.WriteLine();
        table.WriteLine("| Job | Operation | Fault | End |");
        table.WriteLine("|---|---|---|---|");
        foreach (((string job, string operation, string fault), string end) in Cells.OrderBy(static cell => cell.Key.ToString(), StringComparer.Ordinal))
        {
            table.WriteLine($"| {job} | {operation} | {fault} | {end.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)} |");
        }
    }
}
