using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Tests.Access.Mappings;

/// <summary>
/// What the authenticator makes of a text. The outcomes are those of Go 1.19 with gopkg.in/yaml.v2 2.4, sigs.k8s.io/yaml and encoding/json,
/// run on these very texts with the authenticator's types.
/// </summary>
public sealed class AwsAuthReadingTests
{
    private static AwsAuthMap Roles(string text) => AwsAuthMap.Parse(new Dictionary<string, string> { [AwsAuthMap.MapRoles] = text });

    private static AwsAuthMap Accounts(string text) => AwsAuthMap.Parse(new Dictionary<string, string> { [AwsAuthMap.MapAccounts] = text });

    /// <summary>Rows as "arn|username|group,group", with ! for a dropped one.</summary>
    private static string Said(AwsAuthMap map) => string.Join(" ", map.Roles.Concat(map.Users).Select(row =>
        $"{(row.Dropped is null ? "" : "!")}{row.Arn}|{row.Username}|{string.Join(",", row.Groups)}"));

    [Theory]
    [InlineData("- rolearn: a\n  username: u\n  groups:\n  - g\n  - h\n", "a|u|g,h")]
    [InlineData("- RoleARN: a\n  UserName: u\n  GROUPS: [g]\n", "a|u|g")]
    [InlineData("- uſername: u\n  rolearn: a\n", "a|u|")]
    [InlineData("- rolearn: b\n  rolearn: c\n", "c||")]
    [InlineData("- RoleARN: b\n  rolearn: c\n", "c||")]
    [InlineData("- rolearn: c\n  RoleARN: b\n", "c||")]
    [InlineData("- RoleARN: b\n  rolearn: c\n  GROUPS: [a,b]\n  groups: [1,~]\n", "c||a,b")]
    [InlineData("- x\n-\n- [a]\n- rolearn: b\n", "!|| !|| !|| b||")]
    [InlineData("- rolearn: a\n  username: yes\n  groups: [1, b, ~]\n", "a||,b,")]
    [InlineData("- rolearn: a\n  username: 12\n  groups: devs\n", "a||")]
    [InlineData("- rolearn: 012345678901\n", "!||")]
    [InlineData("- rolearn: '012345678901'\n", "012345678901||")]
    [InlineData("- rolearn: a\n  username: 2024-01-01\n", "a|2024-01-01|")]
    [InlineData("- rolearn: a\n  username: 1:30\n", "a|1:30|")]
    [InlineData("- rolearn: a\n  username: 0x1F\n", "a||")]
    [InlineData("- rolearn: a\n  username: 0x1G\n", "a|0x1G|")]
    [InlineData("- rolearn: a\n  username: 1_000\n", "a||")]
    [InlineData("- rolearn: a\n  username: 0o8\n", "a|0o8|")]
    [InlineData("- rolearn: a\n  username: yEs\n", "a|yEs|")]
    [InlineData("- rolearn: b\n  sso: {permissionSetName: p}\n", "!b||")]
    [InlineData("- rolearn: b\n  sso: ~\n", "b||")]
    [InlineData("- sso: {permissionSetName: p, accountID: '111122223333'}\n", "!||")]
    [InlineData("- &x {rolearn: b, username: u}\n- rolearn: c\n  <<: *x\n- <<: *x\n  rolearn: d\n", "b|u| b|u| d|u|")]
    [InlineData("- &a {rolearn: a}\n- &b {rolearn: b, username: u}\n- <<: [*a, *b]\n", "a|| b|u| a|u|")]
    [InlineData("- &x {rolearn: b}\n- *x\n", "b|| b||")]
    [InlineData("- rolearn: b\n---\n- rolearn: c\n", "b||")]
    [InlineData("- rolearn: b\n...\n# c\n", "b||")]
    [InlineData("\uFEFF- rolearn: b\n", "b||")]
    [InlineData("- rolearn: b\r\n  username: u\r\n", "b|u|")]
    [InlineData("- rolearn: b\r  username: u\r", "b|u|")]
    [InlineData("- {rolearn: arn:aws:iam::111122223333:role/x, username: a, groups: [system:masters,b]}\n", "arn:aws:iam::111122223333:role/x|a|system:masters,b")]
    [InlineData("[{\"rolearn\":\"a\"},{\"rolearn\":\"b\",\"groups\":[]}]", "a|| b||")]
    [InlineData("- rolearn: b\n  groups:\n  - system:bootstrappers\n    - system:nodes\n", "b||system:bootstrappers - system:nodes")]
    [InlineData("- rolearn: !!str 12\n  username: !foo bar\n  groups: !!seq [a]\n", "12|bar|a")]
    [InlineData("- rolearn: |\n    a\n  username: >-\n    u\n    v\n", "a\n|u v|")]
    [InlineData("# nothing\n", "")]
    [InlineData("~", "")]
    [InlineData("[]", "")]
    [InlineData("``", "")]
    [InlineData(" '' \n", "")]
    [InlineData("\u0085", "")]
    public void Rows_read_as_the_authenticator_reads_them(string text, string said)
    {
        AwsAuthMap map = Roles(text);
        Assert.Empty(map.Faults);
        Assert.Equal(said, Said(map));
    }

