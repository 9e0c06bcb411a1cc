using System.Text.Json.Nodes;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The plan that installs the AWS Load Balancer Controller, or brings it to another version or other values.</summary>
internal sealed class ControllerInstallation
{
    private const string Definitions = "custom-resource-definitions", Access = "webhook-access", Chart = "chart", Keep = "service-account-kept", Available = "deployment-available", Endpoints = "webhook-endpoints", Verified = "webhook-verified";
    private const string KeepPolicy = "helm.sh/resource-policy", ManagedBy = "app.kubernetes.io/managed-by";
    private readonly ServiceAccountRoleStage stage;
    private readonly LoadBalancerControllerRequest request;
    private readonly ServiceAccountRoleCreation? role;
    private readonly ControllerState? installed;
    private readonly V1ServiceAccount? account;
    private readonly HelmProgram? helm;
    private readonly HelmChart chart;
    private readonly TimeProvider time;
    private ControllerRelease? release;

    private ControllerInstallation(ServiceAccountRoleStage stage, LoadBalancerControllerRequest request, ServiceAccountRoleCreation? role, ControllerState? installed, V1ServiceAccount? account, HelmProgram? helm, HelmChart chart, TimeProvider time)
    {
        this.time = time;
        this.stage = stage;
        this.request = request;
        this.role = role;
        this.installed = installed;
        this.account = account;
        this.helm = helm;
        this.chart = chart;
        Plan = new Plan($"{(installed?.Deployment is null ? "Installing" : "Updating")} the AWS Load Balancer Controller in {Cluster.Name}", Steps());
    }

    public Plan Plan { get; }

    private EksCluster Cluster => stage.Cluster;

    /// <summary>Whether new Services are the controller's afterwards; null when that stays as it is.</summary>
    private bool? Mutates => request.EnableServiceMutatorWebhook ?? (installed?.Deployment is null ? true : null);

    /// <summary>Looks at what is there and at helm. Changes nothing.</summary>
    /// <exception cref="EksToolsException">It could not be installed so.</exception>
    public static async Task<ControllerInstallation> PrepareAsync(ServiceAccountRoleStage stage, LoadBalancerControllerRequest request, TimeProvider time, IJobObserver observer, CancellationToken cancellationToken)
    {
        HelmProgram? helm = HelmProgram.Find(request.HelmPath);
        if (helm is not null)
        {
            await helm.RequireVersionAsync(cancellationToken);
        }

        ServiceAccountName name = new(request.Namespace, request.ServiceAccount);
        ServiceAccountRoleReader roles = new(stage.Account, stage.Cluster, stage.Api);
        ControllerState? installed = Sole(await new ControllerReader(stage.Api, roles).ReadAsync(observer, cancellationToken), request, stage.Cluster);
        HelmChart chart = await ChooseAsync(helm, request, installed, cancellationToken);
        V1ServiceAccount? account = await new ServiceAccountEnsure(stage.Api, time).FindAsync(name, cancellationToken);
        IReadOnlyList<EksServiceAccountRole> found = await roles.ListAsync(new ServiceAccountRoleQuery { ClusterName = stage.Cluster.Name, Namespace = name.Namespace, Match = candidate => candidate == name }, observer, cancellationToken);
        string own = new ClusterIdentity(stage.Cluster.Name, stage.Cluster.Region).ServiceAccountRoleName(name);
        ServiceAccountRoleCreation? creation = null;
        if (request.RoleName is null && found is [{ RoleName: { } other }, ..] && other != own)
        {
            observer.Warn($"Service account {name} has the role {found[0].RoleArn}, which stays. Whether it may all that chart {chart.Version} needs is not looked at; -RoleName {other} -Adopt -Force puts it under EksTools, with the policy.");
        }
        else
        {
            ServiceAccountRoleRequest wanted = new()
            {
                ClusterName = stage.Cluster.Name,
                ServiceAccounts = [name],
                Mode = request.Mode,
                RoleName = request.RoleName,
                WellKnownPolicies = ["LoadBalancerController"],
                PermissionsBoundary = request.PermissionsBoundary,
                CreateNamespace = true,
                Adopt = request.Adopt,
                Force = request.Force,

                // Pods that run without a role keep running without one.
                RestartPods = installed?.Deployment is not null && found.Count == 0,
                Timeout = request.Timeout,
            };
            creation = await ServiceAccountRoleCreation.PrepareAsync(stage, wanted, time, cancellationToken);
        }

        return new ControllerInstallation(stage, request, creation, installed, account, helm, chart, time);
    }

