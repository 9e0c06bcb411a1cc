using System.IO.Enumeration;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Mappings.Undo;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings;

/// <inheritdoc/>
internal sealed class IamMappingService(TimeProvider time) : IIamMappingService
{
    /// <inheritdoc/>
    public async Task<EksIamMappingList> ListAsync(AwsConnection connection, string clusterName, EksIamMappingFilter filter, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
            ClusterAccess access = AccessReader.Begin(cluster);

            // A filter by principal still needs the principal's entry where rows are listed: it says whether they count.
            Func<string, bool> wanted = Matcher(filter.PrincipalArns);
            Task<IReadOnlyList<EksIamMapping>> entries = access.UsesEntries ? AccessEntryReader.ListAsync(account, cluster, wanted, cancellationToken) : Task.FromResult<IReadOnlyList<EksIamMapping>>([]);
            bool asksConfigMap = filter.Source is { } source ? source == EksIamMappingSource.ConfigMap : access.UsesConfigMap;
            (AwsAuthMap? map, EksToolsException? failure) = asksConfigMap ? await AccessReader.TryReadConfigMapAsync(account, cluster, cancellationToken) : (null, null);
            access = access with { Entries = await entries, ConfigMap = map };
            if (failure is not null && (!access.UsesEntries || filter.Source is not null))
            {
                throw failure;
            }

            List<string> warnings = [];
            if (failure is not null)
            {
                warnings.Add($"aws-auth is left out: {failure.Message}");
            }

            warnings.AddRange((map?.Faults ?? []).Select(fault => $"aws-auth of cluster {clusterName} does not parse: {fault.Key}, line {fault.Line}, column {fault.Column}: {fault.Problem.TrimEnd('.')}. The authenticator has lost every mapping of {fault.Key}."));
            return new EksIamMappingList(
                [.. AccessRules.List(access).Where(rule => (filter.Source is null || rule.Source == filter.Source) && (rule.PrincipalArn is { } arn ? wanted(arn) : filter.PrincipalArns.Count == 0))],
                warnings);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAccessPolicyNamesAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync<IReadOnlyList<string>>(async () => [.. (await AccessPolicies.ListAsync(account, cancellationToken)).Keys.Order(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public async Task<EksIamMappingOutcome> AddAsync(AwsConnection connection, string clusterName, IReadOnlyList<EksIamMappingRequest> requests, bool force, Func<EksIamMappingChange, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(() => new MappingEditor(account, force, time, observer).AddAsync(clusterName, requests, approve, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<EksIamMappingOutcome> RemoveAsync(AwsConnection connection, string clusterName, IReadOnlyList<EksIamMappingSelector> selectors, bool force, Func<EksIamMappingChange, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(() => new MappingEditor(account, force, time, observer).RemoveAsync(clusterName, selectors, approve, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<(EksIamMappingUndo Undo, bool Written)> UndoAsync(AwsConnection connection, string clusterName, bool force, Func<EksIamMappingUndo, Task<bool>> approve, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(() => new MappingUndo(account, force, time, observer).RunAsync(clusterName, approve, cancellationToken));
    }

    /// <summary>Whether an ARN is one of those asked for: by the principal, whatever form its ARN has, or by a pattern.</summary>
    private static Func<string, bool> Matcher(IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0)
        {
            return static _ => true;
        }

        HashSet<string> keys = [.. patterns.Select(AccessIndex.KeyOf).OfType<string>()];
        string[] wild = [.. patterns.Where(static pattern => pattern.AsSpan().IndexOfAny('*', '?') >= 0)];
        return arn => keys.Contains(AccessIndex.KeyOf(arn)!) || Array.Exists(wild, pattern => FileSystemName.MatchesSimpleExpression(pattern, arn, ignoreCase: true));
    }
}
