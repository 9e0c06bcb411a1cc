using System.Diagnostics;
using EksTools.Access;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Tests.Access.Mappings;

public sealed class AwsAuthEditTests
{
    private const EksIamPrincipalKind Role = EksIamPrincipalKind.Role;
    private const EksIamPrincipalKind Account = EksIamPrincipalKind.Account;
    private const string Arn = "arn:aws:iam::111122223333:role/dev";
    private const string Node = "system:node:{{EC2PrivateDNSName}}";

    private static readonly AwsAuthAppend Added = new(Role, Arn, Node, ["system:bootstrappers", "system:nodes"]);

    private static string? Edit(string? text, params AwsAuthEdit[] edits)
    {
        string key = edits[0].Kind switch { EksIamPrincipalKind.Role => AwsAuthMap.MapRoles, EksIamPrincipalKind.User => AwsAuthMap.MapUsers, _ => AwsAuthMap.MapAccounts };
        Dictionary<string, string> data = new() { ["other"] = "x" };
        if (text is not null)
            data[key] = text;
        IReadOnlyDictionary<string, string> edited = AwsAuthMap.Parse(data).Edit(edits).Data;
        Assert.Equal("x", edited["other"]);
        return edited.GetValueOrDefault(key);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("\n", "")]
    [InlineData("``", "")]
    [InlineData("\"\"\n", "")]
    [InlineData("# c\n", "# c\n")]
    [InlineData("# c", "# c\n")]
    [InlineData("[]\n", "")]
    [InlineData("# c\n[] # d\n", "# c\n# d\n")]
    [InlineData("~\n", "")]
    [InlineData("---\n[]\n", "---\n")]
    public void The_first_row_is_laid_out_as_EKS_writes_it(string? text, string head) => Assert.Equal(
        head + $"- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: {Arn}\n  username: {Node}\n", Edit(text, Added));

    [Fact]
    public void The_first_account_is_in_quotes() => Assert.Equal("- \"012345678901\"\n", Edit(null, new AwsAuthAppendAccount("012345678901")));

    [Theory]
    [InlineData("- rolearn: a\n  username: b\n  groups:\n    - c\n", "- rolearn: {A}\n  username: {N}\n  groups:\n    - system:bootstrappers\n    - system:nodes\n")]
    [InlineData("  -   groups: [c]\n      userName: b\n      rolearn: 'a'\n", "  -   groups: [system:bootstrappers, system:nodes]\n      username: {N}\n      rolearn: '{A}'\n")]
    [InlineData("- {rolearn: a, username: b, groups: [\"c\"]}\n", "- {rolearn: {A}, username: \"{N}\", groups: [\"system:bootstrappers\", \"system:nodes\"]}\n")]
    [InlineData("- rolearn: a\r\n", "- rolearn: {A}\r\n  groups:\r\n  - system:bootstrappers\r\n  - system:nodes\r\n  username: {N}\r\n")]
    public void A_further_row_looks_like_the_last(string text, string row) => Assert.Equal(
        text + row.Replace("{A}", Arn, StringComparison.Ordinal).Replace("{N}", Node, StringComparison.Ordinal), Edit(text, Added));

    [Theory]
    [InlineData("[{\"rolearn\": \"a\", \"groups\": [\"b\"]}]", "[{\"rolearn\": \"a\", \"groups\": [\"b\"]}, {rolearn: \"{A}\", groups: [\"system:bootstrappers\", \"system:nodes\"], username: \"{N}\"}]")]
    [InlineData("[\n  {rolearn: a}\n]\n", "[\n  {rolearn: a},\n  {rolearn: {A}, groups: [system:bootstrappers, system:nodes], username: \"{N}\"}\n]\n")]
    [InlineData("- rolearn: a # mine\n# end\n---\n- rolearn: b\n", "- rolearn: a # mine\n- rolearn: {A}\n  groups:\n  - system:bootstrappers\n  - system:nodes\n  username: {N}\n# end\n---\n- rolearn: b\n")]
    public void A_row_goes_where_the_first_documents_list_ends(string text, string edited) => Assert.Equal(
        edited.Replace("{A}", Arn, StringComparison.Ordinal).Replace("{N}", Node, StringComparison.Ordinal), Edit(text, Added));

