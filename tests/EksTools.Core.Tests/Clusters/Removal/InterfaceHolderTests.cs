using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Removal;
using EksTools.Core.Clusters.Removal.Preflight;
using EksTools.Core.LoadBalancing.Balancers;
using k8s.Models;

namespace EksTools.Core.Tests.Clusters.Removal;

/// <summary>Who holds an interface, by what services write into it.</summary>
public sealed class InterfaceHolderTests
{
    [Theory]
    [InlineData("lambda", "AWS Lambda VPC ENI-orders-api-7d1d2a52-4c1f-4a37-9a1c-0a5ad0c5a2b9", "", "Lambda function orders-api", "aws lambda get-function-configuration --function-name orders-api")]
    [InlineData("lambda", "", "", "a Lambda function", "aws lambda list-functions --query 'Functions[].[FunctionName,VpcConfig.VpcId]'")]
    [InlineData("interface", "RDSNetworkInterface", "amazon-rds", "RDS", "aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,DBSubnetGroup.VpcId]'")]
    [InlineData("efs", "EFS mount target for fs-0123 (fsmt-0456)", "", "EFS mount target for fs-0123 (fsmt-0456)", "aws efs delete-mount-target --mount-target-id fsmt-0456")]
    [InlineData("vpc_endpoint", "VPC Endpoint Interface vpce-0123", "", "VPC endpoint vpce-0123", "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-0123")]
    [InlineData("nat_gateway", "Interface for NAT Gateway nat-0123", "", "NAT gateway nat-0123", "aws ec2 delete-nat-gateway --nat-gateway-id nat-0123")]
    [InlineData("network_load_balancer", "ELB net/front/0123456789abcdef", "amazon-elb", "load balancer front", "aws elbv2 describe-load-balancers --names front")]
    [InlineData("interface", "ELB old", "amazon-elb", "classic load balancer old", "aws elb describe-load-balancers --load-balancer-names old")]
    [InlineData("transit_gateway", "Network Interface for Transit Gateway Attachment tgw-attach-0123", "", "Transit Gateway attachment tgw-attach-0123", "aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id tgw-attach-0123")]
    [InlineData("interface", "arn:aws:ecs:us-west-2:111122223333:attachment/7d1d2a52", "", "a task of ECS", "aws ecs list-clusters")]
    [InlineData("quicksight", "", "AROAEXAMPLE", "requester AROAEXAMPLE of type quicksight", "aws ec2 describe-network-interfaces --network-interface-ids eni-1")]
    [InlineData("interface", "something", "", "account amazon-aws ('something')", "aws ec2 describe-network-interfaces --network-interface-ids eni-1")]
    public void A_service_is_known_by_type_requester_and_description(string type, string description, string requester, string name, string command) =>
        Assert.Equal(new InterfaceHolder(name, command), InterfaceHolder.Of(new NetworkInterface
        {
            NetworkInterfaceId = "eni-1", InterfaceType = type, Description = description, RequesterId = requester, RequesterManaged = true, Status = NetworkInterfaceStatus.InUse, Attachment = new NetworkInterfaceAttachment { InstanceOwnerId = "amazon-aws" },
        }));

    [Fact]
    public void One_that_is_detached_is_nobody_s() =>
        Assert.Equal(new InterfaceHolder("nobody", "aws ec2 delete-network-interface --network-interface-id eni-1"), InterfaceHolder.Of(new NetworkInterface { NetworkInterfaceId = "eni-1", Status = NetworkInterfaceStatus.Available }));

