using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Ec2;

/// <summary>EC2 of the account in one region.</summary>
internal sealed class Ec2Region(AwsAccount account, Region region)
{
    private readonly List<Ec2Resource> _resources = [];
    private readonly Dictionary<(string Operation, string Token), (string Fingerprint, Ec2Resource Resource)> _tokens = [];
    private int _publicAddresses;
    private uint _ipv6Blocks;

    public AwsAccount Account { get; } = account;

    public Region Region { get; } = region;

    /// <summary>All resources, oldest first.</summary>
    public IReadOnlyList<Ec2Resource> Resources => _resources;

    /// <summary>The resources of a kind, oldest first.</summary>
    public IEnumerable<T> All<T>() where T : Ec2Resource => _resources.OfType<T>();

    /// <summary>A resource or null.</summary>
    public T? Find<T>(string? id) where T : Ec2Resource => All<T>().FirstOrDefault(resource => resource.Id == id);

    /// <summary>A resource or its kind's error.</summary>
    public T Get<T>(string id, Kind kind) where T : Ec2Resource => Find<T>(id) ?? throw kind.NotFound(id);

    public T Add<T>(T resource) where T : Ec2Resource
    {
        _resources.Add(resource);
        return resource;
    }

    public void Remove(Ec2Resource resource) => _resources.Remove(resource);

    /// <summary>The resource that an earlier request with the same client token made, or a new one.</summary>
    public T Once<T>(AwsCall call, Func<T> create) where T : Ec2Resource
    {
        if (call.Parameters.Get("ClientToken") is not { Length: > 0 } token)
        {
            return create();
        }

        var key = (call.Operation, token);
        var fingerprint = call.Parameters.Fingerprint("Version");
        if (_tokens.TryGetValue(key, out var earlier) && _resources.Contains(earlier.Resource))
        {
            return earlier.Fingerprint == fingerprint ? (T)earlier.Resource
                : throw new AwsException("IdempotentParameterMismatch", $"The client token '{token}' was used before with other parameters.");
        }

        var made = create();
        _tokens[key] = (fingerprint, made);
        return made;
    }

    /// <summary>The tags that the request gives to a new resource of a type.</summary>
    public static Dictionary<string, string> ReadTags(AwsCall call, string type)
    {
        var specifications = call.Parameters.List("TagSpecification");
        foreach (var other in specifications.Select(specification => specification.Get("ResourceType")).Where(other => other != type))
        {
            throw new AwsException("InvalidParameterValue", $"'{other}' is not a valid taggable resource type for this operation.");
        }

        return CheckTags(specifications.SelectMany(specification => specification.Tags("Tag")).ToDictionary());
    }

    /// <summary>Refuses tags that EC2 refuses.</summary>
    public static Dictionary<string, string> CheckTags(Dictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw new AwsException("InvalidParameterValue", $"Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use");
            }

            if (key.Length is 0 or > 127 || value.Length > 255)
            {
                throw new AwsException("InvalidParameterValue", $"The tag key '{key}' must have 1 to 127 characters and its value at most 255.");
            }
        }

        return tags.Count > 50 ? throw new AwsException("TagLimitExceeded", "The maximum number of tags for a resource has been reached.") : tags;
    }

    /// <summary>A public address that no one else has; from a block for documentation.</summary>
    public string NextPublicAddress() => Cidr.Parse("198.51.100.0/24").AddressAt(++_publicAddresses % 254 + 1);

    /// <summary>An IPv6 block that no other VPC has, of the size that Amazon gives.</summary>
    public Ipv6Cidr NextIpv6Block() => new((UInt128)(0x2600_1f14_0e5a_0000UL + (++_ipv6Blocks << 8)) << 64, 56);

    /// <summary>An address of a subnet that nothing uses.</summary>
    public string NextPrivateAddress(Subnet subnet)
    {
        var used = All<NetworkInterface>().Where(item => item.SubnetId == subnet.Id).Select(item => item.PrivateIp).ToHashSet();
        // The first four addresses and the last are AWS's.
        for (long offset = 4; offset < subnet.Cidr.Size - 1; offset++)
        {
            if (subnet.Cidr.AddressAt(offset) is var address && !used.Contains(address))
            {
                return address;
            }
        }

        throw new AwsException("InsufficientFreeAddressesInSubnet", $"The specified subnet '{subnet.Id}' does not have enough free addresses to satisfy the request.");
    }

    /// <summary>How many addresses of a subnet are free.</summary>
    public long FreeAddresses(Subnet subnet) => subnet.Cidr.Size - 5 - All<NetworkInterface>().Count(item => item.SubnetId == subnet.Id);
}