    [Theory]
    [InlineData("- rolearn: a # x\n  # y\n  username: b\n  z: 1\n  groups:\n  - c # d\n  - e\n", "- rolearn: a # x\n  # y\n  username: new\n  z: 1\n  groups:\n  - c # d\n  - f\n")]
    [InlineData("- groups: [ c , e ]\n  Username: 'b'\n  rolearn: a", "- groups: [ c , f ]\n  Username: 'new'\n  rolearn: a")]
    [InlineData("- rolearn: a\n", "- rolearn: a\n  groups:\n  - c\n  - f\n  username: new\n")]
    [InlineData("- rolearn: a\n  username:\n  groups: # none\n", "- rolearn: a\n  username: new\n  groups: # none\n  - c\n  - f\n")]
    [InlineData("- rolearn: a\n  groups: devs # d\n  username: |\n    b\n", "- rolearn: a\n  groups: # d\n  - c\n  - f\n  username: new\n")]
    [InlineData("- {rolearn: a, groups: []}\n", "- {rolearn: a, groups: [c, f], username: new}\n")]
    [InlineData("- rolearn: a\n  username: new\n  groups: [\"c\", 'f']\n", "- rolearn: a\n  username: new\n  groups: [\"c\", 'f']\n")]
    public void Only_the_fields_that_differ_are_touched(string text, string edited) =>
        Assert.Equal(edited, Edit(text, new AwsAuthReplace(Role, 0) { Arn = "a", Username = "new", Groups = ["c", "f"] }));

    [Theory]
    [InlineData("- rolearn: a\n  groups:\n  # keep\n  - c\n  username: b\n", "- rolearn: a\n  groups: []\n  # keep\n  username: b\n")]
    [InlineData("- rolearn: a\n  groups: [c, d]\n  username: b\n", "- rolearn: a\n  groups: []\n  username: b\n")]
    [InlineData("- rolearn: a\n  username: b\n", "- rolearn: a\n  username: b\n")]
    public void No_groups_are_an_empty_list(string text, string edited) => Assert.Equal(edited, Edit(text, new AwsAuthReplace(Role, 0) { Groups = [] }));

    [Theory]
    [InlineData("no", "\"no\"")]
    [InlineData("12", "\"12\"")]
    [InlineData("{{SessionName}}", "\"{{SessionName}}\"")]
    [InlineData("a:{{SessionName}}", "a:{{SessionName}}")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("x\"y\\\n", "\"x\\\"y\\\\\\n\"")]
    [InlineData("üñí", "\"üñí\"")]
    [InlineData("", "\"\"")]
    public void Quotes_stand_where_YAML_needs_them(string username, string written) =>
        Assert.Equal($"- rolearn: a\n  username: {written}\n", Edit("- rolearn: a\n  username: b\n", new AwsAuthReplace(Role, 0) { Username = username }));

    [Theory]
    [InlineData("# a\n- rolearn: a # x\n  username: b\n# b\n- rolearn: c\n", 0, "# a\n# b\n- rolearn: c\n")]
    [InlineData("- rolearn: a\n- rolearn: c\n", 0, "- rolearn: c\n")]
    [InlineData("- rolearn: a\n- rolearn: c", 1, "- rolearn: a")]
    [InlineData("- rolearn: a\n# b\n", 0, "[]\n# b\n")]
    [InlineData("  - rolearn: a", 0, "  []")]
    [InlineData("[{rolearn: a}, {rolearn: b}]", 0, "[{rolearn: b}]")]
    [InlineData("[{rolearn: a}, {rolearn: b}]", 1, "[{rolearn: a}]")]
    [InlineData("[{rolearn: a}]", 0, "[]")]
    [InlineData("-\n- rolearn: b\n", 0, "- rolearn: b\n")]
    public void A_row_goes_with_its_lines(string text, int index, string edited) => Assert.Equal(edited, Edit(text, new AwsAuthRemove(Role, index)));

