using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What of a new cluster's network is refused by looking at what is there, before anything is made.</summary>
internal static class NetworkRequirements
{
    // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
    private const int ControlPlaneNeeds = 6;

    /// <summary>Checks a settled cluster.</summary>
    /// <param name="begun">An earlier run has begun the cluster, and may have taken addresses.</param>
    public static async Task RequireAsync(AwsAccount account, ClusterSpecification specification, bool begun, CancellationToken cancellationToken)
    {
        if (specification.ExistingNetwork is { } network)
        {
            RequireNetwork(specification, network, begun);
            await RequireSecurityGroupsAsync(account, specification.SecurityGroupIds, network.VpcId, cancellationToken);
        }

        if (specification.IpFamily == ClusterIpFamily.IPv6)
        {
            await RequireIpv6NodesAsync(account, specification, cancellationToken);
        }
    }

    private static void RequireNetwork(ClusterSpecification specification, ExistingNetwork network, bool begun)
    {
        if (specification.ServiceCidr is { } text && Ipv4Cidr.TryParse(text, out Ipv4Cidr services))
        {
            NetworkRequestRules.RequireApart(services, network.Ranges);
        }

        if (!network.HasDnsNames && specification.EndpointAccess != EndpointAccessMode.Public)
        {
            throw Wrong("VpcWithoutDns", network.VpcId, $"{network.VpcId} does not resolve names of its own: nothing in it would find the private endpoint{(specification.PrivateCluster ? " or those of AWS services" : string.Empty)}.", "Switch on EnableDnsSupport and EnableDnsHostnames for it (Edit-EC2VpcAttribute).");
        }

        if (!begun && network.Subnets.FirstOrDefault(static subnet => subnet.Facts.Free < ControlPlaneNeeds) is { } full)
        {
            throw Wrong("SubnetWithoutAddresses", full.Facts.Id, $"{full.Facts.Id} has {full.Facts.Free} free addresses; EKS needs {ControlPlaneNeeds} in each subnet of a control plane.", "Name another subnet, or give addresses back.");
        }

        if (specification.PrivateCluster && network.Subnets.FirstOrDefault(static subnet => subnet.Facts.IsPublic) is { } open)
        {
            throw Wrong("PublicSubnetInPrivateCluster", open.Facts.Id, $"{open.Facts.Id} is public: its route table {open.Facts.RouteTableId} leads to an internet gateway, and -PrivateCluster is for none.", "Name private subnets alone, or leave -PrivateCluster out.");
        }

        if (specification.IpFamily != ClusterIpFamily.IPv6)
        {
            return;
        }

        if (network.Subnets.FirstOrDefault(static subnet => !subnet.HasIpv6) is { } four)
        {
            throw Wrong("SubnetWithoutIpv6", four.Facts.Id, $"{four.Facts.Id} has no IPv6 range, and every subnet of an IPv6 cluster needs one.", "Give the VPC a range (Register-EC2VpcCidrBlock -AmazonProvidedIpv6CidrBlock $true) and each subnet a /64 of it (Register-EC2SubnetCidrBlock).");
        }

        if (network.Subnets.FirstOrDefault(subnet => !subnet.AssignsIpv6 && specification.NodeSubnetIds.Contains(subnet.Facts.Id)) is { } mute)
        {
            throw Wrong("SubnetWithoutIpv6", mute.Facts.Id, $"Nodes in {mute.Facts.Id} would get no IPv6 address, and EKS would refuse them.", $"Switch it on: Edit-EC2SubnetAttribute -SubnetId {mute.Facts.Id} -AssignIpv6AddressOnCreation $true.");
        }
    }

    /// <summary>Refuses security groups of a control plane that are not there, or of another VPC.</summary>
    public static async Task RequireSecurityGroupsAsync(AwsAccount account, IReadOnlyList<string> ids, string vpc, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        List<SecurityGroup> groups = await account.Ec2.FindSecurityGroupsAsync([new Filter { Name = "group-id", Values = [.. ids] }], cancellationToken);
        foreach (string id in ids)
        {
            SecurityGroup group = groups.Find(one => one.GroupId == id) ?? throw new EksToolsException(EksErrorKind.NotFound, "SecurityGroupNotFound", $"There is no security group {id} in {account.Region}.", id, "Get-EC2SecurityGroup lists those that are there.");
            if (group.VpcId != vpc)
            {
                throw Wrong("SecurityGroupOfOtherVpc", id, $"Security group {id} belongs to {group.VpcId}, and the cluster stands in {vpc}.", "Name groups of the cluster's VPC.");
            }
        }
    }

    // Pods take their addresses from prefixes, which only Nitro instances have: https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html
    private static async Task RequireIpv6NodesAsync(AwsAccount account, ClusterSpecification specification, CancellationToken cancellationToken)
    {
        if (specification.NodeGroups.FirstOrDefault(static group => group.AmiType.Value.StartsWith("WINDOWS", StringComparison.Ordinal)) is { } windows)
        {
            throw Wrong("NodesWithoutIpv6", windows.Name, $"Node group {windows.Name} has Windows nodes, which EKS does not run in IPv6 clusters.", "Leave -IpFamily out, or the node group.");
        }

        string[] types = [.. specification.NodeGroups.SelectMany(static group => group.InstanceTypes).Distinct(StringComparer.Ordinal)];
        if (types.Length == 0)
        {
            return;
        }

        List<InstanceTypeInfo> known = (await account.Ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = [.. types] }, cancellationToken)).InstanceTypes ?? [];
        if (known.Find(static type => type.Hypervisor != InstanceTypeHypervisor.Nitro && type.BareMetal != true) is { } old)
        {
            throw Wrong("NodesWithoutIpv6", old.InstanceType.Value, $"The instance type '{old.InstanceType.Value}' is not of AWS's Nitro system, without which pods get no IPv6 addresses.", "Choose a newer type, such as m5.large or t3.large.");
        }
    }

    private static EksToolsException Wrong(string id, string target, string message, string hint) => new(EksErrorKind.Validation, id, message, target, hint);
}
