using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Networking.Subnets;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Networking;

namespace EksTools.Core.Networking;

/// <inheritdoc/>
internal sealed class NetworkingService : INetworkingService
{
    /// <inheritdoc/>
    public async Task<SubnetReview> ReviewSubnetsAsync(AwsConnection connection, SubnetReviewRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
            IReadOnlyList<SubnetFacts> subnets = await SubnetFactReader.ReadAsync(account, cluster, cancellationToken);
            HashSet<string> wanted = new(request.SubnetIds, StringComparer.Ordinal);
            if (wanted.FirstOrDefault(id => subnets.All(subnet => subnet.Id != id)) is { } stranger)
            {
                throw new EksToolsException(EksErrorKind.NotFound, "SubnetNotInVpc", $"There is no subnet {stranger} in {cluster.ResourcesVpcConfig!.VpcId}, the VPC of cluster {cluster.Name}.", stranger, $"Test-EksSubnet {cluster.Name} -List shows those that are there.");
            }

            IReadOnlyList<EksLoadBalancerControllerKind> controllers = request.Controllers.Count > 0 ? [.. request.Controllers.Distinct()]
                : await AutoMode.BalancesLoadAsync(account, cluster.Name, cancellationToken) ? [EksLoadBalancerControllerKind.AutoMode]
                : [EksLoadBalancerControllerKind.Ccm, EksLoadBalancerControllerKind.Lbc];
            List<SubnetSelection> selections = [.. controllers.SelectMany(controller => SubnetScheme.All.Select(scheme => SubnetSelection.Of(controller, scheme, cluster.Name, subnets)))];
            (IReadOnlyList<EksSubnetFinding> findings, IReadOnlyList<SubnetTagging> taggings) = SubnetFindings.Find(cluster.Name, cluster.Region, subnets, selections);
            bool all = wanted.Count == 0;
            return new SubnetReview(
                [.. subnets.Where(subnet => all || wanted.Contains(subnet.Id)).Select(subnet => Describe(subnet, cluster, selections))],
                [.. findings.Where(finding => all || finding.SubnetId.Any(wanted.Contains))],
                [.. taggings.Where(tagging => all || wanted.Contains(tagging.SubnetId))]);
        });
    }

    /// <inheritdoc/>
    public async Task TagSubnetAsync(AwsConnection connection, SubnetTagging tagging, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        await account.RunAsync(() => account.Ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [tagging.SubnetId], Tags = [new Tag(tagging.Key, tagging.Value)] }, cancellationToken));
    }

    private static EksSubnet Describe(SubnetFacts subnet, EksCluster cluster, List<SubnetSelection> selections) => new()
    {
        ClusterName = cluster.Name,
        Region = cluster.Region,
        SubnetId = subnet.Id,
        VpcId = cluster.ResourcesVpcConfig!.VpcId!,
        AvailabilityZone = subnet.Zone,
        CidrBlock = subnet.Cidr,
        IsPublic = subnet.IsPublic,
        RouteTableId = subnet.RouteTableId,
        AvailableIpAddressCount = subnet.Free,
        IsControlPlaneSubnet = subnet.IsControlPlane,
        KubernetesTags = subnet.KubernetesTags.ToDictionary(StringComparer.Ordinal),
        Choices = [.. selections.Select(selection => selection.Verdicts.First(verdict => verdict.Subnet == subnet).Choice)],
    };
}
