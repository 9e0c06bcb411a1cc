namespace EksTools.Core.Access.Kubeconfig;

/// <summary>What a kubeconfig's exec plugin is to get a token for, and as whom.</summary>
internal sealed record ExecTarget
{
    /// <summary>The EKS cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's AWS region.</summary>
    public required string Region { get; init; }

    /// <summary>The role to assume for the token, or null.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The AWS profile; it goes into the environment (AWS_PROFILE), where names with spaces are safe.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Further environment variables for the plugin, for instance AWS_ENDPOINT_URL.</summary>
    public IReadOnlyList<ExecVariable> Environment { get; init; } = [];
}
