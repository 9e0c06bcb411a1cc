using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>An add-on that EKS offers.</summary>
/// <param name="NeedsNodes">Whether it has a Deployment, which runs only where there are nodes.</param>
/// <param name="ServiceAccount">The service account that wants AWS permissions, or null.</param>
internal sealed record AddonOffer(string Name, string Type, string Namespace, bool NeedsNodes, string? ServiceAccount, string? Policy, string[] Settings);

/// <summary>The add-ons of EKS and their versions.</summary>
internal static class AddonCatalog
{
    private static readonly Dictionary<string, AddonOffer> Offers = new[]
    {
        new AddonOffer("vpc-cni", "networking", "kube-system", false, "aws-node", "AmazonEKS_CNI_Policy", ["env", "init", "enableNetworkPolicy", "resources", "tolerations", "affinity", "nodeAgent", "eniConfig", "livenessProbeTimeoutSeconds", "readinessProbeTimeoutSeconds", "podAnnotations", "podLabels"]),
        new AddonOffer("kube-proxy", "networking", "kube-system", false, null, null, ["mode", "ipvs", "resources", "podAnnotations", "podLabels"]),
        new AddonOffer("coredns", "networking", "kube-system", true, null, null, ["replicaCount", "corefile", "resources", "affinity", "tolerations", "nodeSelector", "autoScaling", "podDisruptionBudget", "topologySpreadConstraints", "computeType", "podAnnotations", "podLabels"]),
        new AddonOffer("metrics-server", "observability", "kube-system", true, null, null, ["replicas", "resources", "affinity", "tolerations", "nodeSelector", "addonResizer", "updateStrategy", "podDisruptionBudget", "topologySpreadConstraints"]),
        new AddonOffer("eks-pod-identity-agent", "security", "kube-system", false, null, null, ["agent", "resources", "tolerations", "affinity", "priorityClassName", "podAnnotations", "podLabels"]),
        new AddonOffer("aws-ebs-csi-driver", "storage", "kube-system", true, "ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy", ["controller", "node", "sidecars", "defaultStorageClass", "nodeComponentOnly"]),
        new AddonOffer("aws-efs-csi-driver", "storage", "kube-system", true, "efs-csi-controller-sa", "service-role/AmazonEFSCSIDriverPolicy", ["controller", "node", "sidecars"]),
    }.ToDictionary(offer => offer.Name);

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("DescribeAddonVersions", "GET", "/addons/supported-versions", DescribeVersions),
        new("DescribeAddonConfiguration", "GET", "/addons/configuration-schemas", DescribeConfiguration),
    ];

    /// <summary>An offer or null.</summary>
    public static AddonOffer? Find(string name) => Offers.GetValueOrDefault(name);

    /// <summary>The versions of an add-on for a Kubernetes version, newest first.</summary>
    public static IReadOnlyList<string> Versions(string addon, string kubernetes) => VersionCatalog.Find(kubernetes) is not { } release ? [] : addon switch
    {
        "vpc-cni" => ["v1.21.1-eksbuild.1", "v1.20.4-eksbuild.2", "v1.20.1-eksbuild.3", "v1.19.6-eksbuild.7"],
        "kube-proxy" => [$"v{release.Patched}-eksbuild.4", $"v{release.Patched}-eksbuild.2", $"v{release.Version}.0-eksbuild.2"],
        "coredns" when release.Minor >= 33 => ["v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1", "v1.12.2-eksbuild.4"],
        "coredns" => ["v1.11.4-eksbuild.24", "v1.11.4-eksbuild.14", "v1.11.3-eksbuild.2"],
        "metrics-server" => ["v0.8.0-eksbuild.6", "v0.8.0-eksbuild.2", "v0.7.2-eksbuild.4"],
        "eks-pod-identity-agent" => ["v1.3.10-eksbuild.2", "v1.3.9-eksbuild.3", "v1.3.8-eksbuild.2"],
        "aws-ebs-csi-driver" => ["v1.53.0-eksbuild.1", "v1.52.1-eksbuild.1", "v1.48.0-eksbuild.2"],
        "aws-efs-csi-driver" => ["v2.1.15-eksbuild.1", "v2.1.13-eksbuild.1", "v2.1.8-eksbuild.1"],
        _ => [],
    };

    /// <summary>The version that EKS takes by itself: for most add-ons the second newest.</summary>
    public static string DefaultVersion(string addon, string kubernetes) => Versions(addon, kubernetes)[1];

    private static JsonObject DescribeVersions(AwsCall call)
    {
        string[] Wanted(string name) => [.. call.Query.Where(pair => pair.Key == name).Select(pair => pair.Value)];
        var (kubernetes, name, types) = (call.QueryValue("kubernetesVersion"), call.QueryValue("addonName"), Wanted("types"));
        var (owners, publishers) = (Wanted("owners"), Wanted("publishers"));
        var releases = VersionCatalog.All.Where(release => kubernetes is null || release.Version == kubernetes).ToList();
        var chosen = Offers.Values.Where(offer => (name is null || offer.Name == name) && (types.Length == 0 || types.Contains(offer.Type)) && (owners.Length == 0 || owners.Contains("aws")) && (publishers.Length == 0 || publishers.Contains("eks")) && releases.Count > 0);
        return EksRegion.Page(call, "addons", chosen.Select(JsonNode? (offer) => new JsonObject
        {
            ["addonName"] = offer.Name,
            ["type"] = offer.Type,
            ["addonVersions"] = releases.SelectMany(release => Versions(offer.Name, release.Version)).Distinct().Select(version => new JsonObject
            {
                ["addonVersion"] = version,
                ["architecture"] = new JsonArray("amd64", "arm64"),
                ["computeTypes"] = offer.NeedsNodes ? new JsonArray("ec2", "fargate", "hybrid") : new JsonArray("ec2", "hybrid"),
                ["compatibilities"] = releases.Where(release => Versions(offer.Name, release.Version).Contains(version)).Select(release => new JsonObject
                {
                    ["clusterVersion"] = release.Version, ["platformVersions"] = new JsonArray("*"), ["defaultVersion"] = DefaultVersion(offer.Name, release.Version) == version,
                }).ToJson(),
                ["requiresConfiguration"] = false,
                ["requiresIamPermissions"] = offer.ServiceAccount is not null,
            }).ToJson(),
            ["publisher"] = "eks",
            ["owner"] = "aws",
            ["defaultNamespace"] = offer.Namespace,
        }));
    }

    private static JsonObject DescribeConfiguration(AwsCall call)
    {
        var (name, version) = (call.QueryValue("addonName") ?? throw EksErrors.InvalidParameter("The required member addonName is missing."), call.QueryValue("addonVersion") ?? throw EksErrors.InvalidParameter("The required member addonVersion is missing."));
        if (Find(name) is not { } offer || VersionCatalog.All.All(release => !Versions(name, release.Version).Contains(version)))
        {
            throw EksErrors.NotFound($"Addon {name} with version {version} is not found");
        }

        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-06/schema#",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(offer.Settings.Select(setting => KeyValuePair.Create(setting, (JsonNode?)new JsonObject()))),
        };
        var json = new JsonObject { ["addonName"] = name, ["addonVersion"] = version, ["configurationSchema"] = schema.ToJsonString(), ["podIdentityConfiguration"] = new JsonArray() };
        if (offer is { ServiceAccount: not null, Policy: not null })
        {
            json["podIdentityConfiguration"] = new[] { new JsonObject { ["serviceAccount"] = offer.ServiceAccount, ["recommendedManagedPolicies"] = new[] { $"arn:{call.Account.Partition}:iam::aws:policy/{offer.Policy}" }.ToJson() } }.ToJson();
        }

        return json;
    }

    /// <summary>Refuses settings that the add-on does not know; YAML is read as far as it is JSON.</summary>
    public static void CheckConfiguration(AddonOffer offer, string? values, Func<string, Exception> refuse)
    {
        if (string.IsNullOrWhiteSpace(values))
        {
            return;
        }

        IEnumerable<string> names;
        try
        {
            names = values.TrimStart().StartsWith('{') ? JsonNode.Parse(values)!.AsObject().Select(pair => pair.Key)
                : new YamlDotNet.Serialization.Deserializer().Deserialize<Dictionary<string, object?>>(values)?.Keys ?? Enumerable.Empty<string>();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or YamlDotNet.Core.YamlException)
        {
            throw refuse($"ConfigurationValue provided in request is not supported: {error.Message}");
        }

        if (names.Except(offer.Settings).ToList() is { Count: > 0 } unknown)
        {
            throw refuse($"ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties]");
        }
    }
}
