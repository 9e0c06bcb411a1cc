using System.Text.Json;

namespace EksTools.Core.Plans;

/// <summary>
/// Durations by sort of step in a small JSON file of the user's cache: <c>{ "control-plane-active": [ 541.2, 498 ] }</c>, in seconds, the newest last. It is of no account to any
/// outcome: one that is damaged is as none, one that somebody writes is left alone, and it names no cluster.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class DurationFile(string path)
{
    /// <summary>Turns the file off, or names the folder that takes the place of the user's cache.</summary>
    public const string Variable = "EKSTOOLS_DURATION_CACHE";

    private const int LargestFile = 64 * 1024, MostSorts = 200;
    private const double LongestSeconds = 24 * 3600;

    /// <summary>
    /// EksTools/durations.json in EKSTOOLS_DURATION_CACHE; else in %LOCALAPPDATA%, or in XDG_CACHE_HOME or ~/.cache (https://specifications.freedesktop.org/basedir-spec/latest/, which ignores a
    /// relative one). Null where it is switched off, or where there is no home.
    /// </summary>
    public static DurationFile? Locate(Func<string, string?> environment, bool windows)
    {
        string? said = environment(Variable) is { Length: > 0 } value ? value : null;
        if (said?.ToUpperInvariant() is "OFF" or "FALSE" or "0")
        {
            return null;
        }

        string? caches = said ?? (environment(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME") is { Length: > 0 } given && Path.IsPathFullyQualified(given) ? given
            : !windows && environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : null);
        return caches is not null && Path.IsPathFullyQualified(caches) ? new DurationFile(Path.Combine(caches, "EksTools", "durations.json")) : null;
    }

    /// <summary>What is in the file; empty where there is none, or none that can be read.</summary>
    public IReadOnlyDictionary<string, double[]> ReadOrEmpty() => Read() ?? [];

    /// <summary>What is in the file; null where there is none, or none that can be read.</summary>
    public Dictionary<string, double[]>? Read()
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return stream.Length > LargestFile ? null : Trusted(JsonSerializer.Deserialize<Dictionary<string, double[]?>>(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Changes what is in the file, one process at a time; the change alone, unwritten, where another has it or it cannot be written.</summary>
    /// <returns>What there is now; null where nothing was written.</returns>
    public Dictionary<string, double[]>? Update(Func<IReadOnlyDictionary<string, double[]>, Dictionary<string, double[]>> change)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using FileStream held = new($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Dictionary<string, double[]> now = change(ReadOrEmpty());
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(now));
            File.Move(temporary, path, overwrite: true);
            return now;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            return null;
        }
    }

    /// <summary>Numbers that can be durations, of sorts that can be ours.</summary>
    private static Dictionary<string, double[]> Trusted(Dictionary<string, double[]?>? read) => (read ?? [])
        .Where(static pair => pair.Value is not null)
        .Take(MostSorts)
        .ToDictionary(static pair => pair.Key, static pair => pair.Value!.Where(static value => value is > 0 and < LongestSeconds).TakeLast(StepDurations.Kept).ToArray(), StringComparer.Ordinal);

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted here could not be written either.
        }
    }
}
