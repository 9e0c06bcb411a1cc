using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Removal.Preflight;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the VPC of a cluster with all that was made in it.</summary>
internal sealed class NetworkRemoval(AwsAccount account, ClusterInventory inventory, LeftInterfaces interfaces)
{
    private const string Groups = "security-groups";

    // EKS and EC2 take a while to let go of their network interfaces after the resource that needed them is gone.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly IAmazonEC2 ec2 = account.Ec2;

    public IEnumerable<PlanStep> Create(IReadOnlyList<string> nodesGone, IReadOnlyList<string> controlPlaneGone, IReadOnlyList<string> balancersGone)
    {
        foreach (string template in inventory.LaunchTemplates)
        {
            yield return Delete(template, "launch template", nodesGone, token => ec2.DeleteLaunchTemplateAsync(new DeleteLaunchTemplateRequest { LaunchTemplateId = template }, token));
        }

        // Nodes need their way out until they are drained.
        foreach (NatGateway nat in inventory.NatGateways)
        {
            yield return Delete(nat.NatGatewayId, "NAT gateway", nodesGone, token => ec2.DeleteNatGatewayAsync(new DeleteNatGatewayRequest { NatGatewayId = nat.NatGatewayId }, token));
            yield return new PlanStep { Id = $"{nat.NatGatewayId}-gone", Needs = [nat.NatGatewayId], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(60), LearntAs = "nat-gateway-gone", Description = $"NAT gateway {nat.NatGatewayId} is gone", Ensure = (context, token) => WaitNatAsync(nat.NatGatewayId, context, token) };
        }

        string[] natsGone = [.. inventory.NatGateways.Select(static nat => $"{nat.NatGatewayId}-gone")];
        foreach (string address in inventory.Addresses)
        {
            yield return Delete(address, "Elastic IP address", natsGone, token => ec2.ReleaseAddressAsync(new ReleaseAddressRequest { AllocationId = address }, token));
        }

        string[] endpointsGone = [.. inventory.Endpoints.Select(static endpoint => $"{endpoint.VpcEndpointId}-gone")];
        foreach (PlanStep step in EndpointSteps(nodesGone, endpointsGone))
        {
            yield return step;
        }

        string[] ready = [LeftInterfaces.Step, .. controlPlaneGone, .. natsGone, .. balancersGone, .. endpointsGone];
        foreach (string subnet in inventory.Subnets)
        {
            yield return Delete(subnet, "subnet", ready, token => ec2.DeleteSubnetAsync(new DeleteSubnetRequest { SubnetId = subnet }, token));
        }

        foreach (string table in inventory.RouteTables)
        {
            yield return Delete(table, "route table", inventory.Subnets, token => ec2.DeleteRouteTableAsync(new DeleteRouteTableRequest { RouteTableId = table }, token));
        }

        foreach (InternetGateway gateway in inventory.InternetGateways)
        {
            yield return Delete(gateway.InternetGatewayId, "internet gateway", [.. ready, .. inventory.Addresses], token => DeleteGatewayAsync(gateway.InternetGatewayId, token));
        }

        foreach (string gateway in inventory.EgressGateways)
        {
            yield return Delete(gateway, "egress-only internet gateway", nodesGone, token => ec2.DeleteEgressOnlyInternetGatewayAsync(new DeleteEgressOnlyInternetGatewayRequest { EgressOnlyInternetGatewayId = gateway }, token));
        }

        if (inventory.Vpcs.Count == 0)
        {
            foreach (string group in inventory.ControllerGroups)
            {
                yield return new PlanStep { Id = group, Needs = ready, Description = $"security group {group} of the cluster's load balancers", Ensure = (context, token) => DeleteControllerGroupAsync(group, context, token) };
            }

            yield break;
        }

        yield return new PlanStep { Id = Groups, Needs = [.. ready, .. inventory.Subnets], Description = "security groups that EKS or Kubernetes left in the VPC", Ensure = DeleteGroupsAsync };
        string[] inside = [Groups, .. inventory.SecurityGroups, .. inventory.EgressGateways, .. inventory.Subnets, .. inventory.RouteTables, .. inventory.InternetGateways.Select(static gateway => gateway.InternetGatewayId)];
        foreach (string vpc in inventory.Vpcs)
        {
            yield return Delete(vpc, "VPC", inside, token => ec2.DeleteVpcAsync(new DeleteVpcRequest { VpcId = vpc }, token));
        }
    }

