using System.Net;
using EksTools.Core.Kubernetes;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.LoadBalancing;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>Finds the AWS Load Balancer Controller in a cluster: by its image, and by its webhooks, which may outlive it.</summary>
/// <param name="api">The cluster's Kubernetes API.</param>
/// <param name="roles">The roles of service accounts; null where they are not wanted.</param>
internal sealed class ControllerReader(ClusterApi api, ServiceAccountRoleReader? roles)
{
    private const int PageSize = 500;

    /// <summary>The controller, once for each Deployment of it; none where there is neither Deployment nor webhook.</summary>
    public async Task<IReadOnlyList<ControllerState>> ReadAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        Task<List<V1Deployment>> deploying = DeploymentsAsync(cancellationToken);
        Task<IReadOnlyList<EksLoadBalancerWebhook>> hooking = WebhooksAsync(cancellationToken);
        Task<List<string>> defining = MissingDefinitionsAsync(cancellationToken);
        await Task.WhenAll(deploying, hooking, defining);
        if (deploying.Result.Count == 0)
        {
            return hooking.Result.Count == 0 ? [] : [new ControllerState { Webhooks = hooking.Result, MissingDefinitions = defining.Result }];
        }

        return await Task.WhenAll(deploying.Result.Select(async deployment =>
        {
            ControllerState state = new() { Deployment = deployment, MissingDefinitions = defining.Result, Webhooks = [.. hooking.Result.Where(webhook => deploying.Result.Count == 1 || webhook.Service.StartsWith($"{deployment.Metadata.NamespaceProperty}/", StringComparison.Ordinal))] };
            ServiceAccountName account = new(state.Namespace, state.ServiceAccount);
            IReadOnlyList<EksServiceAccountRole> found = roles is null ? [] : await roles.ListAsync(new ServiceAccountRoleQuery { ClusterName = string.Empty, Namespace = account.Namespace, Match = name => name == account }, observer, cancellationToken);
            return state with { Pods = await PodsAsync(deployment, cancellationToken), Role = found is [var role, ..] ? role : null, HasServiceAccount = await HasServiceAccountAsync(account, cancellationToken) };
        }));
    }

    /// <summary>How many ready pods a Service has.</summary>
    public async Task<int> ReadyEndpointsAsync(string space, string service, CancellationToken cancellationToken)
    {
        V1EndpointSliceList slices = await api.CallAsync((client, token) => client.DiscoveryV1.ListNamespacedEndpointSliceAsync(space, labelSelector: $"kubernetes.io/service-name={service}", cancellationToken: token), cancellationToken);

        // Of a dual-stack Service each pod is there twice.
        return slices.Items.SelectMany(static slice => slice.Endpoints ?? []).Where(static endpoint => endpoint.Conditions?.Ready != false).Select(static endpoint => endpoint.TargetRef?.Name ?? string.Join(',', endpoint.Addresses ?? [])).Distinct(StringComparer.Ordinal).Count();
    }

    /// <summary>IngressClasses with the controller that each names.</summary>
    public async Task<IReadOnlyDictionary<string, string>> IngressClassesAsync(CancellationToken cancellationToken) =>
        (await api.CallAsync((client, token) => client.NetworkingV1.ListIngressClassAsync(cancellationToken: token), cancellationToken)).Items.ToDictionary(static item => item.Metadata.Name, static item => item.Spec?.Controller ?? string.Empty, StringComparer.Ordinal);

    /// <summary>The controller's webhooks, whoever stands behind them.</summary>
    public async Task<IReadOnlyList<EksLoadBalancerWebhook>> WebhooksAsync(CancellationToken cancellationToken)
    {
        V1MutatingWebhookConfigurationList mutating = await api.CallAsync(static (client, token) => client.AdmissionregistrationV1.ListMutatingWebhookConfigurationAsync(cancellationToken: token), cancellationToken);
        V1ValidatingWebhookConfigurationList validating = await api.CallAsync(static (client, token) => client.AdmissionregistrationV1.ListValidatingWebhookConfigurationAsync(cancellationToken: token), cancellationToken);
        List<EksLoadBalancerWebhook> webhooks =
        [
            .. mutating.Items.SelectMany(static item => (item.Webhooks ?? []).Select(webhook => Describe(item.Metadata.Name, webhook.Name, true, webhook.FailurePolicy, webhook.Rules, webhook.ClientConfig?.Service))).OfType<EksLoadBalancerWebhook>(),
            .. validating.Items.SelectMany(static item => (item.Webhooks ?? []).Select(webhook => Describe(item.Metadata.Name, webhook.Name, false, webhook.FailurePolicy, webhook.Rules, webhook.ClientConfig?.Service))).OfType<EksLoadBalancerWebhook>(),
        ];
        Dictionary<string, int> ready = new(StringComparer.Ordinal);
        foreach (string service in webhooks.Select(static webhook => webhook.Service).Distinct(StringComparer.Ordinal))
        {
            string[] parts = service.Split('/');
            ready[service] = await ReadyEndpointsAsync(parts[0], parts[1], cancellationToken);
        }

        return [.. webhooks.Select(webhook => webhook with { ReadyEndpoints = ready[webhook.Service] })];
    }

    private static EksLoadBalancerWebhook? Describe(string configuration, string name, bool isMutating, string? policy, IEnumerable<V1RuleWithOperations>? rules, Admissionregistrationv1ServiceReference? service) =>
        service is null || !name.EndsWith(ControllerNames.WebhookSuffix, StringComparison.Ordinal) ? null : new EksLoadBalancerWebhook
        {
            Name = name,
            Configuration = configuration,
            IsMutating = isMutating,
            FailurePolicy = policy ?? "Fail",
            Rules = [.. (rules ?? []).Select(static rule => $"{string.Join('/', rule.Operations ?? [])} {string.Join('/', rule.Resources ?? [])}")],
            Service = $"{service.NamespaceProperty}/{service.Name}",
            ReadyEndpoints = 0,
        };

    private async Task<List<V1Deployment>> DeploymentsAsync(CancellationToken cancellationToken)
    {
        List<V1Deployment> found = [];
        string? next = null;
        do
        {
            V1DeploymentList page = await api.CallAsync((client, token) => client.AppsV1.ListDeploymentForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token), cancellationToken);
            found.AddRange(page.Items.Where(static item => item.Spec.Template.Spec.Containers.Any(static container => ControllerState.IsController(container.Image))));
            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return found;
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync(V1Deployment deployment, CancellationToken cancellationToken)
    {
        string selector = string.Join(',', (deployment.Spec.Selector?.MatchLabels ?? new Dictionary<string, string>()).Select(static label => $"{label.Key}={label.Value}"));
        return [.. (await api.CallAsync((client, token) => client.CoreV1.ListNamespacedPodAsync(deployment.Metadata.NamespaceProperty, labelSelector: selector, cancellationToken: token), cancellationToken)).Items];
    }

    private async Task<bool> HasServiceAccountAsync(ServiceAccountName name, CancellationToken cancellationToken) =>
        await UnlessNotFoundAsync((client, token) => client.CoreV1.ReadNamespacedServiceAccountAsync(name.Name, name.Namespace, cancellationToken: token), cancellationToken) is not null;

    private async Task<List<string>> MissingDefinitionsAsync(CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (string name in ControllerNames.Definitions)
        {
            if (await UnlessNotFoundAsync((client, token) => client.ApiextensionsV1.ReadCustomResourceDefinitionAsync(name, cancellationToken: token), cancellationToken) is null)
            {
                missing.Add(name);
            }
        }

        return missing;
    }

    private async Task<T?> UnlessNotFoundAsync<T>(Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await api.CallAsync(call, cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
