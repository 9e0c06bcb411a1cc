using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Admission;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>What a new EKS cluster has before anybody has written to it.</summary>
internal static class BootstrapObjects
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    public static void Create(ObjectApi api, Uri endpoint)
    {
        foreach (var name in (ReadOnlySpan<string>)["default", "kube-node-lease", "kube-public", "kube-system"])
        {
            Put(api, ResourceCatalog.Namespaces, null, name, []);
        }

        Put(api, ResourceCatalog.Services, "default", "kubernetes", JsonReading.Parse($$$"""
            {"metadata":{"labels":{"component":"apiserver","provider":"kubernetes"}},
             "spec":{"clusterIP":"{{{api.Services.ApiServer}}}","ports":[{"name":"https","port":443,"protocol":"TCP","targetPort":443}]}}
            """));
        Put(api, ResourceCatalog.Endpoints, "default", "kubernetes", new JsonObject
        {
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = endpoint.Host }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = endpoint.Port, ["protocol"] = "TCP" }),
            }),
        });
        Put(api, ResourceCatalog.StorageClasses, null, "gp2", DefaultStorageClass());
        Put(api, api.Types.Find("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations")!, null, "pod-identity-webhook", PodIdentityWebhook.Configuration());
        CreateRoles(api);
        foreach (var (group, version) in ResourceCatalog.Groups.Prepend(("", "v1")))
        {
            Put(api, ResourceCatalog.ApiServices, null, $"{version}.{group}".TrimEnd('.'), new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kube-aggregator.kubernetes.io/automanaged"] = "onstart" } },
                ["spec"] = new JsonObject { ["group"] = group, ["version"] = version, ["groupPriorityMinimum"] = 17000, ["versionPriority"] = 15 },
            });
        }
    }

    /// <summary>The storage class that EKS makes.</summary>
    public static JsonObject DefaultStorageClass() => JsonReading.Parse("""
        {"metadata":{"name":"gp2","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},
         "provisioner":"kubernetes.io/aws-ebs","parameters":{"type":"gp2","fsType":"ext4"},"volumeBindingMode":"WaitForFirstConsumer"}
        """);

    private static void CreateRoles(ObjectApi api)
    {
        Role(api, "cluster-admin", BuiltInRules.Everything, "cluster-admin", "system:masters");
        Role(api, "admin", BuiltInRules.Admin);
        Role(api, "edit", BuiltInRules.Edit);
        Role(api, "view", BuiltInRules.View);
        Role(api, "system:node", BuiltInRules.Node);
        Role(api, "system:discovery", BuiltInRules.Discovery, "system:discovery", "system:authenticated");
        Role(api, "system:basic-user", BuiltInRules.BasicUser, "system:basic-user", "system:authenticated");
        Role(api, "system:service-account-issuer-discovery", BuiltInRules.IssuerDiscovery, "system:service-account-issuer-discovery", "system:serviceaccounts");
        Role(api, "system:public-info-viewer", BuiltInRules.PublicInfo, "system:public-info-viewer", "system:authenticated", "system:unauthenticated");
    }

    private static void Role(ObjectApi api, string name, IReadOnlyList<PolicyRule> rules, string? binding = null, params ReadOnlySpan<string> groups)
    {
        var role = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } },
            ["rules"] = new JsonArray([.. rules.Select(r => r.ToJson())]),
        };
        if (name is "admin" or "edit" or "view")
        {
            // People extend these three by cluster roles with the label.
            role["aggregationRule"] = new JsonObject
            {
                ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [$"rbac.authorization.k8s.io/aggregate-to-{name}"] = "true" } }),
            };
        }

        Put(api, ResourceCatalog.ClusterRoles, null, name, role);
        if (binding is null)
        {
            return;
        }

        var subjects = new JsonArray();
        foreach (var group in groups)
        {
            subjects.Add(new JsonObject { ["kind"] = "Group", ["apiGroup"] = RbacGroup, ["name"] = group });
        }

        Put(api, ResourceCatalog.ClusterRoleBindings, null, binding, new JsonObject
        {
            ["roleRef"] = new JsonObject { ["apiGroup"] = RbacGroup, ["kind"] = "ClusterRole", ["name"] = name },
            ["subjects"] = subjects,
        });
    }

    private static void Put(ObjectApi api, ResourceType type, string? ns, string name, JsonObject obj)
    {
        obj.Ensure("metadata")["name"] = name;
        api.Create(type, ns, obj, WriteOptions.Internal);
    }
}
