using EksTools.LoadBalancing;
using EksTools.WorkloadIdentity;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>What the cluster says of the AWS Load Balancer Controller.</summary>
internal sealed record ControllerState
{
    /// <summary>Its Deployment; null where only webhooks are left.</summary>
    public V1Deployment? Deployment { get; init; }

    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    public IReadOnlyList<EksLoadBalancerWebhook> Webhooks { get; init; } = [];

    /// <summary>The role of its service account; null where it has none.</summary>
    public EksServiceAccountRole? Role { get; init; }

    public bool HasServiceAccount { get; init; } = true;

    public IReadOnlyList<string> MissingDefinitions { get; init; } = [];

    public string Namespace => Deployment?.Metadata.NamespaceProperty ?? (Webhooks is [var webhook, ..] ? webhook.Service.Split('/')[0] : ControllerNames.Namespace);

    public string ServiceAccount => Deployment?.Spec.Template.Spec.ServiceAccountName is { Length: > 0 } name ? name : "default";

    /// <summary>The container that is the controller: the one with its image, otherwise the first.</summary>
    public V1Container? Container => Deployment?.Spec.Template.Spec.Containers is { } containers
        ? containers.FirstOrDefault(static container => IsController(container.Image)) ?? (containers.Count > 0 ? containers[0] : null)
        : null;

    public int Replicas => Deployment is null ? 0 : Deployment.Spec.Replicas ?? 1;

    public int ReadyReplicas => Deployment?.Status?.ReadyReplicas ?? 0;

    public static bool IsController(string? image) => ImageName(image) is "aws-load-balancer-controller" or "aws-alb-ingress-controller";

    /// <summary>The version that the image says; null where it is named by digest alone.</summary>
    public string? Version
    {
        get
        {
            string image = Container?.Image ?? string.Empty;
            string tagged = image.Split('@')[0];
            int colon = tagged.LastIndexOf(':');
            return colon > tagged.LastIndexOf('/') ? tagged[(colon + 1)..] : null;
        }
    }

    /// <summary>The value of a flag of its command line; null where it is not said.</summary>
    public string? Flag(string name)
    {
        IEnumerable<string> words = (Container?.Command ?? []).Concat(Container?.Args ?? []);
        string wanted = $"--{name}=";
        return words.FirstOrDefault(word => word.StartsWith(wanted, StringComparison.Ordinal))?[wanted.Length..] is { Length: > 0 } value ? value : null;
    }

    /// <summary>The image's name without registry, tag and digest.</summary>
    private static string ImageName(string? image) => (image ?? string.Empty).Split('@')[0].Split('/')[^1].Split(':')[0];
}
