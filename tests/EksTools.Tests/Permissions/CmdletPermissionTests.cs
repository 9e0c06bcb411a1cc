using Amazon.EKS;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using SignedClient = EksTools.Sandbox.Tests.Account.SignedClient;

namespace EksTools.Tests.Permissions;

/// <summary>Every cmdlet works with exactly the permissions that New-EksIamPolicy gives it, and needs each of them.</summary>
public sealed class CmdletPermissionTests
{
    public static TheoryData<string> Commands { get; } = [.. PermissionCase.All.Select(static one => one.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_cmdlet_works_with_its_policy_and_needs_all_of_it(string command)
    {
        PermissionCase one = PermissionCase.All.Single(one => one.Command == command);
        using Session session = new();
        HashSet<string> allowed = [], asked = [];
        foreach (PermissionAct act in one.Acts)
        {
            string[] documents = [.. session.Run($"New-EksIamPolicy $args[0] {act.Policy} -AsJson -WarningAction Ignore", command).Good().Select(static text => (string)text.BaseObject)];
            allowed.UnionWith(documents.SelectMany(PermissionStage.Actions));
            await using PermissionStage stage = await PermissionStage.StartAsync(documents);
            await stage.Iam.CreateRoleAsync("One");
            await stage.Iam.CreateRoleAsync("Two");
            await stage.Iam.Client.CreateUserAsync(new() { UserName = "alice" });
            stage.Rehearsal.Session.Run(act.Before).Good();
            await act.Prepare(stage.Rehearsal.Sandbox);
            await act.Arrange(stage.Rehearsal);
            Answer answer = stage.Run(act.Script);
            string refused = string.Join(", ", stage.Refused.Distinct());
            Assert.True(refused.Length == 0, refused);
            string[] failures = [.. answer.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]), .. answer.Thrown is null ? [] : new[] { answer.Thrown.Message }];
            Assert.Equal(act.Failures, failures);
            asked.UnionWith(stage.Asked);
        }

        string unused = string.Join(", ", allowed.Where(action => !asked.Contains(action) && !PermissionCase.Rare.Any(rare => (rare.Command == "*" || rare.Command == command) && rare.Action == action)).Order(StringComparer.Ordinal));
        Assert.True(unused.Length == 0, unused);
    }

    /// <summary>The names of the cluster's own roles begin as those of roles for pods do.</summary>
    [Fact]
    public async Task Whoever_makes_and_removes_roles_for_pods_does_nothing_to_the_cluster_s_own()
    {
        using Session session = new();
        string[] documents = [.. session.Run("New-EksIamPolicy New-EksServiceAccountRole, Convert-EksServiceAccountRole, Remove-EksServiceAccountRole, Install-EksLoadBalancerController demo -Region us-west-2 -AccountId 111122223333 -AsJson -WarningAction Ignore").Good().Select(static text => (string)text.BaseObject)];
        await using PermissionStage stage = await PermissionStage.StartAsync(documents);
        stage.Rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy VpcCni").Good();
        using SignedClient administrator = new(stage.Rehearsal.Sandbox.Endpoint, stage.Rehearsal.Sandbox.AccessKey, stage.Rehearsal.Sandbox.SecretKey);
        EksTools.Sandbox.Tests.Account.Answer assumed = await administrator.QueryAsync("sts", "AssumeRole", "RoleArn", $"arn:aws:iam::111122223333:role/{PermissionStage.Role}", "RoleSessionName", "me");
        SessionAWSCredentials keys = new(assumed.Value("AccessKeyId"), assumed.Value("SecretAccessKey"), assumed.Value("SessionToken"));
        using AmazonIdentityManagementServiceClient iam = new(keys, new AmazonIdentityManagementServiceConfig { ServiceURL = stage.Rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
        Tag mark = new() { Key = "ekstools:component", Value = "service-account-role" };
        IReadOnlyList<(string What, Func<string, Task> Try)> acts =
        [
            ("trust", role => iam.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = role, PolicyDocument = Trust })),
            ("attach", role => iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = role, PolicyArn = EarlierVersion.CniPolicy })),
            ("put", role => iam.PutRolePolicyAsync(new PutRolePolicyRequest { RoleName = role, PolicyName = "p", PolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""" })),
            ("update", role => iam.UpdateRoleAsync(new UpdateRoleRequest { RoleName = role, MaxSessionDuration = 7200 })),
            ("tag", role => iam.TagRoleAsync(new TagRoleRequest { RoleName = role, Tags = [new Tag { Key = "team", Value = "x" }] })),
            ("detach", role => iam.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = role, PolicyArn = EarlierVersion.CniPolicy })),
            ("unput", role => iam.DeleteRolePolicyAsync(new DeleteRolePolicyRequest { RoleName = role, PolicyName = "p" })),
        ];
        foreach (string role in new[] { "ekstools-demo-us-west-2-cluster", "ekstools-demo-us-west-2-node" })
        {
            foreach ((string what, Func<string, Task> act) in acts.Append(("delete", one => iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = one }))).Append(("mark", one => iam.TagRoleAsync(new TagRoleRequest { RoleName = one, Tags = [mark] }))))
            {
                AmazonServiceException refusal = await Assert.ThrowsAnyAsync<AmazonServiceException>(() => act(role));
                Assert.True(refusal.ErrorCode == "AccessDenied", $"{what} {role}: {refusal.ErrorCode}");
            }
        }

        // What is for pods may be changed so, but for the mark.
        foreach ((_, Func<string, Task> act) in acts)
        {
            await act("ekstools-demo-us-west-2-default.a");
        }

        Assert.Equal("AccessDenied", (await Assert.ThrowsAnyAsync<AmazonServiceException>(() => iam.TagRoleAsync(new TagRoleRequest { RoleName = "ekstools-demo-us-west-2-default.a", Tags = [mark] }))).ErrorCode);

        // The name may be passed, and is of no use: the role trusts another service.
        using AmazonEKSClient eks = new(keys, new AmazonEKSConfig { ServiceURL = stage.Rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await Assert.ThrowsAsync<Amazon.EKS.Model.InvalidParameterException>(() => eks.CreatePodIdentityAssociationAsync(new Amazon.EKS.Model.CreatePodIdentityAssociationRequest { ClusterName = "demo", Namespace = "default", ServiceAccount = "z", RoleArn = "arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-node" }));
    }

    [Fact]
    public void Every_cmdlet_that_needs_permissions_has_a_case()
    {
        using Session session = new();
        string[] exported = [.. session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject)];
        string[] needing = [.. exported.Where(name => session.Run("New-EksIamPolicy $args[0] -WarningAction Ignore", name).Good().Count > 0)];
        Assert.Equal(needing.Order(StringComparer.Ordinal), PermissionCase.All.Select(static one => one.Command).Order(StringComparer.Ordinal));
        Assert.Equal(["Get-EksToken", "Install-EksTokenHelper", "New-EksIamPolicy", "New-EksTrustPolicy", "Test-EksToken"], exported.Except(needing).Order(StringComparer.Ordinal));
    }
}
