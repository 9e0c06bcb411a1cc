using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Changes of clusters: one at a time.</summary>
internal static class ClusterUpdateOperations
{
    private static readonly string[] Kinds = ["resourcesVpcConfig", "logging", "accessConfig", "upgradePolicy", "zonalShiftConfig", "remoteNetworkConfig", "deletionProtection", "controlPlaneScalingConfig"];
    private static readonly string[] Modes = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("UpdateClusterConfig", "POST", "/clusters/{name}/update-config", UpdateConfig),
        new("UpdateClusterVersion", "POST", "/clusters/{name}/updates", UpdateVersion),
        new("AssociateEncryptionConfig", "POST", "/clusters/{name}/encryption-config/associate", AssociateEncryption),
        new("ListUpdates", "GET", "/clusters/{name}/updates", List),
        new("DescribeUpdate", "GET", "/clusters/{name}/updates/{updateId}", Describe),
    ];

    private static JsonObject UpdateConfig(AwsCall call) => Once(call, cluster =>
    {
        var body = call.Body;
        var kinds = Kinds.Where(name => body[name] is not null).ToList();
        if (body["computeConfig"] is not null || body["storageConfig"] is not null || body["kubernetesNetworkConfig"] is not null)
        {
            kinds.Add("autoMode");
        }

        return kinds switch
        {
            ["resourcesVpcConfig"] => ChangeVpc(call, cluster, body.Object("resourcesVpcConfig")!),
            ["logging"] => ChangeLogging(call, cluster, body.Object("logging")!),
            ["accessConfig"] => ChangeAccess(call, cluster, body.Object("accessConfig")!),
            ["autoMode"] => ChangeAutoMode(call, cluster),
            [var name] => ChangeSetting(call, cluster, name),
            [] => throw EksErrors.InvalidParameter("No changes needed for the cluster: the request names none.", cluster.Name),
            _ => throw EksErrors.InvalidParameter("Only one type of update can be allowed.", cluster.Name),
        };
    });

    private static Update ChangeVpc(AwsCall call, Cluster cluster, JsonObject vpc)
    {
        var (subnets, groups) = (vpc.Strings("subnetIds"), vpc.Strings("securityGroupIds"));
        if (subnets is not null || groups is not null)
        {
            if (subnets is not null && (call.Eks().RequireSubnets(subnets, cluster.Name) is var found && (found.Any(subnet => subnet.VpcId != cluster.VpcId) || found.DistinctBy(subnet => subnet.Zone.Id).Count() < 2)))
            {
                throw EksErrors.InvalidParameter("Provided subnets must belong to the cluster's VPC and to at least two different AZs.", cluster.Name);
            }

            var checkedGroups = groups is null ? cluster.SecurityGroupIds : ClusterOperations.ReadGroups(call, vpc, cluster.Name);
            return Begin(call, cluster, "VpcConfigUpdate", [("Subnets", Text(subnets)), ("SecurityGroups", Text(groups))], () => (cluster.SubnetIds, cluster.SecurityGroupIds) = (subnets ?? cluster.SubnetIds, checkedGroups), fails: () => FullSubnet(call, cluster, subnets ?? []));
        }

        var (isPublic, isPrivate) = (vpc.Flag("endpointPublicAccess") ?? cluster.PublicAccess, vpc.Flag("endpointPrivateAccess") ?? cluster.PrivateAccess);
        var cidrs = vpc.Strings("publicAccessCidrs") is { Count: > 0 } given ? ClusterNetwork.ReadCidrs(given, cluster.IsIpv6) : cluster.PublicAccessCidrs;
        if (!isPublic && !isPrivate)
        {
            throw EksErrors.InvalidParameter("Private and public endpoint access cannot be false", cluster.Name);
        }

        if ((isPublic, isPrivate) == (cluster.PublicAccess, cluster.PrivateAccess) && cidrs.ToHashSet().SetEquals(cluster.PublicAccessCidrs))
        {
            throw EksErrors.InvalidParameter($"Cluster is already at the desired configuration with endpointPrivateAccess: {Flag(isPrivate)} , endpointPublicAccess: {Flag(isPublic)}, and Public Endpoint Restrictions: [{string.Join(", ", cidrs)}]", cluster.Name);
        }

        return Begin(call, cluster, "EndpointAccessUpdate", [("EndpointPublicAccess", Flag(isPublic)), ("EndpointPrivateAccess", Flag(isPrivate)), ("PublicAccessCidrs", Text(cidrs))],
            () => (cluster.PublicAccess, cluster.PrivateAccess, cluster.PublicAccessCidrs) = (isPublic, isPrivate, cidrs));
    }

    private static Update ChangeLogging(AwsCall call, Cluster cluster, JsonObject logging)
    {
        var types = ClusterOperations.ReadLogging(logging, cluster.LogTypes);
        return types.SetEquals(cluster.LogTypes) ? throw EksErrors.InvalidParameter("No changes needed for the logging config provided", cluster.Name)
            : Begin(call, cluster, "LoggingUpdate", [("ClusterLogging", logging.ToJsonString())], () =>
            {
                cluster.LogTypes = types;
                cluster.SendLogs();
            });
    }

    private static Update ChangeAccess(AwsCall call, Cluster cluster, JsonObject access)
    {
        var mode = access.Require("authenticationMode");
        var (from, to) = (Array.IndexOf(Modes, cluster.AuthenticationMode), Array.IndexOf(Modes, mode));
        return to <= from || to - from > 1 ? throw EksErrors.InvalidParameter($"Unsupported authentication mode update from {cluster.AuthenticationMode} to {mode}", cluster.Name)
            : Begin(call, cluster, "AccessConfigUpdate", [("AuthenticationMode", $"\"{mode}\"")], () =>
            {
                cluster.AuthenticationMode = mode;
                foreach (var group in cluster.Nodegroups.Values)
                {
                    AccessOperations.AdmitNodes(cluster, group.NodeRole);
                }

                cluster.Workloads.Identity?.Publish();
            });
    }

    private static Update ChangeAutoMode(AwsCall call, Cluster cluster)
    {
        var body = call.Body;
        var switches = new[] { body.Object("computeConfig")?.Flag("enabled"), body.Object("storageConfig")?.Object("blockStorage")?.Flag("enabled"), body.Object("kubernetesNetworkConfig")?.Object("elasticLoadBalancing")?.Flag("enabled") };
        return switches.Distinct().Count() != 1 || switches[0] is not { } on
            ? throw EksErrors.InvalidParameter("The type for cluster update was not provided: computeConfig.enabled, storageConfig.blockStorage.enabled and kubernetesNetworkConfig.elasticLoadBalancing.enabled must be set to the same value.", cluster.Name)
            : Begin(call, cluster, "AutoModeUpdate", [("ComputeConfig", body["computeConfig"]!.ToJsonString()), ("StorageConfig", body["storageConfig"]!.ToJsonString()), ("KubernetesNetworkConfig", body["kubernetesNetworkConfig"]!.ToJsonString())], () =>
            {
                cluster.TakeSettings(body);
                cluster.LoadBalancing = on;
            });
    }

    private static Update ChangeSetting(AwsCall call, Cluster cluster, string name)
    {
        var (type, parameter) = name switch
        {
            "upgradePolicy" => ("UpgradePolicyUpdate", "UpgradePolicy"),
            "zonalShiftConfig" => ("ZonalShiftConfigUpdate", "ZonalShiftConfig"),
            "remoteNetworkConfig" => ("RemoteNetworkConfigUpdate", "RemoteNetworkConfig"),
            "deletionProtection" => ("DeletionProtectionUpdate", "DeletionProtection"),
            _ => ("ControlPlaneScalingConfigUpdate", "UpdatedTier"),
        };
        ClusterSettings.Check(call, call.Body, cluster.Name);
        return Begin(call, cluster, type, [(parameter, call.Body[name]!.ToJsonString())], () => cluster.TakeSettings(call.Body));
    }

    private static JsonObject UpdateVersion(AwsCall call) => Once(call, cluster =>
    {
        var wanted = call.Body.Require("version");
        var (from, to) = (VersionCatalog.Find(cluster.Version)!, VersionCatalog.Find(wanted));
        if (to is null)
        {
            throw EksErrors.InvalidParameter($"unsupported Kubernetes version {wanted}", cluster.Name);
        }

        if (to.Minor == from.Minor)
        {
            throw EksErrors.InvalidParameter($"Cluster is already at version: {wanted}", cluster.Name);
        }

        if (to.Minor != from.Minor + 1)
        {
            throw EksErrors.InvalidParameter($"Unsupported Kubernetes minor version update from {from.Version} to {to.Version}", cluster.Name);
        }

        if (cluster.Nodegroups.Values.FirstOrDefault(group => to.Minor - VersionCatalog.Find(group.Version)!.Minor > 3) is { } old && call.Body.Flag("force") != true)
        {
            throw EksErrors.InvalidRequest($"Nodegroups must be updated to match cluster version before updating cluster version; {old.Name} is at {old.Version}", cluster.Name, old.Name);
        }

        return Begin(call, cluster, "VersionUpdate", [("Version", wanted), ("PlatformVersion", to.Platform)], () => cluster.Version = wanted, call.Account.Options.Durations.ControlPlaneUpgrade);
    });

    private static JsonObject AssociateEncryption(AwsCall call) => Once(call, cluster =>
    {
        _ = call.Body.Objects("encryptionConfig") ?? throw EksErrors.InvalidParameter("The required member encryptionConfig is missing.", cluster.Name);
        ClusterSettings.Check(call, call.Body, cluster.Name);
        return cluster.Settings["encryptionConfig"] is not null ? throw EksErrors.InvalidParameter("The encryption config is already associated with the cluster.", cluster.Name)
            : Begin(call, cluster, "AssociateEncryptionConfig", [("EncryptionConfig", call.Body["encryptionConfig"]!.ToJsonString())], () => cluster.TakeSettings(call.Body));
    });

    private static JsonObject Once(AwsCall call, Func<Cluster, Update> change)
    {
        var cluster = call.Eks().Get(call);
        var update = call.Eks().Once(call, () => cluster.Status == "ACTIVE" ? change(cluster)
            : throw EksErrors.InUse($"Cannot {call.Operation} because cluster {cluster.Name} currently has status {cluster.Status}", cluster.Name), made => cluster.Updates.Contains(made));
        return new JsonObject { ["update"] = update.Write() };
    }

    /// <summary>EKS asks for six free addresses in each subnet, and finds out while it makes its network interfaces there.</summary>
    private static (string Code, string Message)? FullSubnet(AwsCall call, Cluster cluster, IEnumerable<string> subnets) =>
        subnets.Except(cluster.SubnetIds).Select(id => call.Eks().Ec2.Find<Ec2.Subnet>(id)).OfType<Ec2.Subnet>().FirstOrDefault(subnet => call.Eks().Ec2.FreeAddresses(subnet) < 6) is { } full
            ? ("InsufficientFreeAddresses", $"Subnet {full.Id} does not have enough free addresses for the control plane's network interfaces.") : null;

    private static Update Begin(AwsCall call, Cluster cluster, string type, IEnumerable<(string Type, string? Value)> parameters, Action apply, TimeSpan? duration = null, Func<(string Code, string Message)?>? fails = null)
    {
        var update = new Update(type, call.Now, parameters.Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Type, parameter.Value!)));
        cluster.Updates.Add(update);
        cluster.Status = "UPDATING";
        call.Account.After(duration ?? call.Account.Options.Durations.ControlPlaneUpdate, () =>
        {
            if (fails?.Invoke() is { } failure)
            {
                update.Errors.Add(failure);
                update.Status = "Failed";
            }
            else
            {
                apply();
                update.Status = "Successful";
            }

            cluster.Status = "ACTIVE";
        });
        return update;
    }

    private static JsonObject List(AwsCall call)
    {
        var (cluster, group, addon) = (call.Eks().Get(call), call.QueryValue("nodegroupName"), call.QueryValue("addonName"));
        return EksRegion.Page(call, "updateIds", cluster.Updates.Where(update => update.Nodegroup == group && update.Addon == addon).Select(update => update.Id));
    }

    private static JsonObject Describe(AwsCall call)
    {
        var cluster = call.Eks().Get(call);
        var update = cluster.Updates.Find(update => update.Id == call.Path["updateId"] && update.Nodegroup == call.QueryValue("nodegroupName") && update.Addon == call.QueryValue("addonName"))
            ?? throw EksErrors.NotFound($"No update found for ID: {call.Path["updateId"]}", cluster.Name);
        return new JsonObject { ["update"] = update.Write() };
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private static string? Text(IEnumerable<string>? values) => values is null ? null : values.ToJson().ToJsonString();
}
