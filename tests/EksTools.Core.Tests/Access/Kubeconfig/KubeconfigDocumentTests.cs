using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigDocumentTests
{
    private static string Upsert(string text, KubeconfigEntry entry) => KubeconfigDocument.Parse(text, "config").Upsert(entry);

    [Fact]
    public void Comments_on_both_lines_of_an_empty_list_stay()
    {
        string after = Upsert("\uFEFF\nclusters:  # one\n []  # two\n\n", KubeconfigEntries.Demo);
        Assert.StartsWith("\uFEFF\nclusters:  # one\n   # two\n- cluster:", after, StringComparison.Ordinal);
        Assert.Single(KubeconfigDocument.Parse(after, "config").Clusters);
    }

    [Fact]
    public void A_new_file_is_laid_out_as_the_AWS_CLI_does()
    {
        string expected = """
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: TFMwdA==
                server: https://ABC.gr7.us-west-2.eks.amazonaws.com
              name: arn:aws:eks:us-west-2:111122223333:cluster/demo
            contexts:
            - context:
                cluster: arn:aws:eks:us-west-2:111122223333:cluster/demo
                user: arn:aws:eks:us-west-2:111122223333:cluster/demo
              name: demo
            current-context: demo
            kind: Config
            preferences: {}
            users:
            - name: arn:aws:eks:us-west-2:111122223333:cluster/demo
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  args:
                  - --region
                  - us-west-2
                  - eks
                  - get-token
                  - --cluster-name
                  - demo
                  - --output
                  - json
                  command: aws
                  env:
                  - name: AWS_PROFILE
                    value: 'my team'
                  installHint: 'The AWS CLI is needed: see https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html.'
                  interactiveMode: Never
                  provideClusterInfo: false

            """.ReplaceLineEndings("\n");
        Assert.Equal(expected, KubeconfigDocument.Create(KubeconfigEntries.Demo));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# mine\n")]
    [InlineData("---\n")]
    [InlineData("{}\n")]
    [InlineData("{}")]
    [InlineData("null\n")]
    [InlineData("apiVersion: v1\nkind: Config\n")]
    [InlineData("apiVersion: v1\nclusters: []\ncontexts: []\ncurrent-context: \"\"\nkind: Config\npreferences: {}\nusers: []\n")]
    [InlineData("apiVersion: v1\nclusters: null # none\ncontexts:\ncurrent-context: ''\nusers: ~")]
    [InlineData("{\"apiVersion\": \"v1\", \"clusters\": [], \"users\": null, \"contexts\": [ ], \"kind\":\"Config\"}")]
    [InlineData("{\n    \"kind\": \"Config\",\n    \"clusters\": null,\n    \"contexts\": []\n}\n")]
    public void An_empty_config_of_any_style_takes_an_entry_and_takes_it_once(string text)
    {
        string once = Upsert(text, KubeconfigEntries.Demo);
        KubeconfigDocument document = KubeconfigDocument.Parse(once, "config");
        Assert.Equal(new KubeconfigCluster(KubeconfigEntries.DemoArn, "https://ABC.gr7.us-west-2.eks.amazonaws.com"), Assert.Single(document.Clusters));
        Assert.Equal(new KubeconfigContext("demo", KubeconfigEntries.DemoArn, KubeconfigEntries.DemoArn, null), Assert.Single(document.Contexts));
        Assert.Equal(KubeconfigEntries.DemoArn, Assert.Single(document.UserNames));
        Assert.Equal("demo", document.CurrentContext);
        Assert.Equal(once, Upsert(once, KubeconfigEntries.Demo));
    }
}
