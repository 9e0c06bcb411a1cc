using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Nodes;

namespace EksTools.Core.Clusters.Changes;

/// <summary>
/// EKS Auto Mode on or off: nodes, block storage and load balancers together, or EKS refuses it.
/// https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html
/// </summary>
internal sealed class AutoModeChange(AwsAccount account, SetClusterRequest request, Cluster live)
{
    public IEnumerable<ClusterChange> List()
    {
        if (request.AutoMode is not { } on)
        {
            yield break;
        }

        IReadOnlyList<string> pools = request.NodePool ?? AutoModeRules.NodePools;
        if (on)
        {
            yield return Policies();
        }

        yield return ClusterChanges.Update(
            account.Eks,
            "auto-mode",
            on ? $"Auto Mode on, {(pools.Count == 0 ? "without built-in node pools" : $"with the node pools {string.Join(", ", pools)}")}" : "Auto Mode off: EKS takes its nodes away",
            there => IsOn(there) == on && (!on || request.NodePool is null || (there.ComputeConfig?.NodePools ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(pools)) && (!on || pools.Count == 0 || request.NodeRoleArn is null || there.ComputeConfig?.NodeRoleArn == request.NodeRoleArn),
            there => new UpdateClusterConfigRequest
            {
                Name = there.Name,
                ComputeConfig = new ComputeConfigRequest
                {
                    Enabled = on,
                    NodePools = on ? [.. pools] : null,
                    NodeRoleArn = on && pools.Count > 0 ? request.NodeRoleArn ?? there.ComputeConfig?.NodeRoleArn : null,
                },
                StorageConfig = new StorageConfigRequest { BlockStorage = new BlockStorage { Enabled = on } },
                KubernetesNetworkConfig = new KubernetesNetworkConfigRequest { ElasticLoadBalancing = new ElasticLoadBalancing { Enabled = on } },
            },
            [.. Recorded(on)]) with
        {
            Billed = on && !IsOn(live),
        };
    }

    /// <summary>Node pools that are not spoken of stay as they are where Auto Mode was on, and as they are recorded.</summary>
    private IEnumerable<(string Key, string Value)> Recorded(bool on)
    {
        yield return (ParameterDefinition.AutoMode, on ? ParameterDefinition.Yes : ParameterDefinition.No);
        if (!on || request.NodeRoleArn is not null)
        {
            // Of Auto Mode's nodes alone: those of node groups keep theirs.
            yield return (ParameterDefinition.AutoModeRole, on ? request.NodeRoleArn! : string.Empty);
        }

        if (!on || !IsOn(live) || request.NodePool is not null)
        {
            yield return (ParameterDefinition.NodePools, !on || request.NodePool is not { } pools ? string.Empty : pools.Count == 0 ? ParameterDefinition.None : string.Join(SaidParameters.Separator, pools.Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>What the cluster's role needs for Auto Mode: a role of ours is given it, another is looked at.</summary>
    private ClusterChange Policies() => new()
    {
        Id = "auto-mode-policies",
        Description = $"policies of the cluster role for Auto Mode: {string.Join(", ", AutoModeSteps.ClusterPolicyNames)}",
        IsUpdate = false,
        IsDoneAsync = (there, _) => Task.FromResult(IsOn(there)),
        AskAsync = (_, _) => Task.FromResult<string?>(null),
        EnsureAsync = async (context, token) =>
        {
            ClusterIdentity identity = new(request.Name, account.Region);
            RolePolicies policies = new(account);
            string role = ClusterRoles.NameOf(live.RoleArn);
            return role == identity.ClusterRoleName && identity.Owns(live.Tags ?? []) && await ClusterRoles.ReadTagsAsync(account, role, token) is { } tags && identity.Owns(tags)
                ? await policies.EnsureAsync(role, AutoModeSteps.ClusterPolicyNames, token)
                : await policies.LookAsync(live.RoleArn, AutoModeSteps.ClusterPolicyNames, context, token);
        },
    };

    private static bool IsOn(Cluster cluster) => cluster.ComputeConfig?.Enabled == true;
}
