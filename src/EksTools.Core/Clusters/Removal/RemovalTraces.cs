using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Networking;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What a cluster leaves in a VPC that is not its own, and what is known of it when its control plane is gone.</summary>
internal static class RemovalTraces
{
    /// <summary>Adds where the cluster stood and since when, by its record: a run before this one may have deleted the control plane and stopped.</summary>
    public static async Task<ClusterInventory> WithRecordAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        if (inventory.Record is not { } record || await record.ReadAsync(cancellationToken) is not { } tags)
        {
            return inventory;
        }

        string[] subnets = SubnetsOf(tags)?.Split(SaidParameters.Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (subnets.Length == 0)
        {
            return inventory;
        }

        // By a filter: a subnet that is gone by now is no error.
        List<Subnet> there = await account.Ec2.FindSubnetsAsync([new Filter { Name = "subnet-id", Values = [.. subnets] }], cancellationToken);
        return inventory with { RecordedVpc = there.FirstOrDefault()?.VpcId, Since = await ReadBegunAsync(record, cancellationToken) };
    }

    /// <summary>Adds the security groups of controllers; those of load balancers that stay are left out. In a VPC of the cluster's own all groups go with it.</summary>
    public static async Task<ClusterInventory> WithControllerGroupsAsync(ClusterInventory inventory, AwsAccount account, CancellationToken cancellationToken)
    {
        if (inventory.Vpcs.Count > 0 || inventory.HomeVpcs.Count == 0 || inventory.Orphans.Unread is not null)
        {
            return inventory;
        }

        HashSet<string> held = new(inventory.Orphans.Doubtful.SelectMany(static one => one.SecurityGroups), StringComparer.Ordinal);
        List<SecurityGroup> groups = await account.Ec2.FindSecurityGroupsAsync([new Filter { Name = "vpc-id", Values = [.. inventory.HomeVpcs] }, new Filter { Name = "tag:elbv2.k8s.aws/cluster", Values = [inventory.Identity.Name] }], cancellationToken);
        return inventory with { ControllerGroups = [.. groups.Select(static group => group.GroupId).Where(id => !held.Contains(id)).Order(StringComparer.Ordinal)] };
    }

    /// <summary>What is damaged of the record keeps nobody from removing the cluster.</summary>
    private static string? SubnetsOf(Dictionary<string, string> tags)
    {
        try
        {
            return tags.GetValueOrDefault(RecordedParameters.Prefix + ParameterDefinition.Subnets) ?? RecordedParameters.Read(tags).GetValueOrDefault(ParameterDefinition.Subnets);
        }
        catch (EksToolsException exception) when (exception.ErrorId == "RecordedParametersDamaged")
        {
            return null;
        }
    }

    /// <summary>Null where this principal may not ask: then nothing counts as younger.</summary>
    private static async Task<DateTimeOffset?> ReadBegunAsync(ClusterRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return await record.ReadBegunAsync(cancellationToken);
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return null;
        }
    }
}
