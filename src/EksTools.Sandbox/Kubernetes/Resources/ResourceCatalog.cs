namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>The resources that the built-in API serves.</summary>
internal static class ResourceCatalog
{
    private static readonly string[] CreateOnly = ["create"];

    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", false) { ShortNames = ["no"], HasStatus = true };
    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", false) { ShortNames = ["ns"], HasStatus = true };
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true) { ShortNames = ["cm"] };
    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", true);
    public static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", true) { ShortNames = ["sa"] };
    public static readonly ResourceType Services = new("", "v1", "services", "Service", true) { ShortNames = ["svc"], Categories = ["all"], HasStatus = true };
    public static readonly ResourceType Endpoints = new("", "v1", "endpoints", "Endpoints", true) { ShortNames = ["ep"] };
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod", true) { ShortNames = ["po"], Categories = ["all"], HasStatus = true };
    public static readonly ResourceType Events = new("", "v1", "events", "Event", true) { ShortNames = ["ev"] };
    public static readonly ResourceType PersistentVolumes = new("", "v1", "persistentvolumes", "PersistentVolume", false) { ShortNames = ["pv"], HasStatus = true };
    public static readonly ResourceType PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true) { ShortNames = ["pvc"], HasStatus = true };
    public static readonly ResourceType DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet", true) { ShortNames = ["ds"], Categories = ["all"], HasStatus = true };
    public static readonly ResourceType Deployments = new("apps", "v1", "deployments", "Deployment", true) { ShortNames = ["deploy"], Categories = ["all"], HasStatus = true, HasScale = true };
    public static readonly ResourceType ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet", true) { ShortNames = ["rs"], Categories = ["all"], HasStatus = true, HasScale = true };
    public static readonly ResourceType StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet", true) { ShortNames = ["sts"], Categories = ["all"], HasStatus = true, HasScale = true };
    public static readonly ResourceType Jobs = new("batch", "v1", "jobs", "Job", true) { Categories = ["all"], HasStatus = true };
    public static readonly ResourceType PodDisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true) { ShortNames = ["pdb"], HasStatus = true };
    public static readonly ResourceType Roles = new("rbac.authorization.k8s.io", "v1", "roles", "Role", true);
    public static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true);
    public static readonly ResourceType ClusterRoles = new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false);
    public static readonly ResourceType ClusterRoleBindings = new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false);
    public static readonly ResourceType StorageClasses = new("storage.k8s.io", "v1", "storageclasses", "StorageClass", false) { ShortNames = ["sc"] };
    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease", true);
    public static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);
    public static readonly ResourceType SelfSubjectReviews = new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false) { Verbs = CreateOnly };
    public static readonly ResourceType TokenReviews = new("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", false) { Verbs = CreateOnly };
    public static readonly ResourceType SelfSubjectAccessReviews = new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false) { Verbs = CreateOnly };
    public static readonly ResourceType SelfSubjectRulesReviews = new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false) { Verbs = CreateOnly };
    public static readonly ResourceType SubjectAccessReviews = new("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", false) { Verbs = CreateOnly };
    public static readonly ResourceType CustomResourceDefinitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false) { ShortNames = ["crd", "crds"], Categories = ["api-extensions"], HasStatus = true };
    public static readonly ResourceType ApiServices = new("apiregistration.k8s.io", "v1", "apiservices", "APIService", false) { Categories = ["api-extensions"], HasStatus = true };

    /// <summary>Every resource, in the order of discovery.</summary>
    public static readonly IReadOnlyList<ResourceType> All =
    [
        ConfigMaps, Endpoints, Events, Namespaces, Nodes, PersistentVolumeClaims, PersistentVolumes, Pods, Secrets, ServiceAccounts, Services,
        ApiServices,
        DaemonSets, Deployments, ReplicaSets, StatefulSets,
        SelfSubjectReviews, TokenReviews,
        SelfSubjectAccessReviews, SelfSubjectRulesReviews, SubjectAccessReviews,
        new("batch", "v1", "cronjobs", "CronJob", true) { ShortNames = ["cj"], Categories = ["all"], HasStatus = true }, Jobs,
        new("networking.k8s.io", "v1", "ingressclasses", "IngressClass", false),
        new("networking.k8s.io", "v1", "ingresses", "Ingress", true) { ShortNames = ["ing"], HasStatus = true },
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true) { ShortNames = ["netpol"] },
        PodDisruptionBudgets,
        ClusterRoleBindings, ClusterRoles, RoleBindings, Roles,
        new("storage.k8s.io", "v1", "csidrivers", "CSIDriver", false), StorageClasses,
        new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false) { Categories = ["api-extensions"] },
        new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false) { Categories = ["api-extensions"] },
        CustomResourceDefinitions,
        new("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false) { ShortNames = ["pc"] },
        Leases,
        EndpointSlices,
    ];

    private static readonly Dictionary<(string, string, string), ResourceType> ByPlural = All.ToDictionary(t => (t.Group, t.Version, t.Plural));
    private static readonly Dictionary<(string, string), ResourceType> ByKind = All.ToDictionary(t => (t.Group, t.Kind));

    /// <summary>The named groups with their versions, in the order of discovery.</summary>
    public static IReadOnlyList<(string Group, string Version)> Groups { get; } =
        [.. All.Where(t => t.Group.Length > 0).Select(t => (t.Group, t.Version)).Distinct()];

    public static ResourceType? Find(string group, string version, string plural) => ByPlural.GetValueOrDefault((group, version, plural));

    public static ResourceType? FindKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return ByKind.GetValueOrDefault((slash < 0 ? "" : apiVersion[..slash], kind));
    }
}
