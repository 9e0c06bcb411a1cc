using EksTools.Access;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Mappings.Guard;
using EksTools.Core.Accounts;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings.Undo;

/// <summary>Brings former texts of aws-auth back, the last first. An undo is a write like others: the text that it takes away is kept too.</summary>
/// <param name="account">The account of the cluster.</param>
/// <param name="force">Also when somebody else has written since, and when it would lock people or nodes out.</param>
/// <param name="time">Waits and dates.</param>
/// <param name="observer">Told of what else to know.</param>
internal sealed class MappingUndo(AwsAccount account, bool force, TimeProvider time, IJobObserver observer)
{
    /// <summary>Undoes the last write that is not undone yet.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="approve">Asked before anything is written.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<(EksIamMappingUndo Undo, bool Written)> RunAsync(string clusterName, Func<EksIamMappingUndo, Task<bool>> approve, CancellationToken cancellationToken)
    {
        // Without the principals of the former text, which is not known yet: the guard needs those of aws-auth, the caller and the administrators.
        using MappingSnapshot snapshot = await MappingSnapshot.ReadAsync(account, clusterName, new HashSet<string>(), readConfigMap: true, cancellationToken);
        if (snapshot.Failure is { } failure)
        {
            throw failure;
        }

        Guards guards = new(account, snapshot, force, cancellationToken);
        Step first = await PlanAsync(snapshot, guards, snapshot.Found);
        if (!await approve(first.Undo))
        {
            return (first.Undo, false);
        }

        AwsAuthWriter writer = new(snapshot.Store!, clusterName, snapshot.Caller.Arn, time, observer);
        Step last = first;
        await writer.WriteAsync(
            snapshot.Found,
            async found =>
            {
                last = found == snapshot.Found ? first : await PlanAsync(snapshot, guards, found);
                if (last.Undo.Diff != first.Undo.Diff && !force)
                {
                    throw Changed(last.Undo, isBroken: false);
                }

                return new AwsAuthProposal(last.Data, $"Undo: {last.Undo.Action}", last.Undone);
            },
            cancellationToken);
        return (last.Undo, true);
    }

    private sealed record Step(EksIamMappingUndo Undo, IReadOnlyDictionary<string, string> Data, int Undone);

    private async Task<Step> PlanAsync(MappingSnapshot snapshot, Guards guards, AwsAuthObject? found)
    {
        string cluster = snapshot.Access.Cluster.Name;
        IReadOnlyList<AwsAuthVersion> versions = AwsAuthHistory.Read(found);
        if (found is null || Readable(cluster, () => AwsAuthHistory.NextToUndo(versions, found.Data)) is not { } place)
        {
            throw new EksToolsException(
                EksErrorKind.NotFound,
                "NothingToUndo",
                versions.Count > 0 ? $"Every write of aws-auth that cluster {cluster} remembers is undone." : $"Cluster {cluster} remembers no former text of aws-auth.",
                cluster,
                "Writes of this module are remembered in the ConfigMap's annotations, the oldest only as far as there is room. Access entries have no text: pipe what Remove-EksIamMapping -PassThru wrote to Add-EksIamMapping.");
        }

        AwsAuthVersion version = versions[place];
        IReadOnlyDictionary<string, string> data = Readable(cluster, () => AwsAuthHistory.Restore(found.Data, AwsAuthHistory.FormerValues(version)));
        ClusterAccess before = snapshot.Access with { ConfigMap = AwsAuthMap.Parse(found.Data) };
        ClusterAccess after = snapshot.Access with { ConfigMap = AwsAuthMap.Parse(data) };
        EksIamMappingUndo undo = new()
        {
            ClusterName = cluster,
            Region = snapshot.Access.Cluster.Region,
            WrittenAt = version.Time,
            WrittenBy = version.By,
            Action = version.Action,
            ChangedSince = AwsAuthHistory.Fingerprint(found.Data) != versions[0].Written,
            Changes = MappingDifference.Between(before, after),
            Diff = AwsAuthDifference.Between(AwsAuthHistory.Values(found.Data), AwsAuthHistory.Values(data)),
        };
        if (undo.ChangedSince)
        {
            if (!force)
            {
                throw Changed(undo, before.ConfigMap?.Faults.Count > 0);
            }

            observer.Warn($"aws-auth of cluster {cluster} was changed by somebody else since {versions[0].Time:u}; that goes too.");
        }

        if (!force && AccessGuard.Unparsable(after.ConfigMap, cluster) is not null)
        {
            throw new EksToolsException(EksErrorKind.File, "FormerTextUnreadable", $"The former text of aws-auth of cluster {cluster}, of before {version.Time:u}, does not parse: the authenticator would lose mappings.", cluster, "-Force brings it back all the same.");
        }

        await guards.RequireAsync(before, after);
        return new Step(undo, data, place + 1);
    }

    private static EksToolsException Changed(EksIamMappingUndo undo, bool isBroken) => new(
        EksErrorKind.Conflict,
        "AwsAuthChangedSince",
        $"aws-auth of cluster {undo.ClusterName} was changed by somebody else after '{undo.Action}' of {undo.WrittenAt:u}; to bring the former text back would take that away too. What would change:\n{undo.Diff}",
        undo.ClusterName,
        isBroken ? "Correct it with kubectl edit configmap aws-auth -n kube-system, or say -Force for the former text." : "Edit it with Add- and Remove-EksIamMapping, which leave the others' changes alone, or say -Force.");

    private static T Readable<T>(string cluster, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception)
        {
            throw new EksToolsException(EksErrorKind.File, "FormerTextLost", $"The former text of aws-auth of cluster {cluster} is damaged: {exception.Message}", cluster, "Correct aws-auth with Add- and Remove-EksIamMapping.", exception);
        }
    }
}
