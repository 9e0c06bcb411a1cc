using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Node groups: create, describe, list, delete.</summary>
internal static class NodegroupOperations
{
    // The pauses of a client between two tries do not run faster with the sandbox: what waits for it waits at least this long.
    private static readonly TimeSpan OwnTime = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateNodegroup", "POST", "/clusters/{name}/node-groups", call => Answer(call.Eks().Once(call, () => Create(call), group => group.Cluster.Nodegroups.ContainsValue(group)))),
        new("DescribeNodegroup", "GET", "/clusters/{name}/node-groups/{nodegroupName}", call => Answer(Named(call))),
        new("ListNodegroups", "GET", "/clusters/{name}/node-groups", call => EksRegion.Page(call, "nodegroups", call.Eks().Get(call).Nodegroups.Values.Where(group => group.Created <= call.VisibleUntil).Select(group => group.Name))),
        new("DeleteNodegroup", "DELETE", "/clusters/{name}/node-groups/{nodegroupName}", Delete),
    ];

    public static Nodegroup Named(AwsCall call)
    {
        var (cluster, name) = (call.Eks().Get(call), call.Path["nodegroupName"]);
        return cluster.Nodegroups.TryGetValue(name, out var group) && group.Created <= call.VisibleUntil ? group : throw EksErrors.NotFound($"No node group found for name: {name}.", cluster.Name, name);
    }

    private static JsonObject Answer(Nodegroup group) => new() { ["nodegroup"] = group.Write() };

    private static Nodegroup Create(AwsCall call)
    {
        var (eks, body, cluster) = (call.Eks(), call.Body, call.Eks().GetReady(call));
        var name = EksRegion.RequireName(body, "nodegroupName", "^[0-9A-Za-z][A-Za-z0-9\\-_]*$", 63);
        if (cluster.Nodegroups.ContainsKey(name))
        {
            throw EksErrors.InUse($"NodeGroup already exists with name {name} and cluster name {cluster.Name}", cluster.Name, name);
        }

        AwsException Refuse(string message) => EksErrors.InvalidParameter(message, cluster.Name, name);
        var role = eks.RequireRole(body.Require("nodeRole"), "ec2.amazonaws.com", arn => Refuse($"Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole {arn}"));
        var subnets = eks.RequireSubnets(body.Strings("subnets") is { Count: > 0 } ids ? ids : throw Refuse("The required member subnets is missing."), cluster.Name);
        if (subnets[0].VpcId != cluster.VpcId)
        {
            throw Refuse("The subnets of a node group must belong to the VPC of its cluster.");
        }

        var (template, templateVersion) = ReadTemplate(call, body.Object("launchTemplate"), Refuse);
        var (types, launch) = ReadTypes(body, templateVersion, Refuse);
        var (min, max, desired) = ReadScaling(body.Object("scalingConfig"), (1, 2, 2), Refuse);
        if (template is not null && body.Number("diskSize") is not null)
        {
            throw Refuse("Disk size must be specified within the launch template.");
        }

        NodegroupRules.Check(body, Refuse);
        var architecture = launch[0].Architecture;
        var amiType = body.String("amiType") ?? (templateVersion?.Data.Get("ImageId") is not null ? "CUSTOM" : architecture == "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD");
        if (amiType != "CUSTOM" && amiType.Contains("ARM_64", StringComparison.Ordinal) != (architecture == "arm64"))
        {
            throw Refuse($"{amiType} is not a valid amiType for the instance types [{string.Join(", ", launch.Select(type => type.Name))}]");
        }

        var capacity = body.String("capacityType") ?? "ON_DEMAND";
        if (capacity is not ("ON_DEMAND" or "SPOT" or "CAPACITY_BLOCK"))
        {
            throw Refuse($"{capacity} is not a valid capacityType.");
        }

        var group = new Nodegroup(cluster, name, role.Arn, ReadVersion(body.String("version"), cluster, Refuse))
        {
            CapacityType = capacity, AmiType = amiType, InstanceTypes = types, LaunchTypes = launch, Subnets = [.. subnets.Select(subnet => subnet.Id)], Min = min, Max = max, Desired = desired,
            DiskSize = template is null ? body.Number("diskSize") ?? 20 : null, Labels = body.Map("labels"), Taints = [.. (body.Objects("taints") ?? []).Select(taint => ReadTaint(taint, Refuse))],
            Tags = EksRegion.ReadTags(body), NodeRepair = body.Object("nodeRepairConfig").Copy()?.AsObject(), Template = template, TemplateVersion = templateVersion,
        };
        if (NodeImage.Misfit(group) is { } misfit)
        {
            throw Refuse(misfit);
        }

        group.Release = body.String("releaseVersion") ?? group.Release;
        if (body.Object("updateConfig") is { } update)
        {
            group.UpdateConfig = update.DeepClone().AsObject();
        }

        cluster.Nodegroups[name] = group;
        RoleOperations.EnsureServiceLinked(call, "eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup");
        AccessOperations.AdmitNodes(cluster, role.Arn);
        Begin(call, group, subnets);
        return group;
    }

    private static void Begin(AwsCall call, Nodegroup group, IReadOnlyList<Subnet> subnets)
    {
        var (account, durations) = (call.Account, call.Account.Options.Durations);
        if (call.Failure is { } failure)
        {
            account.After(durations.NodeGroup * 0.3, () => group.Fail(failure.Code, failure.Message, [group.AutoScalingGroup]));
            return;
        }

        if (call.CapacityExhausted)
        {
            account.After(durations.NodeGroup * 0.3, () => group.Fail("AsgInstanceLaunchFailures", $"Could not launch {(group.CapacityType == "SPOT" ? "Spot" : "On-Demand")} Instances. InsufficientInstanceCapacity - We currently do not have sufficient {group.LaunchTypes[0].Name} capacity in the Availability Zone you requested ({subnets[0].Zone.Name}). Launching EC2 instance failed.", [group.AutoScalingGroup]));
            return;
        }

        var shut = group.TemplateVersion?.Data.List("NetworkInterface") is [var first, ..] && first.Flag("AssociatePublicIpAddress") == true ? []
            : subnets.Where(subnet => !subnet.MapPublicIp && IsPublic(call.Ec2(), subnet)).Select(subnet => subnet.Id).ToList();
        if (shut.Count > 0)
        {
            account.After(durations.NodeGroup * 0.3, () => group.Fail("Ec2SubnetInvalidConfiguration", $"One or more Amazon EC2 Subnets of [{string.Join(", ", shut)}] for node group {group.Name} does not automatically assign public IP addresses to instances launched into it. If you want your instances to be assigned a public IP address, then you need to enable auto-assign public IP address for the subnet.", shut));
            return;
        }

        var mute = group.Cluster.IsIpv6 ? subnets.Where(subnet => !subnet.AssignIpv6).Select(subnet => subnet.Id).ToList() : [];
        if (mute.Count > 0)
        {
            account.After(durations.NodeGroup * 0.3, () => group.Fail("Ec2SubnetMissingIpv6Assignment", $"One or more Amazon EC2 Subnets of [{string.Join(", ", mute)}] for node group {group.Name} does not automatically assign IPv6 addresses to instances launched into it.", mute));
            return;
        }

        NodegroupInstances.Launch(group, durations.NodeGroup);
        account.After(durations.NodeGroup, () =>
        {
            group.IsDue = true;
            group.Cluster.Workloads.Reconcile();
        });
        account.After(TimeSpan.FromTicks(Math.Max(durations.NodeGroupPatience.Ticks, (OwnTime * call.Account.Options.Speed).Ticks)), () =>
        {
            if (group.Status == "CREATING")
            {
                group.Fail("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster", [.. group.Nodes.Select(node => node.Instance.Id)]);
            }
        });
    }

    /// <summary>Whether a subnet's own or main route table leads to an internet gateway.</summary>
    public static bool IsPublic(Ec2Region ec2, Subnet subnet)
    {
        var tables = ec2.All<RouteTable>().Where(table => table.VpcId == subnet.VpcId).ToList();
        var table = tables.Find(table => table.Associations.Any(association => association.SubnetId == subnet.Id)) ?? tables.Find(table => table.IsMain);
        return table?.Routes.Any(route => route.GatewayId?.StartsWith("igw-", StringComparison.Ordinal) == true) == true;
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (cluster, group) = (call.Eks().Get(call), Named(call));
        if (group.Status is "CREATING" or "UPDATING" or "DELETING")
        {
            throw EksErrors.InUse($"Nodegroup is currently in status {group.Status}", cluster.Name, group.Name);
        }

        // https://docs.aws.amazon.com/eks/latest/userguide/delete-managed-node-group.html
        var durations = call.Account.Options.Durations;
        var drain = cluster.Workloads.IsHeldByBudget ? durations.NodeDrain : TimeSpan.Zero;
        group.Status = "DELETING";
        call.Account.After(drain + (durations.NodeGroupDeletion * 0.6), () =>
        {
            NodegroupInstances.Shrink(group, 0);
            cluster.Workloads.Reconcile();
        });
        call.Account.After(drain + durations.NodeGroupDeletion, () =>
        {
            cluster.Nodegroups.Remove(group.Name);
            AccessOperations.DismissNodes(cluster, group.NodeRole);
        });
        return Answer(group);
    }

    /// <summary>A launch template that exists, and its version.</summary>
    public static (LaunchTemplate? Template, LaunchTemplateVersion? Version) ReadTemplate(AwsCall call, JsonObject? named, Func<string, AwsException> refuse)
    {
        if (named is null)
        {
            return (null, null);
        }

        LaunchTemplate template;
        try
        {
            template = LaunchTemplateOperations.Named(call.Eks().Ec2, named.String("id"), named.String("name"));
        }
        catch (AwsException error)
        {
            throw refuse($"{error.Message} (Service: AmazonEC2; Status Code: 400; Error Code: {error.Code})");
        }

        var version = template.Version(named.String("version") ?? "$Default") ?? throw refuse($"You tried to use a launch template version that does not exist: {named.String("version")}.");
        return version.Data.Has("IamInstanceProfile") ? throw refuse("Launch template should not specify an instance profile. The noderole in your request will be used to construct an instance profile.") : (template, version);
    }

    /// <summary>Sizes in order.</summary>
    public static (int Min, int Max, int Desired) ReadScaling(JsonObject? scaling, (int Min, int Max, int Desired) standard, Func<string, AwsException> refuse)
    {
        var (min, max, desired) = (scaling?.Number("minSize") ?? standard.Min, scaling?.Number("maxSize") ?? standard.Max, scaling?.Number("desiredSize") ?? standard.Desired);
        return min < 0 || max < 1 ? throw refuse("minSize must be at least 0 and maxSize at least 1.")
            : min > desired ? throw refuse($"Minimum capacity {min} can't be greater than desired size {desired}")
            : desired > max ? throw refuse($"desired capacity {desired} can't be greater than max size {max}")
            : (min, max, desired);
    }

    /// <summary>A taint.</summary>
    public static Taint ReadTaint(JsonObject taint, Func<string, AwsException> refuse)
    {
        var effect = taint.String("effect");
        return effect is "NO_SCHEDULE" or "NO_EXECUTE" or "PREFER_NO_SCHEDULE" && taint.String("key") is { Length: > 0 } key ? new Taint(key, taint.String("value"), effect) : throw refuse($"A taint needs a key and an effect of NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE, not {effect}.");
    }

    private static (List<string> Named, IReadOnlyList<InstanceType> Launch) ReadTypes(JsonObject body, LaunchTemplateVersion? template, Func<string, AwsException> refuse)
    {
        var named = body.Strings("instanceTypes") ?? [];
        var inTemplate = template?.Data.Get("InstanceType");
        if (named.Count > 0 && inTemplate is not null)
        {
            throw refuse("Instance types cannot be specified both in the API request and in the launch template.");
        }

        if (named.Count == 0 && inTemplate is null)
        {
            named = ["t3.medium"];
        }

        var launch = (inTemplate is null ? named : [inTemplate]).Select(type => InstanceType.Find(type) ?? throw refuse($"[{type}] is not a valid instance type. Choose a valid instance type and try again.")).ToList();
        return launch.DistinctBy(type => type.Architecture).Count() == 1 ? (named, launch) : throw refuse("Instance types of one node group must have the same architecture.");
    }

    private static string ReadVersion(string? version, Cluster cluster, Func<string, AwsException> refuse)
    {
        if (version is null)
        {
            return cluster.Version;
        }

        var (wanted, current) = (VersionCatalog.Find(version), VersionCatalog.Find(cluster.Version)!);
        return wanted is not null && wanted.Minor <= current.Minor && wanted.Minor >= current.Minor - 3 ? version : throw refuse($"Requested Nodegroup version {version} is not compatible with the cluster's version {cluster.Version}.");
    }
}
