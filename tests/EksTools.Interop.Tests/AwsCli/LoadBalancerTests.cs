using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>kubectl and the AWS CLI see the same load balancers.</summary>
public sealed class LoadBalancerTests(DemoCluster demo)
{
    [Fact]
    public async Task What_kubectl_exposes_the_AWS_CLI_describes_until_kubectl_deletes_it()
    {
        string kubectl = Tool.Require("kubectl"), manifest = Path.Combine(demo.Folder, "balanced.yaml");
        await File.WriteAllTextAsync(manifest, """
            apiVersion: v1
            kind: Service
            metadata:
              name: balanced-classic
            spec:
              type: LoadBalancer
              ports: [{ name: http, port: 80 }, { name: https, port: 443 }]
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: balanced-network
              annotations:
                service.beta.kubernetes.io/aws-load-balancer-type: nlb
            spec:
              type: LoadBalancer
              ports: [{ port: 80 }]
            """, TestContext.Current.CancellationToken);
        await demo.OutputAsync(kubectl, ["apply", "-f", manifest]);
        string classic = await HostnameAsync(kubectl, "balanced-classic"), network = await HostnameAsync(kubectl, "balanced-network");

        JsonElement first = Assert.Single((await demo.AwsAsync("elb describe-load-balancers")).GetProperty("LoadBalancerDescriptions").EnumerateArray(), item => item.Text("DNSName") == classic);
        Assert.Equal([80, 443], first.GetProperty("ListenerDescriptions").EnumerateArray().Select(static item => item.GetProperty("Listener").GetProperty("LoadBalancerPort").GetInt32()));
        JsonElement second = Assert.Single((await demo.AwsAsync("elbv2 describe-load-balancers")).GetProperty("LoadBalancers").EnumerateArray(), item => item.Text("DNSName") == network);
        Assert.Equal("network", second.Text("Type"));
        JsonElement tags = (await demo.AwsAsync("elbv2 describe-tags --resource-arns", second.Text("LoadBalancerArn"))).GetProperty("TagDescriptions")[0].GetProperty("Tags");
        Assert.Contains(tags.EnumerateArray(), static tag => tag.Text("Key") == "kubernetes.io/service-name" && tag.Text("Value") == "default/balanced-network");
        Assert.Contains("EnsuredLoadBalancer", await demo.OutputAsync(kubectl, ["describe", "service", "balanced-network"]), StringComparison.Ordinal);

        await demo.OutputAsync(kubectl, ["delete", "-f", manifest, "--timeout=20s"]);
        Assert.DoesNotContain((await demo.AwsAsync("elb describe-load-balancers")).GetProperty("LoadBalancerDescriptions").EnumerateArray(), item => item.Text("DNSName") == classic);
        Assert.DoesNotContain((await demo.AwsAsync("elbv2 describe-load-balancers")).GetProperty("LoadBalancers").EnumerateArray(), item => item.Text("DNSName") == network);
    }

    [Fact]
    public async Task A_real_API_server_has_the_legacy_cloud_provider_beside_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(realKubernetes: true);
        rehearsal.Session.Run("New-EksCluster real -NatGateway None").Good();
        string kubectl = Tool.Require("kubectl");
        async Task<string> RunAsync(params string[] arguments)
        {
            ProcessRun run = await ProcessRun.RunAsync(kubectl, arguments, rehearsal.Environment);
            Assert.True(run.ExitCode == 0, run.Error);
            return run.Output.Trim();
        }

        await RunAsync("create", "service", "loadbalancer", "web", "--tcp=80:8080");
        string hostname = await UntilAsync(() => RunAsync("get", "service", "web", "-o", "jsonpath={.status.loadBalancer.ingress[0].hostname}"));
        Assert.EndsWith(".us-west-2.elb.amazonaws.com", hostname, StringComparison.Ordinal);
        Assert.Equal("service.kubernetes.io/load-balancer-cleanup", await RunAsync("get", "service", "web", "-o", "jsonpath={.metadata.finalizers[0]}"));
        Assert.Contains("EnsuredLoadBalancer", await RunAsync("get", "events", "-o", "jsonpath={.items[*].reason}"), StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster real -Confirm:$false").Good();
        Assert.Empty(await LoadBalancerStage.ListAsync(rehearsal));
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    private Task<string> HostnameAsync(string kubectl, string service) => UntilAsync(() => demo.OutputAsync(kubectl, ["get", "service", service, "-o", "jsonpath={.status.loadBalancer.ingress[0].hostname}"]));

    private static async Task<string> UntilAsync(Func<Task<string>> look)
    {
        string found = string.Empty;
        await LoadBalancerStage.UntilAsync(async () => (found = await look()).Length > 0, "the host name");
        return found;
    }
}
