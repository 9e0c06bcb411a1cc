namespace EksTools.Sandbox.Account;

/// <summary>An availability zone as one account sees it.</summary>
internal sealed record Zone(string Name, string Id);

/// <summary>A region: its partition and zones. The letters stand for the zone ids in an order that one account might see.</summary>
internal sealed record Region(string Name, string Partition, IReadOnlyList<Zone> Zones)
{
    private static readonly Dictionary<string, Region> All = new[]
    {
        Of("us-east-1", "aws", "use1", "a1 b2 c4 d6 e3 f5"), Of("us-east-2", "aws", "use2", "a1 b2 c3"),
        Of("us-west-1", "aws", "usw1", "a1 b2 c3"), Of("us-west-2", "aws", "usw2", "a1 b2 c3 d4"),
        Of("ca-central-1", "aws", "cac1", "a1 b2 c3 d4"), Of("sa-east-1", "aws", "sae1", "a1 b2 c3"),
        Of("eu-west-1", "aws", "euw1", "a1 b2 c3"), Of("eu-west-2", "aws", "euw2", "a2 b3 c1"), Of("eu-west-3", "aws", "euw3", "a1 b2 c3"),
        Of("eu-central-1", "aws", "euc1", "a2 b3 c1"), Of("eu-north-1", "aws", "eun1", "a1 b2 c3"), Of("eu-south-1", "aws", "eus1", "a1 b2 c3"),
        Of("ap-south-1", "aws", "aps1", "a1 b3 c2"), Of("ap-southeast-1", "aws", "apse1", "a2 b1 c3"), Of("ap-southeast-2", "aws", "apse2", "a1 b3 c2"),
        Of("ap-northeast-1", "aws", "apne1", "a4 c1 d2"), Of("ap-northeast-2", "aws", "apne2", "a1 b2 c3 d4"),
        Of("ca-west-1", "aws", "caw1", "a1 b2 c3"), Of("eu-central-2", "aws", "euc2", "a1 b2 c3"), Of("me-south-1", "aws", "mes1", "a1 b2 c3"),
        Of("af-south-1", "aws", "afs1", "a1 b2 c3"), Of("ap-northeast-3", "aws", "apne3", "a3 b1 c2"), Of("ap-southeast-3", "aws", "apse3", "a1 b2 c3"),
        Of("cn-north-1", "aws-cn", "cnn1", "a1 b2 d4"), Of("cn-northwest-1", "aws-cn", "cnnw1", "a1 b2 c3"),
        Of("us-gov-west-1", "aws-us-gov", "usgw1", "a1 b2 c3"), Of("us-gov-east-1", "aws-us-gov", "usge1", "a1 b2 c3"),
    }.ToDictionary(region => region.Name);

    /// <summary>Zones in which EKS runs no control plane.</summary>
    public static IReadOnlySet<string> ZonesWithoutEks { get; } = new HashSet<string> { "use1-az3", "usw1-az2", "cac1-az3" };

    /// <summary>The suffix of the partition's host names.</summary>
    public string DnsSuffix => Partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>The suffix of private DNS names of instances.</summary>
    public string InternalSuffix => Name == "us-east-1" ? "ec2.internal" : $"{Name}.compute.internal";

    /// <summary>A region by name or null.</summary>
    public static Region? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The regions of a partition.</summary>
    public static IReadOnlyList<Region> Of(string partition) => [.. All.Values.Where(region => region.Partition == partition)];

    private static Region Of(string name, string partition, string prefix, string zones) =>
        new(name, partition, [.. zones.Split(' ').Select(zone => new Zone($"{name}{zone[0]}", $"{prefix}-az{zone[1]}"))]);
}
