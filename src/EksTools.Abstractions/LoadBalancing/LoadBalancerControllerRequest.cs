using EksTools.WorkloadIdentity;

namespace EksTools.LoadBalancing;

/// <summary>The AWS Load Balancer Controller in a cluster: what is wanted.</summary>
public sealed record LoadBalancerControllerRequest
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The chart's version, such as 3.5.0; the installed one, or the one that this module knows if that is newer, when null.</summary>
    public string? Version { get; init; }

    /// <summary>A chart in a folder or a .tgz file, full path; that of the public repository when null.</summary>
    public string? ChartPath { get; init; }

    /// <summary>The helm to run, full path; the one on PATH when null.</summary>
    public string? HelmPath { get; init; }

    /// <summary>The namespace of the controller.</summary>
    public string Namespace { get; init; } = "kube-system";

    /// <summary>The service account of its pods.</summary>
    public string ServiceAccount { get; init; } = "aws-load-balancer-controller";

    /// <summary>How its pods get their role.</summary>
    public ServiceAccountRoleMode Mode { get; init; } = ServiceAccountRoleMode.Auto;

    /// <summary>The name of the role; one of EksTools' own when null.</summary>
    public string? RoleName { get; init; }

    /// <summary>The ARN of a permissions boundary of the role.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>Take a role of that name that something else made.</summary>
    public bool Adopt { get; init; }

    /// <summary>Take over an annotation of the service account that another manager set.</summary>
    public bool Force { get; init; }

    /// <summary>Whether new Services of type LoadBalancer become the controller's; as it is, or true on a first installation, when null.</summary>
    public bool? EnableServiceMutatorWebhook { get; init; }

    /// <summary>The cluster cannot reach the internet: leave out what AWS WAF and Shield would be asked for.</summary>
    public bool Isolated { get; init; }

    /// <summary>Where the controller's image is, such as 111122223333.dkr.ecr.us-west-2.amazonaws.com/eks/aws-load-balancer-controller; the chart's when null.</summary>
    public string? ImageRepository { get; init; }

    /// <summary>Further values of the chart, as a JSON object; null for none.</summary>
    public string? Values { get; init; }

    /// <summary>Do not wait until it runs.</summary>
    public bool NoWait { get; init; }

    /// <summary>How long the whole may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);
}
