using System.Net;
using System.Text.Json.Nodes;
using EksTools.Authentication;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Eks;

/// <summary>Access entries, add-ons and Fargate profiles: the rules around them.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task The_creator_is_let_in_and_shown_when_the_mode_knows_entries()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync("");
        Assert.Equal("InvalidRequestException", (await stage.GetAsync("/clusters/demo/access-entries")).Error);
        Assert.Null((await stage.PostAsync("/clusters/demo/update-config", """{"accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"}}""")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["arn:aws:iam::111122223333:user/Administrator"], (await stage.GetAsync("/clusters/demo/access-entries")).Json["accessEntries"]!.AsArray().Select(entry => (string?)entry));
        Assert.Equal("InvalidParameterException", (await stage.PostAsync("/clusters/demo/update-config", """{"accessConfig":{"authenticationMode":"CONFIG_MAP"}}""")).Error);
    }

    [Theory]
    [InlineData("role", """ "username":"system:admin" """, "InvalidParameterException")]
    [InlineData("role", """ "username":"me-{{SessionName}}" """, "InvalidParameterException")]
    [InlineData("role", """ "kubernetesGroups":["system:masters"] """, "InvalidParameterException")]
    [InlineData("role", """ "type":"EC2_LINUX","kubernetesGroups":["devs"] """, "InvalidParameterException")]
    [InlineData("none", """ "kubernetesGroups":[] """, "InvalidParameterException")]
    [InlineData("role", """ "username":"aws-me:{{SessionName}}","kubernetesGroups":["devs"] """, null)]
    public async Task Entries_keep_their_rules(string role, string members, string? error)
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        await stage.RoleAsync("role", "ec2.amazonaws.com");
        Assert.Equal(error, (await stage.PostAsync("/clusters/demo/access-entries", $$"""{"principalArn":"arn:aws:iam::111122223333:role/{{role}}",{{members}}}""")).Error);
    }

    [Theory]
    [InlineData("arn:aws:iam::444455556666:role/theirs", "STANDARD", null)]
    [InlineData("arn:aws:iam::444455556666:role/theirs", "EC2_LINUX", "InvalidParameterException")]
    [InlineData("arn:aws:iam::111122223333:user/Administrator2", "STANDARD", "InvalidParameterException")]
    [InlineData("arn:aws:iam::111122223333:user/Administrator", "EC2_LINUX", "InvalidParameterException")]
    [InlineData("arn:aws:iam::111122223333:user/Administrator", "STANDARD", "ResourceInUseException")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/cluster/me", "STANDARD", "InvalidParameterException")]
    [InlineData("arn:aws-cn:iam::111122223333:role/cluster", "STANDARD", "InvalidParameterException")]
    [InlineData("arn:aws:iam::111122223333:role/cluster", "EC2_TOASTER", "InvalidParameterException")]
    [InlineData("arn:aws:iam::111122223333:role/cluster", "EC2_WINDOWS", null)]
    public async Task An_entry_names_a_principal_that_fits_its_type(string arn, string type, string? error)
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        Assert.Equal(error, (await stage.PostAsync("/clusters/demo/access-entries", $$"""{"principalArn":"{{arn}}","type":"{{type}}"}""")).Error);
    }

    [Fact]
    public async Task Entries_are_changed_and_listed_by_their_rules()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        var arns = new List<string>();
        foreach (var role in new[] { "a", "b", "c" })
        {
            arns.Add(await stage.RoleAsync(role, "ec2.amazonaws.com"));
            Assert.Null((await stage.PostAsync("/clusters/demo/access-entries", $$"""{"principalArn":"{{arns[^1]}}"{{(role == "c" ? ",\"type\":\"EC2_LINUX\"" : "")}}}""")).Error);
        }

        string Path(int index, string more = "") => $"/clusters/demo/access-entries/{Uri.EscapeDataString(arns[index])}{more}";
        Assert.Equal("InvalidParameterException", (await stage.PostAsync(Path(0), """{"username":"eks:me"}""")).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync(Path(0), """{"username":"{{SessionName}}:x"}""")).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync(Path(0), """{"kubernetesGroups":["iam:x"]}""")).Error);
        Assert.Equal("me:{{SessionName}}", (string?)(await stage.PostAsync(Path(0), """{"username":"me:{{SessionName}}","kubernetesGroups":["g"]}""")).Json["accessEntry"]!["username"]);
        Assert.Equal("InvalidRequestException", (await stage.PostAsync(Path(2), """{"kubernetesGroups":["g"]}""")).Error);
        Assert.Equal("ResourceNotFoundException", (await stage.GetAsync("/clusters/demo/access-entries/" + Uri.EscapeDataString("arn:aws:iam::111122223333:role/none"))).Error);

        const string View = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
        string Association(string policy, string scope) => $$"""{"policyArn":"{{policy}}","accessScope":{{scope}} }""";
        Assert.Null((await stage.PostAsync(Path(1, "/access-policies"), Association(View, """{"type":"namespace","namespaces":["team-*"]}"""))).Error);
        Assert.Null((await stage.PostAsync(Path(1, "/access-policies"), Association(View, """{"type":"cluster"}"""))).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync(Path(1, "/access-policies"), Association(View, """{"type":"namespace"}"""))).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync(Path(1, "/access-policies"), Association(View.Replace("View", "Viev", StringComparison.Ordinal), """{"type":"cluster"}"""))).Error);
        Assert.Equal("InvalidRequestException", (await stage.PostAsync(Path(2, "/access-policies"), Association(View, """{"type":"cluster"}"""))).Error);
        Assert.Equal(["cluster"], (await stage.GetAsync(Path(1, "/access-policies"))).Json["associatedAccessPolicies"]!.AsArray().Select(policy => (string?)policy!["accessScope"]!["type"]));
        Assert.Equal([arns[1]], (await stage.GetAsync("/clusters/demo/access-entries?associatedPolicyArn=" + Uri.EscapeDataString(View))).Json["accessEntries"]!.AsArray().Select(entry => (string?)entry));
        Assert.Null((await stage.DeleteAsync(Path(1, "/access-policies/") + Uri.EscapeDataString(View))).Error);
        Assert.Equal("ResourceNotFoundException", (await stage.DeleteAsync(Path(1, "/access-policies/") + Uri.EscapeDataString(View))).Error);

        var first = (await stage.GetAsync("/clusters/demo/access-entries?maxResults=3")).Json;
        var rest = (await stage.GetAsync($"/clusters/demo/access-entries?maxResults=3&nextToken={first["nextToken"]}")).Json;
        Assert.Equal([.. arns, "arn:aws:iam::111122223333:user/Administrator"], first["accessEntries"]!.AsArray().Concat(rest["accessEntries"]!.AsArray()).Select(entry => (string)entry!));
        Assert.Null(rest["nextToken"]);
        Assert.Equal(5, (await stage.GetAsync("/access-policies?maxResults=5")).Json["accessPolicies"]!.AsArray().Count);
        Assert.Null((await stage.DeleteAsync(Path(0))).Error);
        Assert.Equal("ResourceNotFoundException", (await stage.DeleteAsync(Path(0))).Error);
    }

    [Fact]
    public async Task The_mode_rises_one_step_at_a_time_and_counts_when_the_update_is_done()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync("");
        var role = await stage.AssumeAsync("dev", "/team/");
        Task<Answer> RaiseAsync(string mode) => stage.PostAsync("/clusters/demo/update-config", $$$"""{"accessConfig":{"authenticationMode":"{{{mode}}}"}}""");
        async Task<HttpStatusCode> KnockAsync(AwsKeys keys) => (await stage.KubernetesAsync(keys, "/version")).Status;
        Assert.Equal(HttpStatusCode.Created, (await stage.KubernetesAsync(stage.Administrator, "/api/v1/namespaces/kube-system/configmaps", HttpMethod.Post, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "aws-auth" }, ["data"] = new JsonObject { ["mapRoles"] = "- {rolearn: 'arn:aws:iam::111122223333:role/dev', username: dev}" },
        })).Status);
        Assert.Equal((HttpStatusCode.OK, "InvalidParameterException"), (await KnockAsync(role), (await RaiseAsync("API")).Error));
        Assert.Null((await RaiseAsync("API_AND_CONFIG_MAP")).Error);
        Assert.Equal("InvalidRequestException", (await stage.GetAsync("/clusters/demo/access-entries")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null((await stage.GetAsync("/clusters/demo/access-entries")).Error);
        Assert.Null((await RaiseAsync("API")).Error);
        Assert.Equal((HttpStatusCode.OK, "ResourceInUseException"), (await KnockAsync(role), (await RaiseAsync("API")).Error));
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await KnockAsync(role));
        Assert.Equal(HttpStatusCode.OK, await KnockAsync(stage.Administrator));
        foreach (var mode in new[] { "API", "API_AND_CONFIG_MAP", "CONFIG_MAP" })
        {
            Assert.Equal("InvalidParameterException", (await RaiseAsync(mode)).Error);
        }
    }

    [Fact]
    public async Task An_entry_does_not_let_in_who_took_the_name_of_its_principal()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        var first = await stage.AssumeAsync("dev");
        Assert.Null((await stage.PostAsync("/clusters/demo/access-entries", """{"principalArn":"arn:aws:iam::111122223333:role/dev"}""")).Error);
        Assert.Equal(HttpStatusCode.OK, (await stage.KubernetesAsync(first, "/version")).Status);
        await stage.IamAsync("DeleteRole", "RoleName", "dev");
        var second = await stage.AssumeAsync("dev");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stage.KubernetesAsync(second, "/version")).Status);
        Assert.Equal("ResourceInUseException", (await stage.PostAsync("/clusters/demo/access-entries", """{"principalArn":"arn:aws:iam::111122223333:role/dev"}""")).Error);
        await stage.DeleteAsync("/clusters/demo/access-entries/" + Uri.EscapeDataString("arn:aws:iam::111122223333:role/dev"));
        await stage.PostAsync("/clusters/demo/access-entries", """{"principalArn":"arn:aws:iam::111122223333:role/dev"}""");
        Assert.Equal(HttpStatusCode.OK, (await stage.KubernetesAsync(second, "/version")).Status);
    }

    [Fact]
    public async Task In_CONFIG_MAP_mode_EKS_writes_the_rows_of_nodes_and_Fargate_itself()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync("");
        var nodes = await stage.RoleAsync("nodes", "ec2.amazonaws.com");
        var pods = await stage.RoleAsync("pods", "eks-fargate-pods.amazonaws.com");
        async Task<string?> RolesAsync() => (string?)(await stage.KubernetesAsync(stage.Administrator, "/api/v1/namespaces/kube-system/configmaps/aws-auth")).Body["data"]?["mapRoles"];
        async Task GroupAsync(string name) => Assert.Null((await stage.PostAsync("/clusters/demo/node-groups", $$"""{"nodegroupName":"{{name}}","nodeRole":"{{nodes}}","subnets":["{{subnets[0]}}"]}""")).Error);
        const string NodeRow = "- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: arn:aws:iam::111122223333:role/nodes\n  username: system:node:{{EC2PrivateDNSName}}\n";
        const string PodRow = "- groups:\n  - system:bootstrappers\n  - system:nodes\n  - system:node-proxier\n  rolearn: arn:aws:iam::111122223333:role/pods\n  username: system:node:{{SessionName}}\n";
        const string Mine = "# ours\n- rolearn: x # keep\n  username: y\n";

        Assert.Null(await RolesAsync());
        await GroupAsync("one");
        Assert.Equal(NodeRow, await RolesAsync());
        await GroupAsync("two");
        Assert.Null((await stage.PostAsync("/clusters/demo/fargate-profiles", $$"""{"fargateProfileName":"f","podExecutionRoleArn":"{{pods}}","subnets":["{{subnets[0]}}"],"selectors":[{"namespace":"default"}]}""")).Error);
        Assert.Equal(NodeRow + PodRow, await RolesAsync());

        var map = (await stage.KubernetesAsync(stage.Administrator, "/api/v1/namespaces/kube-system/configmaps/aws-auth")).Body;
        map["data"]!["mapRoles"] = NodeRow + Mine + PodRow;
        Assert.Equal(HttpStatusCode.OK, (await stage.KubernetesAsync(stage.Administrator, "/api/v1/namespaces/kube-system/configmaps/aws-auth", HttpMethod.Put, map)).Status);
        stage.Time.Advance(TimeSpan.FromMinutes(30));
        foreach (var (name, expected) in new[] { ("one", NodeRow + Mine + PodRow), ("two", Mine + PodRow) })
        {
            Assert.Null((await stage.DeleteAsync($"/clusters/demo/node-groups/{name}")).Error);
            stage.Time.Advance(TimeSpan.FromMinutes(4));
            Assert.Equal(expected, await RolesAsync());
        }
    }

    [Fact]
    public async Task An_add_on_over_a_self_managed_one_needs_leave_to_overwrite()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync("");
        await stage.PostAsync("/clusters/demo/addons", """{"addonName":"vpc-cni"}""");
        stage.Time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal("CREATE_FAILED", await stage.StatusAsync("/clusters/demo/addons/vpc-cni"));
        Assert.Null((await stage.PostAsync("/clusters/demo/addons", """{"addonName":"kube-proxy","resolveConflicts":"OVERWRITE"}""")).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/addons/kube-proxy"));
        Assert.Equal("InvalidParameterException", (await stage.PostAsync("/clusters/demo/addons/kube-proxy/update", """{"addonVersion":"v0.0.1"}""")).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync("/clusters/demo/addons", """{"addonName":"coredns","configurationValues":"{\"replicas\":3}"}""")).Error);
        Assert.Equal("InvalidParameterException", (await stage.PostAsync("/clusters/demo/addons", """{"addonName":"no-such"}""")).Error);
    }

    [Fact]
    public async Task Fargate_profiles_come_one_at_a_time_to_private_subnets()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        var role = await stage.RoleAsync("fargate", "eks-fargate-pods.amazonaws.com");
        Task<Answer> Create(string name) => stage.PostAsync("/clusters/demo/fargate-profiles", $$"""{"fargateProfileName":"{{name}}","podExecutionRoleArn":"{{role}}","subnets":["{{subnets[0]}}"],"selectors":[{"namespace":"default"}]}""");
        Assert.Null((await Create("a")).Error);
        Assert.Equal("ResourceInUseException", (await Create("b")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/fargate-profiles/a"));
        Assert.Null((await Create("b")).Error);
    }

    [Fact]
    public async Task Capabilities_are_one_of_a_type_and_hold_their_cluster()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        var role = await stage.RoleAsync("capability", "capabilities.eks.amazonaws.com");
        Task<Answer> Create(string name, string type) => stage.PostAsync("/clusters/demo/capabilities", $$"""{"capabilityName":"{{name}}","type":"{{type}}","roleArn":"{{role}}","deletePropagationPolicy":"RETAIN"}""");
        Assert.Null((await Create("one", "KRO")).Error);
        Assert.Equal("ResourceInUseException", (await Create("two", "KRO")).Error);
        Assert.Equal("InvalidParameterException", (await Create("two", "ARGOCD")).Error);
        Assert.Equal("ResourceInUseException", (await stage.DeleteAsync("/clusters/demo/capabilities/one")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        var refused = await stage.DeleteAsync("/clusters/demo");
        Assert.Equal("ResourceInUseException", refused.Error);
        Assert.Contains("Cluster has capabilities attached", refused.Body, StringComparison.Ordinal);
        Assert.Null((await stage.DeleteAsync("/clusters/demo/capabilities/one")).Error);
        Assert.Equal("ResourceInUseException", (await stage.DeleteAsync("/clusters/demo")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Null((await stage.DeleteAsync("/clusters/demo")).Error);
    }
}
