using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;

namespace EksTools.Tests.LoadBalancing;

/// <summary>The annotation cmdlets on days when clusters and manifests are in a bad way.</summary>
public sealed class BadDayTests
{
    private const string Ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

    [Fact]
    public async Task A_webhook_that_nobody_answers_and_a_finalizer_that_nobody_takes_away()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        using EksTools.Testing.Kubernetes api = new(stage.Rehearsal, "demo");
        await api.CreateAsync(Ingresses, """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"shop","annotations":{"kubernetes.io/ingress.class":"alb","mine":"kept"}},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""");
        await api.CreateAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"stuck","finalizers":["service.k8s.aws/resources"]},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"port":80,"protocol":"TCP"}]}}""");
        await api.CreateAsync("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", """
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"aws-load-balancer-webhook"},
             "webhooks":[{"name":"vingress.elbv2.k8s.aws","failurePolicy":"Fail","sideEffects":"None","admissionReviewVersions":["v1"],
               "clientConfig":{"service":{"name":"aws-load-balancer-webhook-service","namespace":"kube-system","path":"/validate-networking-v1-ingress"}},
               "rules":[{"operations":["CREATE","UPDATE"],"apiGroups":["networking.k8s.io"],"apiVersions":["v1"],"resources":["ingresses"]}]}]}
            """);
        ErrorRecord error = Assert.Single(stage.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name shop -Scheme internal").Errors);
        Assert.StartsWith("WebhookNotReached,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("vingress.elbv2.k8s.aws", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("""{"kubernetes.io/ingress.class":"alb","mine":"kept"}""", (await api.ReadAsync($"{Ingresses}/shop"))!["metadata"]!["annotations"]!.ToJsonString());

        await api.DeleteAsync("/api/v1/namespaces/default/services/stuck");
        PSObject finding = Assert.Single(stage.Session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo -Name stuck | Where-Object Rule -eq BeingDeleted").Good());
        Assert.Contains("service.k8s.aws/resources", (string)finding.Properties["Message"].Value, StringComparison.Ordinal);
        Assert.Contains(stage.Session.Run("Set-EksLoadBalancerAnnotation -ClusterName demo -Name stuck -CrossZone").Warnings, static warning => warning.Contains("is being deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_with_two_groups_of_the_clusters_tag()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        PSObject cluster = PSObject.AsPSObject(rehearsal.Session.Run("(EksTools\\Get-EksCluster demo).ResourcesVpcConfig").Good().Single().BaseObject);
        string vpc = (string)cluster.Properties["VpcId"].Value, own = (string)cluster.Properties["ClusterSecurityGroupId"].Value;
        string second = (await ec2.CreateSecurityGroupAsync(
            new CreateSecurityGroupRequest { GroupName = "second", Description = "d", VpcId = vpc, TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroup, Tags = [new Amazon.EC2.Model.Tag("kubernetes.io/cluster/demo", "owned")] }] },
            TestContext.Current.CancellationToken)).GroupId;
        using EksTools.Testing.Kubernetes api = new(rehearsal, "demo");
        string template = (await ec2.CreateLaunchTemplateAsync(new CreateLaunchTemplateRequest { LaunchTemplateName = "two", LaunchTemplateData = new RequestLaunchTemplateData { SecurityGroupIds = [own, second] } }, TestContext.Current.CancellationToken)).LaunchTemplate.LaunchTemplateId;
        using AmazonEKSClient eks = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        Nodegroup first = (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "default" }, TestContext.Current.CancellationToken)).Nodegroup;
        await eks.CreateNodegroupAsync(
            new CreateNodegroupRequest { ClusterName = "demo", NodegroupName = "two", NodeRole = first.NodeRole, Subnets = first.Subnets, InstanceTypes = ["m5.large"], LaunchTemplate = new Amazon.EKS.Model.LaunchTemplateSpecification { Id = template }, ScalingConfig = new NodegroupScalingConfig { MinSize = 1, MaxSize = 1, DesiredSize = 1 } },
            TestContext.Current.CancellationToken);
        await LoadBalancerStage.UntilAsync(async () => (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "two" }, TestContext.Current.CancellationToken)).Nodegroup.Status == NodegroupStatus.ACTIVE, "the nodes");
        await api.CreateAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"old"},"spec":{"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80,"protocol":"TCP"}]}}""");
        PSObject? old = null;
        await LoadBalancerStage.UntilAsync(() =>
        {
            old = rehearsal.Session.Run("Get-EksLoadBalancer demo old").Good().SingleOrDefault();
            return Task.FromResult($"{old?.Properties["State"].Value}" == "Failed");
        }, "the failure");
        Assert.Contains("exactly one security group", (string)old!.Properties["Problem"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_with_everything_at_once_keeps_every_other_byte()
    {
        using Session session = new();
        string path = Path.Combine(Directory.CreateTempSubdirectory("ekstools-test-").FullName, "all.yaml");
        string text = string.Join("\r\n",
            "# Web of the shop", "x-common: &common   # used below", "  service.beta.kubernetes.io/aws-load-balancer-scheme: internal", "apiVersion: v1", "kind: Service", "metadata:", "  name: web",
            "  annotations:", "    <<: *common", "    service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled: true # a boolean", "    service.beta.kubernetes.io/aws-load-balancer-schema: internal", "spec:",
            "  type: LoadBalancer", "  loadBalancerClass: service.k8s.aws/nlb", "  ports: [{port: 53, protocol: TCP, name: a}, {port: 53, protocol: UDP, name: b}]", "---", "apiVersion: v1", "kind: Service", "metadata: {name: empty}", "spec: {type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb}", "---", "kind: ConfigMap", "data: {a: 'b'}   # kept", "");
        File.WriteAllText(path, text);
        string[] found = [.. session.Run($"Test-EksLoadBalancerAnnotation '{path}' | ForEach-Object {{ \"$($_.Rule) $($_.Name)\" }}").Good().Select(static one => (string)one.BaseObject)];
        Assert.Superset(new HashSet<string> { "AnnotationUnknown web", "ValueNotText web", "PortsShareNumber web", "PortsMissing empty" }, new HashSet<string>(found));
        session.Run($"Set-EksLoadBalancerAnnotation '{path}' -Name web -Tag @{{ team = 'shop' }} -WarningAction Ignore").Good();
        string after = File.ReadAllText(path);
        Assert.DoesNotContain("\n", after.Replace("\r\n", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        string added = Assert.Single(after.Split("\r\n").Except(text.Split("\r\n")));
        Assert.Equal("    service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags: team=shop", added);
        Assert.Equal(text, after.Replace(added + "\r\n", string.Empty, StringComparison.Ordinal));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
