using System.Net;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>Waits until the controller runs and its webhook answers, and says meanwhile what it waits for.</summary>
internal sealed class ControllerWait(ClusterApi api, string space)
{
    private const string Probe = "ekstools-webhook-check";

    /// <summary>Until the rollout is over: every replica is of the present template and available.</summary>
    public async Task<StepOutcome> DeploymentAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync<V1Deployment>(
            async token =>
            {
                V1Deployment there = await api.CallAsync((client, call) => client.AppsV1.ReadNamespacedDeploymentAsync(ControllerNames.Release, space, cancellationToken: call), token);
                int wanted = there.Spec.Replicas ?? 1;
                V1DeploymentStatus status = there.Status ?? new V1DeploymentStatus();
                if ((status.ObservedGeneration ?? 0) >= (there.Metadata.Generation ?? 0) && (status.UpdatedReplicas ?? 0) >= wanted && (status.AvailableReplicas ?? 0) >= (status.UpdatedReplicas ?? 0))
                {
                    return there;
                }

                context.Detail(await DetailAsync(there, wanted, token));
                return null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    /// <summary>Until a pod stands behind the webhook's Service.</summary>
    public async Task<StepOutcome> EndpointsAsync(StepContext context, CancellationToken cancellationToken)
    {
        ControllerReader reader = new(api, null);
        await context.Poller.UntilAsync<object>(
            async token =>
            {
                if (await reader.ReadyEndpointsAsync(space, ControllerNames.WebhookService, token) > 0)
                {
                    return this;
                }

                context.Detail($"no ready pod behind {ControllerNames.WebhookService} yet");
                return null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    /// <summary>Asks the API server to take a Service of type LoadBalancer, without making it: all webhooks are asked.</summary>
    /// <param name="mutates">Whether the Service is to be given the controller's class; null when that is as it was.</param>
    /// <param name="context">Where it tells.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="EksToolsException">A webhook was not reached.</exception>
    public async Task<StepOutcome> VerifyAsync(bool? mutates, StepContext context, CancellationToken cancellationToken)
    {
        V1Service probe = new()
        {
            Metadata = new V1ObjectMeta { Name = Probe, NamespaceProperty = space },
            Spec = new V1ServiceSpec { Type = "LoadBalancer", Ports = [new V1ServicePort { Port = 80, Name = "http", Protocol = "TCP" }], Selector = new Dictionary<string, string> { ["app"] = Probe } },
        };
        try
        {
            V1Service answered = await api.CallAsync((client, token) => client.CoreV1.CreateNamespacedServiceAsync(probe, space, dryRun: "All", fieldManager: "ekstools", cancellationToken: token), cancellationToken);
            bool taken = answered.Spec.LoadBalancerClass == ControllerNames.ServiceClass;
            if (mutates is { } wanted && wanted != taken)
            {
                context.Observer.Warn(wanted
                    ? $"A new Service of type LoadBalancer in {space} was given {(answered.Spec.LoadBalancerClass is { } other ? $"the class {other}" : "no class")} and not {ControllerNames.ServiceClass}: a selector of the webhook leaves it out, or something else was first."
                    : $"A new Service of type LoadBalancer is still given the class {ControllerNames.ServiceClass}: another installation of the controller has its webhook in the cluster.");
            }

            return StepOutcome.Ready;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.InternalServerError && (exception.Response.Content ?? string.Empty).Contains(ControllerNames.WebhookSuffix, StringComparison.Ordinal))
        {
            throw new EksToolsException(EksErrorKind.Service, "WebhookNotReached", $"The API server does not reach the controller's webhook: {Errors.KubernetesFailure.Translate(exception).Message}", ControllerNames.WebhookService, $"Creating any Service fails so. Let the control plane reach port {ControllerNames.WebhookPort} of the nodes, network policies included, and run the same command again.", exception);
        }
    }

    private async Task<string> DetailAsync(V1Deployment deployment, int wanted, CancellationToken cancellationToken)
    {
        string selector = string.Join(',', deployment.Spec.Selector.MatchLabels.Select(static label => $"{label.Key}={label.Value}"));
        V1PodList pods = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedPodAsync(space, labelSelector: selector, cancellationToken: token), cancellationToken);
        string? reason = pods.Items.Select(ControllerHealth.Reason).FirstOrDefault(static reason => reason is not null);
        return $"{deployment.Status?.AvailableReplicas ?? 0} of {wanted} replicas are available{(reason is null ? string.Empty : $"; {reason.TrimEnd('.')}")}";
    }
}
