using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Sandbox;

namespace EksTools.Testing;

/// <summary>Clusters as versions made them in which vpc-cni had no role of its own.</summary>
public static class EarlierVersion
{
    /// <summary>The policy that the node role had.</summary>
    public const string CniPolicy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";

    /// <summary>The role that the add-on has now.</summary>
    public static string CniRole(string cluster) => $"ekstools-{cluster}-us-west-2-kube-system.aws-node";

    /// <summary>The role of the nodes.</summary>
    public static string NodeRole(string cluster) => $"ekstools-{cluster}-us-west-2-node";

    /// <summary>A cluster of the session, as an earlier version left it.</summary>
    public static async Task CreateAsync(Rehearsal rehearsal, string cluster)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        rehearsal.Session.Run($"New-EksCluster {cluster} -NatGateway None -NoKubeconfig").Good();
        using Iam iam = new(rehearsal.Sandbox);
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = NodeRole(cluster), PolicyArn = CniPolicy });

        // An update without a role takes it away.
        using AmazonEKSClient eks = Eks(rehearsal.Sandbox);
        await eks.UpdateAddonAsync(new UpdateAddonRequest { ClusterName = cluster, AddonName = "vpc-cni" });
        await UntilAsync(async () => (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = cluster, AddonName = "vpc-cni" })).Addon.Status == AddonStatus.ACTIVE);
        using (Kubernetes kubernetes = new(rehearsal, cluster))
        {
            await kubernetes.PatchAsync("/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node", """{"spec":{"template":{"metadata":{"annotations":{"of":"an earlier version"}}}}}""");
            await UntilAsync(async () => !(await kubernetes.ReadAsync("/api/v1/namespaces/kube-system/pods"))!.ToJsonString().Contains("AWS_ROLE_ARN", StringComparison.Ordinal));
        }

        await iam.Client.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = CniRole(cluster), PolicyArn = CniPolicy });
        await iam.Client.DeleteRoleAsync(new DeleteRoleRequest { RoleName = CniRole(cluster) });
        await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = (await iam.ReadProvidersAsync()).Single() });
    }

    /// <summary>A client of the test's own.</summary>
    public static AmazonEKSClient Eks(SandboxServer sandbox)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        return new AmazonEKSClient(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        while (!await happened())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
