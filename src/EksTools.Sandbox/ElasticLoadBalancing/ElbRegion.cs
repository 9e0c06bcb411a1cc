using System.Security.Cryptography;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Where a load balancer is in a subnet.</summary>
/// <param name="Address">The Elastic IP address that it takes there; null for one of AWS's own.</param>
/// <param name="PrivateIp">The private address that it takes there; null for any.</param>
internal sealed record SubnetMapping(Subnet Subnet, ElasticIp? Address = null, string? PrivateIp = null);

/// <summary>Elastic Load Balancing of the account in one region: Classic, Application and Network Load Balancers.</summary>
internal sealed class ElbRegion(AwsAccount account, Region region)
{
    private const int AddressesNeeded = 8;

    public AwsAccount Account { get; } = account;

    public Region Region { get; } = region;

    public Ec2Region Ec2 => Account.Ec2(Region.Name);

    public List<LoadBalancer> LoadBalancers { get; } = [];

    public List<ClassicLoadBalancer> Classic { get; } = [];

    public List<TargetGroup> TargetGroups { get; } = [];

    /// <summary>An identifier as those at the end of its ARNs.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>An ARN of the service.</summary>
    public string Arn(string resource) => Account.Arn("elasticloadbalancing", Region.Name, resource);

    /// <summary>Makes a load balancer of the second generation; it is active after a while.</summary>
    /// <exception cref="Protocols.AwsException">As AWS refuses it.</exception>
    public LoadBalancer Create(LoadBalancerDesign design)
    {
        var vpc = design.Mappings[0].Subnet.VpcId;
        Check(design.Mappings, vpc, design.Scheme, design.SecurityGroupIds, design.IsApplication ? AddressesNeeded : 1);
        if (design.IsApplication && design.Mappings.DistinctBy(mapping => mapping.Subnet.Zone.Id).Count() < 2)
        {
            throw ElbErrors.Invalid("At least two subnets in two different Availability Zones must be specified");
        }

        var made = new LoadBalancer(this, design, vpc);
        LoadBalancers.Add(made);
        made.Interfaces.AddRange(Attach(design.Mappings, $"ELB {made.Path}", design.IsApplication ? "interface" : "network_load_balancer", design.Scheme, design.SecurityGroupIds));
        Account.After(Account.Options.Durations.LoadBalancer, () => made.State = "active");
        return made;
    }

    /// <summary>Makes a Classic Load Balancer.</summary>
    /// <exception cref="Protocols.AwsException">As AWS refuses it.</exception>
    public ClassicLoadBalancer CreateClassic(string name, string scheme, IReadOnlyList<Subnet> subnets, IReadOnlyList<string> groups, Dictionary<string, string> tags)
    {
        List<SubnetMapping> mappings = [.. subnets.Select(subnet => new SubnetMapping(subnet))];
        Check(mappings, subnets[0].VpcId, scheme, groups, AddressesNeeded);
        var made = new ClassicLoadBalancer(this, name, scheme, subnets, groups) { Tags = tags };
        Classic.Add(made);
        made.Interfaces.AddRange(Attach(mappings, $"ELB {name}", "interface", scheme, groups));
        return made;
    }

    /// <summary>Takes a load balancer away; its interfaces stay a while and hold what they are in.</summary>
    public void Delete(LoadBalancer balancer)
    {
        if (LoadBalancers.Remove(balancer))
        {
            Release(balancer.Interfaces);
        }
    }

    /// <summary>Takes a Classic Load Balancer away; its interfaces stay a while and hold what they are in.</summary>
    public void Delete(ClassicLoadBalancer balancer)
    {
        if (Classic.Remove(balancer))
        {
            Release(balancer.Interfaces);
        }
    }

    /// <summary>Gives the interfaces other security groups.</summary>
    public static void SetGroups(IEnumerable<NetworkInterface> interfaces, IReadOnlyList<string> groups)
    {
        foreach (var item in interfaces)
        {
            item.GroupIds.Clear();
            item.GroupIds.AddRange(groups);
        }
    }

