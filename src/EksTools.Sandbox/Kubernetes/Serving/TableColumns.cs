using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>One column of a kind's table.</summary>
/// <param name="Wide">Shown only with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, bool Wide = false, string Type = "string");

/// <summary>The columns that people know from kubectl.</summary>
internal static class TableColumns
{
    private static readonly TableColumn Name = Text("Name", o => o.Name());
    private static readonly TableColumn Age = new("Age", (o, now) => TableAge.Since(o.Text("metadata", "creationTimestamp"), now));
    private static readonly TableColumn Selector = Text("Selector", o => Pairs(o.Object("spec", "selector", "matchLabels")), wide: true);
    private static readonly TableColumn Containers = Text("Containers", o => Joined(o.Objects("spec", "template", "spec", "containers").Select(c => c.Text("name"))), wide: true);
    private static readonly TableColumn Images = Text("Images", o => Joined(o.Objects("spec", "template", "spec", "containers").Select(c => c.Text("image"))), wide: true);

    private static readonly Dictionary<string, TableColumn[]> ByPlural = new()
    {
        ["nodes"] =
        [
            Name, Text("Status", NodeStatus), Text("Roles", NodeRoles), Age, Text("Version", o => o.Text("status", "nodeInfo", "kubeletVersion")),
            Text("Internal-IP", o => Address(o, "InternalIP"), true), Text("External-IP", o => Address(o, "ExternalIP"), true),
            Text("OS-Image", o => o.Text("status", "nodeInfo", "osImage"), true), Text("Kernel-Version", o => o.Text("status", "nodeInfo", "kernelVersion"), true),
            Text("Container-Runtime", o => o.Text("status", "nodeInfo", "containerRuntimeVersion"), true),
        ],
        ["pods"] =
        [
            Name, Text("Ready", PodReady), Text("Status", PodStatus), Number("Restarts", PodRestarts), Age, Text("IP", o => o.Text("status", "podIP") ?? "<none>", true),
            Text("Node", o => o.Text("spec", "nodeName") ?? "<none>", true), Text("Nominated Node", _ => "<none>", true), Text("Readiness Gates", _ => "<none>", true),
        ],
        ["namespaces"] = [Name, Text("Status", o => o.Text("status", "phase")), Age],
        ["configmaps"] = [Name, Number("Data", o => (o.Object("data")?.Count ?? 0) + (o.Object("binaryData")?.Count ?? 0)), Age],
        ["secrets"] = [Name, Text("Type", o => o.Text("type")), Number("Data", o => o.Object("data")?.Count ?? 0), Age],
        ["serviceaccounts"] = [Name, Number("Secrets", o => o.Objects("secrets").Count()), Age],
        ["services"] =
        [
            Name, Text("Type", o => o.Text("spec", "type")), Text("Cluster-IP", o => o.Text("spec", "clusterIP") ?? "<none>"), Text("External-IP", ServiceExternal), Text("Port(s)", ServicePorts), Age,
            Text("Selector", o => Pairs(o.Object("spec", "selector")), true),
        ],
        ["deployments"] =
        [
            Name, Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"), Number("Up-to-date", o => o.Number("status", "updatedReplicas") ?? 0),
            Number("Available", o => o.Number("status", "availableReplicas") ?? 0), Age, Containers, Images, Selector,
        ],
        ["statefulsets"] = [Name, Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"), Age, Containers, Images],
        ["replicasets"] =
        [
            Name, Number("Desired", o => o.Number("spec", "replicas") ?? 0), Number("Current", o => o.Number("status", "replicas") ?? 0), Number("Ready", o => o.Number("status", "readyReplicas") ?? 0), Age,
            Containers, Images, Selector,
        ],
        ["daemonsets"] =
        [
            Name, Number("Desired", o => o.Number("status", "desiredNumberScheduled") ?? 0), Number("Current", o => o.Number("status", "currentNumberScheduled") ?? 0),
            Number("Ready", o => o.Number("status", "numberReady") ?? 0), Number("Up-to-date", o => o.Number("status", "updatedNumberScheduled") ?? 0), Number("Available", o => o.Number("status", "numberAvailable") ?? 0),
            Text("Node Selector", o => Pairs(o.Object("spec", "template", "spec", "nodeSelector"))), Age, Containers, Images, Selector,
        ],
        ["jobs"] = [Name, Text("Status", o => o.Objects("status", "conditions").Any(c => c.Text("type") == "Complete" && c.Text("status") == "True") ? "Complete" : "Running"), Text("Completions", o => $"{o.Number("status", "succeeded") ?? 0}/{o.Number("spec", "completions") ?? 1}"), Age],
        ["poddisruptionbudgets"] =
        [
            Name, Text("Min Available", o => o.At("spec", "minAvailable")?.ToString() ?? "N/A"), Text("Max Unavailable", o => o.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Number("Allowed Disruptions", o => o.Number("status", "disruptionsAllowed") ?? 0), Age,
        ],
        ["events"] =
        [
            new("Last Seen", (o, now) => TableAge.Since(o.Text("lastTimestamp") ?? o.Text("metadata", "creationTimestamp"), now)), Text("Type", o => o.Text("type")), Text("Reason", o => o.Text("reason")),
            Text("Object", o => $"{o.Text("involvedObject", "kind")?.ToLowerInvariant()}/{o.Text("involvedObject", "name")}"), Text("Message", o => o.Text("message")?.Trim()), Name with { Wide = true },
        ],
        ["storageclasses"] =
        [
            Text("Name", o => o.Name() + (o.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true" ? " (default)" : "")), Text("Provisioner", o => o.Text("provisioner")),
            Text("ReclaimPolicy", o => o.Text("reclaimPolicy")), Text("VolumeBindingMode", o => o.Text("volumeBindingMode")), new("AllowVolumeExpansion", (o, _) => o.Flag("allowVolumeExpansion"), Type: "boolean"), Age,
        ],
        ["clusterroles"] = [Name, Text("Created At", o => o.Text("metadata", "creationTimestamp"))],
        ["roles"] = [Name, Text("Created At", o => o.Text("metadata", "creationTimestamp"))],
        ["clusterrolebindings"] = [Name, Text("Role", Role), Age, .. Subjects()],
        ["rolebindings"] = [Name, Text("Role", Role), Age, .. Subjects()],
        ["ingresses"] =
        [
            Name, Text("Class", o => o.Text("spec", "ingressClassName") ?? "<none>"), Text("Hosts", o => Joined(o.Objects("spec", "rules").Select(r => r.Text("host") ?? "*")) is { Length: > 0 } hosts ? hosts : "*"),
            Text("Address", o => Joined(o.Objects("status", "loadBalancer", "ingress").Select(i => i.Text("hostname") ?? i.Text("ip")))), Text("Ports", o => o.Objects("spec", "tls").Any() ? "80, 443" : "80"), Age,
        ],
        ["leases"] = [Name, Text("Holder", o => o.Text("spec", "holderIdentity")), Age],
        ["endpoints"] = [Name, Text("Endpoints", o => Joined(o.Objects("subsets").SelectMany(s => s.Objects("addresses").SelectMany(a => s.Objects("ports").Select(p => $"{a.Text("ip")}:{p.Number("port")}"))))), Age],
    };

    private static readonly TableColumn[] Generic = [Name, Age];

    public static IReadOnlyList<TableColumn> For(ResourceType type) => ByPlural.GetValueOrDefault(type.Plural, Generic);

    private static TableColumn Text(string name, Func<JsonObject, string?> cell, bool wide = false) => new(name, (o, _) => cell(o) ?? "", wide);

    private static TableColumn Number(string name, Func<JsonObject, long> cell) => new(name, (o, _) => cell(o), Type: "integer");

    private static string Joined(IEnumerable<string?> texts) => string.Join(',', texts);

    private static string Pairs(JsonObject? map) => map is not { Count: > 0 } ? "<none>" : Joined(map.Select(m => $"{m.Key}={m.Value.Text()}"));

    private static string Address(JsonObject node, string type) => node.Objects("status", "addresses").FirstOrDefault(a => a.Text("type") == type).Text("address") ?? "<none>";

    private static string NodeStatus(JsonObject node)
    {
        var ready = node.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready").Text("status");
        var status = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        return node.Flag("spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static string NodeRoles(JsonObject node)
    {
        const string Prefix = "node-role.kubernetes.io/";
        var roles = Joined((node.Object("metadata", "labels") ?? []).Where(l => l.Key.StartsWith(Prefix, StringComparison.Ordinal)).Select(l => l.Key[Prefix.Length..]).Order(StringComparer.Ordinal));
        return roles.Length == 0 ? "<none>" : roles;
    }

    private static string PodReady(JsonObject pod) => $"{pod.Objects("status", "containerStatuses").Count(c => c.Flag("ready"))}/{pod.Objects("spec", "containers").Count()}";

    private static string PodStatus(JsonObject pod) => pod.At("metadata", "deletionTimestamp") is not null ? "Terminating" : pod.Text("status", "reason") ?? pod.Text("status", "phase") switch
    {
        "Succeeded" => "Completed",
        "Failed" => "Error",
        "Pending" when pod.Text("spec", "nodeName") is not null => "ContainerCreating",
        var phase => phase ?? "Unknown",
    };

    private static long PodRestarts(JsonObject pod) => pod.Objects("status", "containerStatuses").Sum(c => c.Number("restartCount") ?? 0);

    private static string ServiceExternal(JsonObject service) => service.Text("spec", "type") switch
    {
        "ExternalName" => service.Text("spec", "externalName") ?? "",
        "LoadBalancer" => Joined(service.Objects("status", "loadBalancer", "ingress").Select(i => i.Text("hostname") ?? i.Text("ip"))) is { Length: > 0 } external ? external : "<pending>",
        _ => "<none>",
    };

    private static string ServicePorts(JsonObject service) => Joined(service.Objects("spec", "ports").Select(p =>
        string.Create(CultureInfo.InvariantCulture, $"{p.Number("port")}{(p.Number("nodePort") is > 0 and var node ? $":{node}" : "")}/{p.Text("protocol")}"))) is { Length: > 0 } ports ? ports : "<none>";

    private static string Role(JsonObject binding) => $"{binding.Text("roleRef", "kind")}/{binding.Text("roleRef", "name")}";

    private static TableColumn[] Subjects() =>
    [
        Text("Users", b => Named(b, "User"), true), Text("Groups", b => Named(b, "Group"), true),
        Text("ServiceAccounts", b => Joined(b.Objects("subjects").Where(s => s.Text("kind") == "ServiceAccount").Select(s => $"{s.Text("namespace")}/{s.Text("name")}")), true),
    ];

    private static string Named(JsonObject binding, string kind) => Joined(binding.Objects("subjects").Where(s => s.Text("kind") == kind).Select(s => s.Text("name")));
}
