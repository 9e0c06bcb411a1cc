using System.Globalization;
using Amazon.CloudWatchLogs.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using Logging = Amazon.EKS.Model.Logging;
using LogGroup = EksTools.Core.Clusters.Creation.LogGroup;

namespace EksTools.Core.Clusters.Changes;

/// <summary>
/// The changes that a request comes to, in the order in which they are made: a log group is there, with its retention, before the first log, and protection from deletion comes last.
/// UpdateClusterConfig takes one kind in a call, and EKS one update at a time: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
/// </summary>
internal sealed class ClusterChanges(AwsAccount account, SetClusterRequest request, Cluster live)
{
    private readonly NetworkChanges network = new(account.Eks, request, live);

    public IReadOnlyList<ClusterChange> List() =>
    [
        .. Tags(), .. Authentication(), .. Retention(), .. Logs(), .. network.List(), .. Support(), .. Tier(), .. Shift(), .. Encryption(),
        .. new AutoModeChange(account, request, live).List(), .. Protection(),
    ];

    /// <summary>A change by UpdateClusterConfig.</summary>
    public static ClusterChange Update(IAmazonEKS eks, string id, string description, Func<Cluster, bool> isDone, Func<Cluster, UpdateClusterConfigRequest> ask, params (string Key, string Value)[] recorded) => new()
    {
        Id = id,
        Description = description,
        IsDoneAsync = (there, _) => Task.FromResult(isDone(there)),
        AskAsync = async (there, token) => (await eks.UpdateClusterConfigAsync(ask(there), token)).Update?.Id,
        Recorded = recorded.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
    };

    /// <summary>What is, and what it becomes, for a plan.</summary>
    public static string Step(string what, string from, string to) => from == to ? $"{what} is {to}" : $"{what}: {from} → {to}";

    private IEnumerable<ClusterChange> Tags()
    {
        if (request.ResourceTags.Count + request.RemoveTag.Count == 0)
        {
            yield break;
        }

        yield return new ClusterChange
        {
            Id = "tags",
            Description = $"tags of the cluster: {string.Join(", ", request.ResourceTags.Select(static tag => $"{tag.Key}={tag.Value}").Concat(request.RemoveTag.Select(static key => $"without {key}")))}",
            IsUpdate = false,
            IsDoneAsync = (there, _) => Task.FromResult(Lacking(there).Count + Superfluous(there).Count == 0),
            AskAsync = async (there, token) =>
            {
                if (Superfluous(there) is { Count: > 0 } superfluous)
                {
                    await account.Eks.UntagResourceAsync(new Amazon.EKS.Model.UntagResourceRequest { ResourceArn = there.Arn, TagKeys = superfluous }, token);
                }

                if (Lacking(there) is { Count: > 0 } lacking)
                {
                    await account.Eks.TagResourceAsync(new Amazon.EKS.Model.TagResourceRequest { ResourceArn = there.Arn, Tags = lacking }, token);
                }

                return null;
            },
            Tags = request.ResourceTags,
            RemovedTags = request.RemoveTag,
        };
    }

    private Dictionary<string, string> Lacking(Cluster there) => request.ResourceTags.Where(tag => (there.Tags ?? []).GetValueOrDefault(tag.Key) != tag.Value).ToDictionary(StringComparer.Ordinal);

    private List<string> Superfluous(Cluster there) => [.. request.RemoveTag.Where((there.Tags ?? []).ContainsKey)];

    private IEnumerable<ClusterChange> Authentication()
    {
        if (request.AuthenticationMode?.ToUpperInvariant() is not { } wanted)
        {
            yield break;
        }

        List<string> modes = [.. ChangeRules.Modes];
        string now = ChangeRules.ModeOf(live);
        if (now == wanted)
        {
            yield return Update(account.Eks, "authentication-mode", Step("authentication mode", now, wanted), static _ => true, Request, (ParameterDefinition.Authentication, wanted));
        }

        for (int index = modes.IndexOf(now) + 1; index <= modes.IndexOf(wanted); index++)
        {
            int step = index;
            yield return Update(
                account.Eks,
                modes[step] == wanted ? "authentication-mode" : "authentication-mode-both",
                $"{Step("authentication mode", modes[step - 1], modes[step])}; cannot be taken back{(modes[step] == "API" ? ", and the rows of aws-auth count no more" : string.Empty)}",
                there => modes.IndexOf(ChangeRules.ModeOf(there)) >= step,
                there => new UpdateClusterConfigRequest { Name = there.Name, AccessConfig = new UpdateAccessConfigRequest { AuthenticationMode = new AuthenticationMode(modes[step]) } },
                (ParameterDefinition.Authentication, modes[step]));
        }
    }

    private IEnumerable<ClusterChange> Logs()
    {
        if (request.LogType is null)
        {
            yield break;
        }

        string[] wanted = [.. ClusterRequestRules.LogTypes.Where(type => request.LogType.Contains(type, StringComparer.OrdinalIgnoreCase))];
        yield return Update(
            account.Eks,
            "log-types",
            Step("control plane logs", Words(ClusterRequestRules.LogTypes.Where(ChangeRules.LogTypesOf(live).Contains)), Words(wanted)),
            there => ChangeRules.LogTypesOf(there).SetEquals(wanted),
            there =>
            {
                HashSet<string> on = ChangeRules.LogTypesOf(there);
                return new UpdateClusterConfigRequest
                {
                    Name = there.Name,
                    Logging = new Logging
                    {
                        ClusterLogging =
                        [
                            .. new[] { (Enabled: true, Types: wanted.Where(type => !on.Contains(type)).ToList()), (Enabled: false, Types: on.Except(wanted).ToList()) }
                                .Where(static setup => setup.Types.Count > 0)
                                .Select(static setup => new LogSetup { Enabled = setup.Enabled, Types = setup.Types }),
                        ],
                    },
                };
            },
            (ParameterDefinition.Logs, string.Join(SaidParameters.Separator, wanted.Order(StringComparer.Ordinal))));
    }