    /// <summary>What a plan that is only shown lacks, and what it brings.</summary>
    public async Task TellAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        foreach (string unclear in await new WebhookAccess(stage.Account, Cluster).ReviewAsync(cancellationToken))
        {
            observer.Warn(unclear);
        }

        if (helm is null)
        {
            EksToolsException missing = HelmProgram.Missing();
            observer.Warn($"{missing.Message} {missing.Hint}");
        }

        if (Mutates == true && installed?.Webhooks.Any(static webhook => webhook.Name == ControllerNames.ServiceMutator) != true)
        {
            observer.Warn("The default for new Services of type LoadBalancer changes: those that name no class become Network Load Balancers of this controller, internal unless aws-load-balancer-scheme says internet-facing, whatever aws-load-balancer-type says. Services of before stay as they are. -EnableServiceMutatorWebhook:$false leaves the default alone.");
        }
    }

    /// <summary>Refuses to begin without helm.</summary>
    public void RequireHelm()
    {
        if (helm is null)
        {
            throw HelmProgram.Missing();
        }
    }

    /// <summary>The controller that helm can take over: none, or the one of the chart's release in the namespace.</summary>
    private static ControllerState? Sole(IReadOnlyList<ControllerState> installed, LoadBalancerControllerRequest request, EksCluster cluster)
    {
        if (installed.Count > 1)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ControllerTwice", $"Cluster {cluster.Name} has {installed.Count} Deployments of the AWS Load Balancer Controller: {string.Join(", ", installed.Select(static state => $"{state.Namespace}/{state.Deployment?.Metadata.Name}"))}.", cluster.Name, "They would work against each other: remove all but one.");
        }

        ControllerState? there = installed is [var state] ? state : null;
        if (there?.Deployment is { } deployment && (deployment.Metadata.NamespaceProperty != request.Namespace || deployment.Metadata.Name != ControllerNames.Release || deployment.GetAnnotation("meta.helm.sh/release-name") != ControllerNames.Release))
        {
            string by = deployment.GetAnnotation("meta.helm.sh/release-name") is { } release ? $"helm's release {release}" : "something other than helm";
            throw new EksToolsException(EksErrorKind.Conflict, "ControllerNotOfRelease", $"Cluster {cluster.Name} has the AWS Load Balancer Controller already, as Deployment {deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name} of {by}.", cluster.Name, $"Update it where it is managed, {(deployment.Metadata.NamespaceProperty != request.Namespace && deployment.GetAnnotation("meta.helm.sh/release-name") == ControllerNames.Release ? $"say -Namespace {deployment.Metadata.NamespaceProperty}, " : string.Empty)}or remove its Deployment, Services and webhooks first; load balancers stay meanwhile.");
        }

        return there;
    }

    /// <summary>Nobody's version goes back unasked.</summary>
    private static async Task<HelmChart> ChooseAsync(HelmProgram? helm, LoadBalancerControllerRequest request, ControllerState? installed, CancellationToken cancellationToken)
    {
        if (request.ChartPath is { } path)
        {
            HelmChart local = helm is null ? new HelmChart(path, request.Version ?? "of that path") : await HelmChart.ReadAsync(helm, path, cancellationToken);
            return request.Version is null || request.Version == local.Version ? local : throw new EksToolsException(EksErrorKind.Validation, "ChartOfOtherVersion", $"The chart at {path} is of version {local.Version}, and -Version says {request.Version}.", path, "Leave -Version out, or name another chart.");
        }

        string? label = null;
        _ = installed?.Deployment?.Metadata.Labels?.TryGetValue("helm.sh/chart", out label);
        string? there = label?.StartsWith($"{ControllerNames.Release}-", StringComparison.Ordinal) == true ? label[(ControllerNames.Release.Length + 1)..] : null;
        return new HelmChart(null, request.Version ?? (there is not null && HelmChart.Order(there) > HelmChart.Order(HelmChart.KnownVersion) ? there : HelmChart.KnownVersion));
    }

    private List<PlanStep> Steps()
    {
        List<PlanStep> steps = [.. role?.Plan.Steps ?? []];
        List<string> before = [.. steps.Select(static step => step.Id), Definitions, Access];
        steps.Add(new PlanStep { Id = Definitions, Description = $"CustomResourceDefinitions of chart {chart.Version}", Typical = TimeSpan.FromSeconds(5), Ensure = EnsureDefinitionsAsync });
        steps.Add(new PlanStep { Id = Access, Description = $"the nodes' security groups let the control plane reach port {ControllerNames.WebhookPort}", Ensure = (context, token) => new WebhookAccess(stage.Account, Cluster).EnsureAsync(context.Observer, token) });
        if (account?.GetLabel(ManagedBy) == "Helm" && account.GetAnnotation(KeepPolicy) != "keep")
        {
            before.Add(Keep);
            steps.Add(new PlanStep { Id = Keep, Description = $"service account {request.Namespace}/{request.ServiceAccount} is kept when the release gives it up", Ensure = EnsureKeptAsync });
        }

        steps.Add(new PlanStep { Id = Chart, Needs = before, Description = ChartText(), Typical = TimeSpan.FromSeconds(15), LearntAs = "controller-chart", Ensure = EnsureChartAsync });
        if (!request.NoWait)
        {
            ControllerWait wait = new(stage.Api, request.Namespace);
            steps.Add(new PlanStep { Id = Available, Needs = [Chart], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(60), LearntAs = "controller-available", Description = $"Deployment {request.Namespace}/{ControllerNames.Release} is available", Ensure = wait.DeploymentAsync });
            steps.Add(new PlanStep { Id = Endpoints, Needs = [Available], Kind = StepKind.Wait, Description = $"ready pods stand behind {ControllerNames.WebhookService}", Ensure = wait.EndpointsAsync });
            steps.Add(new PlanStep { Id = Verified, Needs = [Endpoints], Description = "the API server takes a Service of type LoadBalancer (dry run)", Ensure = (context, token) => wait.VerifyAsync(Mutates, context, token) });
        }

        return steps;
    }

    private string ChartText()
    {
        JsonObject values = ControllerRelease.Merge([], request, Cluster);
        string from = chart.Path is null ? string.Empty : $" from {chart.Path}";
        return $"helm release {ControllerNames.Release} of chart {chart.Version}{from} in {request.Namespace}, with {string.Join(", ", values.SelectMany(static pair => Flat(pair.Key, pair.Value)))}";
    }

    /// <summary>Names and values of the installation's own; of what the user gave the names alone, since a value may be a secret.</summary>
    private static IEnumerable<string> Flat(string key, JsonNode? value) => value switch
    {
        JsonObject inner => inner.SelectMany(pair => Flat($"{key}.{pair.Key}", pair.Value)),
        JsonValue when key is "clusterName" or "region" or "vpcId" or "serviceAccount.create" or "serviceAccount.name" or "enableServiceMutatorWebhook" or "enableShield" or "enableWaf" or "enableWafv2" or "image.repository" => [$"{key}={value}"],
        _ => [key],
    };

    private async Task<StepOutcome> EnsureDefinitionsAsync(StepContext context, CancellationToken cancellationToken) =>
        await new DefinitionEnsure(stage.Api).EnsureAsync(await chart.DefinitionsAsync(helm!, cancellationToken), cancellationToken);

    /// <summary>helm deletes what its release no longer has, unless the object itself says to keep it; the pods that run have tokens of this very service account.</summary>
    private async Task<StepOutcome> EnsureKeptAsync(StepContext context, CancellationToken cancellationToken)
    {
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [KeepPolicy] = "keep" } } };
        await stage.Api.CallAsync((client, token) => client.CoreV1.PatchNamespacedServiceAccountAsync(new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), request.ServiceAccount, request.Namespace, fieldManager: "ekstools", cancellationToken: token), cancellationToken);
        return StepOutcome.Updated;
    }

    private async Task<StepOutcome> EnsureChartAsync(StepContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<ControllerState> there = await new ControllerReader(stage.Api, null).ReadAsync(context.Observer, cancellationToken);
        bool isCurrent = there.Any(state => state.Deployment?.Metadata.NamespaceProperty == request.Namespace && state.Deployment.Metadata.Labels?.TryGetValue("helm.sh/chart", out string? label) == true && label == chart.Label);
        return await (release ??= new ControllerRelease(helm!, stage, request, time)).EnsureAsync(chart, isCurrent, context, cancellationToken);
    }
}
