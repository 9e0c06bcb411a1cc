using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class IdentityMapperTests
{
    private const string Role = "arn:aws:iam::111122223333:role/Dev";
    private const string User = "arn:aws:iam::111122223333:user/path/Jane";

    private readonly FakeIdentity _account = new() { Entries = { } };
    private readonly ObjectStore _store = new(new FixedTime(DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev, groups: [a, b]}", "dev", "a,b")]
    [InlineData("maproles", "- {rolearn: ROLE, username: dev, groups: [a]}", null, null)]
    [InlineData("mapRoles", "- {RoleARN: ROLE, UserName: dev, Groups: [a]}", "dev", "a")]
    [InlineData("mapRoles", "", null, null)]
    [InlineData("mapRoles", "``", null, null)]
    [InlineData("mapRoles", "''", null, null)]
    [InlineData("mapRoles", "- rolearn: ROLE\n  username: dev\n  groups:\n    - system:bootstrappers\n      - system:nodes\n", "dev", "system:bootstrappers - system:nodes")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev, groups: [a]}\n- {rolearn: [\n", null, null)]
    [InlineData("mapRoles", "- {username: nobody}\n- {rolearn: ROLE, username: dev, groups: [a]}", "dev", "a")]
    [InlineData("mapRoles", "- {rolearn: ROLE, sso: {permissionSetName: x}, username: dev, groups: [a]}", null, null)]
    [InlineData("mapRoles", "- {rolearn: 'arn:aws:iam::111122223333:role/path/Dev', username: dev, groups: [a]}", null, null)]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev, groups: devs}", "dev", "")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: one, groups: [a]}\n- {rolearn: ROLE, username: two, groups: [b]}", "two", "b")]
    [InlineData("mapRoles", "- {rolearn: 'ARN:AWS:IAM::111122223333:ROLE/dev', username: dev, groups: [a]}", "dev", "a")]
    [InlineData("mapRoles", "- {rolearn: ROLE, rolearn: 'arn:aws:iam::1:role/other', username: dev}", null, null)]
    [InlineData("mapRoles", "- {RoleARN: 'arn:aws:iam::1:role/other', rolearn: ROLE, username: dev}", "dev", "")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: 123, groups: [a, 1, null, yes, b]}", "", "a,,,,b")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: [dev], groups: {a: b}}", "", "")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev, groups: [a], GROUPS: null}", "dev", "a")]
    [InlineData("mapRoles", "- {rolearn: ROLE, sso: null, username: dev}", "dev", "")]
    [InlineData("mapRoles", "- {rolearn: ROLE, sso: x, username: dev}", null, null)]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: {{SessionName}}}", null, null)]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev}\n- {rolearn: x, username: .inf}", null, null)]
    [InlineData("mapRoles", "- foo\n- 7\n- null\n- [x]\n- {rolearn: ROLE, username: dev}", "dev", "")]
    [InlineData("mapRoles", "{rolearn: ROLE, username: dev}", null, null)]
    [InlineData("mapRoles", "- &d {rolearn: x, username: dev, groups: [a]}\n- <<: *d\n  rolearn: ROLE", "dev", "a")]
    [InlineData("mapRoles", "- {rolearn: ROLE, username: dev, groups: [a], unknown: 1}", "dev", "a")]
    [InlineData("mapUsers", "- {userarn: ROLE, sso: {}, username: dev}", "dev", "")]
    [InlineData("mapUsers", "- {userarn: ROLE, username: dev, groups: [a]}", "dev", "a")]
    [InlineData("mapUsers", "- {rolearn: ROLE, username: dev}", null, null)]
    [InlineData("mapAccounts", "- 111122223333", Role, "")]
    [InlineData("mapAccounts", "- [x]\n- 111122223333", Role, "")]
    [InlineData("mapAccounts", "111122223333", null, null)]
    [InlineData("mapAccounts", "- 111122223333\n- [", null, null)]
    [InlineData("mapAccounts", "- \"111122223333\"", Role, "")]
    [InlineData("mapAccounts", "- \"999999999999\"", null, null)]
    public void AwsAuth_is_read_as_the_authenticator_reads_it(string key, string yaml, string? username, string? groups)
    {
        var map = new AwsAuthConfigMap(ConfigMap((key, yaml.Replace("ROLE", key.StartsWith("map", StringComparison.Ordinal) && yaml.Contains("ARN:AWS", StringComparison.Ordinal) ? "ROLE" : Role, StringComparison.Ordinal))));

        var mapping = map.Find(Role, FakeIdentity.Account);

        Assert.Equal(username, mapping?.Username);
        Assert.Equal(groups, mapping is null ? null : string.Join(',', mapping.Groups));
    }

    [Fact]
    public void A_syntax_error_in_mapRoles_leaves_mapUsers_alone()
    {
        var map = new AwsAuthConfigMap(ConfigMap(("mapRoles", "- rolearn: \"" + Role), ("mapUsers", $"- {{userarn: '{User}', username: jane, groups: [a]}}")));

        Assert.Null(map.Find(Role, "1"));
        Assert.Equal("jane", map.Find(User, "1")?.Username);
    }

    [Fact]
    public void Roles_are_looked_up_before_users()
    {
        var map = new AwsAuthConfigMap(ConfigMap(("mapUsers", $"- {{userarn: '{Role}', username: user}}"), ("mapRoles", $"- {{rolearn: '{Role}', username: role}}")));

        Assert.Equal("role", map.Find(Role, "1")?.Username);
    }

    [Fact]
    public void An_access_entry_comes_before_aws_auth_and_keeps_its_path()
    {
        Put($"- {{rolearn: '{Role}', username: from-map, groups: [a]}}");
        _account.Entries.Add(FakeIdentity.Entry("arn:aws:iam::111122223333:role/some/path/Dev", "arn:aws:sts::111122223333:assumed-role/Dev/{{SessionName}}", ["g"]));

        var user = Map(Role, "jane@example.com");

        Assert.Equal("arn:aws:sts::111122223333:assumed-role/Dev/jane-example.com", user.Username);
        Assert.Equal(["g", "system:authenticated"], user.Groups);
        Assert.Equal("aws-iam-authenticator:111122223333:AROA1", user.Uid);
        Assert.Equal(["jane@example.com"], user.Extra["sessionName"]);
        Assert.Equal([Role], user.Extra["canonicalArn"]);
        Assert.Equal(["AROA1"], user.Extra["sigs.k8s.io/aws-iam-authenticator/principalId"]);
    }

    [Theory]
    [InlineData("API", false)]
    [InlineData("API_AND_CONFIG_MAP", true)]
    [InlineData("CONFIG_MAP", true)]
    public void Aws_auth_counts_in_the_modes_that_have_it(string mode, bool counts)
    {
        _account.AuthenticationMode = mode;
        Put($"- {{rolearn: '{Role}', username: dev}}");

        if (counts)
        {
            Assert.Equal("dev", Map(Role, "s").Username);
        }
        else
        {
            Assert.Contains("is not mapped", Assert.Throws<TokenRefusedException>(() => Map(Role, "s")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_creator_survives_outside_the_ConfigMap()
    {
        _account.AuthenticationMode = "CONFIG_MAP";

        Assert.Contains("system:masters", Map("arn:aws:iam::111122223333:user/admin", "").Groups);
    }

    [Fact]
    public void An_entry_is_bound_to_the_principal_of_its_time()
    {
        Put($"- {{rolearn: '{Role}', username: from-map}}");
        _account.Entries.Add(FakeIdentity.Entry(Role, "from-entry") with { PrincipalId = "AROA0" });
        Assert.Equal("from-map", Map(Role, "s").Username);

        _account.Entries.Add(FakeIdentity.Entry("arn:aws:iam::111122223333:role/new/Dev", "from-new-entry") with { PrincipalId = "AROA1" });
        Assert.Equal("from-new-entry", Map(Role, "s").Username);
    }

    [Fact]
    public void Access_entries_do_not_count_in_CONFIG_MAP_mode_but_for_the_creator()
    {
        _account.AuthenticationMode = "CONFIG_MAP";
        Put($"- {{rolearn: '{Role}', username: from-map}}");

        Assert.Equal("from-map", Map(Role, "s").Username);
        Assert.Equal("kubernetes-admin", Map("arn:aws:iam::111122223333:user/admin", "").Username);
        Assert.Empty(Map("arn:aws:iam::111122223333:user/admin", "").Policies);
    }

    [Theory]
    [InlineData("EC2_LINUX", "system:nodes")]
    [InlineData("EC2", "system:nodes")]
    [InlineData("HYBRID_LINUX", "system:nodes")]
    [InlineData("EC2_WINDOWS", "system:nodes eks:kube-proxy-windows")]
    [InlineData("FARGATE_LINUX", "system:nodes system:node-proxier")]
    public void Node_entries_imply_their_groups(string type, string groups)
    {
        _account.Entries.Add(FakeIdentity.Entry(Role, "system:node:{{SessionName}}", type: type));

        Assert.Equal([.. groups.Split(' '), "system:authenticated"], Map(Role, "s").Groups);
    }

    [Fact]
    public void Nodes_are_named_by_their_instance()
    {
        Put($"- {{rolearn: '{Role}', username: 'system:node:{{{{EC2PrivateDNSName}}}}', groups: [system:bootstrappers, system:nodes]}}");
        _account.Instances["i-0123456789abcdef0"] = "ip-10-0-0-1.ec2.internal";

        Assert.Equal("system:node:ip-10-0-0-1.ec2.internal", Map(Role, "i-0123456789abcdef0").Username);
        Assert.Throws<TokenRefusedException>(() => Map(Role, "i-99999999999999999"));
        Assert.Throws<TokenRefusedException>(() => Map(Role, "jane"));
    }

    [Fact]
    public void Templates_are_filled_in_names_and_groups()
    {
        Put($"- {{rolearn: '{Role}', username: '{{{{AccountID}}}}/{{{{SessionNameRaw}}}}/{{{{AccessKeyID}}}}', groups: ['team-{{{{SessionName}}}}']}}");

        var user = Map(Role, "a@b");

        Assert.Equal("111122223333/a@b/AKID", user.Username);
        Assert.Contains("team-a-b", user.Groups);
    }

    private static JsonObject ConfigMap(params (string Key, string Value)[] data) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "aws-auth", ["namespace"] = "kube-system" },
        ["data"] = new JsonObject(data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value))),
    };

    private void Put(string mapRoles) => _store.Put(ResourceCatalog.ConfigMaps, ConfigMap(("mapRoles", mapRoles)));

    private KubernetesUser Map(string canonical, string session) =>
        new IdentityMapper(_account, () => _store.Find(ResourceCatalog.ConfigMaps, "kube-system", "aws-auth")).Map(new(FakeIdentity.Account, "arn:aws:sts::111122223333:assumed-role/Dev/" + session, canonical, "AROA1", session, "AKID"));
}
