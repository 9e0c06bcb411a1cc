using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>The checks that people meet: names, required members, immutable members, the types of well-known maps.</summary>
internal static partial class Validation
{
    private const string SubdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string LabelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string LabelValueRule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static void Check(ResourceType type, JsonObject obj, JsonObject? current)
    {
        var faults = new List<FieldFault>();
        CheckName(type, obj, faults);
        CheckLabels(obj.Object("metadata", "labels"), "metadata.labels", faults);
        switch (type.Plural)
        {
            case "pods":
                CheckPodSpec(obj.Object("spec"), "spec", faults);
                break;
            case "deployments" or "daemonsets" or "replicasets" or "statefulsets":
                CheckWorkload(obj, current, faults);
                break;
            case "services":
                CheckService(obj, current, faults);
                break;
            case "rolebindings" or "clusterrolebindings":
                CheckBinding(obj, current, faults);
                break;
            default:
                break;
        }

        CheckImmutable(type, obj, current, faults);
        if (faults.Count > 0)
        {
            throw StatusException.Invalid(type, obj.Name(), faults);
        }
    }

    private static void CheckName(ResourceType type, JsonObject obj, List<FieldFault> faults)
    {
        var name = obj.Name();
        if (name.Length == 0)
        {
            faults.Add(FieldFault.Required("metadata.name", "name or generateName is required"));
        }
        else if (type.Group == "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.AsSpan().ContainsAny('/', '%'))
            {
                faults.Add(FieldFault.Invalid("metadata.name", Quote(name), "may not contain '/' or '%'"));
            }
        }
        else if (type.Plural is "namespaces" or "services" ? name.Length > 63 || !Label().IsMatch(name) : name.Length > 253 || !Subdomain().IsMatch(name))
        {
            faults.Add(FieldFault.Invalid("metadata.name", Quote(name), type.Plural is "namespaces" or "services" ? LabelRule : SubdomainRule));
        }
    }

    private static void CheckLabels(JsonObject? labels, string field, List<FieldFault> faults)
    {
        foreach (var (key, value) in labels ?? [])
        {
            var name = key[(key.LastIndexOf('/') + 1)..];
            if (name.Length is 0 or > 63 || !LabelValue().IsMatch(name))
            {
                faults.Add(FieldFault.Invalid(field, Quote(key), "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"));
            }

            var text = value.Text() ?? "";
            if (text.Length > 63)
            {
                faults.Add(FieldFault.Invalid(field, Quote(text), "must be no more than 63 characters"));
            }
            else if (!LabelValue().IsMatch(text))
            {
                faults.Add(FieldFault.Invalid(field, Quote(text), LabelValueRule));
            }
        }
    }

    private static void CheckWorkload(JsonObject obj, JsonObject? current, List<FieldFault> faults)
    {
        if (obj.Object("spec", "selector") is not { } selector)
        {
            faults.Add(FieldFault.Required("spec.selector"));
            return;
        }

        var labels = obj.Object("spec", "template", "metadata", "labels") ?? [];
        CheckLabels(labels, "spec.template.labels", faults);
        if (!new LabelSelector(selector).Matches(labels))
        {
            faults.Add(FieldFault.Invalid("spec.template.metadata.labels", labels.ToJsonString(JsonText.Compact), "`selector` does not match template `labels`"));
        }

        if (current is not null && !JsonNode.DeepEquals(current.At("spec", "selector"), selector))
        {
            faults.Add(FieldFault.Invalid("spec.selector", selector.ToJsonString(JsonText.Compact), "field is immutable"));
        }

        if (obj.Number("spec", "replicas") is < 0 and var replicas)
        {
            faults.Add(FieldFault.Invalid("spec.replicas", $"{replicas}", "must be greater than or equal to 0"));
        }

        CheckPodSpec(obj.Object("spec", "template", "spec"), "spec.template.spec", faults);
    }

    private static void CheckPodSpec(JsonObject? spec, string path, List<FieldFault> faults)
    {
        var containers = spec.Objects("containers").ToList();
        if (containers.Count == 0)
        {
            faults.Add(FieldFault.Required($"{path}.containers"));
        }

        for (var i = 0; i < containers.Count; i++)
        {
            if (string.IsNullOrEmpty(containers[i].Text("name")))
            {
                faults.Add(FieldFault.Required($"{path}.containers[{i}].name"));
            }

            if (string.IsNullOrEmpty(containers[i].Text("image")))
            {
                faults.Add(FieldFault.Required($"{path}.containers[{i}].image"));
            }
        }
    }

    private static void CheckService(JsonObject obj, JsonObject? current, List<FieldFault> faults)
    {
        var type = obj.Text("spec", "type");
        var ports = obj.Objects("spec", "ports").ToList();
        if (ports.Count == 0 && obj.Text("spec", "clusterIP") != "None" && type != "ExternalName")
        {
            faults.Add(FieldFault.Required("spec.ports"));
        }

        for (var index = 0; ports.Count > 1 && index < ports.Count; index++)
        {
            if (string.IsNullOrEmpty(ports[index].Text("name")))
            {
                faults.Add(FieldFault.Required($"spec.ports[{index}].name"));
            }
        }

        var (wanted, held) = (obj.At("spec", "loadBalancerClass"), current.At("spec", "loadBalancerClass"));
        if (type != "LoadBalancer" && wanted is not null)
        {
            faults.Add(new("spec.loadBalancerClass", "FieldValueForbidden", "Forbidden: may only be used when `type` is 'LoadBalancer'"));
        }
        else if (type == "LoadBalancer" && current.Text("spec", "type") == "LoadBalancer" && !JsonNode.DeepEquals(wanted, held))
        {
            faults.Add(FieldFault.Invalid("spec.loadBalancerClass", wanted is null ? "null" : Quote(wanted.Text() ?? ""), "may not change once set"));
        }
    }

    private static void CheckBinding(JsonObject obj, JsonObject? current, List<FieldFault> faults)
    {
        if (string.IsNullOrEmpty(obj.Text("roleRef", "name")))
        {
            faults.Add(FieldFault.Required("roleRef.name"));
        }

        if (current is not null && !JsonNode.DeepEquals(current["roleRef"], obj["roleRef"]))
        {
            faults.Add(FieldFault.Invalid("roleRef", obj["roleRef"]?.ToJsonString(JsonText.Compact) ?? "null", "cannot change roleRef"));
        }
    }

    private static void CheckImmutable(ResourceType type, JsonObject obj, JsonObject? current, List<FieldFault> faults)
    {
        if (current is null)
        {
            return;
        }

        if (type.Plural is "configmaps" or "secrets" && current.Flag("immutable"))
        {
            foreach (var field in (ReadOnlySpan<string>)["data", "binaryData", "immutable"])
            {
                if (!JsonNode.DeepEquals(current[field], obj[field]))
                {
                    faults.Add(new(field, "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set"));
                }
            }
        }

        if (type.Plural == "nodes" && current.Text("spec", "providerID") is { Length: > 0 } provider && obj.Text("spec", "providerID") != provider)
        {
            faults.Add(new("spec.providerID", "FieldValueForbidden", "Forbidden: node updates may not change providerID except from \"\" to valid"));
        }
    }

    private static string Quote(string text) => System.Text.Json.Nodes.JsonValue.Create(text)!.ToJsonString(JsonText.Compact);

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValue();
}
