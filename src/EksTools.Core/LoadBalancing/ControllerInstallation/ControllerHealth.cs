using EksTools.LoadBalancing;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>How the AWS Load Balancer Controller is, in sentences that a person acts on. Asks nobody.</summary>
internal static class ControllerHealth
{
    /// <summary>Whether it does its work, and why not.</summary>
    public static (bool IsHealthy, IReadOnlyList<string> Sentences) Of(ControllerState state, string cluster)
    {
        List<string> wrong = [.. Wrong(state, cluster)];
        string replicas = $"{state.ReadyReplicas} of {state.Replicas} replicas are ready.";
        return wrong.Count == 0 ? (true, [replicas]) : (false, state.Deployment is null ? wrong : [replicas, .. wrong]);
    }

    private static IEnumerable<string> Wrong(ControllerState state, string cluster)
    {
        if (state.Deployment is null)
        {
            string[] mutating = Configurations(state, true), validating = Configurations(state, false);
            string[] commands = [.. mutating.Select(static name => $"kubectl delete mutatingwebhookconfiguration {name}"), .. validating.Select(static name => $"kubectl delete validatingwebhookconfiguration {name}")];
            yield return $"Its Deployment is gone, but its webhooks are still there: install it again, or take them away: {string.Join("; ", commands)}.";
        }
        else if (state.Replicas == 0)
        {
            yield return "Its Deployment is scaled to no replica.";
        }
        else if (state.ReadyReplicas < state.Replicas)
        {
            foreach (string reason in state.Pods.Select(Reason).OfType<string>().Distinct(StringComparer.Ordinal))
            {
                yield return reason;
            }

            foreach (V1DeploymentCondition condition in (state.Deployment.Status?.Conditions ?? []).Where(static condition => condition is { Type: "ReplicaFailure", Status: "True" }))
            {
                yield return $"Pods cannot be created: {condition.Message?.TrimEnd('.')}.";
            }
        }

        if (Blocked(state.Webhooks) is { } blocked)
        {
            yield return blocked;
        }

        if (state.MissingDefinitions.Count > 0)
        {
            yield return $"CustomResourceDefinitions are missing that it needs: {string.Join(", ", state.MissingDefinitions)}.";
        }

        if (state.Deployment is not null && !state.HasServiceAccount)
        {
            yield return $"Its service account {state.Namespace}/{state.ServiceAccount} is not there: no pod of it is created.";
        }
        else if (state.Deployment is not null && state.Role is null && state.Container?.EnvFrom is null or { Count: 0 } && state.Container?.Env?.Any(static variable => variable.Name == "AWS_ACCESS_KEY_ID") != true)
        {
            yield return $"Its service account {state.Namespace}/{state.ServiceAccount} has no IAM role: it has the permissions of the nodes' role, where it gets at that at all.";
        }

        if (state.Flag("cluster-name") is { } named && named != cluster)
        {
            yield return $"It is set up for cluster {named}, and tags what it makes so.";
        }
    }

    private static string[] Configurations(ControllerState state, bool isMutating) =>
        [.. state.Webhooks.Where(webhook => webhook.IsMutating == isMutating).Select(static webhook => webhook.Configuration).Distinct(StringComparer.Ordinal)];

    /// <summary>What fails in the cluster while nobody answers the webhooks; null when nothing does.</summary>
    private static string? Blocked(IReadOnlyList<EksLoadBalancerWebhook> webhooks)
    {
        EksLoadBalancerWebhook[] blocking = [.. webhooks.Where(static webhook => webhook.IsBlocking)];
        if (blocking.Length == 0)
        {
            return null;
        }

        // The chart's webhook for Services has no condition on their type: the API server asks it for each.
        string what = blocking.Any(static webhook => webhook.Name == ControllerNames.ServiceMutator)
            ? "creating any Service fails in the whole cluster, those of type LoadBalancer and all others"
            : $"these writes fail in the whole cluster: {string.Join(", ", blocking.SelectMany(static webhook => webhook.Rules).Distinct(StringComparer.Ordinal))}";
        return $"No ready pod stands behind its webhooks ({blocking[0].Service}): while that is so, {what}.";
    }

    /// <summary>Why a pod is not ready; null when it is.</summary>
    public static string? Reason(V1Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null || (pod.Status?.Conditions ?? []).Any(static condition => condition is { Type: "Ready", Status: "True" }))
        {
            return null;
        }

        if ((pod.Status?.Conditions ?? []).FirstOrDefault(static condition => condition is { Type: "PodScheduled", Status: "False" }) is { } unscheduled)
        {
            return $"Pod {pod.Metadata.Name} has no node: {unscheduled.Message?.TrimEnd('.') ?? unscheduled.Reason}.";
        }

        foreach (V1ContainerStatus container in pod.Status?.ContainerStatuses ?? [])
        {
            if (container.State?.Waiting is { } waiting)
            {
                string? last = container.LastState?.Terminated is { } ended ? $"it ended with {ended.ExitCode}{(ended.Message is { Length: > 0 } said ? $", {said.Trim()}" : string.Empty)}" : waiting.Message;
                return $"Pod {pod.Metadata.Name} waits: {waiting.Reason}{(last is { Length: > 0 } ? $", {last.TrimEnd('.')}" : string.Empty)}.";
            }
        }

        return $"Pod {pod.Metadata.Name} is {pod.Status?.Phase ?? "Pending"} and not ready.";
    }
}
