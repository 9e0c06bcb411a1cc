using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Sandbox;
using Tag = Amazon.EC2.Model.Tag;

namespace EksTools.Testing;

/// <summary>
/// Everything of an account by kind and component, ids left out: equal for two accounts in which the same was made. Read by clients of the test's
/// own, not by the module.
/// </summary>
public static class Inventory
{
    /// <summary>One line for each thing, in order.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(SandboxServer sandbox)
    {
        BasicAWSCredentials keys = new(sandbox.AccessKey, sandbox.SecretKey);
        using AmazonEC2Client ec2 = new(keys, new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using AmazonEKSClient eks = new(keys, new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        using AmazonIdentityManagementServiceClient iam = new(keys, new AmazonIdentityManagementServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        List<string> found = [];
        await ReadNetworkAsync(ec2, found);

        // A service-linked role is the account's, and stays when the cluster that made AWS make it is gone.
        foreach (Role role in ((await iam.ListRolesAsync(new ListRolesRequest())).Roles ?? []).Where(static role => !role.RoleName.StartsWith("AWSServiceRole", StringComparison.Ordinal)))
        {
            ListAttachedRolePoliciesResponse policies = await iam.ListAttachedRolePoliciesAsync(new ListAttachedRolePoliciesRequest { RoleName = role.RoleName });
            found.Add($"role {role.RoleName}{await LeaseAsync(iam, role.RoleName)}: {string.Join(' ', (policies.AttachedPolicies ?? []).Select(static policy => policy.PolicyName).Order(StringComparer.Ordinal))}");
        }

        found.AddRange(((await iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest())).OpenIDConnectProviderList ?? []).Select(static _ => "OpenID Connect provider"));
        foreach (string name in (await eks.ListClustersAsync(new ListClustersRequest())).Clusters ?? [])
        {
            Cluster cluster = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name })).Cluster;
            if (cluster.ComputeConfig is { Enabled: true } compute)
            {
                found.Add($"Auto Mode {string.Join(',', compute.NodePools ?? [])} {compute.NodeRoleArn}");
            }

            found.Add($"cluster {name} {cluster.Version} {cluster.Status}: {string.Join(' ', cluster.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}"))}");
            await ReadPartsAsync(eks, name, found);
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Who holds a cluster's role still, after all runs have ended.</summary>
    private static async Task<string> LeaseAsync(AmazonIdentityManagementServiceClient iam, string role) =>
        ((await iam.ListRoleTagsAsync(new ListRoleTagsRequest { RoleName = role })).Tags ?? []).Any(static tag => tag.Key == "ekstools:lease-run") ? " (leased)" : string.Empty;

    private static async Task ReadPartsAsync(AmazonEKSClient eks, string cluster, List<string> found)
    {
        foreach (string name in (await eks.ListAddonsAsync(new ListAddonsRequest { ClusterName = cluster })).Addons ?? [])
        {
            Addon addon = (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = cluster, AddonName = name })).Addon;
            found.Add($"addon {name}");
            found.Add($"version of {name}: {addon.AddonVersion}, role {addon.ServiceAccountRoleArn}");
        }

        foreach (string name in (await eks.ListNodegroupsAsync(new ListNodegroupsRequest { ClusterName = cluster })).Nodegroups ?? [])
        {
            Nodegroup group = (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = cluster, NodegroupName = name })).Nodegroup;
            found.Add($"node group {name} {group.NodeRole} in {group.Subnets.Count} subnets, {group.ScalingConfig.DesiredSize} nodes");
        }

        foreach (string name in (await eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = cluster })).FargateProfileNames ?? [])
        {
            FargateProfile profile = (await eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster, FargateProfileName = name })).FargateProfile;
            found.Add($"Fargate profile {name} {profile.Status} {profile.PodExecutionRoleArn} in {profile.Subnets.Count} subnets");
        }

        foreach (string entry in (await eks.ListAccessEntriesAsync(new ListAccessEntriesRequest { ClusterName = cluster })).AccessEntries ?? [])
        {
            AccessEntry there = (await eks.DescribeAccessEntryAsync(new DescribeAccessEntryRequest { ClusterName = cluster, PrincipalArn = entry })).AccessEntry;
            found.Add($"access entry {entry}");
            found.Add($"type of access entry {entry}: {there.Type}");
        }
    }

    private static async Task ReadNetworkAsync(AmazonEC2Client ec2, List<string> found)
    {
        found.AddRange(((await ec2.DescribeVpcsAsync(new DescribeVpcsRequest())).Vpcs ?? []).Select(static vpc => $"vpc {vpc.CidrBlock} {Component(vpc.Tags)}"));
        found.AddRange(((await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest())).Subnets ?? []).Select(static subnet => $"subnet {subnet.CidrBlock} {subnet.AvailabilityZone} {Component(subnet.Tags)} public={subnet.MapPublicIpOnLaunch}"));
        found.AddRange(((await ec2.DescribeInternetGatewaysAsync(new DescribeInternetGatewaysRequest())).InternetGateways ?? []).Select(static gateway => $"internet gateway, attached {gateway.Attachments?.Count ?? 0} times"));
        found.AddRange(((await ec2.DescribeEgressOnlyInternetGatewaysAsync(new DescribeEgressOnlyInternetGatewaysRequest())).EgressOnlyInternetGateways ?? []).Select(static gateway => $"egress-only internet gateway {Component(gateway.Tags)}"));
        found.AddRange(((await ec2.DescribeVpcEndpointsAsync(new DescribeVpcEndpointsRequest())).VpcEndpoints ?? []).Select(static endpoint => $"endpoint {endpoint.ServiceName} {endpoint.VpcEndpointType} {endpoint.State} {Component(endpoint.Tags)}: {endpoint.SubnetIds?.Count ?? 0} subnets, {endpoint.RouteTableIds?.Count ?? 0} tables"));
        // EC2 shows a gateway that is gone, or that it could not make, for an hour more.
        found.AddRange(((await ec2.DescribeNatGatewaysAsync(new DescribeNatGatewaysRequest())).NatGateways ?? []).Where(static nat => nat.State != NatGatewayState.Deleted && nat.State != NatGatewayState.Failed).Select(static nat => $"nat gateway {nat.State} {Component(nat.Tags)}"));
        found.AddRange(((await ec2.DescribeAddressesAsync(new DescribeAddressesRequest())).Addresses ?? []).Select(static address => $"address {Component(address.Tags)}"));
        found.AddRange(((await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest())).RouteTables ?? []).Where(static table => Component(table.Tags).Length > 0).Select(static table => $"route table {Component(table.Tags)}: {table.Associations?.Count ?? 0} subnets, {table.Routes?.Count ?? 0} routes"));
        found.AddRange(((await ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest())).LaunchTemplates ?? []).Select(static template => $"launch template {template.LaunchTemplateName}"));
        found.AddRange(((await ec2.DescribeInstancesAsync(new DescribeInstancesRequest())).Reservations ?? []).SelectMany(static reservation => reservation.Instances).Where(static instance => instance.State.Name != InstanceStateName.Terminated).Select(static instance => $"instance {instance.InstanceType}"));
        found.AddRange(((await ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest())).NetworkInterfaces ?? []).Select(static left => $"network interface {left.InterfaceType} {left.Status}"));
        found.AddRange(((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest())).SecurityGroups ?? []).Where(static group => group.GroupName != "default").Select(static _ => "security group"));
    }

    private static string Component(List<Tag>? tags) => tags?.FirstOrDefault(static tag => tag.Key == "ekstools:component")?.Value ?? string.Empty;
}
