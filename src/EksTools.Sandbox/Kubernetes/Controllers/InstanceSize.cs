namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>What an instance type brings to a node. The sandbox goes by the family's proportions, which hold for the types people take.</summary>
/// <param name="MaxPods">ENIs × (addresses − 1) + 2 of the usual types of that size.</param>
internal sealed record InstanceSize(int Cpus, int MemoryMebibytes, int MaxPods, string Architecture)
{
    public static InstanceSize Of(string instanceType)
    {
        var parts = instanceType.Split('.', 2);
        var family = parts[0];
        var size = parts.Length > 1 ? parts[1] : "large";
        var graviton = family.Length > 2 && family.AsSpan(1).IndexOf('g') is > 0 and var g && char.IsAsciiDigit(family[g]);
        var architecture = graviton || family == "a1" ? "arm64" : "amd64";
        var burstable = family.StartsWith('t');
        var (cpus, pods) = size switch
        {
            "nano" => (2, 4),
            "micro" => (2, 4),
            "small" => (2, 11),
            "medium" => (burstable ? 2 : 1, burstable ? 17 : 8),
            "large" => (2, burstable ? 35 : 29),
            "xlarge" => (4, 58),
            _ when size.EndsWith("xlarge", StringComparison.Ordinal) && int.TryParse(size[..^"xlarge".Length], out var multiple) => (4 * multiple, multiple < 4 ? 58 : multiple < 16 ? 234 : 737),
            _ => (2, 29),
        };
        var memory = (size, burstable) switch
        {
            ("nano", _) => 512,
            ("micro", _) => 1024,
            ("small", _) => 2048,
            ("medium", true) => 4096,
            _ => cpus * (family[0] switch { 'c' => 2048, 'r' or 'x' => 8192, _ => 4096 }),
        };
        return new(cpus, memory, pods, architecture);
    }
}
