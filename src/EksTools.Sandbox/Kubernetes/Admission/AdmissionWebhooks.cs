using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Admission;

/// <summary>
/// The webhooks that people install. One that must be asked and has nobody to answer refuses the write, in the API server's own words; those that
/// decide who balances the load of a new Service are acted out; any other lets the object pass as it is.
/// </summary>
internal sealed class AdmissionWebhooks(IClusterIdentity account, ObjectStore store)
{
    /// <summary>The class of the AWS Load Balancer Controller.</summary>
    public const string ControllerClass = "service.k8s.aws/nlb";

    /// <summary>The class of EKS Auto Mode.</summary>
    public const string AutoModeClass = "eks.amazonaws.com/nlb";

    // Asking about these would only cost time: the control plane writes them all the while, and no webhook is registered for them.
    private static readonly HashSet<string> Unasked = new(StringComparer.Ordinal) { "events", "leases", "endpoints", "endpointslices", "nodes", "replicasets", "mutatingwebhookconfigurations", "validatingwebhookconfigurations" };
    private static readonly ResourceType[] Configurations =
    [
        ResourceCatalog.Find("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations")!,
        ResourceCatalog.Find("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations")!,
    ];

    /// <summary>Asks the webhooks about an object that is being created or updated.</summary>
    /// <exception cref="StatusException">A webhook that must be asked cannot be.</exception>
    public void Admit(ResourceType type, JsonObject obj, string operation)
    {
        if (Unasked.Contains(type.Plural))
        {
            return;
        }

        foreach (var webhook in Configurations.SelectMany(store.Peek).SelectMany(configuration => configuration.Objects("webhooks")).Where(webhook => Asks(webhook, type, obj, operation)))
        {
            if (Unreachable(webhook) is { } why)
            {
                if (webhook.Text("failurePolicy") != "Ignore")
                {
                    throw Failed(webhook, why);
                }
            }
            else if (webhook.Text("name") == "mservice.elbv2.k8s.aws")
            {
                Classify(obj, ControllerClass);
            }
        }

        if (type == ResourceCatalog.Services && operation == "CREATE" && account.BalancesLoad)
        {
            Classify(obj, AutoModeClass);
        }
    }

    private static void Classify(JsonObject service, string loadBalancerClass)
    {
        if (service.Text("spec", "type") == "LoadBalancer" && string.IsNullOrEmpty(service.Text("spec", "loadBalancerClass")))
        {
            service.Ensure("spec")["loadBalancerClass"] = loadBalancerClass;
        }
    }

    private bool Asks(JsonObject webhook, ResourceType type, JsonObject obj, string operation) =>
        webhook.Object("clientConfig", "service") is not null
        && webhook.Objects("rules").Any(rule => Has(rule, "operations", operation) && Has(rule, "apiGroups", type.Group) && Has(rule, "apiVersions", type.Version) && Has(rule, "resources", type.Plural))
        && Selects(webhook.Object("objectSelector"), obj.Object("metadata", "labels"))
        && (!type.Namespaced || Selects(webhook.Object("namespaceSelector"), store.Find(ResourceCatalog.Namespaces, null, obj.Namespace() ?? "").Object("metadata", "labels")));

    private static bool Has(JsonObject rule, string member, string value) => rule.Texts(member) is var values && (values.Contains("*") || values.Contains(value));

    private static bool Selects(JsonObject? selector, JsonObject? labels) => selector is null || new LabelSelector(selector).Matches(labels);

    private string? Unreachable(JsonObject webhook)
    {
        var (ns, name) = (webhook.Text("clientConfig", "service", "namespace") ?? "", webhook.Text("clientConfig", "service", "name") ?? "");
        return store.Find(ResourceCatalog.Services, ns, name) is null ? $"service \"{name}\" not found"
            : store.Find(ResourceCatalog.Endpoints, ns, name).Objects("subsets").Any(subset => subset.Objects("addresses").Any()) ? null
            : $"no endpoints available for service \"{name}\"";
    }

    private static StatusException Failed(JsonObject webhook, string why)
    {
        var service = webhook.Object("clientConfig", "service")!;
        var url = $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}{service.Text("path")}?timeout={webhook.Number("timeoutSeconds") ?? 10}s";
        var message = $"failed calling webhook \"{webhook.Text("name")}\": failed to call webhook: Post \"{url}\": {why}";
        return new StatusException(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });
    }
}
