using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <inheritdoc/>
internal sealed class NodeService : INodeService
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksNode>> ListAsync(AwsConnection connection, string clusterName, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            return await NodeReader.ListAsync(api, cluster, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListInstanceTypesAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            SortedSet<string> types = new(StringComparer.Ordinal);
            DescribeInstanceTypeOfferingsRequest request = new() { LocationType = LocationType.Region };
            await foreach (InstanceTypeOffering offering in account.Ec2.Paginators.DescribeInstanceTypeOfferings(request).InstanceTypeOfferings.WithCancellation(cancellationToken))
            {
                types.Add(offering.InstanceType.Value);
            }

            return (IReadOnlyList<string>)[.. types];
        });
    }
}
