using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>How node groups are written for New-EksCluster.</summary>
public sealed class NodeGroupArgumentTests
{
    private const string Steps = "| Where-Object Step -like 'node-group*' | Where-Object Billed | ForEach-Object Description";

    [Fact]
    public async Task Hashtables_objects_and_the_pipeline_say_the_same()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string[] expected = ["managed node group 'batch': 1 × c6i.large or c5.large, Spot", "managed node group 'web': 3 × m5.large"];
        const string table = "@{ Name = 'web'; DesiredSize = 3; MaxSize = 6 }, @{ Name = 'batch'; InstanceTypes = 'c6i.large', 'c5.large'; desiredsize = '1'; CapacityType = 'SPOT'; Label = @{ a = 1 } }";
        const string objects = "[pscustomobject]@{ Name = 'web'; DesiredSize = 3; MaxSize = 6 }, [pscustomobject]@{ Name = 'batch'; InstanceType = 'c6i.large', 'c5.large'; DesiredSize = 1; CapacityType = 'SPOT'; Label = [pscustomobject]@{ a = 1 } }";
        Assert.Equal(expected, Told(rehearsal, $"New-EksCluster demo -WhatIf -NodeGroup {table} {Steps}"));
        Assert.Equal(expected, Told(rehearsal, $"New-EksCluster demo -WhatIf -NodeGroup ({objects}) {Steps}"));
        Assert.Equal(expected, Told(rehearsal, $"{table} | New-EksCluster demo -WhatIf {Steps}"));
        Assert.Equal(expected, Told(rehearsal, $"{objects} | New-EksCluster -ClusterName demo -WhatIf {Steps}"));
        Assert.Equal(["managed node group 'web': 2 × m5.large"], Told(rehearsal, $"[EksTools.Nodes.NodeGroupOptions]@{{ Name = 'web' }} | New-EksCluster demo -WhatIf {Steps}"));
    }

    [Fact]
    public async Task Rows_of_a_table_have_nothing_but_text()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        const string rows = """
            [pscustomobject]@{ Name = 'web'; InstanceType = 't3.large, t3a.large'; DesiredSize = '1'; MinSize = ''; Label = 'tier=web,team=shop'; Taint = 'dedicated=web:NoSchedule;spare:NoExecute'; Zone = 'us-west-2a,us-west-2b'; PublicSubnet = 'False'; NodeRepair = 'true'; Tag = 'owner=me'; DiskSize = ''; CapacityType = '' },
            [pscustomobject]@{ Name = 'batch'; InstanceType = ''; DesiredSize = '1'; MinSize = '0'; Label = ''; Taint = ''; Zone = ''; PublicSubnet = ''; NodeRepair = 'no'; Tag = ''; DiskSize = '40'; CapacityType = 'SPOT' }
            """;
        rehearsal.Session.Run($"{rows} | New-EksCluster demo -NoKubeconfig -FargateProfile ([pscustomobject]@{{ Name = 'fp'; Selector = 'dev-*; batch:tier=low,size=s'; SubnetId = ''; Tag = '' }})").Good();

        // Every word of it acted as the hashtables that say the same do: another run with them finds nothing different.
        const string tables = """
            @{ Name = 'web'; InstanceType = 't3.large', 't3a.large'; DesiredSize = 1; Label = @{ tier = 'web'; team = 'shop' }; Taint = 'dedicated=web:NoSchedule', 'spare:NoExecute'; Zone = 'us-west-2a', 'us-west-2b'; NodeRepair = $true; Tag = @{ owner = 'me' } }, @{ Name = 'batch'; DesiredSize = 1; MinSize = 0; DiskSize = 40; CapacityType = 'SPOT' }
            """;
        Answer again = rehearsal.Session.Run($"{tables} | New-EksCluster demo -NoKubeconfig -Verbose -FargateProfile @{{ Name = 'fp'; Selector = @{{ Namespace = 'dev-*' }}, @{{ Namespace = 'batch'; Label = @{{ tier = 'low'; size = 's' }} }} }}");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_name_clusters_are_no_node_groups()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Assert.Equal(["blue", "green"], Told(rehearsal, "[pscustomobject]@{ Name = 'blue'; Region = 'us-west-2' }, [pscustomobject]@{ ClusterName = 'green'; Region = 'eu-west-1' } | New-EksCluster -WhatIf | Where-Object Step -eq 'control-plane' | ForEach-Object ClusterName"));
    }

    [Theory]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ Name = 'web'; Size = 3 }", "A node group has no 'Size'")]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ InstanceType = 'm5.large' }", "A node group has no Name")]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ Name = 'web'; DesiredSize = 'many' }", "The node group's DesiredSize cannot be 'many'")]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ Name = 'web'; Label = 'tier' }", "The node group's Label cannot be 'tier': 'tier' is no pair; write key=value,key=value.")]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ Name = 'web'; Tag = 'a=1,a=2' }", "'a' is there twice.")]
    [InlineData("New-EksCluster demo -WhatIf -NodeGroup @{ Name = 'web'; PublicSubnet = 'perhaps' }", "The node group's PublicSubnet cannot be 'perhaps': Write true or false.")]
    [InlineData("@{ Name = 'web' }, @{ Name = 'batch'; Size = 3 } | New-EksCluster demo", "A node group has no 'Size'")]
    [InlineData("New-EksCluster demo -WhatIf -FargateProfile @{ Name = 'batch'; Selector = @{ Namespaces = 'x' } }", "A Fargate profile's Selector has no 'Namespaces'")]
    public async Task What_cannot_be_read_is_told_and_nothing_is_made(string script, string message)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(script).Errors);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(rehearsal.Sandbox.Requests);
    }

    [Fact]
    public async Task Node_groups_that_differ_on_another_run_are_refused_and_left_out_they_continue()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeGroup @{ Name = 'web'; DesiredSize = 1 }, @{ Name = 'batch'; DesiredSize = 1; DiskSize = 40 }").Good();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeGroup @{ DiskSize = 40; Name = 'batch'; DesiredSize = 1 }, @{ Name = 'web'; DesiredSize = 1 }").Good();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -NodeGroup @{ Name = 'web'; DesiredSize = 5 }").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(2, rehearsal.Session.Run("Get-EksNode demo").Good().Count);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    private static string[] Told(Rehearsal rehearsal, string script) => [.. rehearsal.Session.Run(script).Good().Select(static value => $"{value}").Order(StringComparer.Ordinal)];
}
