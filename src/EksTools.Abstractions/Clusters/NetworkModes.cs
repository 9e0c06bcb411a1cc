namespace EksTools.Clusters;

/// <summary>
/// How the private subnets of a new VPC reach the internet. Each value is a bit of its own: PowerShell makes one value of a list by combining its bits, and
/// what is no single value can then be refused.
/// </summary>
public enum NatGatewayMode
{
    /// <summary>One NAT gateway in the first zone.</summary>
    Single = 1,

    /// <summary>One NAT gateway in each zone: a zone's failure leaves the others their way out.</summary>
    PerZone = 2,

    /// <summary>None: the nodes stand in the public subnets.</summary>
    None = 4,
}

/// <summary>Who reaches the API server. Bits, as those of <see cref="NatGatewayMode"/>.</summary>
public enum EndpointAccessMode
{
    /// <summary>The internet, and nodes by way of it.</summary>
    Public = 1,

    /// <summary>The internet and the VPC.</summary>
    PublicAndPrivate = 4,

    /// <summary>The VPC alone.</summary>
    Private = 2,
}

/// <summary>Which addresses pods and Services have. Bits, as those of <see cref="NatGatewayMode"/>.</summary>
public enum ClusterIpFamily
{
    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6: pods and Services have IPv6 addresses, nodes both.</summary>
    IPv6 = 2,
}
