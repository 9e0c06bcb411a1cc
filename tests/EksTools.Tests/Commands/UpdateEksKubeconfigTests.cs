using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

public sealed class UpdateEksKubeconfigTests
{
    [Fact]
    public async Task Writes_changes_and_leaves_every_other_byte_alone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        const string others = "# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: \"other\"   # kept\n  cluster: {server: 'https://other'}\ncontexts: []\nusers: []\ncurrent-context: ''\n";
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, others, TestContext.Current.CancellationToken);
        string path = $"-Path '{rehearsal.Kubeconfig}'";

        Answer whatIf = rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -WhatIf");
        whatIf.Good();
        Assert.Equal(others, await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken));

        PSObject written = Assert.Single(rehearsal.Session.Run($"Get-EksCluster demo | Update-EksKubeconfig {path} -Alias demo -PassThru").Good());
        Assert.Equal("Added", written.Properties["Change"].Value);
        Assert.Equal("demo", written.Properties["Context"].Value);
        string text = await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);
        Assert.Contains("# mine\n", text, StringComparison.Ordinal);
        Assert.Contains("- name: \"other\"   # kept\n  cluster: {server: 'https://other'}\n", text, StringComparison.Ordinal);
        Assert.Contains("current-context: ''", text, StringComparison.Ordinal);
        Assert.Contains("interactiveMode: Never", text, StringComparison.Ordinal);
        Assert.Equal("Unchanged", rehearsal.Session.Run($"Update-EksKubeconfig demo {path} -Alias demo -PassThru").Good().Single().Properties["Change"].Value);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(rehearsal.Kubeconfig)!, "*.lock"));
        }
    }

    [Fact]
    public async Task Columns_of_a_table_name_contexts_and_an_empty_cell_says_nothing()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        const string rows = "[pscustomobject]@{ ClusterName = 'demo'; Region = 'us-west-2'; ProfileName = ''; Alias = 'one'; UserAlias = '' }, [pscustomobject]@{ ClusterName = 'demo'; Region = 'us-west-2'; ProfileName = ''; Alias = ''; UserAlias = 'somebody' }";
        Assert.Equal(
            ["one arn:aws:eks:us-west-2:111122223333:cluster/demo", "arn:aws:eks:us-west-2:111122223333:cluster/demo somebody"],
            rehearsal.Session.Run($"{rows} | Update-EksKubeconfig -Path '{rehearsal.Kubeconfig}' -PassThru").Good().Select(static entry => $"{entry.Properties["Context"].Value} {entry.Properties["User"].Value}"));
    }

    [Fact]
    public async Task A_broken_file_is_reported_with_its_place_and_left_alone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        const string broken = "apiVersion: v1\nclusters: [\n";
        await File.WriteAllTextAsync(rehearsal.Kubeconfig, broken, TestContext.Current.CancellationToken);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}'").Errors);
        Assert.StartsWith("KubeconfigUnreadable", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Matches(@"(line|:)\s*\d+", error.Exception.Message);
        Assert.Equal(broken, await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_context_that_changes_its_cluster_is_told_and_a_read_only_file_is_left_alone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("'blue', 'green' | New-EksCluster -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string path = $"-Path '{rehearsal.Kubeconfig}'";
        rehearsal.Session.Run($"Update-EksKubeconfig blue {path} -Alias work").Good();
        Assert.Contains(rehearsal.Session.Run($"Update-EksKubeconfig green {path} -Alias work").Warnings, static warning => warning.Contains("The context work was that of arn:aws:eks:us-west-2:111122223333:cluster/blue", StringComparison.Ordinal));

        byte[] before = await File.ReadAllBytesAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);
        File.SetAttributes(rehearsal.Kubeconfig, FileAttributes.ReadOnly);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Update-EksKubeconfig blue {path}").Errors);
        Assert.StartsWith("KubeconfigReadOnly", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken));
        File.SetAttributes(rehearsal.Kubeconfig, FileAttributes.Normal);
    }

    [Fact]
    public async Task Warns_when_kubectl_will_not_see_this_sessions_keys()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        Answer answer = rehearsal.Session.Run($"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}'");
        Assert.Contains("keys that were given as parameters", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_of_another_partition_is_refused_before_the_file_is_touched()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Update-EksKubeconfig demo -RoleArn arn:aws-cn:iam::111122223333:role/x -Path '{rehearsal.Kubeconfig}'").Errors);
        Assert.StartsWith("ArnOfOtherPartition", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(File.Exists(rehearsal.Kubeconfig));
    }

    [Fact]
    public async Task The_user_s_name_a_proxy_and_the_PowerShell_can_be_said()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string update = $"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}' -UserAlias me -PassThru -WarningAction Ignore";
        PSObject written = Assert.Single(rehearsal.Session.Run($"{update} -ProxyUrl socks5://proxy:1080 -PwshPath '{Path.Combine(rehearsal.Folder, "pwsh")}'").Good());
        Assert.Equal(("me", "PowerShell"), (written.Properties["User"].Value, written.Properties["ExecCommand"].Value));
        Assert.Equal(written.Properties["Entry"].Value, written.Properties["Context"].Value);
        string text = await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);
        Assert.Contains("proxy-url: socks5://proxy:1080\n", text, StringComparison.Ordinal);
        Assert.Contains("user: me\n", text, StringComparison.Ordinal);
        Assert.Contains($"command: {Path.Combine(rehearsal.Folder, "pwsh")}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("name: arn:aws:eks:us-west-2:111122223333:cluster/demo\n  user:", text, StringComparison.Ordinal);

        // A proxy that is there stays, and a name on PATH is left to kubectl.
        rehearsal.Session.Run($"{update} -PwshPath pwsh-preview").Good();
        text = await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);
        Assert.Contains("proxy-url: socks5://proxy:1080\n", text, StringComparison.Ordinal);
        Assert.Contains("command: pwsh-preview\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-ProxyUrl proxy:3128", "InvalidProxyUrl")]
    [InlineData("-ProxyUrl ftp://proxy", "InvalidProxyUrl")]
    [InlineData("-ProxyUrl proxy", "InvalidProxyUrl")]
    [InlineData("-PwshPath pwsh -ExecCommand Native", "ContradictoryExecCommand")]
    [InlineData("-PwshPath pwsh -ExecCommand AwsCli", "ContradictoryExecCommand")]
    public async Task What_makes_no_sense_is_refused_before_the_file_is_touched(string parameters, string id)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Update-EksKubeconfig demo {parameters} -Path '{rehearsal.Kubeconfig}'").Errors);
        Assert.StartsWith($"{id},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Empty(rehearsal.Sandbox.Requests);
        Assert.False(File.Exists(rehearsal.Kubeconfig));
    }
}