    [Theory]
    [InlineData("a: b", 1, 1, "no list")]
    [InlineData("{}", 1, 1, "no list")]
    [InlineData("''  # c", 1, 1, "no list")]
    [InlineData("- rolearn: a\n  groups: - b\n", 2, 0, "not valid YAML")]
    [InlineData("- rolearn: a\n username: b\n", 2, 0, "not valid YAML")]
    [InlineData("- rolearn: a\n\tusername: b\n", 2, 1, "tab")]
    [InlineData("-\trolearn: a\n", 1, 2, "tab")]
    [InlineData("- rolearn: {{SessionName}}\n", 1, 0, "quotes")]
    [InlineData("- {rolearn: a, username: system:node:{{EC2PrivateDNSName}}}\n", 1, 0, "not valid YAML")]
    [InlineData("- rolearn: a\n  username: .inf\n", 2, 13, "no form in JSON")]
    [InlineData("- rolearn: a\n  ~: b\n", 2, 3, "no form in JSON")]
    [InlineData("- rolearn: a\n  18446744073709551615: b\n", 2, 3, "no form in JSON")]
    [InlineData("- rolearn: *x\n", 1, 12, "anchor")]
    [InlineData("- rolearn: a\n  <<: b\n", 2, 3, "'<<'")]
    [InlineData("- rolearn: \"\\ud83d\\ude00\"\n", 1, 12, "escape")]
    [InlineData("- rolearn: \"a\u0001\"\n", 1, 14, "U+0001")]
    [InlineData("- rolearn: a\u0085- rolearn: b\n", 1, 13, "U+0085")]
    [InlineData("# a\n\uFEFF- rolearn: b\n", 2, 1, "U+FEFF")]
    [InlineData("- rolearn: !!int x\n", 1, 12, "tag")]
    [InlineData("%YAML 1.2\n---\n- rolearn: b\n", 1, 1, "directive")]
    [InlineData("- rolearn: 'a\n", 1, 0, "not valid YAML")]
    [InlineData("- rolearn: b\n...\n}}\n", 3, 1, "not valid YAML")] // Go does not look there.
    public void A_value_that_is_not_read_for_sure_is_a_fault_with_its_place_and_is_not_edited(string text, int line, int column, string problem)
    {
        AwsAuthMap map = Roles(text);
        AwsAuthFault fault = Assert.Single(map.Faults);
        Assert.Equal(AwsAuthMap.MapRoles, fault.Key);
        Assert.Contains(problem, fault.Problem, StringComparison.Ordinal);
        Assert.True(Math.Abs(line - fault.Line) <= (column == 0 ? 1 : 0), $"line {fault.Line}: {fault.Problem}");
        if (column > 0)
            Assert.Equal(column, fault.Column);
        Assert.Empty(map.Roles);
        AwsAuthException exception = Assert.Throws<AwsAuthException>(() => map.Edit([new AwsAuthAppend(EksTools.Access.EksIamPrincipalKind.Role, "a", "b", [])]));
        Assert.StartsWith($"aws-auth, mapRoles, line {fault.Line}, column {fault.Column}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- 012345678901\n- 111122223333\n- '111122223333'\n- ~\n- 0x1F\n- yes\n-\n- [a]\n- {a: b}\n- z\n", "012345678901 111122223333 111122223333  0x1F yes  z")]
    [InlineData("[111122223333, \"222233334444\"]", "111122223333 222233334444")]
    [InlineData("[]", "")]
    [InlineData("~", "")]
    public void Accounts_keep_their_characters(string text, string accounts)
    {
        AwsAuthMap map = Accounts(text);
        Assert.Empty(map.Faults);
        Assert.Equal(accounts, string.Join(' ', map.Accounts.Select(account => account.AccountId)));
    }

    [Theory]
    [InlineData("- rolearn: a\n  groups: devs\n", "no list")]
    [InlineData("- rolearn: a\n  groups:\n  - b\n    - c\n", "'b - c' is a single group")]
    [InlineData("- rolearn: a\n  username: no\n", "true or false")]
    [InlineData("- rolearn: a\n  username: 12\n", "a number")]
    [InlineData("- rolearn: a\n  username: [b]\n", "no text")]
    [InlineData("- rolearn: a\n  group: b\n", "does not know the key 'group'")]
    [InlineData("- rolearn: a\n  rolearn: b\n", "there twice")]
    [InlineData("- rolearn: a\n  RoleArn: b\n", "several spellings")]
    public void What_is_probably_meant_otherwise_is_said(string text, string oddity)
    {
        AwsAuthRow row = Assert.Single(Roles(text).Roles);
        Assert.Null(row.Dropped);
        Assert.Contains(oddity, Assert.Single(row.Oddities), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_have_their_lines_and_the_reason_why_they_are_dropped()
    {
        AwsAuthMap map = AwsAuthMap.Parse(new Dictionary<string, string>
        {
            [AwsAuthMap.MapRoles] = "# head\r\n- rolearn: a\r\n  username: b\r\n\r\n-\r\n  username: c\r\n",
            [AwsAuthMap.MapUsers] = "- userarn: u\n- rolearn: r\n",
            ["maproles"] = "- rolearn: z\n",
        });
        Assert.Equal([(2, 3), (6, 3)], map.Roles.Select(row => (row.Line, row.Column)));
        Assert.Equal([null, "the row has no rolearn"], map.Roles.Select(row => row.Dropped));
        Assert.Equal([null, "the row has no userarn"], map.Users.Select(row => row.Dropped));
        Assert.Equal(["maproles"], map.UnknownKeys);
        Assert.Empty(map.Faults);
    }

    [Fact]
    public void A_fault_of_one_value_leaves_the_others()
    {
        AwsAuthMap map = AwsAuthMap.Parse(new Dictionary<string, string> { [AwsAuthMap.MapRoles] = "- [", [AwsAuthMap.MapUsers] = "- userarn: u\n", [AwsAuthMap.MapAccounts] = "- '1'\n" });
        Assert.Equal(AwsAuthMap.MapRoles, Assert.Single(map.Faults).Key);
        Assert.Single(map.Users);
        Assert.Single(map.Accounts);
        Assert.Empty(AwsAuthMap.Parse(null).Faults);
    }
}
