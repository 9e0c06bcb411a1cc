namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>How a list's items are told apart.</summary>
/// <param name="StrategicKey">The merge key of strategic merge; null with <paramref name="StrategicSet"/> false is a list replaced whole.</param>
/// <param name="StrategicSet">Whether strategic merge unites it as a set of scalars.</param>
/// <param name="ApplyKeys">The keys of server-side apply; empty for a set of scalars.</param>
internal sealed record ListRule(string? StrategicKey, bool StrategicSet, IReadOnlyList<string> ApplyKeys);

/// <summary>The lists of the served kinds that merge by item (patchMergeKey and listMapKey of the Kubernetes API types); all others are atomic.</summary>
internal static class ListSemantics
{
    private static readonly ListRule ByName = new("name", false, ["name"]);
    private static readonly ListRule ByType = new("type", false, ["type"]);
    private static readonly ListRule ByIp = new("ip", false, ["ip"]);
    private static readonly ListRule Scalars = new(null, true, []);

    /// <summary>The rule of a list, or null when it is atomic.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="path">The names of the fields down to the list, items left out.</param>
    public static ListRule? Find(string kind, IReadOnlyList<string> path)
    {
        var parent = path.Count > 1 ? path[^2] : "";
        var inContainer = parent is "containers" or "initContainers" or "ephemeralContainers";
        return (path[^1], parent) switch
        {
            ("containers" or "initContainers" or "ephemeralContainers", "spec") => ByName,
            ("volumes" or "resourceClaims" or "schedulingGates", "spec") => ByName,
            ("imagePullSecrets", "spec") => ByName,
            ("secrets", "") when kind == "ServiceAccount" => ByName,
            ("webhooks", "") => ByName,
            ("env", _) when inContainer => ByName,
            ("volumeMounts", _) when inContainer => new("mountPath", false, ["mountPath"]),
            ("volumeDevices", _) when inContainer => new("devicePath", false, ["devicePath"]),
            ("ports", _) when inContainer => new("containerPort", false, ["containerPort", "protocol"]),
            ("ports", "spec") when kind == "Service" => new("port", false, ["port", "protocol"]),
            ("topologySpreadConstraints", "spec") => new("topologyKey", false, ["topologyKey", "whenUnsatisfiable"]),
            ("hostAliases", "spec") => ByIp,
            ("podIPs" or "hostIPs", "status") => ByIp,
            ("conditions", "status") => ByType,
            ("addresses", "status") when kind == "Node" => ByType,
            ("podCIDRs", "spec") => Scalars,
            ("finalizers", "metadata") => Scalars,
            ("ownerReferences", "metadata") => new("uid", false, ["uid"]),
            _ => null,
        };
    }

    /// <summary>Whether server-side apply owns an object as one value.</summary>
    public static bool IsAtomicMap(IReadOnlyList<string> path) => path.Count > 0
        && path[^1] is "nodeSelector" or "selector" or "roleRef" or "configMapKeyRef" or "secretKeyRef" or "fieldRef" or "resourceFieldRef" or "claimRef";

    /// <summary>Whether strategic merge replaces an object whole.</summary>
    public static bool IsReplacedMap(string kind, IReadOnlyList<string> path) => kind == "PodDisruptionBudget" && path is ["spec", "selector"];
}
