using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>Holds what a file says of a VPC and its subnets against EC2: a wrong id would put the cluster somewhere else.</summary>
internal static class ClusterFileNetworkCheck
{
    /// <exception cref="Errors.EksToolsException">Something is not as the file says.</exception>
    public static async Task RequireAsync(AwsAccount account, ClusterFile file, ClusterFileNetwork network, CancellationToken cancellationToken)
    {
        DescribeSubnetsResponse answer = await account.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. network.Subnets.Select(static subnet => subnet.Id).Distinct(StringComparer.Ordinal)] }, cancellationToken);
        Dictionary<string, Subnet> there = (answer.Subnets ?? []).ToDictionary(static subnet => subnet.SubnetId, StringComparer.Ordinal);
        List<EksClusterFileProblem> problems = [];
        foreach (ClusterFileSubnet subnet in network.Subnets)
        {
            if (there.TryGetValue(subnet.Id, out Subnet? found))
            {
                Require(subnet.Field, "is in VPC", found.VpcId, network.VpcId);
                Require(subnet.Field, "is in zone", found.AvailabilityZone, subnet.Zone);
                Require(subnet.Field, "has the range", found.CidrBlock, subnet.Cidr);
            }
        }

        if (network.Cidr is { } cidr && there.Values.FirstOrDefault()?.VpcId is { } vpc)
        {
            DescribeVpcsResponse vpcs = await account.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [vpc] }, cancellationToken);
            string[] ranges = [.. (vpcs.Vpcs ?? []).SelectMany(static one => (one.CidrBlockAssociationSet ?? []).Select(static block => block.CidrBlock).Append(one.CidrBlock)).Distinct(StringComparer.Ordinal)];
            if (!ranges.Contains(cidr))
            {
                Require("vpc.cidr", $"is not that of {vpc}, which has", string.Join(", ", ranges), cidr);
            }
        }

        if (problems.Count > 0)
        {
            throw ClusterFileReader.Refusal(file.Path, problems);
        }

        void Require(string field, string verb, string actual, string? expected)
        {
            if (expected is not null && expected != actual)
            {
                problems.Add(new EksClusterFileProblem(file.Lines.GetValueOrDefault(field, 1), 1, field, $"{field} {verb} {actual}, not {expected}.", null));
            }
        }
    }
}
