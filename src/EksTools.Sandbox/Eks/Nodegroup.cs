using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A node: its instance, and how far it has come.</summary>
internal sealed class Node(Instance instance)
{
    public Instance Instance { get; } = instance;
    public bool Joined { get; set; }
    public bool Ready { get; set; }

    /// <summary>Whether an upgrade replaces it: it works on until its successor has come.</summary>
    public bool Leaving { get; set; }
}

/// <summary>A problem that DescribeNodegroup, DescribeAddon and DescribeFargateProfile report.</summary>
internal sealed record HealthIssue(string Code, string Message, IReadOnlyList<string> ResourceIds)
{
    public static JsonObject Write(IEnumerable<HealthIssue> issues) => new()
    {
        ["issues"] = issues.Select(issue => new JsonObject { ["code"] = issue.Code, ["message"] = issue.Message, ["resourceIds"] = issue.ResourceIds.ToJson() }).ToJson(),
    };
}

/// <summary>A taint.</summary>
internal sealed record Taint(string Key, string? Value, string Effect)
{
    public JsonObject Write() => new JsonObject { ["key"] = Key, ["value"] = Value, ["effect"] = Effect }.WithoutNulls();
}

/// <summary>A managed node group.</summary>
internal sealed class Nodegroup(Cluster cluster, string name, string nodeRole, string version)
{
    private readonly string _uuid = Guid.NewGuid().ToString();

    public Cluster Cluster { get; } = cluster;
    public string Name { get; } = name;
    public string NodeRole { get; } = nodeRole;
    public string Version { get; set; } = version;
    public string Release { get; set; } = VersionCatalog.Find(version)!.AmiRelease;
    public string Arn => Cluster.Eks.Account.Arn("eks", Cluster.Eks.Region.Name, $"nodegroup/{Cluster.Name}/{Name}/{_uuid}");
    public string AutoScalingGroup => $"eks-{Name}-{_uuid}";
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public DateTimeOffset Modified { get; set; } = cluster.Eks.Account.Now;
    public string Status { get; set; } = "CREATING";
    public string CapacityType { get; init; } = "ON_DEMAND";
    public string AmiType { get; init; } = "AL2023_x86_64_STANDARD";
    public bool IsWindows => AmiType.StartsWith("WINDOWS_", StringComparison.Ordinal);
    public List<string> InstanceTypes { get; init; } = [];

    /// <summary>The types to launch, also those of the launch template.</summary>
    public IReadOnlyList<InstanceType> LaunchTypes { get; init; } = [];
    public List<string> Subnets { get; init; } = [];
    public int Min { get; set; }
    public int Max { get; set; }
    public int Desired { get; set; }
    public int? DiskSize { get; init; }
    public Dictionary<string, string> Labels { get; init; } = [];
    public List<Taint> Taints { get; init; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];
    public JsonObject UpdateConfig { get; set; } = new() { ["maxUnavailable"] = 1 };
    public JsonObject? NodeRepair { get; set; }
    public LaunchTemplate? Template { get; set; }
    public LaunchTemplateVersion? TemplateVersion { get; set; }
    public List<HealthIssue> Issues { get; } = [];
    public List<Node> Nodes { get; } = [];

    /// <summary>Whether the time has come in which the nodes should all be there.</summary>
    public bool IsDue { get; set; }

    /// <summary>The labels of a node.</summary>
    public IReadOnlyDictionary<string, string> NodeLabels(Instance instance) => new Dictionary<string, string>(Labels)
    {
        ["eks.amazonaws.com/nodegroup"] = Name,
        ["eks.amazonaws.com/capacityType"] = CapacityType,
        ["eks.amazonaws.com/nodegroup-image"] = instance.ImageId,
        ["kubernetes.io/arch"] = instance.InstanceType.Architecture == "arm64" ? "arm64" : "amd64",
        ["node.kubernetes.io/instance-type"] = instance.InstanceType.Name,
        ["topology.kubernetes.io/zone"] = instance.Interface.Subnet.Zone.Name,
        ["topology.kubernetes.io/region"] = instance.Region.Name,
        ["topology.k8s.aws/zone-id"] = instance.Interface.Subnet.Zone.Id,
    };

    /// <summary>A group whose nodes are all Ready is ACTIVE, when its time has come.</summary>
    public void CheckNodes()
    {
        if (Status == "CREATING" && IsDue && Nodes.Count >= Desired && Nodes.All(node => node.Ready))
        {
            Status = "ACTIVE";
            Issues.Clear();
            Modified = Cluster.Eks.Account.Now;
        }
    }

    /// <summary>A group that is being made fails; any other reports the issue.</summary>
    public void Fail(string code, string message, IReadOnlyList<string> resources)
    {
        Status = Status == "CREATING" ? "CREATE_FAILED" : Status == "ACTIVE" ? "DEGRADED" : Status;
        Issues.RemoveAll(issue => issue.Code == code);
        Issues.Add(new HealthIssue(code, message, resources));
        Modified = Cluster.Eks.Account.Now;
    }

    /// <summary>The group as DescribeNodegroup answers it.</summary>
    public JsonObject Write() => new JsonObject
    {
        ["nodegroupName"] = Name,
        ["nodegroupArn"] = Arn,
        ["clusterName"] = Cluster.Name,
        ["version"] = Version,
        ["releaseVersion"] = Release,
        ["createdAt"] = Time(Created),
        ["modifiedAt"] = Time(Modified),
        ["status"] = Status,
        ["capacityType"] = CapacityType,
        ["scalingConfig"] = new JsonObject { ["minSize"] = Min, ["maxSize"] = Max, ["desiredSize"] = Desired },
        ["instanceTypes"] = InstanceTypes.Count == 0 ? null : InstanceTypes.ToJson(),
        ["subnets"] = Subnets.ToJson(),
        ["amiType"] = AmiType,
        ["nodeRole"] = NodeRole,
        ["labels"] = Labels.ToJson(),
        ["taints"] = Taints.Count == 0 ? null : Taints.Select(taint => taint.Write()).ToJson(),
        ["resources"] = new JsonObject { ["autoScalingGroups"] = new[] { new JsonObject { ["name"] = AutoScalingGroup } }.ToJson() },
        ["diskSize"] = DiskSize,
        ["health"] = HealthIssue.Write(Issues),
        ["updateConfig"] = UpdateConfig.Copy(),
        ["nodeRepairConfig"] = NodeRepair.Copy(),
        ["launchTemplate"] = Template is null ? null : new JsonObject { ["name"] = Template.Name, ["id"] = Template.Id, ["version"] = $"{TemplateVersion!.Number}" },
        ["tags"] = Tags.ToJson(),
    }.WithoutNulls();
}
