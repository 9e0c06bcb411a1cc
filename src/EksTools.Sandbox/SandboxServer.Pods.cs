using EksTools.Sandbox.Account;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Sts;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox;

/// <summary>Temporary credentials.</summary>
public sealed record SandboxCredentials(string AccessKey, string SecretKey, string SessionToken);

/// <summary>What only runs inside a node: nothing does here, so it is asked for.</summary>
public sealed partial class SandboxServer
{
    private static readonly TimeSpan NodeSession = TimeSpan.FromHours(6);

    /// <summary>The service account token that a container of a pod would read from a file, made as the node's kubelet has it made.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="path">The file, such as the one that AWS_WEB_IDENTITY_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names.</param>
    /// <param name="region">The cluster's region; that of <see cref="Environment"/> without it.</param>
    /// <exception cref="InvalidOperationException">There is no such cluster or pod, or the pod has no token there.</exception>
    public string ReadPodToken(string clusterName, string ns, string pod, string path, string? region = null)
    {
        ArgumentNullException.ThrowIfNull(clusterName);
        KubernetesApi? api;
        lock (_account.Gate)
        {
            api = FindCluster(clusterName, region).Workloads.Api;
        }

        // Not under the gate: the API looks into the account itself.
        return (api ?? throw new InvalidOperationException($"Cluster {clusterName} is not up yet.")).ReadMountedToken(ns, pod, path);
    }

    /// <summary>The credentials of a node's role, as the instance's metadata service gives them to what runs there on the host's network: the Pod Identity agent, say.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="region">The cluster's region; that of <see cref="Environment"/> without it.</param>
    /// <exception cref="InvalidOperationException">There is no such cluster, node or role.</exception>
    public SandboxCredentials IssueNodeCredentials(string clusterName, string node, string? region = null)
    {
        ArgumentNullException.ThrowIfNull(clusterName);
        lock (_account.Gate)
        {
            var (group, instance) = FindCluster(clusterName, region).Nodegroups.Values.SelectMany(group => group.Nodes.Select(one => (group, one.Instance))).FirstOrDefault(one => one.Instance.PrivateDnsName == node);
            var role = group is null ? null : _account.Iam.FindRole(group.NodeRole);
            if (role is null)
            {
                throw new InvalidOperationException($"Cluster {clusterName} has no node {node} with a role.");
            }

            var key = RoleSessions.Begin(_account, role, instance.Id, NodeSession);
            return new(key.Id, key.Secret, key.SessionToken!);
        }
    }

    private Cluster FindCluster(string name, string? region) => _account.Eks(region ?? _account.Home.Name).Clusters.GetValueOrDefault(name) ?? throw new InvalidOperationException($"There is no cluster {name}.");

    /// <summary>The same two for programs: what is not there is 404 with the reason.</summary>
    private async Task WritePodThingAsync(HttpContext context, bool token)
    {
        var query = context.Request.Query;
        string Value(string name) => query[name].ToString();
        var region = Value("region") is { Length: > 0 } given ? given : null;
        await _account.Schedule.SettleAsync();
        try
        {
            if (token)
            {
                await context.Response.WriteAsync(ReadPodToken(Value("cluster"), Value("namespace"), Value("pod"), Value("path"), region), context.RequestAborted);
            }
            else
            {
                await context.Response.WriteAsJsonAsync(IssueNodeCredentials(Value("cluster"), Value("node"), region), Json, context.RequestAborted);
            }
        }
        catch (InvalidOperationException absent)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(absent.Message, context.RequestAborted);
        }
    }
}
