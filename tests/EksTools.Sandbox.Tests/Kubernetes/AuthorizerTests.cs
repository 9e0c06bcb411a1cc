using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class AuthorizerTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        Add("cluster-viewer", FakeIdentity.Policy("AmazonEKSViewPolicy"));
        Add("team-viewer", FakeIdentity.Policy("AmazonEKSViewPolicy", "team-*"));
        Add("editor", FakeIdentity.Policy("AmazonEKSEditPolicy"));
        Add("team-admin", FakeIdentity.Policy("AmazonEKSAdminPolicy", "team-a"));
        Add("auditor", FakeIdentity.Policy("AmazonEKSAdminViewPolicy"));
        Add("nobody");
        _cluster.Identity.Entries.Add(FakeIdentity.Entry("arn:aws:iam::111122223333:user/node", "system:node:n", type: "EC2_LINUX"));
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData("admin", "delete", "", "nodes", null, true)]
    [InlineData("cluster-viewer", "list", "", "pods", null, true)]
    [InlineData("cluster-viewer", "list", "", "secrets", "default", false)]
    [InlineData("cluster-viewer", "list", "", "nodes", null, false)]
    [InlineData("cluster-viewer", "create", "", "pods", "default", false)]
    [InlineData("team-viewer", "list", "", "pods", "team-a", true)]
    [InlineData("team-viewer", "list", "apps", "deployments", "team-b", true)]
    [InlineData("team-viewer", "list", "", "pods", "default", false)]
    [InlineData("team-viewer", "list", "", "pods", null, false)]
    [InlineData("editor", "create", "apps", "deployments", "default", true)]
    [InlineData("editor", "get", "", "secrets", "default", true)]
    [InlineData("editor", "create", "rbac.authorization.k8s.io", "roles", "default", false)]
    [InlineData("team-admin", "create", "rbac.authorization.k8s.io", "roles", "team-a", true)]
    [InlineData("team-admin", "create", "rbac.authorization.k8s.io", "roles", "team-b", false)]
    [InlineData("team-admin", "create", "rbac.authorization.k8s.io", "clusterroles", null, false)]
    [InlineData("auditor", "list", "", "secrets", null, true)]
    [InlineData("auditor", "list", "", "nodes", null, true)]
    [InlineData("auditor", "delete", "", "pods", "default", false)]
    [InlineData("node", "list", "", "pods", null, true)]
    [InlineData("node", "get", "", "nodes", null, true)]
    [InlineData("node", "delete", "", "nodes", null, false)]
    [InlineData("nobody", "list", "", "pods", "default", false)]
    [InlineData("admin", "impersonate", "", "users", null, true)]
    [InlineData("editor", "impersonate", "", "users", null, false)]
    [InlineData("nobody", "create", "authorization.k8s.io", "selfsubjectaccessreviews", null, true)]
    public async Task Access_policies_are_the_cluster_roles_of_their_names(string who, string verb, string group, string resource, string? ns, bool allowed) =>
        Assert.Equal(allowed, await CanAsync(who, new() { Verb = verb, Group = group, Resource = resource, NamespaceProperty = ns }));

    [Fact]
    public async Task Roles_that_people_make_count()
    {
        var admin = _cluster.Client();
        await admin.RbacAuthorizationV1.CreateNamespacedRoleAsync(
            new() { Metadata = new() { Name = "r" }, Rules = [new() { Verbs = ["get"], ApiGroups = [""], Resources = ["configmaps"], ResourceNames = ["a"] }] }, "default", cancellationToken: Token);
        await admin.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new() { Metadata = new() { Name = "b" }, RoleRef = Ref("Role", "r"), Subjects = [Subject("User", "nobody")] }, "default", cancellationToken: Token);
        await admin.RbacAuthorizationV1.CreateClusterRoleAsync(
            new() { Metadata = new() { Name = "metrics" }, Rules = [new() { Verbs = ["get"], NonResourceURLs = ["/metrics/*"] }, new() { Verbs = ["patch"], ApiGroups = ["apps"], Resources = ["*/scale"] }] }, cancellationToken: Token);
        await admin.RbacAuthorizationV1.CreateClusterRoleBindingAsync(
            new() { Metadata = new() { Name = "m" }, RoleRef = Ref("ClusterRole", "metrics"), Subjects = [Subject("Group", "system:authenticated")] }, cancellationToken: Token);

        Assert.True(await CanAsync("nobody", new() { Verb = "get", Resource = "configmaps", Name = "a", NamespaceProperty = "default" }));
        Assert.False(await CanAsync("nobody", new() { Verb = "get", Resource = "configmaps", Name = "b", NamespaceProperty = "default" }));
        Assert.False(await CanAsync("nobody", new() { Verb = "get", Resource = "configmaps", Name = "a", NamespaceProperty = "kube-system" }));
        Assert.True(await CanAsync("nobody", new() { Verb = "patch", Group = "apps", Resource = "deployments", Subresource = "scale", NamespaceProperty = "default" }));
        var path = await _cluster.Client("nobody").AuthorizationV1.CreateSelfSubjectAccessReviewAsync(new() { Spec = new() { NonResourceAttributes = new() { Verb = "get", Path = "/metrics/x" } } }, cancellationToken: Token);
        Assert.True(path.Status.Allowed);
    }

    [Fact]
    public async Task Cluster_roles_aggregate_into_view()
    {
        await _cluster.Client().RbacAuthorizationV1.CreateClusterRoleAsync(
            new()
            {
                Metadata = new() { Name = "more", Labels = new Dictionary<string, string> { ["rbac.authorization.k8s.io/aggregate-to-view"] = "true" } },
                Rules = [new() { Verbs = ["get"], ApiGroups = ["example.com"], Resources = ["things"] }],
            },
            cancellationToken: Token);
        await _cluster.Client().RbacAuthorizationV1.CreateClusterRoleBindingAsync(new() { Metadata = new() { Name = "v" }, RoleRef = Ref("ClusterRole", "view"), Subjects = [Subject("User", "nobody")] }, cancellationToken: Token);

        Assert.True(await CanAsync("nobody", new() { Verb = "get", Group = "example.com", Resource = "things" }));
        Assert.True(await CanAsync("nobody", new() { Verb = "list", Resource = "pods" }));
        Assert.False(await CanAsync("nobody", new() { Verb = "list", Resource = "secrets" }));
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/pods", "pods is forbidden: User \"nobody\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("/api/v1/nodes/n", "nodes \"n\" is forbidden: User \"nobody\" cannot get resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("/apis/apps/v1/deployments", "deployments.apps is forbidden: User \"nobody\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope")]
    [InlineData("/metrics", "forbidden: User \"nobody\" cannot get path \"/metrics\"")]
    public async Task Refusals_are_worded_as_Kubernetes_words_them(string path, string message)
    {
        var (code, body) = await TestHttp.GetAsync(_cluster, path, FakeIdentity.Token("nobody"));

        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal(message, body["message"]!.GetValue<string>());
        Assert.Equal(("Status", "Failure", "Forbidden", 403), (body["kind"]!.GetValue<string>(), body["status"]!.GetValue<string>(), body["reason"]!.GetValue<string>(), body["code"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Without_a_token_only_health_and_version_are_open()
    {
        Assert.Equal(HttpStatusCode.OK, (await TestHttp.GetAsync(_cluster, "/version", null)).Code);
        var (code, body) = await TestHttp.GetAsync(_cluster, "/api", null);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("system:anonymous", body["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_no_mapped_principal_is_unauthorized_and_the_sandbox_knows_why()
    {
        var (code, body) = await TestHttp.GetAsync(_cluster, "/api", FakeIdentity.Token("stranger"));

        Assert.Equal(HttpStatusCode.Unauthorized, code);
        Assert.Equal("Unauthorized", body["message"]!.GetValue<string>());
        Assert.Contains("ARN is not mapped: arn:aws:iam::111122223333:user/stranger", _cluster.Api.RefusedTokens);
    }

    [Fact]
    public async Task The_status_of_a_refusal_reaches_the_clients_exception()
    {
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => _cluster.Client("nobody").CoreV1.ListNodeAsync(cancellationToken: Token));

        Assert.Equal(HttpStatusCode.Forbidden, refused.Response.StatusCode);
    }

    private static V1RoleRef Ref(string kind, string name) => new() { ApiGroup = "rbac.authorization.k8s.io", Kind = kind, Name = name };

    private static Rbacv1Subject Subject(string kind, string name) => new() { ApiGroup = "rbac.authorization.k8s.io", Kind = kind, Name = name };

    private void Add(string name, params EksTools.Sandbox.Kubernetes.AccessPolicyAssociation[] policies) =>
        _cluster.Identity.Entries.Add(FakeIdentity.Entry($"arn:aws:iam::111122223333:user/{name}", name, policies: policies));

    private async Task<bool> CanAsync(string who, V1ResourceAttributes attributes)
    {
        var review = await _cluster.Client(who).AuthorizationV1.CreateSelfSubjectAccessReviewAsync(new() { Spec = new() { ResourceAttributes = attributes } }, cancellationToken: Token);
        return review.Status.Allowed;
    }
}
