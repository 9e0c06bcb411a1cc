using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Eks;

/// <summary>What lets nodes have a network: aws-node's permissions, by the role of its pods or of the nodes.</summary>
public sealed class NetworkPermissionTests
{
    private const string Policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", Cni = "/clusters/demo/addons/vpc-cni", Nodes = "/clusters/demo/node-groups/ng", AwsNode = "/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node";

    [Fact]
    public async Task Nodes_whose_role_may_not_stay_without_a_network_until_it_may()
    {
        await using var stage = await Stage.StartAsync();
        await StartAsync(stage, cniRole: null, nodesMay: false);
        Assert.Equal("CREATING", await stage.StatusAsync(Nodes));
        Assert.Equal(("DEGRADED", "InsufficientNumberOfReplicas"), await AddonAsync(stage));
        await stage.IamAsync("AttachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        Assert.Equal("ACTIVE", await stage.StatusAsync(Nodes));
        Assert.Equal(("ACTIVE", null), await AddonAsync(stage));
        await stage.IamAsync("DetachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        Assert.Equal(("DEGRADED", "InsufficientNumberOfReplicas"), await AddonAsync(stage));
        await stage.IamAsync("PutRolePolicy", "RoleName", "node", "PolicyName", "own", "PolicyDocument", """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ec2:Assign*"],"Resource":"*"}}""");
        Assert.Equal(("ACTIVE", null), await AddonAsync(stage));
    }

    [Theory]
    [InlineData("system:serviceaccount:kube-system:aws-node", "sts.amazonaws.com", "ACTIVE")]
    [InlineData("system:serviceaccount:kube-system:coredns", "sts.amazonaws.com", "CREATING")]
    [InlineData("system:serviceaccount:kube-system:aws-node", "other.example", "CREATING")]
    public async Task The_role_of_the_pods_counts_when_its_trust_policy_means_them(string subject, string audience, string status)
    {
        await using var stage = await Stage.StartAsync();
        await StartAsync(stage, (subject, audience), nodesMay: false);
        Assert.Equal(status, await stage.StatusAsync(Nodes));
    }

    [Fact]
    public async Task A_role_that_the_add_on_is_given_reaches_pods_when_they_are_made_anew()
    {
        await using var stage = await Stage.StartAsync();
        await StartAsync(stage, cniRole: null, nodesMay: true);
        Assert.Equal("ACTIVE", await stage.StatusAsync(Nodes));
        var role = await RoleAsync(stage, "system:serviceaccount:kube-system:aws-node", "sts.amazonaws.com");
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null((await stage.PostAsync($"{Cni}/update", $$"""{"serviceAccountRoleArn":"{{role}}","resolveConflicts":"PRESERVE"}""")).Error);
        Assert.Equal("ResourceInUseException", (await stage.PostAsync($"{Cni}/update", "{}")).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal(("ACTIVE", null), await AddonAsync(stage));
        Assert.Equal(role, (string?)(await stage.KubernetesAsync(stage.Administrator, "/api/v1/namespaces/kube-system/serviceaccounts/aws-node")).Body["metadata"]!["annotations"]!["eks.amazonaws.com/role-arn"]);

        // The pods that run have what they got.
        await stage.IamAsync("DetachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        Assert.Equal(("DEGRADED", "InsufficientNumberOfReplicas"), await AddonAsync(stage));
        await stage.IamAsync("AttachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        var set = (await stage.KubernetesAsync(stage.Administrator, AwsNode)).Body;
        set["spec"]!["template"]!["metadata"]!["annotations"] = new System.Text.Json.Nodes.JsonObject { ["kubectl.kubernetes.io/restartedAt"] = "now" };
        Assert.Equal(System.Net.HttpStatusCode.OK, (await stage.KubernetesAsync(stage.Administrator, AwsNode, HttpMethod.Put, set)).Status);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.IamAsync("DetachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        Assert.Equal(("ACTIVE", null), await AddonAsync(stage));
        await stage.IamAsync("DetachRolePolicy", "RoleName", "cni", "PolicyArn", Policy);
        Assert.Equal(("DEGRADED", "InsufficientNumberOfReplicas"), await AddonAsync(stage));
    }

    [Fact]
    public async Task A_role_that_EKS_does_not_see_is_refused()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        var role = await RoleAsync(stage, "system:serviceaccount:kube-system:aws-node", "sts.amazonaws.com");
        Assert.Equal("InvalidParameterException", (await AddAsync(stage, role)).Error);
        Assert.Equal("InvalidParameterException", (await AddAsync(stage, "arn:aws:iam::111122223333:role/none")).Error);
        Assert.Equal("InvalidParameterException", (await AddAsync(stage, "arn:aws:iam::999988887777:role/cni")).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null((await AddAsync(stage, role)).Error);
    }

    private static Task<Answer> AddAsync(Stage stage, string? role) => stage.PostAsync("/clusters/demo/addons", role is null ? """{"addonName":"vpc-cni"}""" : $$"""{"addonName":"vpc-cni","serviceAccountRoleArn":"{{role}}"}""");

    private static async Task StartAsync(Stage stage, (string Subject, string Audience)? cniRole, bool nodesMay)
    {
        var (_, subnets) = await stage.ClusterAsync();
        string? role = null;
        if (cniRole is not null)
        {
            var (subject, audience) = cniRole.Value;
            role = await RoleAsync(stage, subject, audience);
            stage.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var node = await stage.RoleAsync("node", "ec2.amazonaws.com");
        if (!nodesMay)
        {
            await stage.IamAsync("DetachRolePolicy", "RoleName", "node", "PolicyArn", Policy);
        }

        Assert.Null((await AddAsync(stage, role)).Error);
        Assert.Null((await stage.PostAsync("/clusters/demo/addons", """{"addonName":"kube-proxy"}""")).Error);
        Assert.Null((await stage.PostAsync("/clusters/demo/node-groups", $$"""{"nodegroupName":"ng","nodeRole":"{{node}}","subnets":["{{string.Join("\",\"", subnets)}}"]}""")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(4));
    }

    private static async Task<string> RoleAsync(Stage stage, string subject, string audience)
    {
        var issuer = (string)(await stage.GetAsync("/clusters/demo")).Json["cluster"]!["identity"]!["oidc"]!["issuer"]!;
        var provider = (await stage.IamAsync("CreateOpenIDConnectProvider", "Url", issuer, "ClientIDList.member.1", "sts.amazonaws.com")).Value("OpenIDConnectProviderArn");
        var bare = issuer["https://".Length..];
        var trust = $$$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"{{{provider}}}"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"{{{bare}}}:sub":"{{{subject}}}","{{{bare}}}:aud":"{{{audience}}}"} } }]}""";
        var arn = (await stage.IamAsync("CreateRole", "RoleName", "cni", "AssumeRolePolicyDocument", trust)).Value("Arn");
        await stage.IamAsync("AttachRolePolicy", "RoleName", "cni", "PolicyArn", Policy);
        return arn;
    }

    private static async Task<(string? Status, string? Issue)> AddonAsync(Stage stage)
    {
        var addon = (await stage.GetAsync(Cni)).Json["addon"]!;
        return ((string?)addon["status"], addon["health"]!["issues"]!.AsArray() is [var issue, ..] ? (string?)issue!["code"] : null);
    }
}
