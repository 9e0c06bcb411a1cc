using EksTools.Access;
using EksTools.Authentication;
using EksTools.Connections;
using EksTools.Core.Access.Conversion;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Reviews;

/// <inheritdoc/>
internal sealed class AccessReviewService(IIamMappingService mappings, TimeProvider time) : IAccessReviewService
{
    private readonly Poller poller = new(time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksIamMappingFinding>> TestAsync(AwsConnection connection, string clusterName, IJobObserver observer, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            ClusterAccess access = await AccessReader.ReadAsync(account, clusterName, cancellationToken);
            if (!access.UsesConfigMap)
            {
                // It does not count, and should not lie about either.
                (AwsAuthMap? left, _) = await AccessReader.TryReadConfigMapAsync(account, access.Cluster, cancellationToken);
                access = access with { ConfigMap = left };
            }

            if (access is { UsesConfigMap: true, ConfigMapUnreadable: { } unreadable })
            {
                observer.Warn($"aws-auth was not tested. {unreadable}");
            }

            AccessFacts facts = await FactReader.ReadAsync(account, access, nodeRoles: true, cancellationToken);
            foreach (string warning in facts.Warnings)
            {
                observer.Warn(warning);
            }

            return AccessFindings.Find(access, facts);
        });
    }

    /// <inheritdoc/>
    public async Task<EksEffectiveAccess> GetEffectiveAccessAsync(AwsConnection connection, string clusterName, string? principalArn, bool verify, CancellationToken cancellationToken)
    {
        AccessSubject? asked = principalArn is null ? null : AccessSubject.Parse(principalArn) ?? throw new EksToolsException(
            EksErrorKind.Validation, "InvalidPrincipalArn", $"'{principalArn}' is not the ARN of an IAM role or user, of a role's session, of a federated user or of an account's root user.", principalArn, "Write it as arn:PARTITION:iam::ACCOUNT:role/NAME or arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION.");
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            CallerIdentity? caller = asked is null || verify ? await account.Session.GetCallerIdentityAsync(cancellationToken) : null;
            AccessSubject subject = asked ?? AccessSubject.Parse(caller!.Arn) ?? throw new EksToolsException(
                EksErrorKind.Validation, "InvalidPrincipalArn", $"The caller is {caller!.Arn}, which no cluster lets in.", caller.Arn, "Use an IAM role or user.");
            ClusterAccess access = await AccessReader.ReadAsync(account, clusterName, cancellationToken);
            EksEffectiveAccess result = EffectiveAccess.Of(access, subject);
            if (!verify)
            {
                return result;
            }

            bool isCaller = string.Equals(caller!.Arn, subject.Arn, StringComparison.OrdinalIgnoreCase);
            return EffectiveAccess.Learn(result, await new AccessVerifier(account, access.Cluster).AskAsync(result, isCaller, cancellationToken), isCaller);
        });
    }

    /// <inheritdoc/>
    public async Task<MappingConversion> PlanConvertAsync(AwsConnection connection, ConvertMappingRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () => (await PrepareAsync(connection, account, request, cancellationToken)).Describe());
    }

    /// <inheritdoc/>
    public async Task<MappingConversion> ConvertAsync(AwsConnection connection, ConvertMappingRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            MappingConversionJob job = await PrepareAsync(connection, account, request, cancellationToken);
            return job.Describe(await account.Runner(poller, time).RunAsync(job.Plan, observer, request.Timeout, cancellationToken));
        });
    }

    private Task<MappingConversionJob> PrepareAsync(AwsConnection connection, AwsAccount account, ConvertMappingRequest request, CancellationToken cancellationToken) => MappingConversionJob.PrepareAsync(
        account,
        request,
        account.Retry(time),
        (selectors, observer, token) => mappings.RemoveAsync(connection, request.ClusterName, selectors, request.Force, static _ => Task.FromResult(true), observer, token),
        cancellationToken);
}
