namespace EksTools.Clusters;

/// <summary>
/// An EKS cluster. Property names are those that scripts know from AWS.Tools, except <see cref="ClusterRoleArn"/>: a property
/// named RoleArn would bind to cmdlets where another role is meant.
/// </summary>
public sealed record EksCluster
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's name, under the parameter name that cmdlets bind.</summary>
    public string ClusterName => Name;

    /// <summary>The region, such as <c>us-west-2</c>.</summary>
    public required string Region { get; init; }

    /// <summary>The Amazon Resource Name.</summary>
    public required string Arn { get; init; }

    /// <summary>CREATING, ACTIVE, DELETING, FAILED, UPDATING or PENDING.</summary>
    public required string Status { get; init; }

    /// <summary>The Kubernetes minor version, such as <c>1.34</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The EKS platform version, such as <c>eks.12</c>.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>The API server's URL; null until the control plane is there.</summary>
    public string? Endpoint { get; init; }

    /// <summary>When the cluster was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The role that the control plane assumes.</summary>
    public string? ClusterRoleArn { get; init; }

    /// <summary>The network that the cluster stands in.</summary>
    public EksVpcConfig? ResourcesVpcConfig { get; init; }

    /// <summary>Service addresses and their family.</summary>
    public EksKubernetesNetworkConfig? KubernetesNetworkConfig { get; init; }

    /// <summary>The cluster's identity provider.</summary>
    public EksIdentity? Identity { get; init; }

    /// <summary>The authority that signed the API server's certificate.</summary>
    public EksCertificateAuthority? CertificateAuthority { get; init; }

    /// <summary>How principals are let in.</summary>
    public EksAccessConfig? AccessConfig { get; init; }

    /// <summary>How long EKS supports the Kubernetes version.</summary>
    public EksUpgradePolicy? UpgradePolicy { get; init; }

    /// <summary>True when EKS refuses the cluster's deletion until this is switched off.</summary>
    public bool DeletionProtection { get; init; }

    /// <summary>What Kubernetes objects are encrypted with besides EKS's own key; empty when nothing is.</summary>
    public IReadOnlyList<EksEncryptionConfig> EncryptionConfig { get; init; } = [];

    /// <summary>The provisioned size of the control plane.</summary>
    public EksControlPlaneScalingConfig? ControlPlaneScalingConfig { get; init; }

    /// <summary>Whether traffic may be shifted away from an impaired zone.</summary>
    public EksZonalShiftConfig? ZonalShiftConfig { get; init; }

    /// <summary>The control plane log types that are sent to CloudWatch Logs.</summary>
    public IReadOnlyList<string> EnabledLogTypes { get; init; } = [];

    /// <summary>What EKS finds wrong with the cluster, each as <c>code: message</c>.</summary>
    public IReadOnlyList<string> HealthIssues { get; init; } = [];

    /// <summary>True when EksTools made the cluster and may remove it.</summary>
    public bool Managed { get; init; }

    /// <summary>The cluster's tags. Not called Tags, which would bind to AWS.Tools cmdlets' -Tag.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>The name, so that a cluster object does where a cluster's name is asked for.</summary>
    public override string ToString() => Name;
}

/// <summary>The network of a cluster.</summary>
public sealed record EksVpcConfig
{
    /// <summary>The VPC.</summary>
    public string? VpcId { get; init; }

    /// <summary>The subnets of the control plane's network interfaces.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>Further security groups of the control plane.</summary>
    public IReadOnlyList<string> SecurityGroupIds { get; init; } = [];

    /// <summary>The security group that EKS made for the cluster.</summary>
    public string? ClusterSecurityGroupId { get; init; }

    /// <summary>Whether the API server answers on the internet.</summary>
    public bool EndpointPublicAccess { get; init; }

    /// <summary>Whether the API server answers inside the VPC.</summary>
    public bool EndpointPrivateAccess { get; init; }

