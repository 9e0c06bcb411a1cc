namespace EksTools.Core.Networking.Subnets;

/// <summary>What is known of a subnet.</summary>
internal sealed record SubnetFacts
{
    public const string PublicRole = "kubernetes.io/role/elb";
    public const string InternalRole = "kubernetes.io/role/internal-elb";
    private const string ClusterPrefix = "kubernetes.io/cluster";

    public required string Id { get; init; }

    public required string Zone { get; init; }

    /// <summary>availability-zone, local-zone, wavelength-zone or outpost.</summary>
    public string Locale { get; init; } = "availability-zone";

    public string Cidr { get; init; } = string.Empty;

    public bool IsPublic { get; init; }

    /// <summary>The route to the internet gateway leads nowhere: the gateway is detached or gone.</summary>
    public bool IsBlackhole { get; init; }

    public string RouteTableId { get; init; } = string.Empty;

    public int Free { get; init; }

    public bool IsControlPlane { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The tags that controllers look at.</summary>
    public IEnumerable<KeyValuePair<string, string>> KubernetesTags => Tags.Where(static tag => tag.Key is PublicRole or InternalRole || tag.Key.StartsWith(ClusterPrefix, StringComparison.Ordinal));

    public static string RoleOf(string scheme) => scheme == SubnetScheme.Internal ? InternalRole : PublicRole;

    public static string ClusterTag(string cluster) => $"{ClusterPrefix}/{cluster}";

    public bool HasRole(string scheme) => Tags.ContainsKey(RoleOf(scheme));

    /// <summary>As the AWS Load Balancer Controller wants it: the value is empty or 1.</summary>
    public bool HasRoleValue(string scheme) => Tags.GetValueOrDefault(RoleOf(scheme)) is "" or "1";

    public bool IsOf(string cluster) => Tags.ContainsKey(ClusterTag(cluster));

    /// <summary>Tagged for clusters, and this is none of them.</summary>
    public bool IsForeignTo(string cluster) => !IsOf(cluster) && Tags.Keys.Any(static key => key.StartsWith(ClusterPrefix, StringComparison.Ordinal));
}

/// <summary>Whom a load balancer serves, in the words of its annotations.</summary>
internal static class SubnetScheme
{
    public const string Internal = "internal";
    public const string InternetFacing = "internet-facing";

    public static IReadOnlyList<string> All { get; } = [InternetFacing, Internal];
}
