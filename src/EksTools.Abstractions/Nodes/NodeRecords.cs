using EksTools.Connections;

namespace EksTools.Nodes;

/// <summary>A node as Kubernetes sees it.</summary>
public sealed record EksNode
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The node's name in Kubernetes.</summary>
    public required string NodeName { get; init; }

    /// <summary>Ready, NotReady or Unknown; <c>,SchedulingDisabled</c> when cordoned.</summary>
    public required string Status { get; init; }

    /// <summary>The EC2 instance.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The EC2 instance type.</summary>
    public string? InstanceType { get; init; }

    /// <summary>The availability zone.</summary>
    public string? Zone { get; init; }

    /// <summary>The managed node group that it belongs to.</summary>
    public string? NodegroupName { get; init; }

    /// <summary>The kubelet's version.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>The address inside the VPC.</summary>
    public string? InternalIp { get; init; }

    /// <summary>When the node joined.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The node's name.</summary>
    public override string ToString() => NodeName;
}

/// <summary>The nodes of a cluster.</summary>
public interface INodeService
{
    /// <summary>Lists the nodes that Kubernetes knows.</summary>
    Task<IReadOnlyList<EksNode>> ListAsync(AwsConnection connection, string clusterName, CancellationToken cancellationToken);

    /// <summary>Lists the EC2 instance types that the connection's region offers, in order.</summary>
    Task<IReadOnlyList<string>> ListInstanceTypesAsync(AwsConnection connection, CancellationToken cancellationToken);
}