    /// <summary>From where the public endpoint may be reached.</summary>
    public IReadOnlyList<string> PublicAccessCidrs { get; init; } = [];

    /// <summary>The VPC, and where the API server answers.</summary>
    public override string ToString() => $"{VpcId}, {(EndpointPublicAccess, EndpointPrivateAccess) switch { (true, true) => "public and private", (true, false) => "public", _ => "private" }} endpoint";
}

/// <summary>Service addresses of a cluster.</summary>
/// <param name="IpFamily">ipv4 or ipv6.</param>
/// <param name="ServiceIpv4Cidr">The IPv4 range of Services.</param>
/// <param name="ServiceIpv6Cidr">The IPv6 range of Services.</param>
public sealed record EksKubernetesNetworkConfig(string? IpFamily, string? ServiceIpv4Cidr, string? ServiceIpv6Cidr)
{
    /// <summary>The family and the range of Services.</summary>
    public override string ToString() => $"{IpFamily} {ServiceIpv6Cidr ?? ServiceIpv4Cidr}";
}

/// <summary>The cluster's OpenID Connect issuer, nested as AWS.Tools nests it.</summary>
public sealed record EksIdentity(EksOidc Oidc)
{
    /// <summary>The issuer.</summary>
    public override string ToString() => Oidc.ToString();
}

/// <summary>The OpenID Connect issuer.</summary>
public sealed record EksOidc(string? Issuer)
{
    /// <summary>The issuer.</summary>
    public override string ToString() => Issuer ?? string.Empty;
}

/// <summary>The certificate authority, base64 of PEM.</summary>
public sealed record EksCertificateAuthority(string? Data)
{
    /// <summary>Its beginning: a screen has better uses.</summary>
    public override string ToString() => Data is { Length: > 16 } ? Data[..16] + "…" : Data ?? string.Empty;
}

/// <summary>How principals are let into a cluster.</summary>
/// <param name="AuthenticationMode">CONFIG_MAP, API_AND_CONFIG_MAP or API.</param>
public sealed record EksAccessConfig(string? AuthenticationMode)
{
    /// <summary>The mode.</summary>
    public override string ToString() => AuthenticationMode ?? string.Empty;
}

/// <summary>How long EKS supports a cluster's Kubernetes version.</summary>
/// <param name="SupportType">STANDARD or EXTENDED.</param>
public sealed record EksUpgradePolicy(string? SupportType)
{
    /// <summary>The type of support.</summary>
    public override string ToString() => SupportType ?? string.Empty;
}

/// <summary>What Kubernetes objects are encrypted with.</summary>
/// <param name="Provider">The key.</param>
/// <param name="Resources">The kinds of objects: secrets.</param>
public sealed record EksEncryptionConfig(EksEncryptionProvider Provider, IReadOnlyList<string> Resources)
{
    /// <summary>What is encrypted with which key.</summary>
    public override string ToString() => $"{string.Join(',', Resources)}: {Provider}";
}

/// <summary>A KMS key.</summary>
/// <param name="KeyArn">Its ARN.</param>
public sealed record EksEncryptionProvider(string? KeyArn)
{
    /// <summary>The key.</summary>
    public override string ToString() => KeyArn ?? string.Empty;
}

/// <summary>The provisioned size of a control plane.</summary>
/// <param name="Tier">standard, tier-xl, tier-2xl, tier-4xl or tier-8xl.</param>
public sealed record EksControlPlaneScalingConfig(string? Tier)
{
    /// <summary>The tier.</summary>
    public override string ToString() => Tier ?? string.Empty;
}

/// <summary>Whether Amazon Application Recovery Controller may shift traffic away from an impaired zone.</summary>
/// <param name="Enabled">True when it may.</param>
public sealed record EksZonalShiftConfig(bool Enabled)
{
    /// <summary>Enabled or disabled.</summary>
    public override string ToString() => Enabled ? "enabled" : "disabled";
}
