using System.Globalization;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An EBS volume. Nodes' root volumes are not kept: they go with their instance.</summary>
internal sealed class Volume(string id, int size, string type, string zone, DateTimeOffset created) : Ec2Resource(id, "volume", created)
{
    /// <summary>In GiB.</summary>
    public int Size { get; } = size;
    public string VolumeType { get; } = type;
    public string Zone { get; } = zone;

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "volume-id" => [Id],
        "availability-zone" => [Zone],
        "size" => [Size.ToString(CultureInfo.InvariantCulture)],
        "status" => ["available"],
        "volume-type" => [VolumeType],
        _ => null,
    };
}

/// <summary>EBS volumes, as a CSI driver makes them for persistent volume claims.</summary>
internal static class VolumeOperations
{
    public static readonly Kind Kind = new("VolumeId", "volumeSet", "InvalidVolume", "volume", "vol");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateVolume"] = Create,
        ["DescribeVolumes"] = call => Filters.Describe(call, Kind, call.Ec2().All<Volume>(), Write),
        ["DeleteVolume"] = Delete,
    };

    private static XElement?[] Create(AwsCall call)
    {
        var zone = call.Parameters.Require("AvailabilityZone");
        if (!int.TryParse(call.Parameters.Require("Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > 16384)
        {
            throw new AwsException("InvalidParameterValue", "Volume size must be between 1 and 16384 GiB.");
        }

        var volume = call.Ec2().Add(new Volume(AwsAccount.NewId("vol"), size, call.Parameters.Get("VolumeType") ?? "gp2", zone, call.Now) { Tags = Ec2Region.ReadTags(call, "volume") });
        return Write(volume);
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        call.Ec2().Remove(call.Ec2().Get<Volume>(call.Parameters.Require("VolumeId"), Kind));
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(Volume volume) =>
    [
        X("volumeId", volume.Id), X("size", volume.Size), X("volumeType", volume.VolumeType), X("availabilityZone", volume.Zone), X("status", "available"),
        X("createTime", volume.Created), X("encrypted", false), X("multiAttachEnabled", false), Items("attachmentSet", []), volume.WriteTags(),
    ];
}
