using System.Net;
using System.Text.Json.Nodes;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Errors;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Access.Mappings;

/// <summary>aws-auth behind a cluster's API server. What goes wrong is told with who asked, which right is missing, or that nothing answers.</summary>
internal sealed class ClusterAwsAuth(AwsAccount account, ClusterApi api, string cluster) : IAwsAuthStore
{
    private const string FieldManager = "ekstools";
    private const int ReadAttempts = 4;
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task<AwsAuthObject?> ReadAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await FindAsync(cancellationToken);
            }
            catch (EksToolsException exception) when (attempt < ReadAttempts && exception.InnerException is HttpOperationException answer && KubernetesFailure.IsTransient(answer))
            {
                await Task.Delay(attempt * ReadPause, cancellationToken);
            }
        }
    }

    private async Task<AwsAuthObject?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            V1ConfigMap map = await CallAsync("get", (client, token) => client.CoreV1.ReadNamespacedConfigMapAsync(AwsAuthObject.Name, AwsAuthObject.Namespace, cancellationToken: token), cancellationToken);
            return new AwsAuthObject(
                map.Metadata.ResourceVersion,
                new Dictionary<string, string>(map.Data ?? new Dictionary<string, string>(), StringComparer.Ordinal),
                new Dictionary<string, string>(map.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal));
        }
        catch (EksToolsException exception) when (exception.InnerException is HttpOperationException { Response.StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(AwsAuthObject? former, AwsAuthWrite write, CancellationToken cancellationToken)
    {
        try
        {
            if (former is null)
            {
                V1ConfigMap created = new()
                {
                    Metadata = new V1ObjectMeta { Name = AwsAuthObject.Name, NamespaceProperty = AwsAuthObject.Namespace, Annotations = new Dictionary<string, string>(write.Annotations) },
                    Data = new Dictionary<string, string>(write.Data),
                };
                await CallAsync("create", (client, token) => client.CoreV1.CreateNamespacedConfigMapAsync(created, AwsAuthObject.Namespace, fieldManager: FieldManager, cancellationToken: token), cancellationToken);
            }
            else
            {
                V1Patch patch = new(Patch(former, write).ToJsonString(), V1Patch.PatchType.MergePatch);
                await CallAsync("patch", (client, token) => client.CoreV1.PatchNamespacedConfigMapAsync(patch, AwsAuthObject.Name, AwsAuthObject.Namespace, fieldManager: FieldManager, cancellationToken: token), cancellationToken);
            }

            return true;
        }
        catch (EksToolsException exception) when (exception.InnerException is HttpOperationException { Response.StatusCode: HttpStatusCode.Conflict or HttpStatusCode.NotFound })
        {
            return false;
        }
    }

    /// <summary>
    /// The keys that change and no other, under the version that was read: labels, annotations and keys of others never travel.
    /// https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
    /// </summary>
    private static JsonObject Patch(AwsAuthObject former, AwsAuthWrite write)
    {
        JsonObject data = [];
        foreach ((string key, string text) in write.Data)
        {
            if (former.Data.GetValueOrDefault(key) != text)
            {
                data[key] = text;
            }
        }

        foreach (string key in former.Data.Keys.Where(key => !write.Data.ContainsKey(key)))
        {
            data[key] = null;
        }

        JsonObject annotations = [];
        foreach ((string key, string text) in write.Annotations)
        {
            annotations[key] = text;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = former.ResourceVersion, ["annotations"] = annotations },
            ["data"] = data,
        };
    }

    private async Task<T> CallAsync<T>(string verb, Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CallAsync(call, cancellationToken);
        }
        catch (HttpOperationException exception)
        {
            EksToolsException failure = KubernetesFailure.Translate(exception);
            throw failure.Kind switch
            {
                EksErrorKind.Unauthenticated => new EksToolsException(failure.Kind, "KubernetesUnauthorized", $"Cluster {cluster} does not let {await WhoAsync(cancellationToken)} in: {exception.Response?.StatusCode}.", cluster, "Somebody whom the cluster knows maps this principal with Add-EksIamMapping; access entries need no way into the cluster, only the right to eks:CreateAccessEntry.", exception),
                EksErrorKind.Denied => new EksToolsException(failure.Kind, "KubernetesForbidden", $"Cluster {cluster} denied {await WhoAsync(cancellationToken)} to {verb} the ConfigMap aws-auth in kube-system: {failure.Message}", cluster, "An administrator of the cluster gives the right to get, create and patch configmaps in kube-system with the group system:masters, the policy AmazonEKSClusterAdminPolicy, or a Role.", exception),
                _ => failure,
            };
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
        {
            throw new EksToolsException(EksErrorKind.Network, "ApiServerUnreachable", exception.Message, cluster, "With a private endpoint alone, run the command from within the VPC. Access entries need no API server.", exception.InnerException);
        }
    }

    private async Task<string> WhoAsync(CancellationToken cancellationToken) => (await account.Session.GetCallerIdentityAsync(cancellationToken)).Arn;
}