    [Fact]
    public void Many_edits_are_made_together()
    {
        const string text = "- rolearn: a\n- rolearn: b\n# c\n- rolearn: c\n  groups:\n  - x\n- rolearn: d\n";
        Assert.Equal("# c\n- rolearn: c\n  groups:\n  - z\n  username: u\n- rolearn: e\n", Edit(text,
            new AwsAuthRemove(Role, 3), new AwsAuthAppend(Role, "e", "", []), new AwsAuthRemove(Role, 0), new AwsAuthReplace(Role, 2) { Groups = ["z"], Username = "u" }, new AwsAuthRemove(Role, 1)));
        Assert.Equal("- rolearn: e\n# c\n", Edit(text, [new AwsAuthAppend(Role, "e", "", []), .. Enumerable.Range(0, 4).Select(i => new AwsAuthRemove(Role, i))]));
        Assert.Equal("[{rolearn: e}]", Edit("[{rolearn: a}, {rolearn: b}]", new AwsAuthAppend(Role, "e", "", []), new AwsAuthRemove(Role, 1), new AwsAuthRemove(Role, 0)));
        Assert.Equal("- 111122223333\n- 333344445555 # c\n- \"444455556666\"\n", Edit("- 111122223333\n- 222233334444\n- 333344445555 # c\n", new AwsAuthRemove(Account, 1), new AwsAuthAppendAccount("444455556666")));
    }

    [Theory]
    [InlineData("- &a {rolearn: x}\n- *a\n", "anchor")]
    [InlineData("- rolearn: x\n  username: b\n  UserName: c\n", "more than once")]
    [InlineData("- x\n", "no mapping")]
    [InlineData("- rolearn: x\n  ? username\n  : b\n", "key: value")]
    [InlineData("&l\n- rolearn: x\n", "anchor")]
    [InlineData("- rolearn: x\n  username: {a: b}\n", "no text")]
    public void What_cannot_be_edited_safely_is_refused(string text, string problem)
    {
        AwsAuthException exception = Assert.Throws<AwsAuthException>(() => Edit(text, new AwsAuthReplace(Role, 0) { Username = "new" }));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.True(exception.Line > 0 && exception.Column > 0);
    }

    [Fact]
    public void Edits_that_contradict_each_other_are_a_callers_mistake()
    {
        const string text = "- rolearn: a\n";
        Assert.Throws<ArgumentException>(() => Edit(text, new AwsAuthRemove(Role, 1)));
        Assert.Throws<ArgumentException>(() => Edit(text, new AwsAuthRemove(Role, 0), new AwsAuthRemove(Role, 0)));
        Assert.Throws<ArgumentException>(() => Edit(text, new AwsAuthReplace(Role, 0), new AwsAuthRemove(Role, 0)));
        Assert.Throws<ArgumentException>(() => Edit(text, new AwsAuthAppend(Role, "", "u", [])));
    }

    [Theory]
    [InlineData("lines")]
    [InlineData("brackets")]
    public void Ten_times_the_rows_and_edits_take_not_a_hundred_times_as_long(string layout)
    {
        const int Few = 500, Many = 10 * Few;

        // Once for the JIT; then both under the same load of the machine.
        Measure(layout, Few);
        TimeSpan few = Measure(layout, Few), many = Measure(layout, Many);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Few} rows: {few.TotalMilliseconds:0} ms, {Many} rows: {many.TotalMilliseconds:0} ms");
        Assert.True(many < (40 * few) + TimeSpan.FromSeconds(2), $"{few} and {many}");
    }

    /// <summary>Adds, changes and removes as many rows as there are.</summary>
    private static TimeSpan Measure(string layout, int count)
    {
        AwsAuthEdit[] Rows(string prefix) => [.. Enumerable.Range(0, count).Select(i => new AwsAuthAppend(Role, $"{Arn}-{prefix}-{i}", $"{prefix}:{i}", ["developers", "viewers"]))];
        string text = layout == "lines" ? Edit(null, Rows("old"))! : Edit("[{rolearn: a}]", [new AwsAuthRemove(Role, 0), .. Rows("old")])!;
        Stopwatch watch = Stopwatch.StartNew();
        string added = Edit(text, Rows("new"))!;
        Edit(text, [.. Enumerable.Range(0, count).Select(i => new AwsAuthReplace(Role, i) { Username = "u", Groups = ["viewers", "more"] })]);
        Edit(text, [.. Enumerable.Range(0, count - 1).Select(i => new AwsAuthRemove(Role, i))]);
        TimeSpan taken = watch.Elapsed;
        Assert.StartsWith(text.TrimEnd(']'), added, StringComparison.Ordinal);
        Assert.Equal(2 * count, AwsAuthMap.Parse(new Dictionary<string, string> { [AwsAuthMap.MapRoles] = added }).Roles.Count);
        return taken;
    }
}
