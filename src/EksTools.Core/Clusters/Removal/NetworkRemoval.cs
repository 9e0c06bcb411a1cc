using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the VPC of a cluster with all that was made in it.</summary>
internal sealed class NetworkRemoval(AwsAccount account, ClusterInventory inventory)
{
    private const string Interfaces = "network-interfaces";

    // EKS and EC2 take a while to let go of their network interfaces after the resource that needed them is gone.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly IAmazonEC2 ec2 = account.Ec2;

    public IEnumerable<PlanStep> Create(string lease, IReadOnlyList<string> nodesGone, IReadOnlyList<string> controlPlaneGone)
    {
        foreach (string template in inventory.LaunchTemplates)
        {
            yield return Delete(template, "launch template", [lease, .. nodesGone], token => ec2.DeleteLaunchTemplateAsync(new DeleteLaunchTemplateRequest { LaunchTemplateId = template }, token));
        }

        // Nodes need their way out until they are drained.
        foreach (NatGateway nat in inventory.NatGateways)
        {
            yield return Delete(nat.NatGatewayId, "NAT gateway", [lease, .. nodesGone], token => ec2.DeleteNatGatewayAsync(new DeleteNatGatewayRequest { NatGatewayId = nat.NatGatewayId }, token));
            yield return new PlanStep { Id = $"{nat.NatGatewayId}-gone", Needs = [nat.NatGatewayId], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(60), Description = $"NAT gateway {nat.NatGatewayId} is gone", Ensure = (context, token) => WaitNatAsync(nat.NatGatewayId, context, token) };
        }

        string[] natsGone = [.. inventory.NatGateways.Select(static nat => $"{nat.NatGatewayId}-gone")];
        foreach (string address in inventory.Addresses)
        {
            yield return Delete(address, "Elastic IP address", [lease, .. natsGone], token => ec2.ReleaseAddressAsync(new ReleaseAddressRequest { AllocationId = address }, token));
        }

        if (inventory.Vpcs.Count > 0)
        {
            yield return new PlanStep { Id = Interfaces, Needs = [lease, .. nodesGone, .. controlPlaneGone], Description = "network interfaces that the cluster's nodes left", Ensure = DeleteInterfacesAsync };
        }

        string[] ready = inventory.Vpcs.Count > 0 ? [Interfaces, .. natsGone] : [lease, .. natsGone];
        foreach (string subnet in inventory.Subnets)
        {
            yield return Delete(subnet, "subnet", ready, token => ec2.DeleteSubnetAsync(new DeleteSubnetRequest { SubnetId = subnet }, token));
        }

        foreach (string table in inventory.RouteTables)
        {
            yield return Delete(table, "route table", [lease, .. inventory.Subnets], token => ec2.DeleteRouteTableAsync(new DeleteRouteTableRequest { RouteTableId = table }, token));
        }

        foreach (InternetGateway gateway in inventory.InternetGateways)
        {
            yield return Delete(gateway.InternetGatewayId, "internet gateway", [.. ready, .. inventory.Addresses], token => DeleteGatewayAsync(gateway.InternetGatewayId, token));
        }

        string[] inside = [.. inventory.Subnets, .. inventory.RouteTables, .. inventory.InternetGateways.Select(static gateway => gateway.InternetGatewayId)];
        foreach (string vpc in inventory.Vpcs)
        {
            yield return Delete(vpc, "VPC", [Interfaces, .. inside], token => ec2.DeleteVpcAsync(new DeleteVpcRequest { VpcId = vpc }, token));
        }
    }

    private PlanStep Delete(string id, string what, IReadOnlyList<string> needs, Func<CancellationToken, Task> delete) => new()
    {
        Id = id,
        Needs = needs,
        Description = $"{what} {id}",
        Ensure = (context, token) => DeleteAsync(id, what, delete, context, token),
    };

