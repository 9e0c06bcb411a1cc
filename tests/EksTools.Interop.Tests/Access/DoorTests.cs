using Amazon.EKS.Model;
using EksTools.Authentication;

namespace EksTools.Interop.Tests.Access;

/// <summary>Who gets in, and as whom, at the sandbox's own Kubernetes API.</summary>
public sealed class BuiltInDoorTests(BuiltInDoor door) : DoorTests(door), IClassFixture<BuiltInDoor>;

/// <summary>The same at a real kube-apiserver, whose log is looked at after each test.</summary>
public sealed class RealDoorTests(RealDoor door) : DoorTests(door), IClassFixture<RealDoor>, IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        if (Door.IsOpen)
        {
            Assert.NotEmpty(Door.Log!);
            Assert.DoesNotContain("panic", Door.Log, StringComparison.OrdinalIgnoreCase);
        }
    }
}

/// <summary>What holds at both doors: aws-auth, access entries, RBAC and access policies, with kubectl as each principal.</summary>
public abstract class DoorTests(Door door)
{
    private const string Account = "111122223333";

    /// <summary>The door.</summary>
    protected Door Door => door;

    [Fact]
    public async Task A_role_gets_its_name_and_groups_and_RBAC_decides()
    {
        AwsKeys dev = await door.RoleAsync("dev");
        await door.WriteAwsAuthAsync(("mapRoles", $"- rolearn: arn:aws:iam::{Account}:role/dev\n  username: developer\n  groups: [devs]\n"));
        Assert.Equal("developer: devs", await door.WhoAsync(dev));
        Assert.False(await door.CanAsync(dev, "list configmaps"));
        await door.AdministerAsync("create clusterrolebinding devs --clusterrole view --group devs");
        Assert.True(await door.CanAsync(dev, "list configmaps"));
        Assert.False(await door.CanAsync(dev, "create configmaps"));

        ProcessRun refused = await door.KubectlAsync(dev, "create configmap mine");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("User \"developer\" cannot create resource \"configmaps\"", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_keeps_its_path_and_a_role_must_lose_it()
    {
        AwsKeys jane = await door.UserAsync("jane", "/team/a/");
        AwsKeys ops = await door.RoleAsync("ops", "/team/b/");
        await door.WriteAwsAuthAsync(
            ("mapUsers", $"- userarn: arn:aws:iam::{Account}:user/team/a/jane\n  username: jane\n  groups: [devs]\n"),
            ("mapRoles", $"- rolearn: arn:aws:iam::{Account}:role/team/b/ops\n  username: ops\n  groups: [devs]\n"));
        Assert.Equal("jane: devs", await door.WhoAsync(jane));
        Assert.Null(await door.WhoAsync(ops));
        ProcessRun refused = await door.KubectlAsync(ops, "get nodes");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("You must be logged in to the server", refused.Error, StringComparison.Ordinal);

        await door.WriteAwsAuthAsync(
            ("mapUsers", $"- userarn: arn:aws:iam::{Account}:user/jane\n  username: jane\n  groups: [devs]\n"),
            ("mapRoles", $"- rolearn: arn:aws:iam::{Account}:role/ops\n  username: ops\n  groups: [devs]\n"));
        Assert.Null(await door.WhoAsync(jane));
        Assert.Equal("ops: devs", await door.WhoAsync(ops));
    }

    [Fact]
    public async Task Templates_are_filled_in()
    {
        AwsKeys sso = await door.RoleAsync("sso", session: "jane@example.com");
        await door.WriteAwsAuthAsync(("mapRoles", $$$"""
            - rolearn: arn:aws:iam::{{{Account}}}:role/sso
              username: "{{AccountID}}:{{SessionName}}"
              groups: ["raw:{{SessionNameRaw}}", "key:{{AccessKeyID}}"]
            """));
        Assert.Equal($"{Account}:jane-example.com: key:{sso.AccessKey} raw:jane@example.com", await door.WhoAsync(sso));

        // A node's row lets nobody in who is no instance.
        await door.WriteAwsAuthAsync(("mapRoles", $$$"""
            - rolearn: arn:aws:iam::{{{Account}}}:role/sso
              username: system:node:{{EC2PrivateDNSName}}
              groups: [system:bootstrappers, system:nodes]
            """));
        Assert.Null(await door.WhoAsync(sso));
    }

    [Theory]
    [InlineData("- \"111122223333\"\n")]
    [InlineData("- 111122223333\n")]
    [InlineData("- [a]\n- 111122223333\n")]
    public async Task An_account_lets_in_all_its_principals_without_groups(string mapAccounts)
    {
        AwsKeys anybody = await door.RoleAsync("anybody", "/any/");
        await door.WriteAwsAuthAsync(("mapAccounts", mapAccounts));
        Assert.Equal($"arn:aws:iam::{Account}:role/anybody: ", await door.WhoAsync(anybody));
        await door.WriteAwsAuthAsync(("mapAccounts", "- \"444455556666\"\n"));
        Assert.Null(await door.WhoAsync(anybody));
    }

    [Fact]
    public async Task A_broken_key_loses_all_its_mappings_and_no_others()
    {
        AwsKeys role = await door.RoleAsync("of-broken-key");
        AwsKeys user = await door.UserAsync("of-good-key");
        string rows = $"- rolearn: arn:aws:iam::{Account}:role/of-broken-key\n  username: role\n  groups: [a]\n";
        string users = $"- userarn: arn:aws:iam::{Account}:user/of-good-key\n  username: user\n  groups: [a]\n";
        await door.WriteAwsAuthAsync(("mapRoles", rows), ("mapUsers", users));
        Assert.Equal(["role: a", "user: a"], [await door.WhoAsync(role), await door.WhoAsync(user)]);
        await door.WriteAwsAuthAsync(("mapRoles", rows + "- rolearn: [\n"), ("mapUsers", users));
        Assert.Equal([null, "user: a"], [await door.WhoAsync(role), await door.WhoAsync(user)]);
        await door.WriteAwsAuthAsync(("maproles", rows), ("mapUsers", users));
        Assert.Equal([null, "user: a"], [await door.WhoAsync(role), await door.WhoAsync(user)]);
    }

    [Fact]
    public async Task A_removed_mapping_shuts_out_and_the_creator_stays()
    {
        AwsKeys admin = await door.RoleAsync("second-admin");
        await door.WriteAwsAuthAsync(("mapRoles", $"- rolearn: arn:aws:iam::{Account}:role/second-admin\n  username: second\n  groups: [system:masters]\n"));
        Assert.Equal(0, (await door.KubectlAsync(admin, "get secrets --all-namespaces")).ExitCode);
        Assert.Equal(0, (await door.KubectlAsync(admin, "patch configmap aws-auth --namespace kube-system --type=merge --patch={\"data\":{\"mapRoles\":\"\"}}")).ExitCode);
        Assert.Contains("You must be logged in", (await door.KubectlAsync(admin, "get secrets")).Error, StringComparison.Ordinal);
        await door.WriteAwsAuthAsync();
        Assert.Null(await door.WhoAsync(admin));
        Assert.StartsWith($"arn:aws:iam::{Account}:user/Administrator", await door.WhoAsync(door.Creator), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_entry_comes_before_aws_auth_and_its_policies_beside_RBAC()
    {
        AwsKeys viewer = await door.RoleAsync("viewer", "/teams/");
        string arn = $"arn:aws:iam::{Account}:role/teams/viewer";
        await door.WriteAwsAuthAsync(("mapRoles", $"- rolearn: arn:aws:iam::{Account}:role/viewer\n  username: from-map\n  groups: [system:masters]\n"));
        Assert.Equal("from-map: system:masters", await door.WhoAsync(viewer));

        await door.Eks.CreateAccessEntryAsync(new CreateAccessEntryRequest { ClusterName = Access.Door.ClusterName, PrincipalArn = arn, Username = "from-entry", KubernetesGroups = ["viewers"] });
        Assert.Equal("from-entry: viewers", await door.WhoAsync(viewer));
        Assert.False(await door.CanAsync(viewer, "list pods --namespace team-a"));

        await AssociateAsync("AmazonEKSEditPolicy", "namespace", "team-*");
        Assert.True(await door.CanAsync(viewer, "create deployments.apps --namespace team-a"));
        Assert.False(await door.CanAsync(viewer, "list pods --namespace default"));
        Assert.False(await door.CanAsync(viewer, "list nodes"));
        await AssociateAsync("AmazonEKSAdminViewPolicy", "cluster");
        Assert.True(await door.CanAsync(viewer, "list nodes"));
        Assert.False(await door.CanAsync(viewer, "delete nodes"));

        await door.Eks.DeleteAccessEntryAsync(new DeleteAccessEntryRequest { ClusterName = Access.Door.ClusterName, PrincipalArn = arn });
        Assert.Equal("from-map: system:masters", await door.WhoAsync(viewer));

        Task AssociateAsync(string policy, string scope, params List<string> namespaces) => door.Eks.AssociateAccessPolicyAsync(new AssociateAccessPolicyRequest
        {
            ClusterName = Access.Door.ClusterName,
            PrincipalArn = arn,
            PolicyArn = $"arn:aws:eks::aws:cluster-access-policy/{policy}",
            AccessScope = new AccessScope { Type = scope, Namespaces = namespaces },
        });
    }

    [Fact]
    public async Task A_token_for_another_cluster_is_refused()
    {
        await door.OpenAsync();
        ProcessRun refused = await door.KubectlAsync(door.Token(door.Creator, "another"), "get nodes");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("You must be logged in to the server", refused.Error, StringComparison.Ordinal);
    }
}
