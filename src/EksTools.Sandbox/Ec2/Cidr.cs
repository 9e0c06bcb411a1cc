using System.Net;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Ec2;

/// <summary>An IPv4 block.</summary>
internal readonly record struct Cidr(uint Address, int Prefix)
{
    private uint Mask => Prefix == 0 ? 0 : uint.MaxValue << (32 - Prefix);

    /// <summary>How many addresses it has.</summary>
    public long Size => 1L << (32 - Prefix);

    /// <summary>Reads a block; refuses what is none, or whose host bits are set when they must not be.</summary>
    public static Cidr Parse(string text, string parameter = "CidrBlock")
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || parts[0].Count(letter => letter == '.') != 3 || !IPAddress.TryParse(parts[0], out var address) || !int.TryParse(parts[1], out var prefix) || prefix is < 0 or > 32)
        {
            throw new AwsException("InvalidParameterValue", $"Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block.");
        }

        var bytes = address.GetAddressBytes();
        var block = new Cidr(((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3], prefix);
        // AWS puts 10.0.0.1/16 right to 10.0.0.0/16 by itself.
        return block with { Address = block.Address & block.Mask };
    }

    /// <summary>Whether the other lies within this.</summary>
    public bool Contains(Cidr other) => other.Prefix >= Prefix && (other.Address & Mask) == Address;

    /// <summary>Whether the two share addresses.</summary>
    public bool Overlaps(Cidr other) => Contains(other) || other.Contains(this);

    /// <summary>An address within the block.</summary>
    public string AddressAt(long offset)
    {
        var value = (uint)(Address + offset);
        return $"{value >> 24}.{(value >> 16) & 255}.{(value >> 8) & 255}.{value & 255}";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{AddressAt(0)}/{Prefix}";
}
