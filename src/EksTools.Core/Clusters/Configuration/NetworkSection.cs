using System.Text.RegularExpressions;
using EksTools.Clusters;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>vpc</c>, <c>privateCluster</c> and <c>kubernetesNetworkConfig</c>.</summary>
internal static partial class NetworkSection
{
    private const string Own = "Make the VPC yourself, and name its subnets under vpc.subnets.";
    private static readonly string[] Gateways = ["Single", "HighlyAvailable", "Disable"];

    public static FileFields Fields(ClusterFileDraft draft) => new FileFields()
        .Take("id", value => RequireSubnets(value, draft))
        .Take("cidr", value => draft.Request = draft.Network is null ? draft.Request with { VpcCidr = value.Text() } : draft.Request)
        .Pass("subnets")
        .Take("nat", value => value.Read(new FileFields().Take("gateway", gateway => ReadGateway(gateway, draft))))
        .Take("clusterEndpoints", value => ReadEndpoints(value, draft))
        .Take("publicAccessCIDRs", value => draft.Request = draft.Request with { PublicAccessCidr = value.Texts() })
        .Take("securityGroup", value => draft.Request = value.Text() is { } id ? draft.Request with { SecurityGroupId = [.. draft.Request.SecurityGroupId, id] } : draft.Request)
        .Take("controlPlaneSecurityGroupIDs", value => draft.Request = draft.Request with { SecurityGroupId = [.. draft.Request.SecurityGroupId, .. value.Texts()] })
        .Refuse("controlPlaneSubnetIDs", "Leave it out: the control plane stands in all subnets of the cluster.")
        .Only(false, "controlPlaneOnPrivateSubnets", "The control plane stands in all subnets of the cluster; name private ones alone under vpc.subnets.")
        .Take("controlPlaneEgressMode", value => ControlPlaneSection.OneOf(value, ["AWS_MANAGED"]))
        .Refuse("sharedNodeSecurityGroup", "Nodes have the cluster's security group, and those of a group's securityGroups.attachIDs.")
        .Only(true, "manageSharedNodeSecurityGroupRules", "There is no shared security group of nodes, whose rules could be left alone: leave it out.")
        .Refuse("extraCIDRs", Own)
        .Refuse("extraIPv6CIDRs", Own)
        .Refuse("ipv6Cidr", Own)
        .Refuse("ipv6Pool", Own)
        .Only(false, "autoAllocateIPv6", "Say kubernetesNetworkConfig.ipFamily: IPv6 for a cluster of IPv6; else make the VPC yourself, and name its subnets under vpc.subnets.")
        .Refuse("hostnameType", Own);

    public static FileFields ServiceFields(ClusterFileDraft draft) => new FileFields()
        .Take("ipFamily", value => draft.Request = draft.Request with { IpFamily = Family(value) })
        .Take("serviceIPv4CIDR", value => draft.Request = draft.Request with { ServiceCidr = value.Text() })
        .Refuse("serviceIPv6CIDR", "EKS chooses it: leave it out.");

    public static FileFields PrivateFields(ClusterFileDraft draft) => new FileFields()
        .Take("enabled", value => draft.Request = draft.Request with { PrivateCluster = value.Flag() == true })
        .Only(false, "skipEndpointCreation", "New-EksCluster makes the VPC endpoints of a private cluster.")
        .Take("additionalEndpointServices", value => draft.Request = draft.Request with { EndpointService = value.Texts() });

