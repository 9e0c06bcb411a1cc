using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>The members that the API server fills in where a client leaves them out.</summary>
internal static class Defaulting
{
    public static void Apply(ResourceType type, JsonObject obj, ObjectApi api)
    {
        switch (type.Plural)
        {
            case "namespaces":
                obj.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = obj.Name();
                Default(obj.Ensure("spec"), "finalizers", () => new JsonArray("kubernetes"));
                Default(obj.Ensure("status"), "phase", () => "Active");
                break;
            case "pods":
                Pod(obj.Ensure("spec"), bound: true);
                var status = obj.Ensure("status");
                Default(status, "phase", () => "Pending");
                Default(status, "qosClass", () => "BestEffort");
                break;
            case "deployments":
                Default(obj.Ensure("spec"), "replicas", () => 1);
                Default(obj.Ensure("spec"), "strategy", () => JsonReading.Parse("""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}"""));
                Default(obj.Ensure("spec"), "revisionHistoryLimit", () => 10);
                Default(obj.Ensure("spec"), "progressDeadlineSeconds", () => 600);
                Template(obj);
                break;
            case "replicasets" or "statefulsets":
                Default(obj.Ensure("spec"), "replicas", () => 1);
                Template(obj);
                break;
            case "daemonsets":
                Default(obj.Ensure("spec"), "updateStrategy", () => JsonReading.Parse("""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}"""));
                Default(obj.Ensure("spec"), "revisionHistoryLimit", () => 10);
                Template(obj);
                break;
            case "services":
                ServiceDefaulting.Apply(obj, api);
                break;
            case "secrets":
                Secret(obj);
                break;
            case "persistentvolumeclaims" or "persistentvolumes":
                Default(obj.Ensure("status"), "phase", () => type.Plural == "persistentvolumes" ? "Available" : "Pending");
                break;
            case "storageclasses":
                Default(obj, "reclaimPolicy", () => "Delete");
                Default(obj, "volumeBindingMode", () => "Immediate");
                break;
            default:
                break;
        }
    }

    private static void Default(JsonObject obj, string field, Func<JsonNode> value)
    {
        if (obj[field] is null)
        {
            obj[field] = value();
        }
    }

    private static void Template(JsonObject obj) => Pod(obj.Ensure("spec", "template", "spec"), bound: false);

    private static void Pod(JsonObject spec, bool bound)
    {
        Default(spec, "restartPolicy", () => "Always");
        Default(spec, "terminationGracePeriodSeconds", () => 30);
        Default(spec, "dnsPolicy", () => "ClusterFirst");
        Default(spec, "schedulerName", () => "default-scheduler");
        Default(spec, "securityContext", () => new JsonObject());
        if (bound)
        {
            Default(spec, "serviceAccountName", () => "default");
            Default(spec, "serviceAccount", () => spec["serviceAccountName"]!.DeepClone());
            Default(spec, "enableServiceLinks", () => true);
            Default(spec, "preemptionPolicy", () => "PreemptLowerPriority");
            Default(spec, "priority", () => 0);
            Default(spec, "tolerations", () => JsonNode.Parse("""[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]""")!);
        }

        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            Default(container, "resources", () => new JsonObject());
            Default(container, "terminationMessagePath", () => "/dev/termination-log");
            Default(container, "terminationMessagePolicy", () => "File");
            var image = container.Text("image") ?? "";
            Default(container, "imagePullPolicy", () => image.EndsWith(":latest", StringComparison.Ordinal) || !image[(image.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal) ? "Always" : "IfNotPresent");
            foreach (var port in container.Objects("ports"))
            {
                Default(port, "protocol", () => "TCP");
            }
        }
    }

    private static void Secret(JsonObject obj)
    {
        Default(obj, "type", () => "Opaque");
        foreach (var (key, value) in obj.Object("stringData") ?? [])
        {
            obj.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
        }

        obj.Remove("stringData");
    }
}