    private async Task<StepOutcome> DeleteAsync(string id, string what, Func<CancellationToken, Task> delete, StepContext context, CancellationToken cancellationToken)
    {
        string? reason = null;
        try
        {
            StepOutcome? outcome = null;
            await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(TryAsync, patience), cancellationToken);
            return outcome!.Value;

            async Task<string?> TryAsync(CancellationToken token)
            {
                try
                {
                    await delete(token);
                    outcome = StepOutcome.Deleted;
                }
                catch (AmazonServiceException exception) when (exception.ErrorCode?.Contains("NotFound", StringComparison.Ordinal) == true)
                {
                    outcome = StepOutcome.Skipped;
                }
                catch (AmazonServiceException exception) when (exception.ErrorCode is "DependencyViolation" or "InvalidIPAddress.InUse" or "AuthFailure")
                {
                    reason = exception.Message;
                    context.Detail($"waiting for what still uses it: {exception.Message}");
                }

                return outcome is null ? null : string.Empty;
            }
        }
        catch (EksToolsException exception) when (reason is not null && exception.Kind == EksErrorKind.Timeout)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "NetworkInUse", $"The {what} {id} is still in use: {reason}{await HoldersAsync(cancellationToken)}", id, "Remove what uses it.", exception);
        }
    }

    private async Task DeleteGatewayAsync(string id, CancellationToken cancellationToken)
    {
        foreach (string vpc in inventory.Vpcs)
        {
            try
            {
                await ec2.DetachInternetGatewayAsync(new DetachInternetGatewayRequest { InternetGatewayId = id, VpcId = vpc }, cancellationToken);
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode == "Gateway.NotAttached")
            {
                // Detached by a run before this one.
                continue;
            }
        }

        await ec2.DeleteInternetGatewayAsync(new DeleteInternetGatewayRequest { InternetGatewayId = id }, cancellationToken);
    }

    private async Task<StepOutcome> WaitNatAsync(string id, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                DescribeNatGatewaysResponse answer = await ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest { Filter = [new Filter { Name = "nat-gateway-id", Values = [id] }] }, token);
                string state = answer.NatGateways?.FirstOrDefault()?.State?.Value ?? "deleted";
                context.Detail($"{id} is {state}");
                return state is "deleted" or "failed" ? state : null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    /// <summary>The CNI leaves detached interfaces behind when nodes go quickly; they carry the cluster's name.</summary>
    private async Task<StepOutcome> DeleteInterfacesAsync(StepContext context, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (NetworkInterface found in await FindInterfacesAsync(cancellationToken))
        {
            bool ours = (found.TagSet ?? []).Any(tag => (tag.Key == "cluster.k8s.amazonaws.com/name" && tag.Value == inventory.Identity.Name) || tag.Key == $"kubernetes.io/cluster/{inventory.Identity.Name}");
            if (!ours || found.Status != NetworkInterfaceStatus.Available)
            {
                continue;
            }

            try
            {
                await ec2.DeleteNetworkInterfaceAsync(new DeleteNetworkInterfaceRequest { NetworkInterfaceId = found.NetworkInterfaceId }, cancellationToken);
                context.Observer.Verbose($"{found.NetworkInterfaceId}: deleted, left by a node");
                deleted++;
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidNetworkInterfaceID.NotFound")
            {
                // Gone by itself between the look and the call.
                continue;
            }
        }

        return deleted > 0 ? StepOutcome.Deleted : StepOutcome.Skipped;
    }

    private async Task<List<NetworkInterface>> FindInterfacesAsync(CancellationToken cancellationToken)
    {
        List<NetworkInterface> found = [];
        DescribeNetworkInterfacesRequest request = new() { Filters = [new Filter { Name = "vpc-id", Values = [.. inventory.Vpcs] }] };
        await foreach (NetworkInterface each in ec2.Paginators.DescribeNetworkInterfaces(request).NetworkInterfaces.WithCancellation(cancellationToken))
        {
            found.Add(each);
        }

        return found;
    }

    private async Task<string> HoldersAsync(CancellationToken cancellationToken)
    {
        if (inventory.Vpcs.Count == 0)
        {
            return string.Empty;
        }

        string[] holders = [.. (await FindInterfacesAsync(cancellationToken)).Select(static found => $"{found.NetworkInterfaceId} ({(string.IsNullOrEmpty(found.Description) ? found.InterfaceType?.Value : found.Description)})")];
        return holders.Length == 0 ? string.Empty : $" Network interfaces in the VPC: {string.Join(", ", holders)}.";
    }
}
