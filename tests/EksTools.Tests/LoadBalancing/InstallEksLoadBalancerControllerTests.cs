using System.Management.Automation;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Install-EksLoadBalancerController in the engine, against the sandbox and a stand-in for helm.</summary>
public sealed class InstallEksLoadBalancerControllerTests : IAsyncLifetime
{
    private const string LogVariable = "HELM_STAND_IN_LOG";
    private const string Definition = """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"PLURAL.elbv2.k8s.aws"},"spec":{"group":"elbv2.k8s.aws","names":{"kind":"KIND","plural":"PLURAL"},"scope":"Cluster","versions":[{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}""";
    private const string Config = """{"current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],"clusters":[{"name":"c","cluster":{"server":"SERVER","certificate-authority-data":"AUTHORITY"}}],"users":[{"name":"u","user":{"token":"TOKEN"}}]}""";
    private const string Deployment = "/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller";
    private Rehearsal rehearsal = null!;
    private Kubernetes kubernetes = null!;

    private string Log => Path.Combine(rehearsal.Folder, "helm.log");

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        Environment.SetEnvironmentVariable(LogVariable, Log);
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        rehearsal.Session.Run($"$global:PSDefaultParameterValues['Install-EksLoadBalancerController:HelmPath'] = '{BuiltModule.Helm}'");
        kubernetes = new Kubernetes(rehearsal, "demo");
    }

    [Fact]
    public async Task It_is_planned_installed_proved_and_left_alone_the_second_time()
    {
        IReadOnlyList<PSObject> plan = rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa -WhatIf").Good();
        Assert.Equal(
            ["chart", "custom-resource-definitions", "deployment-available", "namespace-kube-system", "oidc-provider", "permissions", "role", "service-account-kube-system/aws-load-balancer-controller", "webhook-access", "webhook-endpoints", "webhook-verified"],
            plan.Select(static step => (string)step.Properties["Step"].Value).Order(StringComparer.Ordinal));
        Assert.Contains(plan, static step => ((string)step.Properties["Description"].Value).Contains("clusterName=demo, region=us-west-2, vpcId=vpc-", StringComparison.Ordinal));
        Assert.Null(await kubernetes.ReadAsync(Deployment));
        Assert.Null(await kubernetes.ReadAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/targetgroupbindings.elbv2.k8s.aws"));

        Answer answer = rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa");
        PSObject controller = Assert.Single(answer.Good());
        Assert.Equal("Lbc v3.5.0 aws-load-balancer-controller-3.5.0 2 2 Irsa True True", string.Join(' ', new[] { "Controller", "Version", "Chart", "Replicas", "ReadyReplicas", "Mode", "TakesNewServices", "IsHealthy" }.Select(name => controller.Properties[name].Value)));
        Assert.Contains("The default for new Services of type LoadBalancer changes", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        string[] arguments = [.. (await kubernetes.ReadAsync(Deployment))!["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(static word => (string)word!)];
        Assert.Contains("--cluster-name=demo", arguments);
        Assert.Contains("--aws-region=us-west-2", arguments);

        // New Services are the controller's now, and it makes load balancers.
        await kubernetes.CreateAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"LoadBalancer","ports":[{"port":80}],"selector":{"app":"web"}}}""");
        JsonObject service = await UntilAsync("/api/v1/namespaces/default/services/web", static item => item["status"]?["loadBalancer"]?["ingress"] is not null);
        Assert.Equal("service.k8s.aws/nlb", (string?)service["spec"]!["loadBalancerClass"]);

        int upgrades = Lines("upgrade");
        answer = rehearsal.Session.Run("Install-EksLoadBalancerController demo -Verbose");
        answer.Good();
        Assert.Empty(answer.Warnings);
        Assert.Equal(upgrades, Lines("upgrade"));
        Assert.Contains(answer.Verbose, static line => line.Contains("chart: Found", StringComparison.Ordinal));

        string log = await File.ReadAllTextAsync(Log, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("k8s-aws-v1.", log, StringComparison.Ordinal);
        Assert.All(log.Split('\n').Where(static line => line.Contains("--kubeconfig ", StringComparison.Ordinal)), static line => Assert.False(File.Exists(line.Split("--kubeconfig ")[1].Split(' ')[0])));
    }

    [Fact]
    public async Task An_upgrade_keeps_what_others_set_and_changes_what_is_said()
    {
        rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa -Version 3.4.0 -Value @{ replicaCount = 1; defaultTags = @{ team = 'a,b' } }").Good();
        PSObject controller = Assert.Single(rehearsal.Session.Run("Install-EksLoadBalancerController demo -EnableServiceMutatorWebhook:$false -Isolated -ImageRepository registry.example.com/eks/aws-load-balancer-controller").Good());
        Assert.Equal("v3.5.0 1 False", string.Join(' ', new[] { "Version", "Replicas", "TakesNewServices" }.Select(name => controller.Properties[name].Value)));
        JsonNode container = (await kubernetes.ReadAsync(Deployment))!["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("registry.example.com/eks/aws-load-balancer-controller:v3.5.0", (string?)container["image"]);
        Assert.Contains("--enable-wafv2=false", container["args"]!.AsArray().Select(static word => (string)word!));

        // An older chart is not what is installed, and nobody asked for it; a newer one stays.
        rehearsal.Session.Run("Install-EksLoadBalancerController demo -Version 3.6.1").Good();
        controller = Assert.Single(rehearsal.Session.Run("Install-EksLoadBalancerController demo").Good());
        Assert.Equal("aws-load-balancer-controller-3.6.1", controller.Properties["Chart"].Value);
        Assert.Equal(false, controller.Properties["TakesNewServices"].Value);
    }

    [Fact]
    public async Task A_service_account_that_helm_made_outlives_the_change_of_hands()
    {
        await InstallByHelmAsync("""{"clusterName":"demo"}""");
        JsonObject before = (await kubernetes.ReadAsync("/api/v1/namespaces/kube-system/serviceaccounts/aws-load-balancer-controller"))!;
        Assert.Contains("service-account-kept", rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa -WhatIf").Good().Select(static step => (string)step.Properties["Step"].Value));
        rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa").Good();
        JsonObject after = (await kubernetes.ReadAsync("/api/v1/namespaces/kube-system/serviceaccounts/aws-load-balancer-controller"))!;
        Assert.Equal((string?)before["metadata"]!["uid"], (string?)after["metadata"]!["uid"]);
        Assert.NotNull(after["metadata"]!["annotations"]!["eks.amazonaws.com/role-arn"]);
    }

    [Fact]
    public void Helm_s_own_words_come_through()
    {
        Answer answer = rehearsal.Session.Run("Install-EksLoadBalancerController demo -Mode Irsa -Version 9.9.9");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith("HelmFailed,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("version \"9.9.9\" not found", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_before_anything_is_made()
    {
        Assert.Equal(["HelmNotFound"], Errors("-HelmPath ./nowhere"));
        Assert.Equal(["ChartNotFound"], Errors("-ChartPath ./nowhere"));
        Assert.Equal(["InvalidChartVersion"], Errors("-Version v3"));
        Assert.Equal(["ChartValueReserved"], Errors("-Value @{ clusterName = 'other' }"));
        string chart = Path.Combine(rehearsal.Folder, "chart");
        Directory.CreateDirectory(chart);
        await File.WriteAllTextAsync(Path.Combine(chart, "Chart.yaml"), "name: other\nversion: 1.0.0\n", TestContext.Current.CancellationToken);
        Assert.Equal(["ChartNotUsable"], Errors($"-ChartPath '{chart}'"));
        Assert.Equal(["ChartOfOtherVersion"], Errors($"-ChartPath '{Path.Combine(Path.GetDirectoryName(BuiltModule.Helm)!, "chart")}' -Version 3.4.0"));
        await kubernetes.CreateAsync("/apis/apps/v1/namespaces/kube-system/deployments", """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"aws-load-balancer-controller"},"spec":{"selector":{"matchLabels":{"app":"b"}},"template":{"metadata":{"labels":{"app":"b"}},
             "spec":{"containers":[{"name":"c","image":"public.ecr.aws/eks/aws-load-balancer-controller:v2.8.1"}]}}}}
            """);
        Assert.Equal(["ControllerNotOfRelease"], Errors(string.Empty));
        using Iam iam = new(rehearsal.Sandbox);
        await Assert.ThrowsAsync<NoSuchEntityException>(() => iam.Client.GetRoleAsync(new GetRoleRequest { RoleName = "ekstools-demo-us-west-2-kube-system.aws-load-balancer-controller" }, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(LogVariable, null);
        kubernetes.Dispose();
        await rehearsal.DisposeAsync();
    }

    private IEnumerable<string> Errors(string parameters) => rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa {parameters}").Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]);

    private int Lines(string command) => File.ReadAllLines(Log).Count(line => line.StartsWith(command, StringComparison.Ordinal));

    /// <summary>As somebody would do by hand.</summary>
    private async Task InstallByHelmAsync(string values)
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo kube-system/aws-load-balancer-controller -WellKnownPolicy LoadBalancerController -Mode Irsa -NoServiceAccount").Good();
        foreach ((string kind, string plural) in new[] { ("IngressClassParams", "ingressclassparams"), ("TargetGroupBinding", "targetgroupbindings") })
        {
            await kubernetes.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition.Replace("KIND", kind, StringComparison.Ordinal).Replace("PLURAL", plural, StringComparison.Ordinal));
        }

        string token = (string)rehearsal.Session.Run("(Get-EksToken demo -AsPlainText).Token").Good()[0].BaseObject;
        PSObject cluster = rehearsal.Session.Run("Get-EksCluster demo").Good()[0];
        string kubeconfig = Path.Combine(rehearsal.Folder, "by-hand.json"), file = Path.Combine(rehearsal.Folder, "values.json");
        string authority = (string)rehearsal.Session.Run("(Get-EksCluster demo).CertificateAuthority.Data").Good()[0].BaseObject;
        await File.WriteAllTextAsync(kubeconfig, Config.Replace("SERVER", (string)cluster.Properties["Endpoint"].Value, StringComparison.Ordinal).Replace("AUTHORITY", authority, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(kubeconfig, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await File.WriteAllTextAsync(file, values);
        ProcessRun run = await ProcessRun.RunAsync(BuiltModule.Helm, ["upgrade", "aws-load-balancer-controller", "aws-load-balancer-controller", "--repo", "https://aws.github.io/eks-charts", "--install", "--values", file, "--namespace", "kube-system", "--kubeconfig", kubeconfig]);
        Assert.Equal(0, run.ExitCode);
    }

    private async Task<JsonObject> UntilAsync(string path, Func<JsonObject, bool> holds)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (true)
        {
            if (await kubernetes.ReadAsync(path) is { } item && holds(item))
            {
                return item;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
