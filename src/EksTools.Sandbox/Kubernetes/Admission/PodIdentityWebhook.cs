using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Admission;

/// <summary>
/// What EKS's webhook adds to pods when they are created (amazon-eks-pod-identity-webhook): a projected token and the environment by which the AWS SDKs
/// find it. An association comes before an annotation, which then counts for nothing (its pkg/handler, buildPodPatchConfig). What a container says itself stays.
/// </summary>
internal sealed class PodIdentityWebhook(IClusterIdentity account, ObjectStore store)
{
    private const string Prefix = "eks.amazonaws.com/";
    private const string WebIdentityFolder = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    private const string PodIdentityFolder = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
    private const int DefaultExpiration = 86400, ShortestExpiration = 600;

    /// <summary>The webhook's registration, as every EKS cluster has it.</summary>
    public static JsonObject Configuration() => JsonReading.Parse("""
        {"metadata":{"name":"pod-identity-webhook"},
         "webhooks":[{"name":"iam-for-pods.amazonaws.com","admissionReviewVersions":["v1beta1"],"sideEffects":"None","failurePolicy":"Ignore",
           "clientConfig":{"url":"https://127.0.0.1:23443/mutate"},
           "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"],"scope":"*"}]}]}
        """);

    /// <summary>Adds to a new pod what it is to have.</summary>
    public void Admit(JsonObject pod)
    {
        var space = pod.Text("metadata", "namespace") ?? "default";
        var name = pod.Text("spec", "serviceAccountName") ?? "default";
        if (account.IsAssociated(space, name))
        {
            Inject(pod, "eks-pod-identity-token", PodIdentityFolder, "eks-pod-identity-token", "pods.eks.amazonaws.com", DefaultExpiration, token =>
            [
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token),
            ]);
            return;
        }

        var annotations = store.Find(ResourceCatalog.ServiceAccounts, space, name).At("metadata", "annotations") as JsonObject;
        if (annotations?[Prefix + "role-arn"].Text() is not { Length: > 0 } role)
        {
            return;
        }

        var expiration = int.TryParse(annotations[Prefix + "token-expiration"].Text(), CultureInfo.InvariantCulture, out var seconds) ? Math.Clamp(seconds, ShortestExpiration, DefaultExpiration) : DefaultExpiration;
        (string, string)[] regional = annotations[Prefix + "sts-regional-endpoints"].Text() == "false" ? [] : [("AWS_STS_REGIONAL_ENDPOINTS", "regional")];
        Inject(pod, "aws-iam-token", WebIdentityFolder, "token", annotations[Prefix + "audience"].Text() ?? "sts.amazonaws.com", expiration, token =>
        [
            .. regional,
            ("AWS_ROLE_ARN", role),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", token),
        ]);
    }

    private void Inject(JsonObject pod, string volume, string folder, string file, string audience, int expiration, Func<string, IEnumerable<(string Name, string Value)>> variables)
    {
        HashSet<string> skipped = [.. (pod.Text("metadata", "annotations", Prefix + "skip-containers") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        List<(string Name, string Value)> environment = [.. account.Region is { } region ? [("AWS_DEFAULT_REGION", region), ("AWS_REGION", region)] : Array.Empty<(string, string)>(), .. variables($"{folder}/{file}")];
        foreach (var container in pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).Where(c => !skipped.Contains(c.Text("name") ?? "")))
        {
            Add(container, "env", environment.Where(v => !container.Objects("env").Any(own => own.Text("name") == v.Name)).Select(v => new JsonObject { ["name"] = v.Name, ["value"] = v.Value }));
            Add(container, "volumeMounts", [new JsonObject { ["name"] = volume, ["mountPath"] = folder, ["readOnly"] = true }]);
        }

        Add(pod.Ensure("spec"), "volumes",
        [
            new JsonObject
            {
                ["name"] = volume,
                ["projected"] = new JsonObject
                {
                    ["defaultMode"] = 420,
                    ["sources"] = new JsonArray(new JsonObject { ["serviceAccountToken"] = new JsonObject { ["audience"] = audience, ["expirationSeconds"] = expiration, ["path"] = file } }),
                },
            },
        ]);
    }

    private static void Add(JsonObject obj, string list, IEnumerable<JsonObject> items)
    {
        if (obj[list] is not JsonArray there)
        {
            obj[list] = there = [];
        }

        foreach (var item in items)
        {
            there.Add((JsonNode)item);
        }
    }
}
