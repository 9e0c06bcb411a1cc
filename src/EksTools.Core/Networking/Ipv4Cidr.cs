using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EksTools.Core.Networking;

/// <summary>An IPv4 range whose address is that of its network, such as 192.168.0.0/16.</summary>
internal readonly record struct Ipv4Cidr
{
    private Ipv4Cidr(uint network, int prefixLength)
    {
        Network = network;
        PrefixLength = prefixLength;
    }

    /// <summary>The first address, as a number.</summary>
    public uint Network { get; }

    /// <summary>Leading bits that all addresses share, 0 to 32.</summary>
    public int PrefixLength { get; }

    /// <summary>How many addresses.</summary>
    public ulong Size => 1UL << (32 - PrefixLength);

    private ulong End => Network + Size;

    /// <summary>Reads ADDRESS/LENGTH; false for anything else. With bits beyond the length it is false too, and gives the range that the address lies in.</summary>
    public static bool TryParse(string? text, out Ipv4Cidr cidr)
    {
        cidr = default;
        string[] parts = text?.Split('/') ?? [];
        if (parts.Length != 2
            || parts[0].Count(static c => c == '.') != 3
            || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || address.AddressFamily != AddressFamily.InterNetwork

            // A leading zero would make an octal number of a part.
            || address.ToString() != parts[0]
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > 32)
        {
            return false;
        }

        uint number = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        cidr = new Ipv4Cidr(number & Mask(length), length);
        return cidr.Network == number;
    }

    /// <summary>The equal parts of a longer prefix, in order.</summary>
    public IEnumerable<Ipv4Cidr> Split(int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, PrefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, 32);
        ulong count = 1UL << (prefixLength - PrefixLength);
        ulong step = 1UL << (32 - prefixLength);
        for (ulong index = 0; index < count; index++)
        {
            yield return new Ipv4Cidr((uint)(Network + (index * step)), prefixLength);
        }
    }

    public bool Contains(Ipv4Cidr other) => Network <= other.Network && other.End <= End;

    public bool Overlaps(Ipv4Cidr other) => Network < other.End && other.Network < End;

    public override string ToString()
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Network);
        return $"{new IPAddress(bytes)}/{PrefixLength}";
    }

    private static uint Mask(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);
}
