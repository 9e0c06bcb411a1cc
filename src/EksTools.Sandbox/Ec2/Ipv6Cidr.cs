using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Ec2;

/// <summary>An IPv6 block.</summary>
internal readonly record struct Ipv6Cidr(UInt128 Address, int Prefix)
{
    private UInt128 Mask => Prefix == 0 ? 0 : UInt128.MaxValue << (128 - Prefix);

    /// <summary>Reads a block; refuses what is none.</summary>
    public static Ipv6Cidr Parse(string text, string parameter)
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[0], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) || prefix > 128)
        {
            throw new AwsException("InvalidParameterValue", $"Value ({text}) for parameter {parameter} is invalid. This is not a valid IPv6 CIDR block.");
        }

        var block = new Ipv6Cidr(BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes()), prefix);
        return block with { Address = block.Address & block.Mask };
    }

    /// <summary>Whether the other lies within this.</summary>
    public bool Contains(Ipv6Cidr other) => other.Prefix >= Prefix && (other.Address & Mask) == Address;

    /// <summary>Whether the two share addresses.</summary>
    public bool Overlaps(Ipv6Cidr other) => Contains(other) || other.Contains(this);

    /// <summary>An address within the block.</summary>
    public string AddressAt(UInt128 offset)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address + offset);
        return new IPAddress(bytes).ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{AddressAt(0)}/{Prefix}";
}

/// <summary>An IPv6 block that a VPC or a subnet has.</summary>
internal sealed class Ipv6Association(string id, Ipv6Cidr block)
{
    public string Id { get; } = id;
    public Ipv6Cidr Block { get; } = block;
    public string State { get; set; } = "associating";
}
