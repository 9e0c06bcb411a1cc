using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>
/// Network interfaces that the CNI leaves behind when nodes go quickly. They carry the cluster's name, and hold its security group: EKS deletes that
/// with the control plane only when they are gone.
/// </summary>
internal sealed class LeftInterfaces(AwsAccount account, ClusterInventory inventory)
{
    public const string Step = "network-interfaces";
    private readonly IAmazonEC2 ec2 = account.Ec2;
    private readonly IReadOnlyList<string> vpcs = inventory.HomeVpcs;

    public PlanStep Create(IReadOnlyList<string> nodesGone) => new() { Id = Step, Needs = nodesGone, Description = "network interfaces that the cluster's nodes left", Ensure = SweepAsync };

    /// <summary>Deletes those that are detached by now.</summary>
    public async Task<StepOutcome> SweepAsync(StepContext context, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (NetworkInterface found in await FindAsync(cancellationToken))
        {
            bool ours = (found.TagSet ?? []).Any(tag => (tag.Key == "cluster.k8s.amazonaws.com/name" && tag.Value == inventory.Identity.Name) || (tag.Key == $"kubernetes.io/cluster/{inventory.Identity.Name}" && tag.Value == "owned"));
            if (ours && found.Status == NetworkInterfaceStatus.Available && await TryDeleteAsync(found.NetworkInterfaceId, cancellationToken))
            {
                context.Observer.Verbose($"{found.NetworkInterfaceId}: deleted, left by a node");
                deleted++;
            }
        }

        return deleted > 0 ? StepOutcome.Deleted : StepOutcome.Skipped;
    }

    /// <summary>Who still has interfaces in the VPC, for a message; empty when nobody.</summary>
    public async Task<string> HoldersAsync(CancellationToken cancellationToken)
    {
        string[] holders = [.. (await FindAsync(cancellationToken)).Select(static found => $"{found.NetworkInterfaceId} ({(string.IsNullOrEmpty(found.Description) ? found.InterfaceType?.Value : found.Description)})")];
        return holders.Length == 0 ? string.Empty : $" Network interfaces in the VPC: {string.Join(", ", holders)}.";
    }

    private async Task<List<NetworkInterface>> FindAsync(CancellationToken cancellationToken) =>
        vpcs.Count == 0 ? [] : await ec2.FindNetworkInterfacesAsync([new Filter { Name = "vpc-id", Values = [.. vpcs] }], cancellationToken);

    /// <summary>False when it went by itself, or was attached again, between the look and the call.</summary>
    private async Task<bool> TryDeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await ec2.DeleteNetworkInterfaceAsync(new DeleteNetworkInterfaceRequest { NetworkInterfaceId = id }, cancellationToken);
            return true;
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "InvalidNetworkInterfaceID.NotFound" or "InvalidParameterValue")
        {
            return false;
        }
    }
}