    /// <summary>Nodes and their pods need the endpoints until they are drained.</summary>
    private IEnumerable<PlanStep> EndpointSteps(IReadOnlyList<string> nodesGone, IReadOnlyList<string> endpointsGone)
    {
        foreach (VpcEndpoint endpoint in inventory.Endpoints)
        {
            string id = endpoint.VpcEndpointId;
            yield return Delete(id, $"VPC endpoint of {endpoint.ServiceName}", nodesGone, token => DeleteEndpointAsync(id, token));
            yield return new PlanStep { Id = $"{id}-gone", Needs = [id], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(45), LearntAs = "vpc-endpoint-gone", Description = $"VPC endpoint {id} is gone", Ensure = (context, token) => WaitEndpointAsync(id, context, token) };
        }

        foreach (string group in inventory.SecurityGroups)
        {
            yield return Delete(group, "security group", [.. nodesGone, .. endpointsGone], token => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = group }, token));
        }
    }

    /// <summary>EC2 answers what it could not delete, and calls that no error.</summary>
    private async Task DeleteEndpointAsync(string id, CancellationToken cancellationToken)
    {
        DeleteVpcEndpointsResponse answer = await ec2.DeleteVpcEndpointsAsync(new DeleteVpcEndpointsRequest { VpcEndpointIds = [id] }, cancellationToken);
        if (answer.Unsuccessful?.FirstOrDefault()?.Error is { } error)
        {
            throw new AmazonEC2Exception(error.Message) { ErrorCode = error.Code };
        }
    }

    private async Task<StepOutcome> WaitEndpointAsync(string id, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                List<VpcEndpoint> there = await ec2.FindVpcEndpointsAsync([new Filter { Name = "vpc-endpoint-id", Values = [id] }], token);
                string state = there.FirstOrDefault()?.State?.Value ?? "deleted";
                context.Detail($"{id} is {state}");
                return state.Equals("deleted", StringComparison.OrdinalIgnoreCase) ? state : null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    /// <summary>EKS leaves its group when interfaces hold it; controllers leave theirs when the cluster goes before their Services.</summary>
    private async Task<StepOutcome> DeleteGroupsAsync(StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Skipped;
        List<SecurityGroup> all = await ec2.FindSecurityGroupsAsync([new Filter { Name = "vpc-id", Values = [.. inventory.Vpcs] }], cancellationToken);
        SecurityGroup[] ours = [.. all.Where(group => NetworkOccupants.IsOurs(group.Tags, inventory))];
        await SecurityGroupTies.CutAsync(ec2, ours, cancellationToken);
        foreach (SecurityGroup group in ours)
        {
            outcome = await DeleteAsync(group.GroupId, "security group", token => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = group.GroupId }, token), context, cancellationToken);
        }

        return outcome;
    }

    /// <summary>In a VPC of others a group that others use is no reason to fail: it is named, and stays.</summary>
    private async Task<StepOutcome> DeleteControllerGroupAsync(string id, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            List<SecurityGroup> ours = await ec2.FindSecurityGroupsAsync([new Filter { Name = "group-id", Values = [.. inventory.ControllerGroups] }], cancellationToken);
            await SecurityGroupTies.CutAsync(ec2, ours, cancellationToken);
            return await DeleteAsync(id, "security group", token => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = id }, token), context, cancellationToken);
        }
        catch (EksToolsException exception) when (exception.ErrorId == "NetworkInUse")
        {
            context.Observer.Warn($"{exception.Message} It stays. To remove it: aws ec2 delete-security-group --region {inventory.Identity.Region} --group-id {id}");
            return StepOutcome.Skipped;
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
                catch (AmazonServiceException exception) when (IsInUse(exception))
                {
                    reason = exception.Message;
                    context.Detail($"waiting for what still uses it: {exception.Message}{await interfaces.HoldersAsync(token)}");
                    await interfaces.SweepAsync(context, token);
                }

                return outcome is null ? null : string.Empty;
            }
        }
        catch (EksToolsException exception) when (reason is not null && exception.Kind == EksErrorKind.Timeout)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "NetworkInUse", $"The {what} {id} is still in use: {reason}{await interfaces.HoldersAsync(cancellationToken)}", id, "Remove what uses it.", exception);
        }
    }

    /// <summary>An address that a NAT gateway still holds is refused as if it were another account's.</summary>
    private static bool IsInUse(AmazonServiceException exception) =>
        exception.ErrorCode is "DependencyViolation" or "InvalidIPAddress.InUse"
        || (exception.ErrorCode == "AuthFailure" && exception.Message.Contains("permission to access the specified resource", StringComparison.OrdinalIgnoreCase));

    private async Task DeleteGatewayAsync(string id, CancellationToken cancellationToken)
    {
        foreach (string vpc in inventory.Vpcs)
        {
            try
            {
                await ec2.DetachInternetGatewayAsync(new DetachInternetGatewayRequest { InternetGatewayId = id, VpcId = vpc }, cancellationToken);
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode is "Gateway.NotAttached" or "InvalidVpcID.NotFound")
            {
                // Detached by a run before this one: the gateway itself is still to go.
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
}
