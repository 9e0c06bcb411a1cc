using System.Globalization;
using System.Text.Json.Nodes;

namespace EksTools.HelmStandIn;

/// <summary>What the controller's chart renders, as far as a cluster's behaviour depends on it (helm/aws-load-balancer-controller/templates, chart 3.5.0). In the order in which helm installs kinds.</summary>
internal sealed class ControllerTemplates(Chart chart, ChartValues values, string release, string space)
{
    private const string Prefix = "aws-load-balancer", Hooks = Prefix + "-webhook-service";

    public IReadOnlyList<JsonObject> Render()
    {
        string cluster = values.Text("clusterName") is { Length: > 0 } name ? name : throw new HelmError("execution error at (aws-load-balancer-controller/templates/deployment.yaml:61:28): Chart cannot be installed without a valid clusterName!");
        List<JsonObject> objects = [];
        if (values.Is("serviceAccount.create"))
        {
            objects.Add(Item("v1", "ServiceAccount", Account(), []));
        }

        objects.Add(Item("v1", "Secret", $"{Prefix}-tls", new JsonObject { ["type"] = "kubernetes.io/tls", ["stringData"] = new JsonObject { ["tls.crt"] = "stand-in", ["tls.key"] = "stand-in" } }));
        objects.Add(Item("v1", "Service", Hooks, new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["ports"] = new JsonArray(new JsonObject { ["port"] = 443, ["name"] = "webhook-server", ["targetPort"] = "webhook-server" }),
                ["selector"] = Selector(),
            },
        }));
        objects.Add(Item("apps/v1", "Deployment", release, new JsonObject { ["spec"] = Deployment(cluster) }));
        objects.Add(Item("elbv2.k8s.aws/v1beta1", "IngressClassParams", values.Text("ingressClass")!, []));
        objects.Add(Item("networking.k8s.io/v1", "IngressClass", values.Text("ingressClass")!, new JsonObject
        {
            ["spec"] = new JsonObject { ["controller"] = "ingress.k8s.aws/alb", ["parameters"] = new JsonObject { ["apiGroup"] = "elbv2.k8s.aws", ["kind"] = "IngressClassParams", ["name"] = values.Text("ingressClass") } },
        }));
        objects.Add(Item("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", $"{Prefix}-webhook", new JsonObject { ["webhooks"] = Mutating() }));
        objects.Add(Item("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", $"{Prefix}-webhook", new JsonObject { ["webhooks"] = Validating() }));
        return objects;
    }

    private string Account() => values.Text("serviceAccount.name") is { Length: > 0 } name ? name : values.Is("serviceAccount.create") ? release : "default";

    private JsonObject Selector() => new() { ["app.kubernetes.io/name"] = chart.Name, ["app.kubernetes.io/instance"] = release };

    private JsonObject Item(string version, string kind, string name, JsonObject rest)
    {
        JsonObject labels = Selector();
        labels["app.kubernetes.io/managed-by"] = "Helm";
        labels["helm.sh/chart"] = $"{chart.Name}-{chart.Version}";
        labels["app.kubernetes.io/version"] = chart.AppVersion;
        JsonObject item = new()
        {
            ["apiVersion"] = version,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels, ["annotations"] = new JsonObject { ["meta.helm.sh/release-name"] = release, ["meta.helm.sh/release-namespace"] = space } },
        };
        foreach ((string key, JsonNode? value) in rest)
        {
            item[key] = value?.DeepClone();
        }

        return item;
    }

    private JsonObject Deployment(string cluster)
    {
        List<string> arguments = [$"--cluster-name={cluster}", $"--ingress-class={values.Text("ingressClass")}"];
        foreach ((string value, string flag) in new[] { ("region", "aws-region"), ("vpcId", "aws-vpc-id"), ("enableShield", "enable-shield"), ("enableWaf", "enable-waf"), ("enableWafv2", "enable-wafv2") })
        {
            if (values.Text(value) is { Length: > 0 } text)
            {
                arguments.Add($"--{flag}={text}");
            }
        }

        return new JsonObject
        {
            ["replicas"] = int.Parse(values.Text("replicaCount")!, CultureInfo.InvariantCulture),
            ["selector"] = new JsonObject { ["matchLabels"] = Selector() },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Selector() },
                ["spec"] = new JsonObject
                {
                    ["serviceAccountName"] = Account(),
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = chart.Name,
                        ["image"] = $"{values.Text("image.repository")}:{chart.AppVersion}",
                        ["args"] = new JsonArray([.. arguments.Select(static word => (JsonNode)word)]),
                        ["ports"] = new JsonArray(new JsonObject { ["name"] = "webhook-server", ["containerPort"] = 9443, ["protocol"] = "TCP" }, new JsonObject { ["name"] = "metrics-server", ["containerPort"] = 8080, ["protocol"] = "TCP" }),
                    }),
                },
            },
        };
    }

    private JsonArray Mutating()
    {
        JsonArray hooks = [Hook("mpod", "/mutate-v1-pod", values.Text("podMutatorWebhookConfig.failurePolicy")!, "", "v1", "pods", ["CREATE"], inNamespaces: "elbv2.k8s.aws/pod-readiness-gate-inject")];
        if (values.Is("enableServiceMutatorWebhook"))
        {
            hooks.Add((JsonNode)Hook("mservice", "/mutate-v1-service", values.Text("serviceMutatorWebhookConfig.failurePolicy")!, "", "v1", "services", ["CREATE"], notOwn: true));
        }

        hooks.Add((JsonNode)Hook("mtargetgroupbinding", "/mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding", "Fail", "elbv2.k8s.aws", "v1beta1", "targetgroupbindings", ["CREATE", "UPDATE"]));
        return hooks;
    }

    private JsonArray Validating() =>
    [
        Hook("vingressclassparams", "/validate-elbv2-k8s-aws-v1beta1-ingressclassparams", "Fail", "elbv2.k8s.aws", "v1beta1", "ingressclassparams", ["CREATE", "UPDATE"], notOwn: true),
        Hook("vtargetgroupbinding", "/validate-elbv2-k8s-aws-v1beta1-targetgroupbinding", "Fail", "elbv2.k8s.aws", "v1beta1", "targetgroupbindings", ["CREATE", "UPDATE"]),
        Hook("vingress", "/validate-networking-v1-ingress", "Fail", "networking.k8s.io", "v1", "ingresses", ["CREATE", "UPDATE"]),
    ];

    private JsonObject Hook(string name, string path, string policy, string group, string version, string resource, string[] operations, bool notOwn = false, string? inNamespaces = null)
    {
        JsonObject hook = new()
        {
            ["name"] = $"{name}.elbv2.k8s.aws",
            ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["name"] = Hooks, ["namespace"] = space, ["path"] = path }, ["caBundle"] = "c3RhbmQtaW4=" },
            ["failurePolicy"] = policy,
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["sideEffects"] = "None",
            ["rules"] = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray(group), ["apiVersions"] = new JsonArray(version), ["resources"] = new JsonArray(resource), ["operations"] = new JsonArray([.. operations.Select(static word => (JsonNode)word)]) }),
        };
        if (notOwn)
        {
            hook["objectSelector"] = new JsonObject { ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "app.kubernetes.io/name", ["operator"] = "NotIn", ["values"] = new JsonArray("aws-load-balancer-controller") }) };
        }

        if (inNamespaces is not null)
        {
            hook["namespaceSelector"] = new JsonObject { ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = inNamespaces, ["operator"] = "In", ["values"] = new JsonArray("enabled") }) };
        }

        return hook;
    }
}
