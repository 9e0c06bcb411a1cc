using System.Text.RegularExpressions;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>eksctl's AMI families and EKS's AMI types. A family and an instance type make an AMI type.</summary>
internal static partial class AmiFamilies
{
    public const string AmazonLinux2023 = "AmazonLinux2023", Bottlerocket = "Bottlerocket", BottlerocketFips = "BottlerocketFips";
    private const string Windows = "WindowsServer";

    /// <summary>Every family of the schema.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AmazonLinux2023, "AmazonLinux2", "UbuntuPro2604", "Ubuntu2604", "UbuntuPro2404", "Ubuntu2404", "UbuntuPro2204", "Ubuntu2204", "UbuntuPro2004", "Ubuntu2004", Bottlerocket, BottlerocketFips,
        "WindowsServer2019CoreContainer", "WindowsServer2019FullContainer", "WindowsServer2022CoreContainer", "WindowsServer2022FullContainer", "WindowsServer2025CoreContainer", "WindowsServer2025FullContainer",
    ];

    /// <summary>Whether EKS has images of a family for managed node groups that are not at their end.</summary>
    public static bool IsManaged(string family) => family is AmazonLinux2023 or Bottlerocket or BottlerocketFips || family.StartsWith(Windows, StringComparison.Ordinal);

    /// <summary>EKS's AMI type; null for Amazon Linux 2023, whose type is found by asking EC2 for the instance type.</summary>
    public static string? TypeOf(string family, string instanceType) => family switch
    {
        Bottlerocket or BottlerocketFips => $"BOTTLEROCKET_{(IsArm(instanceType) ? "ARM_64" : "x86_64")}{(IsNvidia(instanceType) ? "_NVIDIA" : string.Empty)}{(family == BottlerocketFips ? "_FIPS" : string.Empty)}",
        _ when WindowsFamily().Match(family) is { Success: true } match => $"WINDOWS_{match.Groups[2].Value.ToUpperInvariant()}_{match.Groups[1].Value}_x86_64",
        _ => null,
    };

    /// <summary>The family of an AMI type; null for an image of one's own.</summary>
    public static string? FamilyOf(string amiType) => amiType switch
    {
        _ when amiType.StartsWith("AL2023_", StringComparison.Ordinal) => AmazonLinux2023,
        _ when amiType.StartsWith("AL2_", StringComparison.Ordinal) => "AmazonLinux2",
        _ when amiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) => amiType.EndsWith("_FIPS", StringComparison.Ordinal) ? BottlerocketFips : Bottlerocket,
        _ when WindowsType().Match(amiType) is { Success: true } match => $"{Windows}{match.Groups[2].Value}{(match.Groups[1].Value == "CORE" ? "Core" : "Full")}Container",
        _ => null,
    };

    // By the letters of its name: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
    private static bool IsArm(string instanceType) => ArmType().IsMatch(instanceType);

    private static bool IsNvidia(string instanceType) => NvidiaType().IsMatch(instanceType) && !instanceType.StartsWith("g4ad.", StringComparison.Ordinal);

    [GeneratedRegex(@"^WindowsServer([0-9]{4})(Core|Full)Container\z", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsFamily();

    [GeneratedRegex(@"^WINDOWS_(CORE|FULL)_([0-9]{4})_x86_64\z", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsType();

    [GeneratedRegex(@"^(?:a1|[a-z]+[0-9]+[a-z]*g[a-z]*|[a-z]+[0-9]+[a-z]*-gb[0-9]+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex ArmType();

    [GeneratedRegex(@"^(?:p|g|gr)[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex NvidiaType();
}
