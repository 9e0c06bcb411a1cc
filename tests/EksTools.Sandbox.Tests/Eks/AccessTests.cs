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
}
