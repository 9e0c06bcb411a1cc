using System.Text.RegularExpressions;
using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Application and Network Load Balancers.</summary>
internal static partial class LoadBalancerOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateLoadBalancer"] = Create,
        ["DescribeLoadBalancers"] = Describe,
        ["DeleteLoadBalancer"] = Delete,
        ["DescribeLoadBalancerAttributes"] = call => [ElbServices.WriteAttributes(Named(call).Attributes)],
        ["ModifyLoadBalancerAttributes"] = Modify,
        ["SetSecurityGroups"] = SetSecurityGroups,
        ["SetSubnets"] = SetSubnets,
    };

    /// <summary>The load balancer that the request names.</summary>
    public static LoadBalancer Named(AwsCall call)
    {
        var arn = call.Parameters.Require("LoadBalancerArn");
        return call.Elb().LoadBalancers.Find(balancer => balancer.Arn == arn) ?? throw ElbErrors.LoadBalancersMissing();
    }

    /// <summary>Refuses names that AWS refuses.</summary>
    public static string CheckName(string name, string what)
    {
        if (name.Length is 0 or > 32)
        {
            throw ElbErrors.Invalid($"{what} name '{name}' cannot be longer than '32' characters");
        }

        return Name().IsMatch(name) && !name.StartsWith("internal-", StringComparison.Ordinal) ? name
            : throw ElbErrors.Invalid($"{what} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-), cannot begin or end with a hyphen, and cannot begin with 'internal-'");
    }

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (elb, parameters) = (call.Elb(), call.Parameters);
        var name = CheckName(parameters.Require("Name"), "Load balancer");
        var type = parameters.Get("Type") ?? "application";
        var scheme = parameters.Get("Scheme") ?? LoadBalancer.InternetFacing;
        if (type is not ("application" or "network") || scheme is not (LoadBalancer.Internal or LoadBalancer.InternetFacing))
        {
            throw ElbErrors.Invalid($"The type must be application or network, and the scheme internal or internet-facing; they are {type} and {scheme}.");
        }

        var mappings = ReadMappings(call);
        if (mappings.Count == 0)
        {
            throw ElbErrors.Invalid(type == "application" ? "At least two subnets in two different Availability Zones must be specified" : "At least one subnet must be specified");
        }

        var groups = parameters.Strings("SecurityGroups");
        var made = new LoadBalancerDesign
        {
            Name = name, Type = type, Scheme = scheme, Mappings = mappings, IpAddressType = parameters.Get("IpAddressType") ?? "ipv4", Tags = ElbServices.ReadTags(call),
            SecurityGroupIds = groups.Count > 0 || type == "network" ? groups : [elb.Ec2.All<SecurityGroup>().First(group => group.VpcId == mappings[0].Subnet.VpcId && group.Name == "default").Id],
        };
        if (elb.LoadBalancers.Find(other => other.Name == name) is { } there)
        {
            return there.Type == type && there.Scheme == scheme && there.SubnetIds.ToHashSet().SetEquals(mappings.Select(mapping => mapping.Subnet.Id))
                ? [Members("LoadBalancers", [there.Write()])] : throw ElbErrors.DuplicateName(name);
        }

        return [Members("LoadBalancers", [elb.Create(made).Write()])];
    }

    private static List<SubnetMapping> ReadMappings(AwsCall call) =>
    [
        .. call.Parameters.Strings("Subnets").Select(id => new SubnetMapping(ElbServices.Subnet(call, id))),
        .. call.Parameters.List("SubnetMappings").Select(mapping => new SubnetMapping(ElbServices.Subnet(call, mapping.Require("SubnetId")), ReadAddress(call, mapping), mapping.Get("PrivateIPv4Address"))),
    ];

    private static ElasticIp? ReadAddress(AwsCall call, QueryParameters mapping) =>
        mapping.Get("AllocationId") is not { } id ? null : call.Ec2().Find<ElasticIp>(id) ?? throw ElbErrors.AddressUnavailable(id);

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var (arns, names) = (call.Parameters.Strings("LoadBalancerArns"), call.Parameters.Strings("Names"));
        var all = call.Elb().LoadBalancers.Where(balancer => balancer.Created <= call.VisibleUntil).ToList();
        if (arns.Any(arn => !all.Exists(balancer => balancer.Arn == arn)))
        {
            throw ElbErrors.LoadBalancersMissing();
        }

        if (names.FirstOrDefault(name => !all.Exists(balancer => balancer.Name == name)) is { } missing)
        {
            throw new AwsException("LoadBalancerNotFound", $"Load balancers '[{missing}]' not found");
        }

        return ElbServices.Page(call, "LoadBalancers", all.Where(balancer => (arns.Count == 0 && names.Count == 0) || arns.Contains(balancer.Arn) || names.Contains(balancer.Name)), balancer => balancer.Write());
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        // A load balancer that is gone already is no error.
        var arn = call.Parameters.Require("LoadBalancerArn");
        if (call.Elb().LoadBalancers.Find(balancer => balancer.Arn == arn) is { } balancer)
        {
            if (balancer.Attributes["deletion_protection.enabled"] == "true")
            {
                throw new AwsException("OperationNotPermitted", $"Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
            }

            call.Elb().Delete(balancer);
        }

        return [];
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var balancer = Named(call);
        LoadBalancerAttributes.Set(balancer.Attributes, ElbServices.ReadAttributes(call));
        return [ElbServices.WriteAttributes(balancer.Attributes)];
    }

    private static IEnumerable<XElement?> SetSecurityGroups(AwsCall call)
    {
        var (balancer, groups) = (Named(call), call.Parameters.Strings("SecurityGroups"));
        if (!balancer.IsApplication && balancer.SecurityGroupIds.Count == 0)
        {
            throw ElbErrors.Configuration("You cannot set security groups on a Network Load Balancer that was created without any");
        }

        if (groups.FirstOrDefault(id => call.Ec2().Find<SecurityGroup>(id)?.VpcId != balancer.VpcId) is { } missing)
        {
            throw ElbErrors.GroupMissing(missing);
        }

        balancer.SecurityGroupIds.Clear();
        balancer.SecurityGroupIds.AddRange(groups);
        ElbRegion.SetGroups(balancer.Interfaces, groups);
        return [MemberValues("SecurityGroupIds", groups)];
    }

    private static IEnumerable<XElement?> SetSubnets(AwsCall call)
    {
        var (balancer, mappings) = (Named(call), ReadMappings(call));
        if (mappings.Count < (balancer.IsApplication ? 2 : 1))
        {
            throw ElbErrors.Invalid(balancer.IsApplication ? "At least two subnets in two different Availability Zones must be specified" : "At least one subnet must be specified");
        }

        call.Elb().Move(balancer, mappings);
        return [Members("AvailabilityZones", balancer.Interfaces.Select(item => new[] { X("ZoneName", item.Subnet.Zone.Name), X("SubnetId", item.SubnetId) })), X("IpAddressType", balancer.IpAddressType)];
    }

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
