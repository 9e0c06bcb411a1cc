using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>The networks of private and of IPv6 clusters, as the AWS CLI sees them.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task A_private_cluster_s_services_are_in_its_VPC()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster inner -PrivateCluster -NoNodeGroup -NoKubeconfig").Good();
        JsonElement cluster = await AwsAsync(rehearsal, "eks describe-cluster --name inner");
        string vpc = cluster.Text("cluster.resourcesVpcConfig.vpcId");
        JsonElement endpoints = await AwsAsync(rehearsal, $"ec2 describe-vpc-endpoints --filters Name=vpc-id,Values={vpc}");
        Assert.Equal(["ec2", "ecr.api", "ecr.dkr", "eks-auth", "s3", "sts"], endpoints.Each("VpcEndpoints", "ServiceName").Select(static name => name["com.amazonaws.us-west-2.".Length..]));
        JsonElement offered = await AwsAsync(rehearsal, "ec2 describe-vpc-endpoint-services");
        Assert.All(endpoints.Each("VpcEndpoints", "ServiceName"), name => Assert.Contains(name, offered.Texts("ServiceNames")));
        string group = Assert.Single((await AwsAsync(rehearsal, "ec2 describe-security-groups --filters Name=tag:ekstools:cluster,Values=inner")).Each("SecurityGroups", "GroupId"));
        string[] subnets = cluster.Texts("cluster.resourcesVpcConfig.subnetIds");
        foreach (JsonElement endpoint in endpoints.GetProperty("VpcEndpoints").EnumerateArray())
        {
            Assert.Equal("available", endpoint.Text("State"));
            bool gateway = endpoint.Text("VpcEndpointType") == "Gateway";
            Assert.Equal(!gateway, endpoint.GetProperty("PrivateDnsEnabled").GetBoolean());
            Assert.Equal(gateway ? [] : subnets, endpoint.Texts("SubnetIds"));
            Assert.Equal(gateway ? [] : [group], endpoint.Each("Groups", "GroupId"));
            Assert.Equal(gateway ? 1 : 0, endpoint.Texts("RouteTableIds").Length);
        }

        Assert.Empty((await AwsAsync(rehearsal, "ec2 describe-internet-gateways")).GetProperty("InternetGateways").EnumerateArray());
    }

    [Fact]
    public async Task An_IPv6_cluster_s_private_subnets_lead_out_and_not_in()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster six -IpFamily IPv6 -NoNodeGroup -NoKubeconfig").Good();
        Assert.Equal("ipv6", (await AwsAsync(rehearsal, "eks describe-cluster --name six")).Text("cluster.kubernetesNetworkConfig.ipFamily"));
        string gateway = Assert.Single((await AwsAsync(rehearsal, "ec2 describe-egress-only-internet-gateways")).Each("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"));
        JsonElement tables = await AwsAsync(rehearsal, $"ec2 describe-route-tables --filters Name=route.egress-only-internet-gateway-id,Values={gateway}");
        string[] led = [.. tables.GetProperty("RouteTables").EnumerateArray().SelectMany(static table => table.Each("Associations", "SubnetId")).Order(StringComparer.Ordinal)];
        JsonElement inner = await AwsAsync(rehearsal, "ec2 describe-subnets --filters Name=tag-key,Values=kubernetes.io/role/internal-elb");
        Assert.Equal(inner.Each("Subnets", "SubnetId"), led);
        JsonElement policy = await AwsAsync(rehearsal, "iam get-role-policy --role-name ekstools-six-us-west-2-kube-system.aws-node --policy-name VpcCniIPv6");
        Assert.Contains("ec2:AssignIpv6Addresses", policy.GetProperty("PolicyDocument").GetProperty("Statement")[0].Texts("Action"));
    }

    private static async Task<JsonElement> AwsAsync(Rehearsal rehearsal, string commandLine)
    {
        ProcessRun run = await ProcessRun.RunAsync(Tool.Require("aws"), [.. commandLine.Split(' '), "--output", "json"], rehearsal.Environment);
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument answer = JsonDocument.Parse(run.Output);
        return answer.RootElement.Clone();
    }
}
