using System.Text.RegularExpressions;
using CsCheck;
using EksTools.Core.Access;
using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigDifferenceTests
{
    [Fact]
    public void A_difference_leads_from_one_text_to_the_other_and_is_the_shortest() =>
        Gen.Select(Gen.Char["abc"].Array[0, 12], Gen.Char["abc"].Array[0, 12]).Sample((one, other) =>
        {
            string[] before = [.. one.Select(c => c.ToString())], after = [.. other.Select(c => c.ToString())];
            IReadOnlyList<(LineChange Change, string Line)> found = LineDifference.Find(before, after);
            Assert.Equal(before, found.Where(line => line.Change != LineChange.Added).Select(line => line.Line));
            Assert.Equal(after, found.Where(line => line.Change != LineChange.Removed).Select(line => line.Line));
            Assert.Equal(LongestCommon(before, after), found.Count(line => line.Change == LineChange.Same));
        }, iter: 5000);

    [Fact]
    public void Texts_that_have_little_in_common_are_still_told_apart()
    {
        string[] before = [.. Enumerable.Range(0, 5000).Select(i => $"a{i}")], after = [.. Enumerable.Range(0, 5000).Select(i => $"b{i}")];
        Assert.Equal(10000, LineDifference.Find(before, after).Count);
    }

    [Fact]
    public void A_new_cluster_is_shown_whole_but_for_its_certificate()
    {
        string before = KubeconfigDocument.Create(KubeconfigEntries.Demo with { ClusterName = "a", ContextName = "a", UserName = "a", Exec = ExecArguments.Native("eks-token", new ExecTarget { ClusterName = "a", Region = "eu-west-1" }) });
        string shown = KubeconfigDifference.Show(before, KubeconfigDocument.Parse(before, "config").Upsert(KubeconfigEntries.Demo with { ProxyUrl = "http://me:verySecret@proxy:3128" }));
        Assert.Equal(
            """
            @@ -4,12 +4,21 @@
                 certificate-authority-data: …
                 server: https://ABC.gr7.us-west-2.eks.amazonaws.com
               name: a
            +- cluster:
            +    certificate-authority-data: … (8 characters)
            +    proxy-url: http://…@proxy:3128
            +    server: https://ABC.gr7.us-west-2.eks.amazonaws.com
            +  name: arn:aws:eks:us-west-2:111122223333:cluster/demo
             contexts:
             - context:
                 cluster: a
            """,
            shown[..shown.IndexOf("\n     user: a", StringComparison.Ordinal)].ReplaceLineEndings("\n").TrimEnd(),
            ignoreLineEndingDifferences: true);
        Assert.True(Regex.IsMatch(shown, @"\n\+ +value: 'my team'\n"), shown);
        Assert.True(Regex.IsMatch(shown, @"\n\+ +- --region\n"), shown);
        Assert.Equal(string.Empty, KubeconfigDifference.Show(before, before));
    }

    public static TheoryData<string> Secrets => new()
    {
        "users:\n- name: arn\n  user:\n    token: verySecret\n",
        "users:\n- name: arn\n  user:\n    client-key-data: verySecret # verySecret\n    password: >-\n      verySecret\n      - verySecret\n",
        "users:\n- name: arn\n  user: {token: verySecret}\n- {name: other, user: {token: verySecret}}\n",
        "users: [{name: arn, user: {token: verySecret}}] # verySecret\n",
        """{"users": [{"name": "arn", "user": {"token": "verySecret"}}]}""",
        "{\n  \"users\": [\n    {\n      \"name\": \"arn\",\n      \"user\": {\n        \"token\": \"verySecret\"\n      }\n    }\n  ]\n}\n",
        "users:\n- name: arn\n  user:\n    exec:\n      command: old\n      args:\n      - --token=verySecret\n      - verySecret\n      env:\n      - name: TOKEN\n        value: verySecret\n",
        "users:\n- name: arn\n  user:\n    auth-provider:\n      config:\n        access-token: verySecret\n        id-token: \"verySecret\"\n        'refresh-token': 'verySecret'\n",
        "# verySecret\nclusters:\n- name: c # verySecret\n  cluster:\n    server: https://me:verySecret@host\nusers: []\n# verySecret",
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void What_others_keep_there_is_not_shown(string text)
    {
        // The entry takes the place of the user with the secret, stands beside it, and goes again.
        foreach (string user in new[] { "arn", "new" })
        {
            string after = KubeconfigDocument.Parse(text, "config").Upsert(KubeconfigEntries.Demo with { UserName = user });
            Assert.NotEqual(text, after);
            foreach (string shown in new[] { KubeconfigDifference.Show(text, after), KubeconfigDifference.Show(text, string.Empty) })
            {
                Assert.StartsWith("@@ -", shown, StringComparison.Ordinal);
                Assert.DoesNotContain("verySecret", shown, StringComparison.Ordinal);
            }
        }
    }

    private static int LongestCommon(string[] one, string[] other)
    {
        int[,] length = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i < one.Length; i++)
        {
            for (int j = 0; j < other.Length; j++)
                length[i + 1, j + 1] = one[i] == other[j] ? length[i, j] + 1 : Math.Max(length[i, j + 1], length[i + 1, j]);
        }
        return length[one.Length, other.Length];
    }
}
