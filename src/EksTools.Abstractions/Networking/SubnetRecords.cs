using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Networking;

/// <summary>Which subnets to look at.</summary>
public sealed record SubnetReviewRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The subnets to tell of; all of the cluster's VPC when none is named. Which of them a controller takes depends on the others, so all are read.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>The controllers whose choice is wanted; those that the cluster has, or may be given, when none is named.</summary>
    public IReadOnlyList<EksLoadBalancerControllerKind> Controllers { get; init; } = [];
}

/// <summary>The subnets, what is wrong with them, and the tags that mend it.</summary>
/// <param name="Subnets">The subnets, by zone and id.</param>
/// <param name="Findings">What is wrong, the worst first.</param>
/// <param name="Taggings">The tags that would mend what tags can mend.</param>
public sealed record SubnetReview(IReadOnlyList<EksSubnet> Subnets, IReadOnlyList<EksSubnetFinding> Findings, IReadOnlyList<SubnetTagging> Taggings);

/// <summary>A tag that a subnet lacks.</summary>
/// <param name="SubnetId">The subnet.</param>
/// <param name="Key">The tag's key.</param>
/// <param name="Value">The tag's value.</param>
public sealed record SubnetTagging(string SubnetId, string Key, string Value);

/// <summary>Something about subnets that keeps load balancers, or the control plane, from what they need.</summary>
public sealed record EksSubnetFinding : EksFinding
{
    /// <summary>The subnets that it is about; none where it is about the VPC.</summary>
    public IReadOnlyList<string> SubnetId { get; init; } = [];

    /// <summary>The controllers whose load balancers it touches; none where it is about something else.</summary>
    public IReadOnlyList<EksLoadBalancerControllerKind> Controller { get; init; } = [];

    /// <summary>internal or internet-facing; null where it is about both or neither.</summary>
    public string? Scheme { get; init; }
}

/// <summary>A subnet of a cluster's VPC, and what controllers of load balancers make of it.</summary>
public sealed record EksSubnet
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The subnet.</summary>
    public required string SubnetId { get; init; }

    /// <summary>Its VPC.</summary>
    public required string VpcId { get; init; }

    /// <summary>Its availability zone.</summary>
    public required string AvailabilityZone { get; init; }

    /// <summary>Its IPv4 range.</summary>
    public required string CidrBlock { get; init; }

    /// <summary>Whether its route table leads to an internet gateway.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>The route table that counts for it: its own, or the VPC's main one.</summary>
    public required string RouteTableId { get; init; }

    /// <summary>How many IPv4 addresses are free.</summary>
    public required int AvailableIpAddressCount { get; init; }

    /// <summary>Whether the control plane has network interfaces in it.</summary>
    public required bool IsControlPlaneSubnet { get; init; }

    /// <summary>Its tags that controllers look at: roles and clusters.</summary>
    public required IReadOnlyDictionary<string, string> KubernetesTags { get; init; }

    /// <summary>Who would take it for which load balancers, and why or why not.</summary>
    public required IReadOnlyList<EksSubnetChoice> Choices { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => SubnetId;
}

/// <summary>Whether a controller would take a subnet for the load balancers of a scheme.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="Scheme">internal or internet-facing.</param>
/// <param name="IsChosen">Whether it would.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record EksSubnetChoice(EksLoadBalancerControllerKind Controller, string Scheme, bool IsChosen, string Reason)
{
    /// <summary>The choice in a line.</summary>
    public override string ToString() => $"{Controller} {Scheme}: {(IsChosen ? "yes" : "no")}, {Reason}";
}