    [Theory]
    [InlineData("EndedByEks", "eks:cluster-name=demo eks:nodegroup-name=default kubernetes.io/cluster/demo=owned")]
    [InlineData("EndedByEks", "eks:eks-cluster-name=demo eks:kubernetes-node-pool-name=system kubernetes.io/cluster/demo=owned")]
    [InlineData("Karpenter", "eks:eks-cluster-name=demo karpenter.sh/nodepool=general kubernetes.io/cluster/demo=owned")]
    [InlineData("SelfManaged", "kubernetes.io/cluster/demo=shared aws:autoscaling:groupName=workers")]
    [InlineData("SelfManaged", "k8s.io/cluster/demo=owned")]
    [InlineData("Stranger", "eks:cluster-name=other eks:nodegroup-name=default kubernetes.io/cluster/other=owned")]
    [InlineData("Stranger", "Name=bastion")]
    public void A_node_is_known_by_the_tags_of_who_launched_it(string kind, string tags) =>
        Assert.Equal(kind, $"{ClusterNodes.KindOf(tags.Split(' ').Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]), "demo")}");

    [Fact]
    public void An_Auto_Scaling_group_is_named_before_the_instance()
    {
        Instance instance = new() { InstanceId = "i-1", Tags = [new Amazon.EC2.Model.Tag("Name", "worker"), new Amazon.EC2.Model.Tag("aws:autoscaling:groupName", "workers")] };
        Assert.Equal(("Auto Scaling group workers", "workers"), (ClusterNodes.OwnerOf(instance), ClusterNodes.GroupOf(instance)));
        Assert.Equal("no name", ClusterNodes.OwnerOf(new Instance()));
    }

    [Fact]
    public void An_interface_that_its_load_balancer_or_NAT_gateway_has_left_stands_in_no_way()
    {
        ClusterInventory inventory = new() { Identity = new ClusterIdentity("demo", "us-west-2"), Vpcs = ["vpc-1"] };
        NetworkOccupants network = new()
        {
            OtherClusters = [new OtherCluster(new ClusterIdentity("other", "us-west-2"), "which EksTools made too", "Remove-EksCluster other -Region us-west-2")],
            Interfaces = [Managed("eni-1", "ELB net/front/0123456789abcdef"), Managed("eni-2", "Interface for NAT Gateway nat-1"), Managed("eni-3", "Amazon EKS demo"), Managed("eni-4", "Amazon EKS other")],
        };
        Assert.Equal(["the EKS cluster other"], network.FindForeign(inventory).Select(static one => one.ToString()));

        AwsBalancer front = new() { Hostname = "front-0.elb.us-west-2.amazonaws.com", Name = "front", Type = "network", Arn = "arn:aws:elasticloadbalancing:us-west-2:111122223333:loadbalancer/net/front/0123456789abcdef" };
        Assert.Equal(
            ["the EKS cluster other", "load balancer front", "NAT gateway nat-1"],
            (network with { NatGateways = ["nat-1"] }).FindForeign(inventory with { Orphans = OrphanedBalancers.None with { Present = [front] } }).Select(static one => one.Name));
        Assert.Equal(["the EKS cluster other"], network.FindForeign(inventory with { Orphans = OrphanedBalancers.None with { Present = [front], Items = [front] } }).Select(static one => one.Name));

        static NetworkInterface Managed(string id, string description) => new() { NetworkInterfaceId = id, Description = description, RequesterManaged = true, Status = NetworkInterfaceStatus.InUse };
    }

    [Fact]
    public void A_selector_is_written_as_a_query_carries_it() => Assert.Equal("a=b,c in (d,e),f notin (g),h,!i", DisruptionBudget.Write(new V1LabelSelector
    {
        MatchLabels = new Dictionary<string, string> { ["a"] = "b" },
        MatchExpressions =
        [
            new V1LabelSelectorRequirement { Key = "c", OperatorProperty = "In", Values = ["d", "e"] },
            new V1LabelSelectorRequirement { Key = "f", OperatorProperty = "NotIn", Values = ["g"] },
            new V1LabelSelectorRequirement { Key = "h", OperatorProperty = "Exists" },
            new V1LabelSelectorRequirement { Key = "i", OperatorProperty = "DoesNotExist" },
        ],
    }));
}
