namespace EksTools.Sandbox.Kubernetes.Authorization;

/// <summary>The rules of the cluster roles that every cluster has, for the kinds served here.</summary>
internal static class BuiltInRules
{
    private const string Read = "get list watch";
    private const string Write = "create delete deletecollection patch update";
    private const string All = Read + " " + Write;

    public static readonly IReadOnlyList<PolicyRule> Everything = [new(["*"], ["*"], ["*"], [], []), new(["*"], [], [], [], ["*"])];

    public static readonly IReadOnlyList<PolicyRule> ReadEverything = [new(Read.Split(' '), ["*"], ["*"], [], []), new(["get"], [], [], [], ["*"])];

    public static readonly IReadOnlyList<PolicyRule> View =
    [
        PolicyRule.Of(Read, "", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status"),
        PolicyRule.Of(Read, "", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status namespaces"),
        PolicyRule.Of(Read, "discovery.k8s.io", "endpointslices"),
        PolicyRule.Of(Read, "apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"),
        PolicyRule.Of(Read, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        PolicyRule.Of(Read, "batch", "cronjobs cronjobs/status jobs jobs/status"),
        PolicyRule.Of(Read, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
        PolicyRule.Of(Read, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
    ];

    public static readonly IReadOnlyList<PolicyRule> Edit =
    [
        .. View,
        PolicyRule.Of(Read, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
        PolicyRule.Of("impersonate", "", "serviceaccounts"),
        PolicyRule.Of(Write, "", "pods pods/attach pods/exec pods/portforward pods/proxy configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy"),
        PolicyRule.Of("create", "", "pods/eviction serviceaccounts/token"),
        PolicyRule.Of(Write, "apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale"),
        PolicyRule.Of(Write, "autoscaling", "horizontalpodautoscalers"),
        PolicyRule.Of(Write, "batch", "cronjobs jobs"),
        PolicyRule.Of(Write, "policy", "poddisruptionbudgets"),
        PolicyRule.Of(Write, "networking.k8s.io", "ingresses networkpolicies"),
        PolicyRule.Of(All, "coordination.k8s.io", "leases"),
    ];

    public static readonly IReadOnlyList<PolicyRule> Admin =
    [
        .. Edit,
        PolicyRule.Of("create", "authorization.k8s.io", "localsubjectaccessreviews"),
        PolicyRule.Of(All, "rbac.authorization.k8s.io", "rolebindings roles"),
    ];

    /// <summary>What a kubelet may do (the node authorizer and <c>eks:node-bootstrapper</c>, without the check of which node it is).</summary>
    public static readonly IReadOnlyList<PolicyRule> Node =
    [
        PolicyRule.Of(Read, "", "nodes pods services configmaps secrets persistentvolumeclaims persistentvolumes endpoints"),
        PolicyRule.Of("create patch update", "", "nodes nodes/status pods/status events"),
        PolicyRule.Of("create delete", "", "pods"),
        PolicyRule.Of("create", "", "pods/eviction serviceaccounts/token"),
        PolicyRule.Of("create delete get patch update", "coordination.k8s.io", "leases"),
        PolicyRule.Of(Read, "storage.k8s.io", "csidrivers csinodes volumeattachments"),
        PolicyRule.Of(Read, "discovery.k8s.io", "endpointslices"),
        PolicyRule.Of("create", "authentication.k8s.io", "tokenreviews"),
        PolicyRule.Of("create", "authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews"),
        PolicyRule.Of("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
    ];

    public static readonly IReadOnlyList<PolicyRule> Discovery =
        [new(["get"], [], [], [], ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"])];

    public static readonly IReadOnlyList<PolicyRule> BasicUser =
    [
        PolicyRule.Of("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
        PolicyRule.Of("create", "authentication.k8s.io", "selfsubjectreviews"),
    ];

    /// <summary>Where service accounts may learn who signs their tokens.</summary>
    public static readonly IReadOnlyList<PolicyRule> IssuerDiscovery = [new(["get"], [], [], [], ["/.well-known/openid-configuration", "/openid/v1/jwks"])];

    public static readonly IReadOnlyList<PolicyRule> PublicInfo = [new(["get"], [], [], [], ["/healthz", "/livez", "/readyz", "/version", "/version/"])];

    /// <summary>
    /// The rules of an access policy; none for a policy that is not for people. AWS documents the first four by the
    /// cluster roles of the same name, and AmazonEKSAdminViewPolicy as reading everything.
    /// </summary>
    public static IReadOnlyList<PolicyRule> OfAccessPolicy(string policyArn) => policyArn[(policyArn.LastIndexOf('/') + 1)..] switch
    {
        "AmazonEKSClusterAdminPolicy" => Everything,
        "AmazonEKSAdminPolicy" => Admin,
        "AmazonEKSEditPolicy" => Edit,
        "AmazonEKSViewPolicy" => View,
        "AmazonEKSAdminViewPolicy" => ReadEverything,
        _ => [],
    };
}
