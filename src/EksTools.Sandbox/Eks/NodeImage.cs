using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EksTools.Sandbox.Eks;

/// <summary>What a node group's image makes of its launch template: the system, and what user data tells the kubelet.</summary>
internal static partial class NodeImage
{
    /// <summary>As the node names its image.</summary>
    public static string Name(string amiType) => amiType switch
    {
        _ when amiType.StartsWith("WINDOWS_", StringComparison.Ordinal) => $"Windows Server {amiType.Split('_')[2]} Datacenter",
        _ when amiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) => "Bottlerocket OS 1.51.0 (aws-k8s)",
        _ when amiType.StartsWith("AL2_", StringComparison.Ordinal) => "Amazon Linux 2",
        _ => "Amazon Linux 2023.9.20250929",
    };

    /// <summary>What EKS refuses of the launch template for such an image; null when it fits.</summary>
    public static string? Misfit(Nodegroup group)
    {
        var data = group.TemplateVersion?.Data;
        if (UserData(group) is { } text && (group.AmiType.StartsWith("AL2", StringComparison.Ordinal) ? !text.StartsWith("MIME-Version: 1.0\n", StringComparison.Ordinal) : group.AmiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) && !text.StartsWith('[')))
        {
            return group.AmiType.StartsWith("AL2", StringComparison.Ordinal) ? "Ec2LaunchTemplateInvalidConfiguration: User data was not in the MIME multipart format." : "Ec2LaunchTemplateInvalidConfiguration: User data was not in the TOML format.";
        }

        // EC2 refuses a volume smaller than the snapshot that it starts from, which only shows when an instance is launched.
        var (device, smallest) = group.IsWindows ? ("/dev/sda1", 50) : group.AmiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) ? ("/dev/xvdb", 20) : ("/dev/xvda", 20);
        return data?.List("BlockDeviceMapping").Where(mapping => mapping.Get("DeviceName") == device).Select(mapping => mapping.Structure("Ebs").Get("VolumeSize")).OfType<string>()
            .Where(size => int.Parse(size, CultureInfo.InvariantCulture) < smallest)
            .Select(size => $"Volume of size {size}GB is smaller than snapshot, expect size >= {smallest}GB").FirstOrDefault();
    }

    /// <summary>The most pods that user data says; null when it says nothing of them.</summary>
    public static int? MaxPods(Nodegroup group) => UserData(group) is { } text && (group.AmiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) ? Toml() : NodeConfig()).Match(text) is { Success: true } match
        ? int.Parse(match.Groups["pods"].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    private static string? UserData(Nodegroup group) => group.TemplateVersion?.Data.Get("UserData") is { } encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : null;

    // The part that nodeadm looks for, between boundaries.
    [GeneratedRegex(@"boundary=""(?<boundary>[^""]+)""\n\n--\k<boundary>\nContent-Type: application/node\.eks\.aws\n\n.*kind: NodeConfig\nspec:\n  kubelet:\n    config:\n      maxPods: (?<pods>\d+)\n.*--\k<boundary>--", RegexOptions.Singleline)]
    private static partial Regex NodeConfig();

    [GeneratedRegex(@"^\[settings\.kubernetes\]\nmax-pods = (?<pods>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Toml();
}
