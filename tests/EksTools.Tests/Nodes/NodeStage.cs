using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>What AWS and a cluster say of nodes, asked by clients of the test's own.</summary>
internal static class NodeStage
{
    public static AmazonEKSClient Eks(Rehearsal rehearsal) => new(Keys(rehearsal), new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });

    public static AmazonEC2Client Ec2(Rehearsal rehearsal) => new(Keys(rehearsal), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });

    public static async Task<Nodegroup> GroupAsync(AmazonEKSClient eks, string name) => (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = name })).Nodegroup;

    public static async Task<string?> ConfigMapAsync(Rehearsal rehearsal, string name, string key)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        return (string?)(await kubernetes.ReadAsync($"/api/v1/namespaces/kube-system/configmaps/{name}"))?["data"]?[key];
    }

    /// <summary>The only node of a group, as Kubernetes has it.</summary>
    public static async Task<JsonNode> NodeAsync(Rehearsal rehearsal, string group)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        return (await kubernetes.ReadAsync($"/api/v1/nodes?labelSelector=eks.amazonaws.com%2Fnodegroup%3D{group}"))!["items"]!.AsArray().Single()!;
    }

    private static BasicAWSCredentials Keys(Rehearsal rehearsal) => new(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
}