    private IEnumerable<ClusterChange> Retention()
    {
        if (request.LogRetention is not { } days)
        {
            yield break;
        }

        yield return new ClusterChange
        {
            Id = "log-retention",
            Description = $"log group {LogGroup.NameOf(request.Name)} keeps logs {(days == 0 ? "for ever" : $"for {days} days")}",
            IsUpdate = false,
            IsDoneAsync = async (_, token) => await LogGroup.FindAsync(account, request.Name, token) is { } there ? (there.RetentionInDays ?? 0) == days : days == 0,
            AskAsync = async (there, token) =>
            {
                if (days == 0)
                {
                    await account.Logs.DeleteRetentionPolicyAsync(new DeleteRetentionPolicyRequest { LogGroupName = LogGroup.NameOf(request.Name) }, token);
                }
                else
                {
                    // A group that is made here is tagged as the cluster is.
                    await LogGroup.EnsureAsync(account, request.Name, days, (there.Tags ?? []).Where(static tag => !tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.Ordinal), token);
                }

                return null;
            },
            Recorded = new Dictionary<string, string> { [ParameterDefinition.LogRetention] = days == 0 ? string.Empty : days.ToString(CultureInfo.InvariantCulture) },
        };
    }

    private IEnumerable<ClusterChange> Support()
    {
        if (request.SupportType?.ToUpperInvariant() is { } wanted)
        {
            yield return Update(
                account.Eks,
                "support-type",
                Step("support of the Kubernetes version", live.UpgradePolicy?.SupportType?.Value ?? "not told", wanted),
                there => there.UpgradePolicy?.SupportType?.Value == wanted,
                there => new UpdateClusterConfigRequest { Name = there.Name, UpgradePolicy = new UpgradePolicyRequest { SupportType = wanted } },
                (ParameterDefinition.Support, wanted));
        }
    }

    private IEnumerable<ClusterChange> Tier()
    {
        if (request.ControlPlaneTier?.ToLowerInvariant() is { } wanted)
        {
            yield return Update(
                account.Eks,
                "control-plane-tier",
                Step("control plane", TierOf(live), wanted),
                there => TierOf(there) == wanted,
                there => new UpdateClusterConfigRequest { Name = there.Name, ControlPlaneScalingConfig = new ControlPlaneScalingConfig { Tier = wanted } },
                (ParameterDefinition.Tier, wanted)) with
            {
                Billed = wanted != ControlPlaneRules.UnprovisionedTier,
                Typical = TimeSpan.FromMinutes(10),
            };
        }
    }

    private IEnumerable<ClusterChange> Shift()
    {
        if (request.ZonalShift is { } wanted)
        {
            yield return Update(
                account.Eks,
                "zonal-shift",
                Step("zonal shift", OnOff(live.ZonalShiftConfig?.Enabled == true), OnOff(wanted)),
                there => (there.ZonalShiftConfig?.Enabled ?? false) == wanted,
                there => new UpdateClusterConfigRequest { Name = there.Name, ZonalShiftConfig = new ZonalShiftConfigRequest { Enabled = wanted } },
                (ParameterDefinition.ZonalShift, wanted ? ParameterDefinition.Yes : ParameterDefinition.No));
        }
    }

    private IEnumerable<ClusterChange> Encryption()
    {
        if (request.KmsKeyArn is { } key)
        {
            yield return new ClusterChange
            {
                Id = "kms-key",
                Description = ChangeRules.KeyOf(live) == key ? $"Secrets are encrypted with {key}" : $"Secrets encrypted with {key}; cannot be taken back",

                // Every Secret is written anew.
                Typical = TimeSpan.FromMinutes(15),
                IsDoneAsync = (there, _) => Task.FromResult(ChangeRules.KeyOf(there) == key),
                AskAsync = async (there, token) => (await account.Eks.AssociateEncryptionConfigAsync(
                    new AssociateEncryptionConfigRequest { ClusterName = there.Name, EncryptionConfig = [new EncryptionConfig { Provider = new Provider { KeyArn = key }, Resources = ["secrets"] }] },
                    token)).Update?.Id,
                Recorded = new Dictionary<string, string> { [ParameterDefinition.KmsKey] = key },
            };
        }
    }

    private IEnumerable<ClusterChange> Protection()
    {
        if (request.DeletionProtection is { } wanted)
        {
            yield return Update(
                account.Eks,
                "deletion-protection",
                Step("deletion protection", OnOff(live.DeletionProtection == true), OnOff(wanted)),
                there => (there.DeletionProtection ?? false) == wanted,
                there => new UpdateClusterConfigRequest { Name = there.Name, DeletionProtection = wanted },
                (ParameterDefinition.Protection, wanted ? ParameterDefinition.Yes : ParameterDefinition.No));
        }
    }

    private static UpdateClusterConfigRequest Request(Cluster there) => new() { Name = there.Name };

    private static string TierOf(Cluster cluster) => cluster.ControlPlaneScalingConfig?.Tier?.Value ?? ControlPlaneRules.UnprovisionedTier;

    private static string OnOff(bool on) => on ? "on" : "off";

    private static string Words(IEnumerable<string> values) => string.Join(", ", values) is { Length: > 0 } words ? words : "none";
}
