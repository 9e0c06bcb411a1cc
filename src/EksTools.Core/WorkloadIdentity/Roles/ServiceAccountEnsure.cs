using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The Kubernetes side of a role: namespace, service account, annotations, and the pods that get the role when they are created anew.</summary>
internal sealed class ServiceAccountEnsure(ClusterApi api, TimeProvider time)
{
    public const string RoleAnnotation = "eks.amazonaws.com/role-arn";
    public const string AudienceAnnotation = "eks.amazonaws.com/audience";
    public const string RegionalStsAnnotation = "eks.amazonaws.com/sts-regional-endpoints";
    public const string TokenExpirationAnnotation = "eks.amazonaws.com/token-expiration";
    private const string FieldManager = "ekstools";
    private const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The service account; null when there is none.</summary>
    public async Task<V1ServiceAccount?> FindAsync(ServiceAccountName name, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CallAsync((client, token) => client.CoreV1.ReadNamespacedServiceAccountAsync(name.Name, name.Namespace, cancellationToken: token), cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a namespace where it is missing.</summary>
    public async Task<StepOutcome> EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await api.CallAsync((client, token) => client.CoreV1.ReadNamespaceAsync(name, cancellationToken: token), cancellationToken);
            return StepOutcome.Found;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return await CreateNamespaceAsync(name, cancellationToken);
        }
    }

    /// <summary>Asks the API server whether it would take the annotations, before anything is made elsewhere.</summary>
    /// <exception cref="EksToolsException">There is no such namespace, or another manager has annotated the service account.</exception>
    public async Task RequireAsync(ServiceAccountName name, IReadOnlyDictionary<string, string> annotations, bool force, CancellationToken cancellationToken) =>
        await EnsureAsync(name, annotations, force, dryRun: true, cancellationToken);

    /// <summary>Makes the service account, or gives the one that is there its annotations; everything else of it stays.</summary>
    /// <param name="name">The service account.</param>
    /// <param name="annotations">The annotations; none for Pod Identity.</param>
    /// <param name="force">Take over an annotation that another manager set to something else.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<StepOutcome> EnsureAsync(ServiceAccountName name, IReadOnlyDictionary<string, string> annotations, bool force, CancellationToken cancellationToken) =>
        EnsureAsync(name, annotations, force, dryRun: false, cancellationToken);

    private async Task<StepOutcome> EnsureAsync(ServiceAccountName name, IReadOnlyDictionary<string, string> annotations, bool force, bool dryRun, CancellationToken cancellationToken)
    {
        V1ServiceAccount? there = await FindAsync(name, cancellationToken);
        if (there is not null && annotations.All(pair => there.GetAnnotation(pair.Key) == pair.Value))
        {
            return StepOutcome.Found;
        }

        JsonObject metadata = new()
        {
            ["name"] = name.Name,
            ["namespace"] = name.Namespace,
            ["annotations"] = new JsonObject(annotations.Select(static pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value))),
        };
        if (there is null || IsOurs(there))
        {
            metadata["labels"] = new JsonObject { [ManagedBy] = FieldManager };
        }

