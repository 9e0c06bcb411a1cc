using System.Diagnostics;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;

namespace EksTools.Testing;

/// <summary>The AWS Load Balancer Controller in a rehearsal's cluster, and the load balancers that controllers made.</summary>
public static class LoadBalancerStage
{
    private const string Controller = "aws-load-balancer-controller";
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"elasticloadbalancing:*","Resource":"*"}]}""";

    /// <summary>Lays the controller's deployment into a cluster, with the role <c>controller</c> by Pod Identity, and waits until it is ready.</summary>
    public static async Task InstallControllerAsync(Rehearsal rehearsal, Kubernetes kubernetes, string cluster)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        ArgumentNullException.ThrowIfNull(kubernetes);
        using Iam iam = new(rehearsal.Sandbox);
        string arn = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "controller", AssumeRolePolicyDocument = Trust })).Role.Arn;
        await iam.Client.PutRolePolicyAsync(new PutRolePolicyRequest { RoleName = "controller", PolicyName = "p", PolicyDocument = Policy });
        using AmazonEKSClient eks = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await UntilAsync(() => TryAssociateAsync(eks, cluster, arn), "the association");
        string labels = $$"""{"app.kubernetes.io/name":"{{Controller}}"}""";
        await kubernetes.CreateAsync("/apis/networking.k8s.io/v1/ingressclasses", """{"metadata":{"name":"alb"},"spec":{"controller":"ingress.k8s.aws/alb"}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/kube-system/serviceaccounts", $$$"""{"metadata":{"name":"{{{Controller}}}"} }""");
        await kubernetes.CreateAsync("/apis/apps/v1/namespaces/kube-system/deployments", $$$"""
            {"metadata":{"name":"{{{Controller}}}","labels":{{{labels}}} },
             "spec":{"selector":{"matchLabels":{{{labels}}} },
               "template":{"metadata":{"labels":{{{labels}}} },"spec":{"serviceAccountName":"{{{Controller}}}","containers":[{"name":"c","image":"public.ecr.aws/eks/{{{Controller}}}:v3.5.0"}]} } } }
            """);
        await UntilAsync(async () => (int?)(await kubernetes.ReadAsync($"/apis/apps/v1/namespaces/kube-system/deployments/{Controller}"))?["status"]?["readyReplicas"] > 0, "the controller");
    }

    /// <summary>The load balancers that have interfaces, as those describe them: "ELB NAME", "ELB app/NAME/ID", "ELB net/NAME/ID".</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(Rehearsal rehearsal)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        DescribeNetworkInterfacesResponse answer = await ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest { Filters = [new Filter { Name = "requester-id", Values = ["amazon-elb"] }] });
        return [.. (answer.NetworkInterfaces ?? []).Select(static item => item.Description).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits for something that controllers do.</summary>
    public static async Task UntilAsync(Func<Task<bool>> look, string what)
    {
        ArgumentNullException.ThrowIfNull(look);
        Stopwatch clock = Stopwatch.StartNew();
        while (!await look())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{what} did not come");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> TryAssociateAsync(AmazonEKSClient eks, string cluster, string role)
    {
        try
        {
            await eks.CreatePodIdentityAssociationAsync(new CreatePodIdentityAssociationRequest { ClusterName = cluster, Namespace = "kube-system", ServiceAccount = Controller, RoleArn = role });
            return true;
        }
        catch (InvalidParameterException)
        {
            // EKS does not see a new role at once.
            return false;
        }
    }
}
