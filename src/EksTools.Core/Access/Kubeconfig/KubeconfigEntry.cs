namespace EksTools.Core.Access.Kubeconfig;

/// <summary>One cluster as a kubeconfig holds it: a cluster entry, a user entry with an exec plugin, and the context that joins them.</summary>
internal sealed record KubeconfigEntry
{
    /// <summary>Name of the cluster entry; the AWS CLI uses the cluster's ARN.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The API server's URL.</summary>
    public required string Server { get; init; }

    /// <summary>The cluster's CA bundle: PEM in base64, as DescribeCluster returns it.</summary>
    public required string CertificateAuthorityData { get; init; }

    /// <summary>Proxy for the API server. Null leaves a proxy that the file already names.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>Name of the user entry. Two roles for one cluster need two users, or the second overwrites the first (aws-cli #4079).</summary>
    public required string UserName { get; init; }

    /// <summary>Name of the context entry.</summary>
    public required string ContextName { get; init; }

    /// <summary>The context's namespace. Null leaves a namespace that the file already names.</summary>
    public string? Namespace { get; init; }

    /// <summary>The exec credential plugin of the user entry.</summary>
    public required ExecUser Exec { get; init; }

    /// <summary>Whether current-context becomes <see cref="ContextName"/>.</summary>
    public bool SetCurrentContext { get; init; }
}

/// <summary>An exec credential plugin of client.authentication.k8s.io.</summary>
internal sealed record ExecUser
{
    /// <summary>The version that kubectl asks the plugin for.</summary>
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    /// <summary>A single executable: a bare name that is looked up on PATH, or a path.</summary>
    public required string Command { get; init; }

    /// <summary>The plugin's arguments, one argument each.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment variables that the plugin gets besides those of its client.</summary>
    public IReadOnlyList<ExecVariable> Env { get; init; } = [];

    /// <summary>Never, IfAvailable or Always; required by v1.</summary>
    public string InteractiveMode { get; init; } = "Never";

    /// <summary>Whether the client passes the cluster's details in KUBERNETES_EXEC_INFO.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>What a client prints when the command is not found.</summary>
    public string? InstallHint { get; init; }
}

/// <summary>One environment variable of an exec plugin.</summary>
internal sealed record ExecVariable(string Name, string Value);

/// <summary>What to take out of a kubeconfig. Names that are not there are no error.</summary>
internal sealed record KubeconfigRemoval
{
    /// <summary>The cluster entry to remove.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The user entry to remove.</summary>
    public string? UserName { get; init; }

    /// <summary>The context entry to remove.</summary>
    public string? ContextName { get; init; }

    /// <summary>
    /// Whether contexts that name a removed cluster or user go too, and clusters and users that only removed contexts named.
    /// </summary>
    public bool Orphans { get; init; } = true;

    /// <summary>The contexts of the files that a client reads together with this one: they count for what is still named, and what the removed ones among them named goes too.</summary>
    public IReadOnlyList<KubeconfigContext> Elsewhere { get; init; } = [];
}

/// <summary>A context entry as read.</summary>
internal sealed record KubeconfigContext(string Name, string? Cluster, string? User, string? Namespace);

/// <summary>A cluster entry as read.</summary>
internal sealed record KubeconfigCluster(string Name, string? Server);
