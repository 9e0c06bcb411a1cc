using Amazon.EC2.Model;
using Amazon.EKS;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;
using Cluster = Amazon.EKS.Model.Cluster;

namespace EksTools.Core.Clusters.Changes;

/// <summary>What of a control plane's new subnets and security groups is refused by looking at what is there, before anything is changed: as New-EksCluster does. Free addresses are EKS's to count: where the control plane stands already it has its own.</summary>
internal static class NetworkChangeRules
{
    /// <summary>Looks at them.</summary>
    /// <exception cref="EksToolsException">One of them is not there, or the control plane could not stand in them.</exception>
    public static async Task RequireAsync(AwsAccount account, SetClusterRequest request, Cluster live, CancellationToken cancellationToken)
    {
        if (live.ResourcesVpcConfig is not { VpcId: { Length: > 0 } vpc })
        {
            return;
        }

        if (request.SubnetId is { } ids)
        {
            List<Subnet> subnets = (await account.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. ids.Distinct(StringComparer.Ordinal)] }, cancellationToken)).Subnets ?? [];
            RequireSubnets(subnets, live, vpc);
        }

        await NetworkRequirements.RequireSecurityGroupsAsync(account, request.SecurityGroupId ?? [], vpc, cancellationToken);
    }

    private static void RequireSubnets(List<Subnet> subnets, Cluster live, string vpc)
    {
        if (subnets.Find(subnet => subnet.VpcId != vpc) is { } foreign)
        {
            throw Wrong("SubnetOfOtherVpc", $"The subnet {foreign.SubnetId} of -SubnetId belongs to {foreign.VpcId}, and cluster {live.Name} stands in {vpc}.", "Name subnets of the cluster's VPC.");
        }

        string[] zones = [.. subnets.Select(static subnet => subnet.AvailabilityZone).Distinct()];
        if (zones.Length < 2)
        {
            throw Wrong("SubnetsOfOneZone", $"The subnets of -SubnetId are all in {string.Join(", ", zones)}; EKS wants two availability zones at least.", "Add a subnet in another zone.");
        }

        if (live.KubernetesNetworkConfig?.IpFamily == IpFamily.Ipv6 && subnets.Find(static subnet => (subnet.Ipv6CidrBlockAssociationSet ?? []).Count == 0) is { } four)
        {
            throw Wrong("SubnetWithoutIpv6", $"{four.SubnetId} has no IPv6 range, and every subnet of an IPv6 cluster needs one.", "Give the subnet a /64 of the VPC's range (Register-EC2SubnetCidrBlock).");
        }
    }

    private static EksToolsException Wrong(string id, string message, string hint) => new(EksErrorKind.Validation, id, message, nameof(SetClusterRequest.SubnetId), hint);
}
