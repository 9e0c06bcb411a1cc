using System.Management.Automation;
using Amazon.EKS;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Capabilities that EKS runs for a cluster, and that it keeps a cluster for.</summary>
public sealed class RemovalCapabilityTests
{
    private const string Bare = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig", Remove = "Remove-EksCluster demo -Confirm:$false -KeepKubeconfig";

    [Fact]
    public async Task They_go_before_all_else_and_what_ACK_made_is_said_to_stay()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        await ForeignCluster.CreateCapabilityAsync(rehearsal.Sandbox, "demo", CapabilityType.ACK);
        await ForeignCluster.CreateCapabilityAsync(rehearsal.Sandbox, "demo", CapabilityType.KRO);
        PSObject[] plan = [.. rehearsal.Session.Run(Remove + " -WhatIf").Good()];
        Assert.Equal(["capability ack"], plan.Where(static item => item.Properties["Effect"] is not null).Select(static item => $"{item.Properties["Where"].Value}: {item.Properties["Effect"].Value}".Replace(": Stays", string.Empty, StringComparison.Ordinal)));
        Assert.Contains(plan, static item => (string?)item.Properties["Description"]?.Value == "capability 'kro' (KRO)");

        Answer removed = rehearsal.Session.Run(Remove);
        removed.Good();
        Assert.Contains("What the capability ack (ACK) made in AWS for objects in demo stays", Assert.Single(removed.Warnings), StringComparison.Ordinal);
        Assert.Equal(["role capability-ack: ", "role capability-kro: "], await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task One_that_EKS_cannot_delete_ends_the_removal_by_its_name()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        await ForeignCluster.CreateCapabilityAsync(rehearsal.Sandbox, "demo", CapabilityType.KRO);
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "eks", Operation = "DeleteCapability", Kind = FaultKind.Fail, Code = "ClusterUnreachable", Message = "the API server does not answer" });
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove).Errors);
        Assert.StartsWith("CapabilityDeleteFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("EKS could not delete the capability kro. ClusterUnreachable: the API server does not answer", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run(Remove).Good();
    }

    [Fact]
    public async Task Where_EKS_has_no_capabilities_the_removal_goes_on()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "eks", Operation = "ListCapabilities", Kind = FaultKind.Refuse, Code = "AccessDeniedException", Message = "Unable to determine service/operation name to be authorized", Count = 9 });
        rehearsal.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }
}
