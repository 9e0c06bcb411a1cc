using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EksTools.Core.Networking;

/// <summary>An IPv6 range whose address is that of its network, such as 2600:1f14:e5a:100::/56.</summary>
internal readonly record struct Ipv6Cidr
{
    private readonly UInt128 network;

    private Ipv6Cidr(UInt128 network, int prefixLength)
    {
        this.network = network;
        PrefixLength = prefixLength;
    }

    /// <summary>Leading bits that all addresses share, 0 to 128.</summary>
    public int PrefixLength { get; }

    /// <summary>Reads ADDRESS/LENGTH; false for anything else. With bits beyond the length it is false too, and gives the range that the address lies in.</summary>
    public static bool TryParse(string? text, out Ipv6Cidr cidr)
    {
        cidr = default;
        string[] parts = text?.Split('/') ?? [];
        if (parts.Length != 2
            || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || address.AddressFamily != AddressFamily.InterNetworkV6
            || parts[0].AsSpan().ContainsAny('%', '[')
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > 128)
        {
            return false;
        }

        UInt128 number = BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());
        UInt128 mask = length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
        cidr = new Ipv6Cidr(number & mask, length);
        return cidr.network == number;
    }

    /// <summary>The part of a longer prefix that is so many after the first.</summary>
    public Ipv6Cidr Part(int prefixLength, int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, PrefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((UInt128)index, UInt128.One << (prefixLength - PrefixLength));
        return new Ipv6Cidr(network + ((UInt128)index << (128 - prefixLength)), prefixLength);
    }

    public override string ToString()
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, network);
        return $"{new IPAddress(bytes)}/{PrefixLength}";
    }
}
