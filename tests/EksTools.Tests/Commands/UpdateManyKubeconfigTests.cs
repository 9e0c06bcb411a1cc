using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

/// <summary>Update-EksKubeconfig for many clusters at once.</summary>
public sealed class UpdateManyKubeconfigTests
{
    private const string Arn = "arn:aws:eks:us-west-2:111122223333:cluster/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clusters_of_many_regions_and_profiles_come_as_rows_of_a_table_and_go_into_the_file_together()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("'blue', 'red' | New-EksCluster -NoNodeGroup -NatGateway None -NoKubeconfig; New-EksCluster green -Region eu-west-1 -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string profiles = Path.Combine(rehearsal.Folder, "credentials");
        string keys = $"aws_access_key_id = {rehearsal.Sandbox.AccessKey}\naws_secret_access_key = {rehearsal.Sandbox.SecretKey}\n";
        await File.WriteAllTextAsync(profiles, $"[west]\n{keys}[east]\n{keys}", Cancellation);
        int asked = Describes(rehearsal);

        // As Import-Csv gives them: strings only.
        Answer answer = rehearsal.Session.Run($$"""
            $PSDefaultParameterValues.Clear()
            @(
                [pscustomobject]@{ ClusterName = 'blue'; Region = 'us-west-2'; ProfileName = 'west' }
                [pscustomobject]@{ ClusterName = 'green'; Region = 'eu-west-1'; ProfileName = 'east' }
                [pscustomobject]@{ ClusterName = 'absent'; Region = 'us-west-2'; ProfileName = 'west' }
                [pscustomobject]@{ ClusterName = 'red'; Region = 'us-west-2'; ProfileName = 'nobody' }
                [pscustomobject]@{ ClusterName = 'red'; Region = 'us-west-2'; ProfileName = 'west' }
                [pscustomobject]@{ ClusterName = 'red'; Region = 'us-west-2'; ProfileName = 'west' }
            ) | Update-EksKubeconfig -Path '{{rehearsal.Kubeconfig}}' -ProfileLocation '{{profiles}}' -EndpointUrl {{rehearsal.Sandbox.Endpoint}} -ExecCommand AwsCli -PassThru
            """);

        Assert.Equal(["blue Added", "green Added", "red Added"], answer.Output.Select(static entry => $"{entry.Properties["ClusterName"].Value} {entry.Properties["Change"].Value}"));
        Assert.Equal(["AwsAuthenticationNotFound red", "ClusterNotFound absent"], answer.Errors.Select(static error => $"{error.FullyQualifiedErrorId.Split(',')[0]} {error.TargetObject}"));
        Assert.Equal(5, Describes(rehearsal) - asked); // the same row twice is asked twice and written once
        string text = await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation);
        Assert.Matches(@"cluster/blue\n  user:\n(?s:.*?)- name: AWS_PROFILE\n\s+value: west\n", text);
        Assert.Matches(@"cluster/green\n  user:\n(?s:.*?)- name: AWS_PROFILE\n\s+value: east\n", text);
        Assert.Contains(answer.Warnings, warning => warning.Contains($"not in {profiles}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clusters_that_would_be_one_context_are_refused_before_anything_is_written()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("'blue', 'green' | New-EksCluster -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string update = $"Update-EksKubeconfig -Path '{rehearsal.Kubeconfig}' -WarningAction Ignore";

        Answer answer = rehearsal.Session.Run($"'blue', 'green' | {update} -Alias work");
        Assert.Equal(["KubeconfigAliasShared blue", "KubeconfigAliasShared green"], answer.Errors.Select(Told));
        Assert.Equal($"{Arn}blue and {Arn}green would both be the context work; neither was written.", answer.Errors[0].Exception.Message);
        Assert.False(File.Exists(rehearsal.Kubeconfig));

        answer = rehearsal.Session.Run($"'blue', 'green' | {update} -UserAlias me");
        Assert.Equal(["KubeconfigUserShared blue", "KubeconfigUserShared green"], answer.Errors.Select(Told));
        Assert.False(File.Exists(rehearsal.Kubeconfig));

        // One cluster twice is no contradiction.
        rehearsal.Session.Run($"'blue', 'blue' | {update} -Alias work -UserAlias me").Good();
        Assert.Single(File.ReadLines(rehearsal.Kubeconfig), static line => line == "  name: work");

        static string Told(ErrorRecord error) => $"{error.FullyQualifiedErrorId.Split(',')[0]} {(error.TargetObject as string)?.Split('/')[^1]}";
    }

    [Fact]
    public async Task WhatIf_shows_the_lines_that_change_and_no_secret()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string before = $"apiVersion: v1\nkind: Config\nclusters: []\ncontexts:\n- context:\n    cluster: other\n    user: other\n  name: other\nusers:\n- name: {Arn}demo\n  user:\n    token: verySecretToken\n- name: other\n  user:\n    password: verySecretPassword\n";
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, before, Cancellation);

        string shown = rehearsal.Session.Show($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -WhatIf -PassThru -WarningAction Ignore | ForEach-Object {{ \"would be $($_.Change)\" }}");
        Assert.Contains($"What if: Write context {Arn}demo into {rehearsal.Kubeconfig}.\n@@ -", shown.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\n-    token: …\n", shown.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\n+    exec:\n", shown.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches(@"\n\+    certificate-authority-data: … \(\d+ characters\)\n", shown.ReplaceLineEndings("\n"));
        Assert.Contains("would be Added", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("verySecret", shown, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation));

        Answer written = rehearsal.Session.Run($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -Verbose -WarningAction Ignore");
        written.Good();
        Assert.Contains("\n+    exec:\n", string.Join('\n', written.Verbose), StringComparison.Ordinal);
        Assert.DoesNotContain("verySecret", string.Join('\n', written.Verbose), StringComparison.Ordinal);
        Assert.Contains("Nothing changes.", rehearsal.Session.Show($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -WhatIf -WarningAction Ignore"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_writers_at_once_lose_nothing()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string defaults = rehearsal.Defaults;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(session => Task.Run(
            () =>
            {
                using Session own = new();
                own.Run(defaults).Good();
                own.Run($"0..9 | ForEach-Object {{ Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -Alias \"c{session}$_\" -UserAlias \"u{session}$_\" -WarningAction Ignore }}").Good();
            },
            Cancellation)));
        string[] lines = await File.ReadAllLinesAsync(rehearsal.Kubeconfig, Cancellation);
        for (int writer = 0; writer < 50; writer++)
        {
            Assert.Single(lines, line => line == $"  name: c{writer:00}");
            Assert.Single(lines, line => line == $"- name: u{writer:00}");
        }
    }

    private static int Describes(Rehearsal rehearsal) => rehearsal.Sandbox.Requests.Count(static request => request.Operation == "DescribeCluster");
}