    /// <summary>Brings a load balancer to exactly these subnets.</summary>
    public void Move(LoadBalancer balancer, IReadOnlyList<SubnetMapping> mappings)
    {
        List<SubnetMapping> added = [.. mappings.Where(mapping => balancer.Interfaces.TrueForAll(item => item.SubnetId != mapping.Subnet.Id))];
        List<NetworkInterface> left = [.. balancer.Interfaces.Where(item => mappings.All(mapping => mapping.Subnet.Id != item.SubnetId))];
        if (added.Count > 0)
        {
            Check(added, balancer.VpcId, balancer.Scheme, balancer.SecurityGroupIds, balancer.IsApplication ? AddressesNeeded : 1);
            balancer.Interfaces.AddRange(Attach(added, $"ELB {balancer.Path}", balancer.IsApplication ? "interface" : "network_load_balancer", balancer.Scheme, balancer.SecurityGroupIds));
        }

        balancer.Interfaces.RemoveAll(left.Contains);
        Release(left);
    }

    private void Check(IReadOnlyList<SubnetMapping> mappings, string vpc, string scheme, IReadOnlyList<string> groups, int needed)
    {
        if (mappings.Any(mapping => mapping.Subnet.VpcId != vpc))
        {
            throw ElbErrors.Configuration("All subnets must belong to the same VPC");
        }

        if (mappings.GroupBy(mapping => mapping.Subnet.Zone.Id).FirstOrDefault(zone => zone.Count() > 1) is { } twice)
        {
            throw ElbErrors.Configuration($"A load balancer cannot be attached to multiple subnets in the same Availability Zone ({twice.First().Subnet.Zone.Name})");
        }

        if (groups.FirstOrDefault(id => Ec2.Find<SecurityGroup>(id)?.VpcId != vpc) is { } missing)
        {
            throw ElbErrors.GroupMissing(missing);
        }

        if (scheme == LoadBalancer.InternetFacing && !Ec2.All<InternetGateway>().Any(gateway => gateway.VpcId == vpc))
        {
            throw ElbErrors.NoGateway(vpc);
        }

        if (mappings.FirstOrDefault(mapping => mapping.Address is { Interface: not null }) is { } taken)
        {
            throw ElbErrors.AddressUnavailable(taken.Address!.Id);
        }

        if (mappings.FirstOrDefault(mapping => Ec2.FreeAddresses(mapping.Subnet) < needed) is { } full)
        {
            throw ElbErrors.TooFewAddresses(full.Subnet.Id, needed);
        }

        foreach (var mapping in mappings.Where(mapping => mapping.PrivateIp is not null))
        {
            if (Ec2.All<NetworkInterface>().Any(item => item.SubnetId == mapping.Subnet.Id && item.PrivateIp == mapping.PrivateIp))
            {
                throw ElbErrors.Configuration($"The private IP address '{mapping.PrivateIp}' is already in use in subnet '{mapping.Subnet.Id}'");
            }
        }
    }

    private List<NetworkInterface> Attach(IEnumerable<SubnetMapping> mappings, string description, string type, string scheme, IReadOnlyList<string> groups)
    {
        var made = new List<NetworkInterface>();
        foreach (var (subnet, address, privateIp) in mappings)
        {
            var item = Ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, privateIp ?? Ec2.NextPrivateAddress(subnet), Account.Now)
            {
                Description = description, InterfaceType = type, RequesterManaged = true, RequesterId = "amazon-elb", Attached = Account.Now, GroupIds = [.. groups],
                AllocationId = address?.Id,
                PublicIp = address?.PublicIp ?? (scheme == LoadBalancer.InternetFacing ? Ec2.NextPublicAddress() : null),
            });
            if (address is not null)
            {
                (address.Interface, address.AssociationId) = (item, AwsAccount.NewId("eipassoc"));
            }

            made.Add(item);
        }

        return made;
    }

    private void Release(IReadOnlyCollection<NetworkInterface> interfaces)
    {
        NetworkInterface[] left = [.. interfaces];
        Account.After(Account.Options.Durations.LoadBalancerDeletion, () =>
        {
            foreach (var item in left)
            {
                Ec2.Remove(item);
                foreach (var address in Ec2.All<ElasticIp>().Where(address => address.Interface == item))
                {
                    (address.Interface, address.AssociationId) = (null, null);
                }
            }
        });
    }
}
