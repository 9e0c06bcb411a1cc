using System.Globalization;
using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An instance type with AWS's published figures.</summary>
/// <param name="Interfaces">The most network interfaces.</param>
/// <param name="Addresses">The most IPv4 addresses of each.</param>
internal sealed record InstanceType(string Name, int Cpus, int MemoryMiB, int Interfaces, int Addresses)
{
    // name, vCPUs, GiB, network interfaces, IPv4 addresses per interface
    private const string Figures = """
        t2.micro 1 1 2 2|t2.small 1 2 3 4|t2.medium 2 4 3 6|t2.large 2 8 3 12
        t3.nano 2 0.5 2 2|t3.micro 2 1 2 2|t3.small 2 2 3 4|t3.medium 2 4 3 6|t3.large 2 8 3 12|t3.xlarge 4 16 4 15|t3.2xlarge 8 32 4 15
        t3a.medium 2 4 3 6|t3a.large 2 8 3 12|t4g.small 2 2 3 4|t4g.medium 2 4 3 6|t4g.large 2 8 3 12|t4g.xlarge 4 16 4 15
        m5.large 2 8 3 10|m5.xlarge 4 16 4 15|m5.2xlarge 8 32 4 15|m5.4xlarge 16 64 8 30|m5.8xlarge 32 128 8 30|m5.12xlarge 48 192 8 30|m5.16xlarge 64 256 15 50|m5.24xlarge 96 384 15 50
        m5a.large 2 8 3 10|m5a.xlarge 4 16 4 15|m6i.large 2 8 3 10|m6i.xlarge 4 16 4 15|m6i.2xlarge 8 32 4 15|m6i.4xlarge 16 64 8 30|m6a.large 2 8 3 10|m6a.xlarge 4 16 4 15
        m6g.large 2 8 3 10|m6g.xlarge 4 16 4 15|m7g.medium 1 4 2 4|m7g.large 2 8 3 10|m7g.xlarge 4 16 4 15|m7g.2xlarge 8 32 4 15|m7i.large 2 8 3 10|m7i.xlarge 4 16 4 15|m6i.24xlarge 96 384 15 50|m8i.large 2 8 3 20|g4dn.xlarge 4 16 3 10
        c5.large 2 4 3 10|c5.xlarge 4 8 4 15|c5.2xlarge 8 16 4 15|c5.4xlarge 16 32 8 30|c5.9xlarge 36 72 8 30|c5.18xlarge 72 144 15 50|c6i.large 2 4 3 10|c6i.xlarge 4 8 4 15|c6g.large 2 4 3 10|c7g.large 2 4 3 10|c7g.xlarge 4 8 4 15
        r5.large 2 16 3 10|r5.xlarge 4 32 4 15|r6i.large 2 16 3 10|r6g.large 2 16 3 10|r7g.large 2 16 3 10
        """;

    private static readonly Dictionary<string, InstanceType> ByName = Figures.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .Select(part => new InstanceType(part[0], int.Parse(part[1], CultureInfo.InvariantCulture), (int)(double.Parse(part[2], CultureInfo.InvariantCulture) * 1024), int.Parse(part[3], CultureInfo.InvariantCulture), int.Parse(part[4], CultureInfo.InvariantCulture)))
        .ToDictionary(type => type.Name);

    /// <summary>Every type.</summary>
    public static IEnumerable<InstanceType> All => ByName.Values;

    /// <summary>Whether it is a Graviton type.</summary>
    public string Architecture => Name.Split('.')[0].IndexOf('g', 1) > 0 ? "arm64" : "x86_64";

    private bool IsNitro => !Name.StartsWith("t2.", StringComparison.Ordinal);

    /// <summary>A type or null.</summary>
    public static InstanceType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The oldest zone of us-east-1 offers no Nitro types.</summary>
    public bool IsOfferedIn(string zoneId) => zoneId != "use1-az3" || !IsNitro;

    /// <summary>Whether the type passes a filter.</summary>
    public bool Passes(string filter, IReadOnlyList<string> wanted) => (filter switch
    {
        "instance-type" => Name,
        "processor-info.supported-architecture" => Architecture,
        "vcpu-info.default-vcpus" => Cpus.ToString(CultureInfo.InvariantCulture),
        "memory-info.size-in-mib" => MemoryMiB.ToString(CultureInfo.InvariantCulture),
        "hypervisor" => IsNitro ? "nitro" : "xen",
        "current-generation" => IsNitro ? "true" : "false",
        "bare-metal" => "false",
        "burstable-performance-supported" => Name[0] == 't' ? "true" : "false",
        "network-info.maximum-network-interfaces" => Interfaces.ToString(CultureInfo.InvariantCulture),
        "supported-usage-class" => wanted.Intersect(["on-demand", "spot"]).FirstOrDefault() ?? "",
        _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter}' is invalid"),
    }) is var value && wanted.Any(pattern => Filters.Like(pattern, value));

    /// <summary>The type as DescribeInstanceTypes answers it.</summary>
    public XElement?[] Write() =>
    [
        X("instanceType", Name), X("currentGeneration", IsNitro), X("freeTierEligible", Name is "t2.micro" or "t3.micro"), ItemValues("supportedUsageClasses", ["on-demand", "spot"]), ItemValues("supportedRootDeviceTypes", ["ebs"]),
        ItemValues("supportedVirtualizationTypes", ["hvm"]), X("bareMetal", false), X("hypervisor", IsNitro ? "nitro" : "xen"), X("processorInfo", ItemValues("supportedArchitectures", [Architecture])),
        X("vCpuInfo", X("defaultVCpus", Cpus)), X("memoryInfo", X("sizeInMiB", MemoryMiB)), X("instanceStorageSupported", false),
        X("networkInfo", X("maximumNetworkInterfaces", Interfaces), X("maximumNetworkCards", 1), X("defaultNetworkCardIndex", 0),
            Items("networkCards", [[X("networkCardIndex", 0), X("maximumNetworkInterfaces", Interfaces)]]), X("ipv4AddressesPerInterface", Addresses), X("ipv6AddressesPerInterface", Addresses), X("ipv6Supported", true),
            X("enaSupport", IsNitro ? "required" : "unsupported"), X("efaSupported", false)),
        X("burstablePerformanceSupported", Name[0] == 't'),
        Name.StartsWith("g4dn.", StringComparison.Ordinal) ? X("gpuInfo", Items("gpus", [[X("name", "T4"), X("manufacturer", "NVIDIA"), X("count", 1), X("memoryInfo", X("sizeInMiB", 16384))]]), X("totalGpuMemoryInMiB", 16384)) : null,
    ];
}
