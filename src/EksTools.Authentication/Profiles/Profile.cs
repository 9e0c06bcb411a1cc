namespace EksTools.Authentication;

/// <summary>One profile's settings, from both files, with the sections that it refers to.</summary>
internal sealed class Profile(string name, IReadOnlyDictionary<string, string> settings, ProfileFiles files)
{
    public string Name => name;

    public string? this[string key] => settings.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    public bool IsTrue(string key) => string.Equals(this[key], "true", StringComparison.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string>? SsoSession => this["sso_session"] is { } s ? files.Section("sso-session " + s) : null;

    public IReadOnlyDictionary<string, string>? Services => this["services"] is { } s ? files.Section("services " + s) : null;

    public string Require(string key) => this[key] ?? throw new AwsAuthenticationException(
        AwsAuthenticationErrorKind.Validation, $"Profile '{name}' lacks {key}.", $"Add {key} to the profile in {files.ConfigPath}.");
}
