using System.Globalization;
using System.Net;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>The range that a cluster's Services take their addresses from.</summary>
internal sealed class ServiceRange
{
    /// <summary>What EKS takes for a VPC outside of it.</summary>
    public const string Usual = "10.100.0.0/16";

    // Addresses beyond are there, and left alone.
    private const int BitsAtMost = 16;

    // The first ones are for Services that are given theirs.
    private const int Kept = 256, KeptOfFew = 16;
    private readonly byte[] _network;
    private readonly int _bits;

    public ServiceRange(string cidr)
    {
        var parts = cidr.Split('/');
        _network = IPAddress.Parse(parts[0]).GetAddressBytes();
        _bits = Math.Min(BitsAtMost, (_network.Length * 8) - int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>That of <c>kubernetes</c>, the API server.</summary>
    public string ApiServer => AddressAt(1);

    /// <summary>That of <c>kube-dns</c>.</summary>
    public string Dns => AddressAt(10);

    /// <summary>An address that is not taken, the same for a number as long as it is free.</summary>
    public string Free(int number, IReadOnlySet<string?> used)
    {
        var kept = 1 << _bits > Kept * 2 ? Kept : KeptOfFew;
        for (var tried = 0; tried < 1 << _bits; tried++)
        {
            var offset = (number + tried) & ((1 << _bits) - 1);
            if (offset >= kept && AddressAt(offset) is var address && !used.Contains(address))
            {
                return address;
            }
        }

        throw new InvalidOperationException("No address of the Services' range is free.");
    }

    private string AddressAt(int offset)
    {
        var bytes = (byte[])_network.Clone();
        bytes[^1] += (byte)offset;
        bytes[^2] += (byte)(offset >> 8);
        return new IPAddress(bytes).ToString();
    }
}
