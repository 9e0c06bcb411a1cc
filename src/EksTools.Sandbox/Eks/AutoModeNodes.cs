using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>EKS Auto Mode of a cluster: what EKS asks for at its creation, and the nodes that it starts when something needs one (https://docs.aws.amazon.com/eks/latest/userguide/automode.html).</summary>
internal sealed class AutoModeNodes(Cluster cluster)
{
    private const string Type = "m6i.large";
    private static readonly string[] BuiltInPools = ["general-purpose", "system"];
    private readonly List<Instance> _starting = [];

    /// <summary>The nodes that have joined.</summary>
    public List<Instance> Nodes { get; } = [];

    private IReadOnlyList<string> Pools => cluster.Settings.Object("computeConfig") is { } compute && compute.Flag("enabled") == true ? compute.Strings("nodePools") ?? [] : [];

    /// <summary>Refuses a request in which not all of Auto Mode is on or off, or nodes could not join.</summary>
    public static void Check(AwsCall call, string mode, string name)
    {
        var body = call.Body;
        var compute = body.Object("computeConfig");
        var on = compute?.Flag("enabled") ?? false;
        if (on != (body.Object("storageConfig")?.Object("blockStorage")?.Flag("enabled") ?? false) || on != (body.Object("kubernetesNetworkConfig")?.Object("elasticLoadBalancing")?.Flag("enabled") ?? false))
        {
            throw EksErrors.InvalidParameter("For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.", name);
        }

        if (!on)
        {
            return;
        }

        if (body.Flag("bootstrapSelfManagedAddons") ?? true)
        {
            throw EksErrors.InvalidParameter("When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false", name);
        }

        if (mode == "CONFIG_MAP")
        {
            throw EksErrors.InvalidParameter("When EKS Auto Mode is enabled, the authentication mode must be API or API_AND_CONFIG_MAP.", name);
        }

        var (pools, role) = (compute!.Strings("nodePools") ?? [], compute!.String("nodeRoleArn"));
        if (pools.Except(BuiltInPools).FirstOrDefault() is { } unknown)
        {
            throw EksErrors.InvalidParameter($"The node pool {unknown} is not one of {string.Join(", ", BuiltInPools)}.", name);
        }

        if ((pools.Count > 0) != (role is not null))
        {
            throw EksErrors.InvalidParameter("When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided, and the other way round.", name);
        }

        if (role is not null)
        {
            call.Eks().RequireRole(role, "ec2.amazonaws.com", arn => EksErrors.InvalidParameter($"The node role {arn} could not be assumed because it does not exist or the trusted entity is not correct", name));
        }
    }

    /// <summary>The access entry that EKS makes for the nodes of the built-in pools.</summary>
    public static void Admit(Cluster cluster)
    {
        if (cluster.Settings.Object("computeConfig") is { } compute && compute.String("nodeRoleArn") is { } role)
        {
            AccessOperations.AdmitAutoMode(cluster, role);
        }
    }

    /// <summary>Starts a node when pods of an add-on have none.</summary>
    public void Provide()
    {
        var (eks, pools) = (cluster.Eks, Pools);
        if (pools.Count == 0 || cluster.Status == "DELETING" || Nodes.Count + _starting.Count > 0 || !cluster.Addons.Values.Any(addon => addon.Offer.NeedsNodes))
        {
            return;
        }

        var subnet = cluster.Subnets.Where(subnet => eks.Ec2.FreeAddresses(subnet) > 0).OrderBy(subnet => NodegroupOperations.IsPublic(eks.Ec2, subnet)).FirstOrDefault();
        if (subnet is null || cluster.ClusterSecurityGroupId is not { } group)
        {
            return;
        }

        var pool = pools.Contains("general-purpose") ? "general-purpose" : "system";
        var id = AwsAccount.NewId("i");
        var primary = eks.Ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, eks.Ec2.NextPrivateAddress(subnet), eks.Account.Now) { InstanceId = id, Attached = eks.Account.Now, GroupIds = [group] });
        var instance = eks.Ec2.Add(new Instance(id, InstanceType.Find(Type)!, primary, eks.Region, eks.Account.Now)
        {
            Tags = new Dictionary<string, string> { ["eks:eks-cluster-name"] = cluster.Name, [$"kubernetes.io/cluster/{cluster.Name}"] = "owned", ["eks:kubernetes-node-pool-name"] = pool, ["eks:kubernetes-node-class-name"] = "default" },
        });
        _starting.Add(instance);
        eks.Account.After(eks.Durations.NodeGroup * 0.4, () => Join(instance, pool));
    }

    /// <summary>Ends all nodes: EKS takes them along with the cluster.</summary>
    public void End()
    {
        foreach (var instance in Nodes.Concat(_starting))
        {
            instance.State = "terminated";
            cluster.Eks.Ec2.Remove(instance.Interface);
            cluster.Workloads.Leave(instance.Id);
        }

        Nodes.Clear();
        _starting.Clear();
    }

    private void Join(Instance instance, string pool)
    {
        if (!_starting.Remove(instance) || cluster.Status == "DELETING")
        {
            return;
        }

        instance.State = "running";
        Nodes.Add(instance);
        cluster.Workloads.Join(new NodeRegistration(instance.Id, instance.Id, Type, instance.Interface.Subnet.Zone.Name, instance.Region.Name, instance.Interface.PrivateIp, new Dictionary<string, string>
        {
            ["eks.amazonaws.com/compute-type"] = "auto", ["karpenter.sh/nodepool"] = pool, ["karpenter.sh/capacity-type"] = "on-demand", ["eks.amazonaws.com/nodeclass"] = "default",
            ["topology.k8s.aws/zone-id"] = instance.Interface.Subnet.Zone.Id,
        })
        {
            OsImage = "Bottlerocket (EKS Auto, Standard) 2026.8.18",
            Taints = pool == "system" ? [("CriticalAddonsOnly", null, "NoSchedule")] : [],
        });
        cluster.Workloads.Reconcile();
    }
}
