using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

public sealed class GetEksClusterTests
{
    private const string Small = "-NoNodeGroup -NatGateway None -NoKubeconfig";

    [Fact]
    public async Task Finds_by_name_wildcard_and_region()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"'blue', 'green' | New-EksCluster {Small}; New-EksCluster blue -Region eu-west-1 {Small}").Good();
        Assert.Equal(["blue", "green"], Names(rehearsal, "Get-EksCluster"));
        Assert.Equal(["blue"], Names(rehearsal, "Get-EksCluster B*"));
        Assert.Equal(["green"], Names(rehearsal, "Get-EksCluster [f-h]reen"));
        Assert.Equal(["us-west-2", "eu-west-1"], Regions(rehearsal, "Get-EksCluster blue -Region us-west-2, eu-west-1").OrderDescending(StringComparer.Ordinal));
        Assert.Equal(["us-west-2", "us-west-2", "eu-west-1"], Regions(rehearsal, "Get-EksCluster -AllRegion").OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_nested_in_a_cluster_is_readable_in_lists_and_rows()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Answer answer = rehearsal.Session.Run($"New-EksCluster demo -Version 1.34 {Small} | ForEach-Object {{ $c = $_; 'ResourcesVpcConfig', 'KubernetesNetworkConfig', 'Identity', 'AccessConfig', 'UpgradePolicy' | ForEach-Object {{ \"$($c.$_)\" }} }}");
        Assert.Matches("^vpc-[0-9a-f]{17}, public endpoint\nipv4 10.100.0.0/16\nhttps://oidc.eks.us-west-2.amazonaws.com/id/[0-9A-F]{32}\nAPI_AND_CONFIG_MAP\nEXTENDED$", string.Join('\n', answer.Good()));
    }

    [Fact]
    public async Task One_region_that_fails_is_one_error_and_the_others_go_on()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster demo {Small}").Good();
        rehearsal.Sandbox.Faults.Add("eks", "ListClusters", FaultKind.AccessDenied);
        Answer answer = rehearsal.Session.Run("Get-EksCluster -Region us-west-2, eu-west-1, us-east-1");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Contains("eks:ListClusters", error.Exception.Message, StringComparison.Ordinal);
        Assert.InRange(answer.Output.Count, 0, 1);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_an_error_that_names_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("Get-EksCluster nothing").Errors);
        Assert.StartsWith("ClusterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("There is no cluster nothing in us-west-2.", error.Exception.Message);
        Assert.Empty(rehearsal.Session.Run("Get-EksCluster nothing*").Good());
    }

    [Fact]
    public async Task Wait_ends_when_the_cluster_is_as_asked()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoWait -NoKubeconfig").Good();
        PSObject cluster = Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Wait-EksCluster -For NodesReady").Good());
        Assert.Equal("ACTIVE", cluster.Properties["Status"].Value);
        Assert.All(rehearsal.Session.Run("Get-EksNode demo").Good(), static node => Assert.Equal("Ready", node.Properties["Status"].Value));
        ErrorRecord late = Assert.Single(rehearsal.Session.Run("Wait-EksCluster demo -For Deleted -Timeout 00:00:01").Errors);
        Assert.Equal(ErrorCategory.OperationTimeout, late.CategoryInfo.Category);
    }

    [Fact]
    public async Task Completes_cluster_names_regions_and_versions()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"'blue', 'green' | New-EksCluster {Small}").Good();
        string keys = $"-AccessKey {rehearsal.Sandbox.AccessKey} -SecretKey '{rehearsal.Sandbox.SecretKey}' -EndpointUrl {rehearsal.Sandbox.Endpoint} -Region us-west-2";
        Assert.Equal(["blue"], Complete(rehearsal, $"Get-EksNode {keys} -ClusterName b"));
        Assert.Equal(["us-west-1", "us-west-2"], Complete(rehearsal, "Get-EksCluster -Region us-w"));
        Assert.Contains("1.34", Complete(rehearsal, "New-EksCluster demo -KubernetesVersion 1."));
        Assert.Equal(["PerZone"], Complete(rehearsal, "New-EksCluster demo -NatGateway P"));
    }

    private static string[] Names(Rehearsal rehearsal, string script) => [.. rehearsal.Session.Run(script).Good().Select(static cluster => (string)cluster.Properties["Name"].Value).Order(StringComparer.Ordinal)];

    private static string[] Regions(Rehearsal rehearsal, string script) => [.. rehearsal.Session.Run(script).Good().Select(static cluster => (string)cluster.Properties["Region"].Value)];

    private static string[] Complete(Rehearsal rehearsal, string line) =>
        [.. ((CommandCompletion)rehearsal.Session.Run("param($line) [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)", line).Good().Single().BaseObject).CompletionMatches.Select(static match => match.CompletionText)];
}
