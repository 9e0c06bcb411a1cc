using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Testing;
using ResourceType = Amazon.EC2.ResourceType;
using Tag = Amazon.EC2.Model.Tag;

namespace EksTools.Tests.Clusters;

/// <summary>What of others holds the cluster's own VPC without an instance or an interface of theirs in it, and other clusters there.</summary>
public sealed class RemovalNetworkTests
{
    private const string Bare = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig", Remove = "Remove-EksCluster demo -Confirm:$false -KeepKubeconfig";

    [Fact]
    public async Task What_others_tied_to_the_cluster_s_VPC_is_named_with_the_commands_that_untie_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        VpcConfigResponse network = await stage.NetworkAsync("demo");
        CancellationToken token = TestContext.Current.CancellationToken;
        string vpc = network.VpcId, subnet = network.SubnetIds[0];
        string endpoint = (await stage.Ec2.CreateVpcEndpointAsync(new() { VpcId = vpc, ServiceName = "com.amazonaws.us-west-2.s3" }, token)).VpcEndpoint.VpcEndpointId;
        NetworkAcl standard = (await stage.Ec2.DescribeNetworkAclsAsync(new DescribeNetworkAclsRequest { Filters = [new Filter { Name = "association.subnet-id", Values = [subnet] }] }, token)).NetworkAcls[0];
        string acl = (await stage.Ec2.CreateNetworkAclAsync(new() { VpcId = vpc }, token)).NetworkAcl.NetworkAclId;
        string association = (await stage.Ec2.ReplaceNetworkAclAssociationAsync(new() { AssociationId = standard.Associations.First(one => one.SubnetId == subnet).NetworkAclAssociationId, NetworkAclId = acl }, token)).NewAssociationId;
        string vpn = (await stage.Ec2.CreateVpnGatewayAsync(new() { Type = GatewayType.Ipsec1, TagSpecifications = [new TagSpecification { ResourceType = ResourceType.VpnGateway, Tags = [new Tag("Name", "office")] }] }, token)).VpnGateway.VpnGatewayId;
        await stage.Ec2.AttachVpnGatewayAsync(new() { VpnGatewayId = vpn, VpcId = vpc }, token);
        string other = (await stage.Ec2.CreateVpcAsync(new() { CidrBlock = "172.20.0.0/16" }, token)).Vpc.VpcId;
        string peering = (await stage.Ec2.CreateVpcPeeringConnectionAsync(new() { VpcId = other, PeerVpcId = vpc }, token)).VpcPeeringConnection.VpcPeeringConnectionId;
        string carrier = (await stage.Ec2.CreateCarrierGatewayAsync(new() { VpcId = vpc }, token)).CarrierGateway.CarrierGatewayId;
        string egress = (await stage.Ec2.CreateEgressOnlyInternetGatewayAsync(new() { VpcId = vpc }, token)).EgressOnlyInternetGateway.EgressOnlyInternetGatewayId;
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);

        Assert.Equal(
            new Dictionary<string, string>
            {
                [$"VPC endpoint {endpoint}"] = $"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {endpoint} --region us-west-2",
                [$"network ACL {acl}"] = $"aws ec2 replace-network-acl-association --association-id {association} --network-acl-id {standard.NetworkAclId} --region us-west-2; aws ec2 delete-network-acl --network-acl-id {acl} --region us-west-2",
                [$"virtual private gateway {vpn}"] = $"aws ec2 detach-vpn-gateway --vpn-gateway-id {vpn} --vpc-id {vpc} --region us-west-2",
                [$"peering connection {peering}"] = $"aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {peering} --region us-west-2",
                [$"carrier gateway {carrier}"] = $"aws ec2 delete-carrier-gateway --carrier-gateway-id {carrier} --region us-west-2",
                [$"egress-only internet gateway {egress}"] = $"aws ec2 delete-egress-only-internet-gateway --egress-only-internet-gateway-id {egress} --region us-west-2",
            },
            Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig")).ToDictionary(static finding => Text(finding, "Where"), static finding => Text(finding, "Fix")));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove).Errors);
        Assert.StartsWith("NetworkHeldByOthers", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All([endpoint, acl, $"virtual private gateway {vpn} (office, attached)", $"peering connection {peering} (with {other} of account 111122223333)", carrier, egress], named => Assert.Contains(named, error.Exception.Message, StringComparison.Ordinal));
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));

        await stage.Ec2.DeleteVpcEndpointsAsync(new() { VpcEndpointIds = [endpoint] }, token);
        await stage.Ec2.ReplaceNetworkAclAssociationAsync(new() { AssociationId = association, NetworkAclId = standard.NetworkAclId }, token);
        await stage.Ec2.DeleteNetworkAclAsync(new() { NetworkAclId = acl }, token);
        await stage.Ec2.DetachVpnGatewayAsync(new() { VpnGatewayId = vpn, VpcId = vpc }, token);
        await stage.Ec2.DeleteVpcPeeringConnectionAsync(new() { VpcPeeringConnectionId = peering }, token);
        await stage.Ec2.DeleteCarrierGatewayAsync(new() { CarrierGatewayId = carrier }, token);
        await stage.Ec2.DeleteEgressOnlyInternetGatewayAsync(new() { EgressOnlyInternetGatewayId = egress }, token);
        rehearsal.Session.Run(Remove).Good();
        Assert.Equal(["vpc 172.20.0.0/16 "], await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Another_cluster_in_the_VPC_is_one_finding_with_the_command_of_its_maker()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Bare).Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string[] subnets = [.. (await stage.NetworkAsync("demo")).SubnetIds.Take(2)];
        rehearsal.Session.Run($"New-EksCluster other -SubnetId {string.Join(',', subnets)} -NoKubeconfig").Good();
        await stage.LaunchAsync("other", ("kubernetes.io/cluster/other", "shared"));
        using (Sandbox.Tests.Account.SignedClient client = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey))
        {
            await client.QueryAsync("elbv2", "CreateLoadBalancer", "Name", "front", "Type", "network", "Scheme", "internal", "Subnets.member.1", subnets[0], "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "other");
        }

        PSObject finding = Assert.Single(Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig")));
        Assert.Equal(("NetworkHeldByOthers", "EKS cluster other", "Remove-EksCluster other -Region us-west-2"), (Text(finding, "Rule"), Text(finding, "Where"), Text(finding, "Fix")));
        Assert.Contains("is held by the EKS cluster other, which EksTools made too: ", Text(finding, "Message"), StringComparison.Ordinal);

        await stage.DisownAsync("other", ("alpha.eksctl.io/cluster-name", "other"));
        finding = Assert.Single(Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig")));
        Assert.Equal("eksctl delete cluster --name other --region us-west-2", Text(finding, "Fix"));
        Assert.Contains("the EKS cluster other, which was made by eksctl (stack eksctl-other-cluster): ", Text(finding, "Message"), StringComparison.Ordinal);
        await stage.DisownAsync("other");
        finding = Assert.Single(Findings(rehearsal.Session.Run("Remove-EksCluster demo -WhatIf -KeepKubeconfig")));
        Assert.Equal("Remove-EksCluster other -Region us-west-2 -Unmanaged", Text(finding, "Fix"));
        Assert.StartsWith("NetworkHeldByOthers", Assert.Single(rehearsal.Session.Run(Remove).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private static IEnumerable<PSObject> Findings(Answer answer) => answer.Good().Where(static item => item.Properties["Effect"] is not null);

    private static string Text(PSObject item, string property) => $"{item.Properties[property].Value}";
}
