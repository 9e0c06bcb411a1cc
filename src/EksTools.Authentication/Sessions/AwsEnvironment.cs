namespace EksTools.Authentication;

/// <summary>The environment variables that AWS tools share, read when asked: a shell may change them during a session.</summary>
internal sealed class AwsEnvironment(Func<string, string?> read)
{
    /// <summary>A variable's value; null when unset or empty.</summary>
    public string? this[string name] => read(name) is { Length: > 0 } value ? value : null;

    public bool IsTrue(string name) => string.Equals(this[name], "true", StringComparison.OrdinalIgnoreCase);

    public string Home => this["HOME"] ?? this["USERPROFILE"] ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>A path with a leading <c>~</c> resolved.</summary>
    public string Path(string path) =>
        path == "~" ? Home
        : path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal)
            ? System.IO.Path.Combine(Home, path[2..]) : path;
}
