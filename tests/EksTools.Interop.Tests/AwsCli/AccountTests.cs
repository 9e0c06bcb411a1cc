using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>What New-EksCluster made in IAM and EC2, as the AWS CLI sees it.</summary>
public sealed class AccountTests(DemoCluster demo)
{
    [Theory]
    [InlineData("ekstools-demo-us-west-2-cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy AmazonEKSVPCResourceController")]
    [InlineData("ekstools-demo-us-west-2-node", "ec2.amazonaws.com", "AmazonEC2ContainerRegistryPullOnly AmazonEKSWorkerNodePolicy AmazonSSMManagedInstanceCore")]
    public async Task A_role_trusts_its_service_and_has_its_policies(string name, string service, string policies)
    {
        JsonElement role = (await demo.AwsAsync("iam get-role --role-name", name)).GetProperty("Role");
        Assert.Equal(service, role.GetProperty("AssumeRolePolicyDocument").GetProperty("Statement")[0].Text("Principal.Service"));
        Assert.Equal(policies, string.Join(' ', (await demo.AwsAsync("iam list-attached-role-policies --role-name", name)).Each("AttachedPolicies", "PolicyName")));
        Dictionary<string, string> tags = (await demo.AwsAsync("iam list-role-tags --role-name", name)).Tags();
        Assert.Equal(("demo", "us-west-2", "platform"), (tags["ekstools:cluster"], tags["ekstools:region"], tags["team"]));
    }

    [Fact]
    public async Task Only_the_pods_of_aws_node_may_do_what_the_network_plugin_does()
    {
        const string name = "ekstools-demo-us-west-2-kube-system.aws-node";
        JsonElement role = (await demo.AwsAsync("iam get-role --role-name", name)).GetProperty("Role");
        string issuer = (await demo.AwsAsync("eks describe-cluster --name demo")).Text("cluster.identity.oidc.issuer")["https://".Length..];
        JsonElement statement = Assert.Single(role.GetProperty("AssumeRolePolicyDocument").GetProperty("Statement").EnumerateArray());
        Assert.Equal(("sts:AssumeRoleWithWebIdentity", $"arn:aws:iam::111122223333:oidc-provider/{issuer}"), (statement.Text("Action"), statement.Text("Principal.Federated")));
        JsonElement conditions = statement.GetProperty("Condition").GetProperty("StringEquals");
        Assert.Equal(("system:serviceaccount:kube-system:aws-node", "sts.amazonaws.com"), (conditions.GetProperty($"{issuer}:sub").GetString(), conditions.GetProperty($"{issuer}:aud").GetString()));
        Assert.Equal(["AmazonEKS_CNI_Policy"], (await demo.AwsAsync("iam list-attached-role-policies --role-name", name)).Each("AttachedPolicies", "PolicyName"));
        Assert.Equal(role.Text("Arn"), (await demo.AwsAsync("eks describe-addon --cluster-name demo --addon-name vpc-cni")).Text("addon.serviceAccountRoleArn"));
        Assert.Equal(["sts.amazonaws.com"], (await demo.AwsAsync("iam get-open-id-connect-provider --open-id-connect-provider-arn", statement.Text("Principal.Federated"))).Texts("ClientIDList"));
    }

