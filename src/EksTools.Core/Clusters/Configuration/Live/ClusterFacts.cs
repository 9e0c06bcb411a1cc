using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Core.Networking.Subnets;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>A cluster as EKS, EC2 and IAM tell of it.</summary>
internal sealed record ClusterFacts
{
    public required Cluster Cluster { get; init; }

    public required string Region { get; init; }

    /// <summary>The first range of the VPC.</summary>
    public string? VpcCidr { get; init; }

    /// <summary>Every range of the VPC, of both families.</summary>
    public IReadOnlyList<string> VpcRanges { get; init; } = [];

    /// <summary>The security groups that let SSH in to nodes of ours, by id.</summary>
    public IReadOnlyDictionary<string, SecurityGroup> SshGroups { get; init; } = new Dictionary<string, SecurityGroup>();

    /// <summary>The subnets of the VPC.</summary>
    public IReadOnlyList<SubnetFacts> Subnets { get; init; } = [];

    /// <summary>The VPC's NAT gateways that are at work.</summary>
    public int NatGateways { get; init; }

    public IReadOnlyList<NodeGroupFacts> NodeGroups { get; init; } = [];

    public IReadOnlyList<FargateProfile> FargateProfiles { get; init; } = [];

    public IReadOnlyList<Addon> Addons { get; init; } = [];

    public IReadOnlyList<AccessEntryFacts> AccessEntries { get; init; } = [];

    public IReadOnlyList<PodIdentityAssociationSummary> Associations { get; init; } = [];

    /// <summary>The boundary of the control plane's role; null for none.</summary>
    public string? Boundary { get; init; }

    /// <summary>How many days CloudWatch Logs keeps the control plane's logs; null for ever, or where none are sent.</summary>
    public int? LogRetention { get; init; }

    /// <summary>What the cluster was begun with, where it is ours; empty where it is not.</summary>
    public IReadOnlyDictionary<string, string> Recorded { get; init; } = new Dictionary<string, string>();

    public ClusterIdentity Identity => new(Cluster.Name, Region);

    /// <summary>EksTools made the cluster.</summary>
    public bool IsOurs => Identity.Owns(Cluster.Tags ?? []);

    /// <summary>EksTools made the VPC.</summary>
    public bool HasOwnVpc => IsOurs && Recorded.ContainsKey(ParameterDefinition.VpcCidr);
}

/// <summary>A managed node group.</summary>
/// <param name="Group">As EKS tells of it.</param>
/// <param name="Template">The data of its launch template's version; null where it has none.</param>
internal sealed record NodeGroupFacts(Nodegroup Group, ResponseLaunchTemplateData? Template);

/// <summary>An access entry.</summary>
/// <param name="Entry">As EKS tells of it.</param>
/// <param name="Policies">Its access policies.</param>
internal sealed record AccessEntryFacts(AccessEntry Entry, IReadOnlyList<AssociatedAccessPolicy> Policies);
