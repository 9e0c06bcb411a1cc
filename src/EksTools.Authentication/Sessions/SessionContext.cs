namespace EksTools.Authentication;

/// <summary>What every way to credentials works with: the options, the environment, the files, the clock.</summary>
internal sealed class SessionContext
{
    public SessionContext(AwsSessionOptions options)
    {
        Options = options;
        Environment = new AwsEnvironment(options.ReadEnvironment);
        Files = ProfileFiles.Open(Environment, options.ProfileLocation);
        var named = Environment["AWS_PROFILE"];
        // "AWS PS Default" is where AWS.Tools once kept its default.
        Profile = options.ProfileName is { } name ? Files.Get(name)
            : named is not null ? Files.Find(named) : Files.Find("default") ?? Files.Find("AWS PS Default");
        Region = options.Region ?? options.RegionDefault ?? Profile?["region"] ?? Environment["AWS_REGION"] ?? Environment["AWS_DEFAULT_REGION"];
        if (Region is not null)
        {
            AwsPartition.ValidateRegion(Region);
        }
    }

    public AwsSessionOptions Options { get; }

    public AwsEnvironment Environment { get; }

    public ProfileFiles Files { get; }

    /// <summary>The profile in force: the one asked for, AWS_PROFILE's or the default; null when there is none.</summary>
    public Profile? Profile { get; }

    /// <summary>The region as far as it is known without asking IMDS.</summary>
    public string? Region { get; }

    public DateTimeOffset Now => Options.TimeProvider.GetUtcNow();

    public StsHostOptions HostOptions => new(
        UseFips: Switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        UseDualStack: Switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        LegacyGlobalEndpoint: string.Equals(
            Environment["AWS_STS_REGIONAL_ENDPOINTS"] ?? Profile?["sts_regional_endpoints"], "legacy", StringComparison.OrdinalIgnoreCase));

    /// <summary>The endpoint that parameter, environment or profile put in a service's place; null is the real one.</summary>
    /// <param name="service">The service's id as in AWS_ENDPOINT_URL_…, in lower case: <c>sts</c>, <c>sso</c>, <c>sso_oidc</c>.</param>
    public Uri? EndpointOverride(string service)
    {
        // A parameter is meant for the services that a command calls; a login with SSO stays where it is.
        if (!service.StartsWith("sso", StringComparison.Ordinal) && Options.EndpointUrl is { Length: > 0 } given)
        {
            return Parse(given, "The endpoint URL");
        }
        if (Switch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
        {
            return null;
        }
        foreach (var variable in (string[])[$"AWS_ENDPOINT_URL_{service.ToUpperInvariant()}", "AWS_ENDPOINT_URL"])
        {
            if (Environment[variable] is { } url)
            {
                return Parse(url, variable);
            }
        }
        var configured = Profile?.Services?.GetValueOrDefault(service + ".endpoint_url") ?? Profile?["endpoint_url"];
        return configured is null ? null : Parse(configured, $"endpoint_url of profile '{Profile!.Name}'");
    }

    private bool Switch(string variable, string setting) =>
        Environment[variable] is not null ? Environment.IsTrue(variable) : Profile?.IsTrue(setting) ?? false;

    private static Uri Parse(string text, string what) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation, $"{what} '{Redaction.OneLine(text)}' is not an http or https URL.", "Correct or remove it.");
}
