using EksTools.Core.Kubernetes;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>
/// What amazon-eks-pod-identity-webhook put into pods when they were created. It acts on creation alone: a pod keeps what it got, whatever becomes of its
/// service account.
/// </summary>
internal static class ServiceAccountPods
{
    private const string RoleVariable = "AWS_ROLE_ARN";
    private const string WebIdentityVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private const string ContainerUriVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string ContainerTokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    private const int PageSize = 500;
    private static readonly string[] Injected = [RoleVariable, WebIdentityVariable, "AWS_STS_REGIONAL_ENDPOINTS", "AWS_DEFAULT_REGION", "AWS_REGION", ContainerUriVariable, ContainerTokenVariable];

    /// <summary>The pods of a namespace, or of all, that have not ended, by the service account they use.</summary>
    public static async Task<ILookup<ServiceAccountName, V1Pod>> ListAsync(ClusterApi api, string? space, CancellationToken cancellationToken)
    {
        List<V1Pod> pods = [];
        string? next = null;
        do
        {
            V1PodList page = await api.CallAsync(
                (client, token) => space is null
                    ? client.CoreV1.ListPodForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token)
                    : client.CoreV1.ListNamespacedPodAsync(space, limit: PageSize, continueParameter: next, cancellationToken: token),
                cancellationToken);
            pods.AddRange(page.Items.Where(static pod => pod.Status?.Phase is not ("Succeeded" or "Failed")));
            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return pods.ToLookup(static pod => new ServiceAccountName(pod.Metadata.NamespaceProperty, pod.Spec.ServiceAccountName ?? "default"));
    }

    /// <summary>What a pod got.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="mode">How its service account would give a role to a new pod; null when it has none.</param>
    /// <param name="roleArn">The role.</param>
    public static EksServiceAccountPod Describe(V1Pod pod, ServiceAccountRoleMode? mode, string? roleArn)
    {
        V1Container[] with = [.. pod.Spec.Containers.Where(HasCredentials)];
        Dictionary<string, string> environment = with.Length == 0
            ? []
            : with[0].Env.Where(static variable => Injected.Contains(variable.Name)).GroupBy(static variable => variable.Name, StringComparer.Ordinal)
                .ToDictionary(static group => group.Key, static group => group.Last().Value ?? string.Empty, StringComparer.Ordinal);
        ServiceAccountRoleMode? got = environment.ContainsKey(WebIdentityVariable) ? ServiceAccountRoleMode.Irsa : environment.ContainsKey(ContainerUriVariable) ? ServiceAccountRoleMode.PodIdentity : null;
        string? gotRole = environment.GetValueOrDefault(RoleVariable);
        return new EksServiceAccountPod
        {
            PodName = pod.Metadata.Name,
            Namespace = pod.Metadata.NamespaceProperty,
            CreatedAt = pod.Metadata.CreationTimestamp is { } created ? new DateTimeOffset(created.ToUniversalTime()) : null,
            Mode = got,
            RoleArn = gotRole,
            TokenFile = environment.GetValueOrDefault(WebIdentityVariable) ?? environment.GetValueOrDefault(ContainerTokenVariable),
            Environment = environment,
            SkippedContainers = with.Length == 0 ? [] : [.. pod.Spec.Containers.Except(with).Select(static container => container.Name)],
            IsCurrent = got == mode && (mode != ServiceAccountRoleMode.Irsa || gotRole == roleArn),
        };
    }

    private static bool HasCredentials(V1Container container) => container.Env?.Any(static variable => variable.Name is WebIdentityVariable or ContainerUriVariable) == true;
}
