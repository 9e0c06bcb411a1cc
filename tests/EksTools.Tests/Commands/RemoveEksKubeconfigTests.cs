using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

public sealed class RemoveEksKubeconfigTests
{
    private const string Gone = "arn:aws:eks:us-west-2:111122223333:cluster/gone";
    private const string Foreign = "arn:aws:eks:us-west-2:444455556666:cluster/foreign";
    private const string Others = "# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: \"other\"   # kept\n  cluster: {server: 'https://other'}\ncontexts:\n- {name: other, context: {cluster: other, user: other}}\nusers:\n- {name: other, user: {token: t}}\ncurrent-context: 'other'\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_out_what_Update_wrote_by_name_by_ARN_by_object_and_by_alias()
    {
        await using Rehearsal rehearsal = await StartAsync("demo");
        string path = $"-Path '{rehearsal.Kubeconfig}'";
        foreach (string remove in new[]
        {
            $"Remove-EksKubeconfig demo {path}",
            $"'demo' | Remove-EksKubeconfig {path}",
            $"(Get-EksCluster demo).Arn | Remove-EksKubeconfig {path}",
            $"Get-EksCluster | Remove-EksKubeconfig {path}",
            $"Get-EksCluster | ForEach-Object {{ [pscustomobject]@{{ Name = $_.Name; ClusterArn = $_.Arn }} }} | Remove-EksKubeconfig {path}",
            $"Remove-EksKubeconfig -Alias mine, yours {path}",
        })
        {
            await File.WriteAllTextAsync(rehearsal.Kubeconfig, Others, Cancellation);
            rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -Alias mine -WarningAction Ignore; Update-EksKubeconfig demo {path} -Alias yours -WarningAction Ignore").Good();
            Assert.NotEqual(Others, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));
            int calls = rehearsal.Sandbox.Requests.Count(static request => request.Operation == "DescribeCluster");
            Answer answer = rehearsal.Session.Run(remove);
            Assert.Empty(answer.Good());
            Assert.Empty(answer.Warnings);
            Assert.Equal(Others, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));
            Assert.True(remove.Contains("Get-EksCluster", StringComparison.Ordinal) || calls == rehearsal.Sandbox.Requests.Count(static request => request.Operation == "DescribeCluster"));
        }
    }

    [Fact]
    public async Task WhatIf_writes_nothing_and_PassThru_writes_what_went()
    {
        await using Rehearsal rehearsal = await StartAsync("demo");
        string path = $"-Path '{rehearsal.Kubeconfig}'";
        rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -Alias mine -WarningAction Ignore").Good();
        string before = await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation);
        string shown = rehearsal.Session.Show($"Remove-EksKubeconfig demo {path} -PassThru -WhatIf");
        Assert.Contains("Remove context mine; cluster arn:aws:eks:us-west-2:111122223333:cluster/demo; user", shown, StringComparison.Ordinal);
        Assert.Contains(rehearsal.Kubeconfig, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("ClusterName", shown, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));

        string table = rehearsal.Session.Show($"Remove-EksKubeconfig demo {path} -PassThru");
        Assert.Matches(@"Contexts\s+ClusterName\s+Region\s+Users\s+Path", table);
        Assert.Matches(@"mine\s+demo\s+us-west-2", table);
    }

    [Fact]
    public async Task Stale_keeps_what_exists_and_what_another_account_has()
    {
        await using Rehearsal rehearsal = await StartAsync("demo");
        string path = $"-Path '{rehearsal.Kubeconfig}'";
        rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -WarningAction Ignore").Good();
        string kept = await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation);
        string demo = "arn:aws:eks:us-west-2:111122223333:cluster/demo";
        string withOthers = kept;
        foreach (string arn in new[] { Foreign, Gone })
        {
            // The same entries under another name: after the last entry of each list, where the next key of the file begins.
            withOthers = Append(withOthers, demo, arn);
        }

        await File.WriteAllTextAsync(rehearsal.Kubeconfig, withOthers, Cancellation);
        Answer answer = rehearsal.Session.Run($"Remove-EksKubeconfig -Stale {path} -PassThru");
        Assert.Equal("gone", Assert.Single(answer.Good()).Properties["ClusterName"].Value);
        Assert.Contains("account 444455556666", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        Assert.Equal(Append(kept, demo, Foreign), await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));
    }

    [Fact]
    public async Task Stale_keeps_everything_when_EKS_cannot_be_asked()
    {
        await using Rehearsal rehearsal = await StartAsync("demo");
        string path = $"-Path '{rehearsal.Kubeconfig}'";
        rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -WarningAction Ignore").Good();
        string before = await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation);
        Answer answer = rehearsal.Session.Run($"Remove-EksKubeconfig -Stale {path} -AccessKey AKIAUNKNOWN -SecretKey wrong -PassThru");
        Assert.Empty(answer.Good());
        Assert.StartsWith("The entries of arn:aws:eks:us-west-2:111122223333:cluster/demo stay", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));
    }

    [Fact]
    public async Task Says_what_is_not_there_and_leaves_a_broken_file_alone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, Others, Cancellation);
        Answer absent = rehearsal.Session.Run($"'other', 'absent' | Remove-EksKubeconfig -Path '{rehearsal.Kubeconfig}'");
        Assert.Equal(["other", "absent"], absent.Errors.Select(static error => (string)error.TargetObject));
        Assert.All(absent.Errors, static error =>
        {
            Assert.StartsWith("KubeconfigEntryNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        });

        const string broken = "apiVersion: v1\nclusters: [\n";
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, broken, Cancellation);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Remove-EksKubeconfig -Stale -Path '{rehearsal.Kubeconfig}'").Errors);
        Assert.StartsWith("KubeconfigUnreadable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Matches(@"line \d+, column \d+", error.Exception.Message);
        Assert.Equal(broken, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));
        Assert.Empty(rehearsal.Sandbox.Requests);
    }

    [Fact]
    public async Task Completes_the_contexts_and_clusters_of_the_file()
    {
        await using Rehearsal rehearsal = await StartAsync("demo");
        rehearsal.Session.Run($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -Alias mine -WarningAction Ignore; [void]$ExecutionContext.SessionState.Path.SetLocation('{rehearsal.Folder}')").Good();
        Assert.Equal(["mine"], Complete(rehearsal.Session, "Remove-EksKubeconfig -Path ./kubeconfig -Alias mi"));
        Assert.Equal(["demo"], Complete(rehearsal.Session, "Remove-EksKubeconfig -Path ./kubeconfig -ClusterName "));
    }

    private static IEnumerable<string> Complete(Session session, string line) =>
        session.Run("(TabExpansion2 $args[0] $args[0].Length).CompletionMatches.CompletionText", line).Good().Select(static text => (string)text.BaseObject);

    private static async Task<Rehearsal> StartAsync(string cluster)
    {
        Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster {cluster} -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        return rehearsal;
    }

    private static string Append(string text, string from, string to)
    {
        foreach ((string list, string next) in new[] { ("clusters:", "contexts:"), ("contexts:", "current-context:"), ("users:", "") })
        {
            int begin = text.IndexOf($"\n{list}\n", StringComparison.Ordinal) + list.Length + 2;
            int end = next.Length == 0 ? text.Length : text.IndexOf($"\n{next}", begin, StringComparison.Ordinal) + 1;
            int item = text.IndexOf("\n- ", begin, end - begin, StringComparison.Ordinal) is > 0 and var second ? second + 1 : end;
            text = text.Insert(end, text[begin..item].Replace(from, to, StringComparison.Ordinal));
        }

        return text;
    }
}