    /// <summary>Reads the subnets that are there, before anything that refers to them.</summary>
    public static void ReadSubnets(FileValue file, ClusterFileDraft draft)
    {
        if (Child(file, "vpc") is not { } vpc || Child(vpc, "subnets") is not { IsNothing: false } subnets)
        {
            return;
        }

        List<ClusterFileSubnet> found = [];
        subnets.Read(new FileFields()
            .Take("private", value => found.AddRange(value.Pairs().Select(static pair => ReadSubnet(pair.Name, pair.Value, isPublic: false)).OfType<ClusterFileSubnet>()))
            .Take("public", value => found.AddRange(value.Pairs().Select(static pair => ReadSubnet(pair.Name, pair.Value, isPublic: true)).OfType<ClusterFileSubnet>())));
        draft.Network = new ClusterFileNetwork(Child(vpc, "id")?.Text(), Child(vpc, "cidr")?.Text(), found);
        draft.Request = draft.Request with { SubnetId = [.. found.Select(static subnet => subnet.Id)] };
    }

    private static FileValue? Child(FileValue value, string name) => value.Pairs().FirstOrDefault(pair => pair.Name == name).Value;

    private static ClusterFileSubnet? ReadSubnet(string name, FileValue value, bool isPublic)
    {
        string? id = null, zone = null, cidr = null;
        value.Read(new FileFields()
            .Take("id", field => id = field.Text())
            .Take("az", field => zone = field.Text())
            .Take("cidr", field => cidr = field.Text()));
        if (id is { Length: > 0 })
        {
            return new ClusterFileSubnet(value.Path, name, id, zone ?? (Zone().IsMatch(name) ? name : null), cidr, isPublic);
        }

        value.Problem("names no subnet by its id, which is all that is supported.", "Write id: subnet-…; or leave vpc.subnets out, and New-EksCluster makes the subnets.");
        return null;
    }

    private static void RequireSubnets(FileValue id, ClusterFileDraft draft)
    {
        if (id.Text() is { } vpc && draft.Network is null)
        {
            id.Problem($"{vpc} alone does not say where the cluster stands.", "Name its subnets under vpc.subnets; or leave it out, and New-EksCluster makes a VPC.");
        }
    }

    private static void ReadGateway(FileValue value, ClusterFileDraft draft)
    {
        NatGatewayMode? mode = ControlPlaneSection.OneOf(value, Gateways) switch
        {
            "Single" => NatGatewayMode.Single,
            "HighlyAvailable" => NatGatewayMode.PerZone,
            "Disable" => NatGatewayMode.None,
            _ => null,
        };
        draft.Nat = mode;
        if (draft.Network is not null && mode is NatGatewayMode.Single or NatGatewayMode.PerZone)
        {
            value.Problem("and vpc.subnets contradict each other: with existing subnets no NAT gateway is made.", "Leave one of them out.");
        }
    }

    /// <summary>What is not said is eksctl's default: the internet, and not the VPC.</summary>
    private static void ReadEndpoints(FileValue value, ClusterFileDraft draft)
    {
        bool open = true, inside = false;
        value.Read(new FileFields()
            .Take("publicAccess", field => open = field.Flag() ?? true)
            .Take("privateAccess", field => inside = field.Flag() ?? false));
        draft.EndpointsSaid = true;
        draft.Request = draft.Request with { EndpointAccess = (open, inside) switch { (true, true) => EndpointAccessMode.PublicAndPrivate, (false, true) => EndpointAccessMode.Private, _ => EndpointAccessMode.Public } };
        if (!open && !inside)
        {
            value.Problem("leaves nobody who reaches the API server.", "Say publicAccess: true or privateAccess: true.");
        }
    }

    private static ClusterIpFamily? Family(FileValue value)
    {
        string? text = value.Text();
        if (text is not null && !text.Equals("IPv4", StringComparison.OrdinalIgnoreCase) && !text.Equals("IPv6", StringComparison.OrdinalIgnoreCase))
        {
            value.Problem($"'{text}' is none of its values.", "They are IPv4 and IPv6.");
            return null;
        }

        return text is null ? null : Enum.Parse<ClusterIpFamily>(text, ignoreCase: true);
    }

    [GeneratedRegex(@"^[a-z]{2,3}(?:-[a-z]+)+-[0-9][a-z]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();
}
