namespace EksTools.TokenHelper;

/// <summary>The command line of <c>eks-token</c>.</summary>
internal sealed record TokenArguments
{
    public const string Usage =
        """
        eks-token: an exec credential plugin for Amazon EKS

        usage: eks-token --cluster-name NAME | --cluster-id ID [options]

          --cluster-name NAME   the cluster
          --cluster-id ID       the id of a local cluster on AWS Outposts, in its name's place
          --region REGION       the cluster's region; else the profile's, AWS_REGION, AWS_DEFAULT_REGION
          --profile PROFILE     the AWS profile; else AWS_PROFILE and the usual chain
          --role-arn ARN        a role to assume first
          --external-id ID      the external id for that role
          --session-name NAME   the session name for that role (EKSGetTokenAuth)
          --no-cache            neither use nor keep the temporary credentials of roles and logins
          --version, --help

        Writes one ExecCredential as JSON to standard output. Asks nothing; errors are one line on standard error and exit code 1
        (2 for a wrong command line).
        """;

    public string? ClusterName { get; private set; }

    public string? ClusterId { get; private set; }

    public string? Region { get; private set; }

    public string? Profile { get; private set; }

    public string? RoleArn { get; private set; }

    public string? ExternalId { get; private set; }

    public string? SessionName { get; private set; }

    public bool NoCache { get; private set; }

    public bool Version { get; private set; }

    public bool Help { get; private set; }

    /// <summary>Reads arguments; <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <returns>The arguments, or what is wrong with them.</returns>
    public static (TokenArguments? Arguments, string? Error) Parse(IReadOnlyList<string> args)
    {
        var result = new TokenArguments();
        for (var i = 0; i < args.Count; i++)
        {
            var equals = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (equals < 0 && name is "--version" or "--help" or "-h")
            {
                result.Version |= name == "--version";
                result.Help |= name != "--version";
                continue;
            }
            if (equals < 0 && name == "--no-cache")
            {
                result.NoCache = true;
                continue;
            }
            if (result.Setter(name) is not { } set)
            {
                // The argument is not repeated: what does not belong here may be a secret.
                return (null, $"argument {i + 1} is not known; see eks-token --help.");
            }
            if (equals < 0 && i + 1 == args.Count)
            {
                return (null, $"{name} needs a value.");
            }
            var value = equals < 0 ? args[++i] : args[i][(equals + 1)..];
            if (value.Length == 0)
            {
                return (null, $"{name} needs a value.");
            }
            set(value);
        }
        if (result.Version || result.Help)
        {
            return (result, null);
        }
        return (result.ClusterName, result.ClusterId) switch
        {
            (null, null) => (null, "give --cluster-name or --cluster-id."),
            ({ }, { }) => (null, "--cluster-name and --cluster-id exclude each other."),
            _ when result.RoleArn is null && (result.ExternalId ?? result.SessionName) is not null =>
                (null, "--external-id and --session-name go with --role-arn."),
            _ => (result, null),
        };
    }

    private Action<string>? Setter(string name) => name switch
    {
        "--cluster-name" => v => ClusterName = v,
        "--cluster-id" => v => ClusterId = v,
        "--region" => v => Region = v,
        "--profile" => v => Profile = v,
        "--role-arn" => v => RoleArn = v,
        "--external-id" => v => ExternalId = v,
        "--session-name" => v => SessionName = v,
        _ => null,
    };
}