    [Fact]
    public async Task The_network_leads_where_the_tags_say()
    {
        string vpcId = demo.Text("ResourcesVpcConfig.VpcId");
        JsonElement vpc = (await demo.AwsAsync("ec2 describe-vpcs --filters Name=tag:ekstools:cluster,Values=demo")).GetProperty("Vpcs");
        Assert.Equal([vpcId], vpc.EnumerateArray().Select(static found => found.Text("VpcId")));
        Assert.Equal("platform", vpc[0].Tags()["team"]);
        JsonElement gateway = Assert.Single((await demo.AwsAsync("ec2 describe-internet-gateways --filters", $"Name=attachment.vpc-id,Values={vpcId}")).GetProperty("InternetGateways").EnumerateArray());
        JsonElement nat = Assert.Single((await demo.AwsAsync("ec2 describe-nat-gateways --filter", $"Name=vpc-id,Values={vpcId}", "Name=state,Values=available")).GetProperty("NatGateways").EnumerateArray());
        JsonElement address = Assert.Single((await demo.AwsAsync("ec2 describe-addresses --allocation-ids", nat.GetProperty("NatGatewayAddresses")[0].Text("AllocationId"))).GetProperty("Addresses").EnumerateArray());
        Assert.Equal(address.Text("PublicIp"), nat.GetProperty("NatGatewayAddresses")[0].Text("PublicIp"));

        JsonElement subnets = await demo.AwsAsync("ec2 describe-subnets --filters", $"Name=vpc-id,Values={vpcId}");
        Dictionary<string, bool> isPublic = subnets.GetProperty("Subnets").EnumerateArray().ToDictionary(static subnet => subnet.Text("SubnetId"), static subnet => subnet.Tags().ContainsKey("kubernetes.io/role/elb"));
        Assert.Equal((3, 3), (isPublic.Values.Count(static open => open), isPublic.Values.Count(static open => !open)));
        Assert.True(isPublic[nat.Text("SubnetId")], "the NAT gateway stands in a private subnet");
        JsonElement tables = await demo.AwsAsync("ec2 describe-route-tables --filters", $"Name=vpc-id,Values={vpcId}");
        Dictionary<string, string> ways = [];
        foreach (JsonElement table in tables.GetProperty("RouteTables").EnumerateArray())
        {
            JsonElement way = table.GetProperty("Routes").EnumerateArray().FirstOrDefault(static route => route.TryGetProperty("DestinationCidrBlock", out JsonElement to) && to.GetString() == "0.0.0.0/0");
            foreach (JsonElement association in table.GetProperty("Associations").EnumerateArray().Where(static association => association.TryGetProperty("SubnetId", out _)))
            {
                ways[association.Text("SubnetId")] = way.TryGetProperty("NatGatewayId", out JsonElement id) ? id.GetString()! : way.Text("GatewayId");
            }
        }

        Assert.Equal(
            isPublic.OrderBy(static subnet => subnet.Key, StringComparer.Ordinal).Select(subnet => (subnet.Key, subnet.Value ? gateway.Text("InternetGatewayId") : nat.Text("NatGatewayId"))),
            ways.OrderBy(static way => way.Key, StringComparer.Ordinal).Select(static way => (way.Key, way.Value)));
    }

    [Fact]
    public async Task The_instances_are_the_nodes()
    {
        JsonElement reservations = await demo.AwsAsync("ec2 describe-instances --filters Name=tag:eks:cluster-name,Values=demo Name=instance-state-name,Values=running");
        JsonElement[] instances = [.. reservations.GetProperty("Reservations").EnumerateArray().SelectMany(static reservation => reservation.GetProperty("Instances").EnumerateArray())];
        string[] nodes = [.. demo.Run("Get-EksNode demo").Select(static node => (string)node.Properties["NodeName"].Value).Order(StringComparer.Ordinal)];
        Assert.Equal(nodes, instances.Select(static instance => instance.Text("PrivateDnsName")).Order(StringComparer.Ordinal));
        string clusterGroup = demo.Text("ResourcesVpcConfig.ClusterSecurityGroupId");
        Assert.All(instances, instance => Assert.Contains(clusterGroup, instance.Each("SecurityGroups", "GroupId")));
        JsonElement group = Assert.Single((await demo.AwsAsync("ec2 describe-security-groups --group-ids", clusterGroup)).GetProperty("SecurityGroups").EnumerateArray());
        Assert.Equal(demo.Text("ResourcesVpcConfig.VpcId"), group.Text("VpcId"));
    }
}
