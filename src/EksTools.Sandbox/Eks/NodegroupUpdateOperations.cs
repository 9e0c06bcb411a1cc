using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Changes of node groups: one at a time.</summary>
internal static class NodegroupUpdateOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("UpdateNodegroupConfig", "POST", "/clusters/{name}/node-groups/{nodegroupName}/update-config", UpdateConfig),
        new("UpdateNodegroupVersion", "POST", "/clusters/{name}/node-groups/{nodegroupName}/update-version", UpdateVersion),
    ];

    private static JsonObject UpdateConfig(AwsCall call) => Once(call, group =>
    {
        var body = call.Body;
        AwsException Refuse(string message) => EksErrors.InvalidParameter(message, group.Cluster.Name, group.Name);
        var (labels, taints, scaling, config, repair) = (body.Object("labels"), body.Object("taints"), body.Object("scalingConfig"), body.Object("updateConfig"), body.Object("nodeRepairConfig"));
        if (labels is null && taints is null && scaling is null && config is null && repair is null)
        {
            throw Refuse("No changes needed for the node group: the request names none.");
        }

        var (min, max, desired) = NodegroupOperations.ReadScaling(scaling, (group.Min, group.Max, group.Desired), Refuse);
        NodegroupRules.CheckLabels(labels?.Map("addOrUpdateLabels") ?? [], Refuse);
        if (config is not null)
        {
            NodegroupRules.CheckUpdate(config, Refuse);
        }

        var (set, unset) = (labels?.Map("addOrUpdateLabels") ?? [], labels?.Strings("removeLabels") ?? []);
        var (taint, untaint) = ((taints?.Objects("addOrUpdateTaints") ?? []).Select(item => NodegroupOperations.ReadTaint(item, Refuse)).ToList(), (taints?.Objects("removeTaints") ?? []).Select(item => NodegroupOperations.ReadTaint(item, Refuse)).ToList());
        var update = new Update("ConfigUpdate", call.Now, new (string Type, string? Value)[]
        {
            ("MinSize", scaling?["minSize"]?.ToString()), ("MaxSize", scaling?["maxSize"]?.ToString()), ("DesiredSize", scaling?["desiredSize"]?.ToString()),
            ("LabelsToAdd", labels?["addOrUpdateLabels"]?.ToJsonString()), ("LabelsToRemove", labels?["removeLabels"]?.ToJsonString()),
            ("TaintsToAdd", taints?["addOrUpdateTaints"]?.ToJsonString()), ("TaintsToRemove", taints?["removeTaints"]?.ToJsonString()),
            ("MaxUnavailable", config?["maxUnavailable"]?.ToString()), ("MaxUnavailablePercentage", config?["maxUnavailablePercentage"]?.ToString()), ("NodeRepairEnabled", repair?["enabled"]?.ToString()),
        }.Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Type, parameter.Value!)))
        {
            Nodegroup = group.Name,
        };
        Begin(call, group, update, call.Account.Options.Durations.NodeGroupUpdate, () =>
        {
            (group.Min, group.Max, group.Desired) = (min, max, desired);
            unset.ForEach(key => group.Labels.Remove(key));
            foreach (var (key, value) in set)
            {
                group.Labels[key] = value;
            }

            group.Taints.RemoveAll(old => untaint.Concat(taint).Any(item => item.Key == old.Key && item.Effect == old.Effect));
            group.Taints.AddRange(taint);
            group.UpdateConfig = config?.DeepClone().AsObject() ?? group.UpdateConfig;
            group.NodeRepair = repair?.DeepClone().AsObject() ?? group.NodeRepair;
            NodegroupInstances.Shrink(group, desired);
            NodegroupInstances.Launch(group, call.Account.Options.Durations.NodeGroup);
        });
        return update;
    });

    private static JsonObject UpdateVersion(AwsCall call) => Once(call, group =>
    {
        var (body, cluster) = (call.Body, group.Cluster);
        AwsException Refuse(string message) => EksErrors.InvalidParameter(message, cluster.Name, group.Name);
        var (template, templateVersion) = NodegroupOperations.ReadTemplate(call, body.Object("launchTemplate"), Refuse);
        if (template is not null && template != group.Template)
        {
            throw Refuse("You cannot specify a different launch template than the node group was created with.");
        }

        var version = body.String("version") ?? (body.Object("launchTemplate") is null ? cluster.Version : group.Version);
        var (wanted, current) = (VersionCatalog.Find(version), VersionCatalog.Find(group.Version)!);
        if (wanted is null || wanted.Minor > VersionCatalog.Find(cluster.Version)!.Minor || wanted.Minor < current.Minor || wanted.Minor > current.Minor + 1)
        {
            throw Refuse($"Requested Nodegroup version {version} is not compatible with the cluster's version {cluster.Version} and the node group's {group.Version}.");
        }

        var release = body.String("releaseVersion") ?? wanted.AmiRelease;
        if (!release.StartsWith(wanted.Version + ".", StringComparison.Ordinal))
        {
            throw Refuse($"Requested release version {release} is not valid for kubernetes version {version}.");
        }

        var update = new Update("VersionUpdate", call.Now, new (string Type, string? Value)[] { ("Version", version), ("ReleaseVersion", release), ("LaunchTemplateName", template?.Name), ("LaunchTemplateVersion", templateVersion is null ? null : $"{templateVersion.Number}") }
            .Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Type, parameter.Value!)))
        {
            Nodegroup = group.Name,
        };
        var duration = call.Account.Options.Durations.NodeGroupUpgrade;
        var old = group.Nodes.ToList();
        (group.Version, group.Release, group.TemplateVersion) = (version, release, templateVersion ?? group.TemplateVersion);
        // New nodes come first, old ones go after.
        call.Account.After(duration * 0.2, () => old.ForEach(node => node.Leaving = true));
        call.Account.After(duration * 0.2, () => NodegroupInstances.Launch(group, duration * 0.5));
        Begin(call, group, update, duration, () => old.ForEach(node => NodegroupInstances.End(group, node)));
        return update;
    });

    private static JsonObject Once(AwsCall call, Func<Nodegroup, Update> change)
    {
        var group = NodegroupOperations.Named(call);
        var update = call.Eks().Once(call, () => group.Status is "ACTIVE" or "DEGRADED" ? change(group)
            : throw EksErrors.InUse($"Nodegroup {group.Name} cannot be updated as it is currently in status {group.Status}", group.Cluster.Name, group.Name), made => group.Cluster.Updates.Contains(made));
        return new JsonObject { ["update"] = update.Write() };
    }

    private static void Begin(AwsCall call, Nodegroup group, Update update, TimeSpan duration, Action apply)
    {
        group.Cluster.Updates.Add(update);
        group.Status = "UPDATING";
        call.Account.After(duration, () =>
        {
            apply();
            update.Status = "Successful";
            (group.Status, group.Modified) = ("ACTIVE", group.Cluster.Eks.Account.Now);
            group.Cluster.Workloads.Reconcile();
        });
    }
}
