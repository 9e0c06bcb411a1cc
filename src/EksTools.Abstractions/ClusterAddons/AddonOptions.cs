namespace EksTools.ClusterAddons;

/// <summary>An EKS add-on that is to be.</summary>
public sealed record AddonOptions
{
    /// <summary>The add-on's name, such as <c>aws-ebs-csi-driver</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The add-on's version, such as <c>v1.44.0-eksbuild.1</c>; EKS's default for the cluster's version when null, and the newest for <c>latest</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Settings as JSON or YAML, as the add-on's schema allows; none when null.</summary>
    public string? ConfigurationValues { get; init; }

    /// <summary>The role of the add-on's service account by IRSA; none when null.</summary>
    public string? ServiceAccountRoleArn { get; init; }

    /// <summary>NONE, OVERWRITE or PRESERVE: what becomes of settings that someone else made; EKS's default when null.</summary>
    public string? ResolveConflicts { get; init; }
}
