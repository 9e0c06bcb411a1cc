using Amazon.Runtime.CredentialManagement;
using Amazon.Util.Internal;

namespace EksTools.Authentication;

/// <summary>AWS' shared config and credentials files, and on Windows the encrypted store of AWS.Tools. Read only; never written.</summary>
internal sealed class ProfileFiles
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private readonly Dictionary<string, Dictionary<string, string>> _config;
    private readonly Dictionary<string, Dictionary<string, string>> _credentials;
    private readonly bool _encryptedStore;

    private ProfileFiles(string credentialsPath, string configPath, bool encryptedStore)
    {
        (CredentialsPath, ConfigPath, _encryptedStore) = (credentialsPath, configPath, encryptedStore);
        _config = Read(configPath);
        _credentials = Read(credentialsPath);
    }

    public string ConfigPath { get; }

    public string CredentialsPath { get; }

    /// <summary>Reads the files.</summary>
    /// <param name="environment">Names them (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE).</param>
    /// <param name="location">A credentials file to use instead; a file <c>config</c> beside it goes with it.</param>
    public static ProfileFiles Open(AwsEnvironment environment, string? location)
    {
        var directory = Path.Combine(environment.Home, ".aws");
        var config = environment.Path(environment["AWS_CONFIG_FILE"] ?? Path.Combine(directory, "config"));
        if (location is null)
        {
            var credentials = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? Path.Combine(directory, "credentials");
            return new ProfileFiles(environment.Path(credentials), config,
                // Nano Server, and accounts whose Windows profile is not loaded (services), have none.
                encryptedStore: OperatingSystem.IsWindows() && NamedSettingsManager.IsAvailable);
        }
        location = Path.GetFullPath(environment.Path(location));
        if (!File.Exists(location))
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.NotFound, $"The profile location '{location}' is not a file.", "Give the path of a credentials file.");
        }
        var beside = Path.Combine(Path.GetDirectoryName(location)!, "config");
        return new ProfileFiles(location, File.Exists(beside) ? beside : config, encryptedStore: false);
    }

    public IReadOnlyDictionary<string, string>? Section(string name) => _config.GetValueOrDefault(name);

    public Profile? Find(string name)
    {
        // The order of AWS.Tools: the encrypted store, then the shared files.
        if (_encryptedStore && FromEncryptedStore(name) is { } stored)
        {
            return stored;
        }
        var config = _config.GetValueOrDefault("profile " + name) ?? (name == "default" ? _config.GetValueOrDefault(name) : null);
        var credentials = _credentials.GetValueOrDefault(name);
        if (config is null && credentials is null)
        {
            return null;
        }
        var settings = new Dictionary<string, string>(config ?? Nothing, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in credentials ?? Nothing)
        {
            settings[key] = value;
        }
        return new Profile(name, settings, this);
    }

    public Profile Get(string name) => Find(name) ?? throw new AwsAuthenticationException(
        AwsAuthenticationErrorKind.NotFound,
        Names() is { Count: > 0 } names
            ? $"There is no profile '{name}' in {ConfigPath} or {CredentialsPath}; there are {string.Join(", ", names.Take(20))}{(names.Count > 20 ? " …" : "")}."
            : $"There is no profile '{name}': neither {ConfigPath} nor {CredentialsPath} has any.",
        "Check the profile's name, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.");

    public IReadOnlyList<string> Names()
    {
        var names = _credentials.Keys.Concat(
            _config.Keys.Where(k => k == "default").Concat(_config.Keys.Where(k => k.StartsWith("profile ", StringComparison.Ordinal)).Select(k => k[8..])));
        if (_encryptedStore)
        {
            names = names.Concat(new NetSDKCredentialsFile().ListProfileNames());
        }
        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private Profile? FromEncryptedStore(string name)
    {
        if (!new NetSDKCredentialsFile().TryGetProfile(name, out var profile))
        {
            return null;
        }
        var o = profile.Options;
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in ((string, string?)[])
        [
            ("aws_access_key_id", o.AccessKey), ("aws_secret_access_key", o.SecretKey), ("aws_session_token", o.Token),
            ("region", profile.Region?.SystemName), ("role_arn", o.RoleArn), ("source_profile", o.SourceProfile),
            ("external_id", o.ExternalID), ("mfa_serial", o.MfaSerial), ("role_session_name", o.RoleSessionName),
            ("credential_source", o.CredentialSource), ("credential_process", o.CredentialProcess),
            ("web_identity_token_file", o.WebIdentityTokenFile), ("sso_account_id", o.SsoAccountId), ("sso_role_name", o.SsoRoleName),
            ("sso_region", o.SsoRegion), ("sso_start_url", o.SsoStartUrl), ("sso_session", o.SsoSession),
            ("login_session", o.LoginSession), ("endpoint_url", profile.EndpointUrl),
        ])
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings[key] = value;
            }
        }
        return new Profile(name, settings, this);
    }

    private static Dictionary<string, Dictionary<string, string>> Read(string path)
    {
        try
        {
            return ProfileText.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // Having neither file is the ordinary state of servers and pods.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsAuthenticationException(AwsAuthenticationErrorKind.NotFound, $"{path} cannot be read: {e.Message}", "Check the file's permissions.", e);
        }
    }
}
