using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Add-ons of a cluster.</summary>
internal static class AddonOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateAddon", "POST", "/clusters/{name}/addons", call => Answer(call.Eks().Once(call, () => Create(call), addon => addon.Cluster.Addons.ContainsValue(addon)))),
        new("DescribeAddon", "GET", "/clusters/{name}/addons/{addonName}", call => Answer(Named(call))),
        new("ListAddons", "GET", "/clusters/{name}/addons", call => EksRegion.Page(call, "addons", call.Eks().Get(call).Addons.Keys)),
        new("UpdateAddon", "POST", "/clusters/{name}/addons/{addonName}/update", Update),
        new("DeleteAddon", "DELETE", "/clusters/{name}/addons/{addonName}", Delete),
    ];

    private static Addon Named(AwsCall call)
    {
        var (cluster, name) = (call.Eks().Get(call), call.Path["addonName"]);
        return cluster.Addons.TryGetValue(name, out var addon) && addon.Created <= call.VisibleUntil ? addon : throw EksErrors.NotFound($"No addon: {name} found in cluster: {cluster.Name}", cluster.Name);
    }

    private static JsonObject Answer(Addon addon) => new() { ["addon"] = addon.Write() };

    private static Addon Create(AwsCall call)
    {
        var (eks, body, cluster) = (call.Eks(), call.Body, call.Eks().GetReady(call));
        var name = body.Require("addonName");
        var offer = AddonCatalog.Find(name) ?? throw EksErrors.InvalidParameter($"Addon {name} specified is not supported", cluster.Name);
        if (cluster.Addons.ContainsKey(name))
        {
            throw EksErrors.InUse("Addon already exists.", cluster.Name);
        }

        var addon = new Addon(cluster, offer, ReadVersion(body, cluster, offer) ?? AddonCatalog.DefaultVersion(name, cluster.Version))
        {
            RoleArn = ReadRole(call, cluster), Configuration = ReadConfiguration(body, cluster, offer), Tags = EksRegion.ReadTags(body),
        };
        var (resolve, owned) = (ReadResolve(body, cluster), PodIdentityOperations.ReadOwned(call, cluster, offer));
        cluster.Addons[name] = addon;
        PodIdentityOperations.Own(cluster, addon, owned);
        var failure = call.Failure ?? (resolve == "NONE" && cluster.Workloads.SelfManaged.Contains(name) ? new Failure("ConfigurationConflict", "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.") : null);
        if (failure is not null)
        {
            call.Account.After(eks.Durations.Addon / 4, () =>
            {
                addon.Status = "CREATE_FAILED";
                addon.Issues.Add(new HealthIssue(failure.Code, failure.Message, []));
            });
            return addon;
        }

        Begin(call, addon, preserve: false);
        return addon;
    }

    /// <summary>Lays the workloads half-way and looks at the end whether they run.</summary>
    /// <param name="call">The call.</param>
    /// <param name="addon">The add-on.</param>
    /// <param name="preserve">Whether a role that people gave the service account stays.</param>
    private static void Begin(AwsCall call, Addon addon, bool preserve)
    {
        var (cluster, durations) = (addon.Cluster, call.Account.Options.Durations);
        addon.IsDue = false;
        bool IsGone() => addon.Status == "DELETING" || !cluster.Addons.ContainsValue(addon);
        call.Account.After(durations.Addon / 2, () =>
        {
            if (!IsGone())
            {
                cluster.Workloads.Adopt(addon.Name);

                // Pods get the role when they are created, and EKS makes none anew for its sake (aws/amazon-vpc-cni-k8s issue 1338).
                cluster.Workloads.Lay(addon.Name, addon.Version, addon.Offer.ServiceAccount is { } account ? new AddonRole(account, addon.RoleArn, addon.LaidRole, preserve) : null);
                addon.LaidRole = addon.RoleArn;
                cluster.Workloads.Reconcile();
            }
        });
        call.Account.After(durations.Addon, () =>
        {
            addon.IsDue = true;
            cluster.Workloads.Reconcile();
        });
        call.Account.After(durations.AddonPatience, () =>
        {
            if (addon.Status is "CREATING" or "UPDATING" && addon.IsDue)
            {
                addon.Status = "DEGRADED";
            }
        });
    }

    private static JsonObject Update(AwsCall call)
    {
        var (eks, body, cluster, addon) = (call.Eks(), call.Body, call.Eks().GetReady(call), Named(call));
        var update = eks.Once(call, () =>
        {
            if (addon.Status is "CREATING" or "UPDATING" or "DELETING")
            {
                throw EksErrors.InUse($"Addon {addon.Name} cannot be updated as it is currently in {addon.Status} state", cluster.Name);
            }

            var (version, configuration, role, resolve, owned) = (ReadVersion(body, cluster, addon.Offer), ReadConfiguration(body, cluster, addon.Offer), ReadRole(call, cluster), ReadResolve(body, cluster), PodIdentityOperations.ReadOwned(call, cluster, addon.Offer));
            var made = new Update("AddonUpdate", call.Now, new (string Type, string? Value)[]
            {
                ("AddonVersion", version), ("ServiceAccountRoleArn", role), ("ResolveConflicts", resolve), ("ConfigurationValues", configuration),
            }.Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Type, parameter.Value!)))
            {
                Addon = addon.Name,
            };
            cluster.Updates.Add(made);
            // An update without a role takes the role away, as in AWS.
            (addon.Version, addon.Configuration, addon.RoleArn, addon.Status, addon.Running, addon.Modified) = (version ?? addon.Version, configuration ?? addon.Configuration, role, "UPDATING", made, call.Now);
            PodIdentityOperations.Own(cluster, addon, owned);
            Begin(call, addon, resolve == "PRESERVE");
            return made;
        }, made => cluster.Updates.Contains(made));
        return new JsonObject { ["update"] = update.Write() };
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (cluster, addon) = (call.Eks().Get(call), Named(call));
        if (addon.Status == "DELETING")
        {
            throw EksErrors.InUse($"Addon {addon.Name} is already being deleted", cluster.Name);
        }

        addon.Status = "DELETING";
        var preserve = bool.TryParse(call.QueryValue("preserve"), out var kept) && kept;
        call.Account.After(call.Account.Options.Durations.AddonDeletion, () =>
        {
            cluster.Addons.Remove(addon.Name);
            foreach (var owned in cluster.PodIdentityAssociations.Values.Where(association => association.OwnerArn == addon.Arn).ToList())
            {
                cluster.PodIdentityAssociations.Remove(owned.Id);
            }

            if (!preserve)
            {
                cluster.Workloads.Remove(addon.Name);
                cluster.Workloads.Reconcile();
            }
        });
        return Answer(addon);
    }

    private static string? ReadVersion(JsonObject body, Cluster cluster, AddonOffer offer) => body.String("addonVersion") is not { } version ? null
        : AddonCatalog.Versions(offer.Name, cluster.Version).Contains(version) ? version
        : throw EksErrors.InvalidParameter($"Addon version specified is not supported", cluster.Name);

    private static string? ReadConfiguration(JsonObject body, Cluster cluster, AddonOffer offer)
    {
        var values = body.String("configurationValues");
        AddonCatalog.CheckConfiguration(offer, values, message => EksErrors.InvalidParameter(message, cluster.Name));
        return values;
    }

    private static string? ReadRole(AwsCall call, Cluster cluster) => call.Body.String("serviceAccountRoleArn") is not { } arn ? null
        : !arn.StartsWith($"arn:{call.Account.Partition}:iam::{call.Account.Id}:role/", StringComparison.Ordinal) ? throw EksErrors.InvalidParameter($"Cross-account pass role is not allowed, or {arn} is no role.", cluster.Name)
        : call.Account.Iam.FindRole(arn) is { } role && call.Account.Iam.IsVisible(role) ? arn
        : throw EksErrors.InvalidParameter($"The role {arn} does not exist.", cluster.Name);

    private static string ReadResolve(JsonObject body, Cluster cluster) => body.String("resolveConflicts") is not { } mode ? "NONE"
        : mode is "NONE" or "OVERWRITE" or "PRESERVE" ? mode : throw EksErrors.InvalidParameter($"resolveConflicts {mode} is not one of NONE, OVERWRITE, PRESERVE.", cluster.Name);
}
