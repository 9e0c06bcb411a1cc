namespace EksTools.Testing;

/// <summary>A program that others wrote, on PATH.</summary>
public static class Tool
{
    /// <summary>Its path. Where it is absent the test is skipped, or fails under CI=true.</summary>
    public static string Require(string name)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { Path.Combine(folder, name), Path.Combine(folder, name + ".exe") })
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null && Environment.GetEnvironmentVariable("CI") != "true", $"{name} is not on PATH.");
        Assert.True(path is not null, $"{name} is not on PATH, and CI must have it.");
        return path;
    }
}
