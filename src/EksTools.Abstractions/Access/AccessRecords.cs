namespace EksTools.Access;

/// <summary>What a token is asked for.</summary>
public sealed record TokenRequest
{
    /// <summary>The cluster's name (or id, for a local cluster on Outposts).</summary>
    public required string ClusterName { get; init; }

    /// <summary>A role to assume first.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The external id that the role's trust policy asks for.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The session's name; EKSGetTokenAuth when null.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary>Whether the temporary credentials of roles and logins may be kept in the user's cache folder, for the next process.</summary>
    public bool UseCredentialCache { get; init; }
}

/// <summary>A token in plain text: only within the process, on its way to a SecureString or to kubectl.</summary>
public sealed class IssuedToken
{
    /// <summary>The token, <c>k8s-aws-v1.</c> and what follows.</summary>
    public required string Token { get; init; }

    /// <summary>When a client should ask for a new one.</summary>
    public required DateTimeOffset Expiration { get; init; }

    /// <summary>The region that signed it.</summary>
    public required string Region { get; init; }
}

/// <summary>What an exec credential plugin has to say.</summary>
public sealed class ExecCredentialText
{
    /// <summary>One line of JSON in ASCII, for standard output. Holds the token.</summary>
    public required string Json { get; init; }

    /// <summary>One line for standard error where the client's request is odd; else null.</summary>
    public string? Note { get; init; }
}

/// <summary>Which program kubectl runs for a credential. Each value is a bit of its own, so that a list of them can be told from one.</summary>
public enum ExecCommandKind
{
    /// <summary>eks-token where it stands at a path that lasts; otherwise pwsh.</summary>
    Auto = 1,

    /// <summary>The native helper, eks-token.</summary>
    Native = 2,

    /// <summary>PowerShell with this module.</summary>
    PowerShell = 4,

    /// <summary>The AWS CLI.</summary>
    AwsCli = 8,
}

/// <summary>What to write into a kubeconfig.</summary>
public sealed record KubeconfigRequest
{
    /// <summary>The file; <c>KUBECONFIG</c> or ~/.kube/config when null.</summary>
    public string? Path { get; init; }

    /// <summary>The context's name; the cluster's ARN when null.</summary>
    public string? Alias { get; init; }

    /// <summary>The user entry's name; the cluster's ARN, with the role behind it, when null.</summary>
    public string? UserAlias { get; init; }

    /// <summary>The http, https or socks5 proxy to the API server; what the file says already when null.</summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>A role that the token is made with.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Make the context the current one.</summary>
    public bool SetCurrentContext { get; init; }

    /// <summary>Which program kubectl runs.</summary>
    public ExecCommandKind ExecCommand { get; init; } = ExecCommandKind.Auto;

    /// <summary>pwsh by a name on PATH or by a path, for <see cref="ExecCommandKind.PowerShell"/>, which it makes of <see cref="ExecCommandKind.Auto"/>; <c>pwsh</c> when null.</summary>
    public string? PwshPath { get; init; }

    /// <summary>The folder of this module, as this session loaded it.</summary>
    public string? ModulePath { get; init; }

    /// <summary>True when the module can be found by its name (it stands on PSModulePath).</summary>
    public bool ModuleIsInstalled { get; init; }
}

/// <summary>What was written into a kubeconfig.</summary>
public sealed record EksKubeconfigEntry
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The context's name.</summary>
    public required string Context { get; init; }

    /// <summary>The name of the cluster entry.</summary>
    public required string Entry { get; init; }

    /// <summary>The name of the user entry.</summary>
    public required string User { get; init; }

    /// <summary>The program that kubectl runs.</summary>
    public required string ExecCommand { get; init; }

    /// <summary>Added, Updated or Unchanged.</summary>
    public required string Change { get; init; }

    /// <summary>What kubectl's process would do otherwise than this session, in plain words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
