using EksTools.Core.Networking.Subnets;

namespace EksTools.Core.LoadBalancing.AwsResources;

/// <summary>A certificate of ACM.</summary>
/// <param name="Status">ISSUED, PENDING_VALIDATION, EXPIRED and so on.</param>
/// <param name="Names">Its domain names.</param>
/// <param name="End">When it ends; null where it has not begun.</param>
/// <param name="IsRenewed">Whether ACM renews it by itself: one that ACM issued.</param>
internal sealed record CertificateFacts(string Status, IReadOnlyList<string> Names, DateTimeOffset? End, bool IsRenewed);

/// <summary>An Elastic IP address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Holder">What it is associated with; null for nothing.</param>
internal sealed record AddressFacts(string Address, string? Holder);

/// <summary>A security group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tag">The tag Name; null for none.</param>
/// <param name="Vpc">Its VPC.</param>
internal sealed record SecurityGroupFacts(string Id, string? Tag, string Vpc);

/// <summary>What AWS said of the things that annotations name. What is not in here was not looked at; null stands for what is not there.</summary>
internal sealed record ResourceFacts
{
    /// <summary>The account that the cluster is in.</summary>
    public required string Account { get; init; }

    /// <summary>The cluster's VPC.</summary>
    public required string Vpc { get; init; }

    /// <summary>Now, for what ends.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Certificates of ACM by ARN.</summary>
    public IReadOnlyDictionary<string, CertificateFacts?> Certificates { get; init; } = new Dictionary<string, CertificateFacts?>();

    /// <summary>Elastic IP addresses by allocation.</summary>
    public IReadOnlyDictionary<string, AddressFacts?> Addresses { get; init; } = new Dictionary<string, AddressFacts?>();

    /// <summary>The subnets of the cluster's VPC; null where nobody looked.</summary>
    public IReadOnlyList<SubnetFacts>? Subnets { get; init; }

    /// <summary>Subnets that are named and not in the cluster's VPC, with the VPC that they are in, or null.</summary>
    public IReadOnlyDictionary<string, string?> OtherSubnets { get; init; } = new Dictionary<string, string?>();

    /// <summary>The security groups of the cluster's VPC, and those of others that are named; null where nobody looked.</summary>
    public IReadOnlyList<SecurityGroupFacts>? SecurityGroups { get; init; }
}