        JsonObject apply = new() { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = metadata };
        try
        {
            await PatchAsync(name, new V1Patch(apply.ToJsonString(), V1Patch.PatchType.ApplyPatch), force, cancellationToken, dryRun);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "NamespaceNotFound", $"There is no namespace {name.Namespace} for the service account {name.Name}.", name.ToString(), "Say -CreateNamespace, or make it with kubectl create namespace.", exception);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.Conflict)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ServiceAccountManagedElsewhere", $"An annotation of service account {name} was set to something else by another manager, such as Helm: {there?.GetAnnotation(RoleAnnotation) ?? "see kubectl get serviceaccount --show-managed-fields"}.", name.ToString(), "Change it where it is managed, or say -Force to take it over.", exception);
        }

        return there is null ? StepOutcome.Created : StepOutcome.Updated;
    }

    /// <summary>Whether EksTools made the service account.</summary>
    public static bool IsOurs(V1ServiceAccount there) => there.GetLabel(ManagedBy) == FieldManager;

    /// <summary>Takes away the annotations that were applied here, and the role's whoever set it; everything else of the service account stays.</summary>
    public async Task<StepOutcome> RemoveAnnotationsAsync(V1ServiceAccount there, CancellationToken cancellationToken)
    {
        // To apply an object without a field takes the field away where nobody else applied it: https://kubernetes.io/docs/reference/using-api/server-side-apply/
        ServiceAccountName name = new(there.Metadata.NamespaceProperty, there.Metadata.Name);
        JsonObject metadata = new() { ["name"] = name.Name, ["namespace"] = name.Namespace };
        if (IsOurs(there))
        {
            metadata["labels"] = new JsonObject { [ManagedBy] = FieldManager };
        }

        JsonObject apply = new() { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = metadata };
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RoleAnnotation] = null } } };
        return await UnlessGoneAsync(StepOutcome.Updated, async () =>
        {
            await PatchAsync(name, new V1Patch(apply.ToJsonString(), V1Patch.PatchType.ApplyPatch), force: true, cancellationToken);
            await PatchAsync(name, new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), force: null, cancellationToken);
        });
    }

    /// <summary>Deletes a service account.</summary>
    public Task<StepOutcome> DeleteAsync(ServiceAccountName name, CancellationToken cancellationToken) =>
        UnlessGoneAsync(StepOutcome.Deleted, () => api.CallAsync((client, token) => client.CoreV1.DeleteNamespacedServiceAccountAsync(name.Name, name.Namespace, cancellationToken: token), cancellationToken));

    /// <summary>Restarts the workloads whose pods use the service account, and warns of pods that nothing makes anew.</summary>
    public async Task<StepOutcome> RestartAsync(ServiceAccountName name, StepContext context, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string> restarted, IReadOnlyList<string> bare) = await RestartAsync(name, cancellationToken);
        foreach (string workload in restarted)
        {
            context.Observer.Verbose($"restarted {workload} in {name.Namespace}");
        }

        if (bare.Count > 0)
        {
            context.Observer.Warn($"Nothing makes these pods anew, and they keep what they have until they are made again by hand: {string.Join(", ", bare)} in {name.Namespace}.");
        }

        return restarted.Count > 0 ? StepOutcome.Updated : StepOutcome.Skipped;
    }

    /// <summary>As kubectl rollout restart does.</summary>
    /// <returns>The workloads, as kind/name; and the pods that nothing would make anew.</returns>
    private async Task<(IReadOnlyList<string> Restarted, IReadOnlyList<string> Bare)> RestartAsync(ServiceAccountName name, CancellationToken cancellationToken)
    {
        // kubectl marks the second; two restarts within one would be the same mark, and the second of them none.
        string now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        V1Patch patch = new(new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = now } } } } }.ToJsonString(), V1Patch.PatchType.StrategicMergePatch);
        List<string> restarted = [];
        foreach (V1Deployment item in (await api.CallAsync((client, token) => client.AppsV1.ListNamespacedDeploymentAsync(name.Namespace, cancellationToken: token), cancellationToken)).Items.Where(item => Uses(item.Spec.Template.Spec)))
        {
            await api.CallAsync((client, token) => client.AppsV1.PatchNamespacedDeploymentAsync(patch, item.Metadata.Name, name.Namespace, cancellationToken: token), cancellationToken);
            restarted.Add($"deployment/{item.Metadata.Name}");
        }

        foreach (V1StatefulSet item in (await api.CallAsync((client, token) => client.AppsV1.ListNamespacedStatefulSetAsync(name.Namespace, cancellationToken: token), cancellationToken)).Items.Where(item => Uses(item.Spec.Template.Spec)))
        {
            await api.CallAsync((client, token) => client.AppsV1.PatchNamespacedStatefulSetAsync(patch, item.Metadata.Name, name.Namespace, cancellationToken: token), cancellationToken);
            restarted.Add($"statefulset/{item.Metadata.Name}");
        }

        foreach (V1DaemonSet item in (await api.CallAsync((client, token) => client.AppsV1.ListNamespacedDaemonSetAsync(name.Namespace, cancellationToken: token), cancellationToken)).Items.Where(item => Uses(item.Spec.Template.Spec)))
        {
            await api.CallAsync((client, token) => client.AppsV1.PatchNamespacedDaemonSetAsync(patch, item.Metadata.Name, name.Namespace, cancellationToken: token), cancellationToken);
            restarted.Add($"daemonset/{item.Metadata.Name}");
        }

        V1PodList pods = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedPodAsync(name.Namespace, fieldSelector: $"spec.serviceAccountName={name.Name}", cancellationToken: token), cancellationToken);
        return (restarted, [.. pods.Items.Where(static pod => pod.Metadata.OwnerReferences is null or { Count: 0 }).Select(static pod => pod.Metadata.Name)]);

        bool Uses(V1PodSpec spec) => (spec.ServiceAccountName ?? "default") == name.Name;
    }

    private async Task<StepOutcome> CreateNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            V1Namespace wanted = new() { Metadata = new V1ObjectMeta { Name = name } };
            await api.CallAsync((client, token) => client.CoreV1.CreateNamespaceAsync(wanted, fieldManager: FieldManager, cancellationToken: token), cancellationToken);
            return StepOutcome.Created;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.Conflict)
        {
            return StepOutcome.Found; // Made meanwhile.
        }
    }

    private Task<V1ServiceAccount> PatchAsync(ServiceAccountName name, V1Patch patch, bool? force, CancellationToken cancellationToken, bool dryRun = false) =>
        api.CallAsync((client, token) => client.CoreV1.PatchNamespacedServiceAccountAsync(patch, name.Name, name.Namespace, dryRun: dryRun ? "All" : null, fieldManager: FieldManager, force: force, cancellationToken: token), cancellationToken);

    private static async Task<StepOutcome> UnlessGoneAsync(StepOutcome done, Func<Task> call)
    {
        try
        {
            await call();
            return done;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return StepOutcome.Skipped;
        }
    }
}
