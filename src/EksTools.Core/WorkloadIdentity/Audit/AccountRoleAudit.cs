using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Findings;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>Looks through all roles of an account that pods may assume, and through the providers of a region, for what is loose, dead or orphaned.</summary>
internal sealed class AccountRoleAudit(AwsAccount account, ClusterFacts cluster)
{
    private const string Action = "sts:AssumeRoleWithWebIdentity";

    /// <summary>The findings.</summary>
    /// <param name="inUse">The service accounts of the cluster that name a role, with the role.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<IReadOnlyList<EksServiceAccountRoleFinding>> FindAsync(IReadOnlyList<EksServiceAccountRole> inUse, CancellationToken cancellationToken)
    {
        HashSet<string> providers = [.. ((await account.Iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest(), cancellationToken)).OpenIDConnectProviderList ?? []).Select(static provider => provider.Arn)];
        List<EksServiceAccountRoleFinding> findings = [];
        await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest()).Roles.WithCancellation(cancellationToken))
        {
            if (Uri.UnescapeDataString(role.AssumeRolePolicyDocument ?? string.Empty) is var trust && trust.Contains(":oidc-provider/oidc", StringComparison.Ordinal))
            {
                findings.AddRange(PolicyDocument.Parse(trust, $"The trust policy of role {role.RoleName}").Statements
                    .Where(static statement => (string?)statement["Effect"] == "Allow" && TrustEvaluation.CoversAction(statement, Action))
                    .SelectMany(statement => Check(role, statement, providers, inUse)));
            }
        }

        findings.AddRange(await FindProvidersWithoutClusterAsync(providers, cancellationToken));
        return findings;
    }

    private IEnumerable<EksServiceAccountRoleFinding> Check(Role role, JsonObject statement, HashSet<string> providers, IReadOnlyList<EksServiceAccountRole> inUse)
    {
        string look = $"Get-IAMRole -RoleName '{role.RoleName}' | ForEach-Object AssumeRolePolicyDocument";
        string? provider = PolicyDocument.Values((statement["Principal"] as JsonObject)?["Federated"]).FirstOrDefault(static name => name.Contains(":oidc-provider/oidc", StringComparison.Ordinal));
        if (provider is null)
        {
            yield break;
        }

        if (!providers.Contains(provider))
        {
            yield return Make(EksFindingSeverity.Error, "RoleTrustsDeadProvider", role, $"Role {role.RoleName} trusts {provider}, which is not there: no pod gets it.", look);
        }

        (string Key, string Comparison, string Value)[] conditions = [.. (statement["Condition"] as JsonObject ?? []).SelectMany(static one => (one.Value as JsonObject ?? []).SelectMany(key => PolicyDocument.Values(key.Value).Select(value => (key.Key, one.Key, value))))];
        if (!conditions.Any(static condition => condition.Key.EndsWith(":aud", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Make(EksFindingSeverity.Warning, "AudienceNotChecked", role, $"Role {role.RoleName} does not look at the audience (:aud): a token that was made for another service gets it too.", look);
        }

        (string Key, string Comparison, string Value)[] subjects = [.. conditions.Where(static condition => condition.Key.EndsWith(":sub", StringComparison.OrdinalIgnoreCase))];
        if (subjects.Length == 0)
        {
            yield return Make(EksFindingSeverity.Error, "SubjectNotChecked", role, $"Role {role.RoleName} does not look at the subject (:sub): every service account of the cluster gets it.", look);
        }

        foreach ((_, string comparison, string value) in subjects.Where(static subject => subject.Value.Contains('*', StringComparison.Ordinal)))
        {
            yield return comparison.EndsWith("StringLike", StringComparison.Ordinal)
                ? Make(EksFindingSeverity.Warning, "WildcardSubject", role, $"Role {role.RoleName} trusts every service account that fits {value}{(value.Split(':') is [_, _, var space, ..] && space.Contains('*', StringComparison.Ordinal) ? ", in more than one namespace" : string.Empty)}.", look)
                : Make(EksFindingSeverity.Error, "WildcardWithStringEquals", role, $"Role {role.RoleName} compares '{value}' by {comparison}, to which * is no wildcard: nobody fits.", look);
        }

        foreach (string subject in subjects.Where(subject => provider == cluster.ProviderArn && !subject.Value.Contains('*', StringComparison.Ordinal)).Select(static subject => subject.Value))
        {
            if (subject.Split(':') is [_, _, var space, var name] && !inUse.Any(used => used.Namespace == space && used.ServiceAccount == name && (used.RoleArn == role.Arn || used.ShadowedRoleArn == role.Arn)))
            {
                yield return Make(EksFindingSeverity.Warning, "RoleOrphaned", role, $"Role {role.RoleName} trusts service account {space}/{name} of cluster {cluster.Cluster.Name}, which does not name it.", look);
            }
        }
    }

    /// <summary>Providers of the region whose issuer no cluster of the account has there. A cluster of another account may: that cannot be seen from here.</summary>
    private async Task<IReadOnlyList<EksServiceAccountRoleFinding>> FindProvidersWithoutClusterAsync(HashSet<string> providers, CancellationToken cancellationToken)
    {
        string[] here = [.. providers.Where(arn => arn.Contains(":oidc-provider/oidc", StringComparison.Ordinal) && arn.Contains($".{account.Region}.", StringComparison.Ordinal))];
        if (here.Length == 0)
        {
            return [];
        }

        HashSet<string> issuers = new(StringComparer.OrdinalIgnoreCase);
        await foreach (string name in ClusterReader.ListNames(account).WithCancellation(cancellationToken))
        {
            if ((await ClusterReader.FindAsync(account, name, cancellationToken))?.Identity?.Oidc.Issuer is { Length: > 0 } url)
            {
                issuers.Add(OidcIssuer.FromUrl(url).HostPath);
            }
        }

        return
        [
            .. here.Where(arn => !issuers.Contains(arn[(arn.IndexOf('/', StringComparison.Ordinal) + 1)..])).Order(StringComparer.Ordinal).Select(arn => new EksServiceAccountRoleFinding
            {
                ClusterName = cluster.Cluster.Name,
                Region = cluster.Cluster.Region,
                Severity = EksFindingSeverity.Information,
                Rule = "ProviderWithoutCluster",
                Where = arn,
                Message = $"{arn} is the provider of no cluster that this account has in {account.Region}: of one that is gone, or of another account's.",
                Fix = $"Get-IAMOpenIDConnectProvider -OpenIDConnectProviderArn '{arn}' | ForEach-Object Tags",
            }),
        ];
    }

    private EksServiceAccountRoleFinding Make(EksFindingSeverity severity, string rule, Role role, string message, string fix) => new()
    {
        ClusterName = cluster.Cluster.Name,
        Region = cluster.Cluster.Region,
        Severity = severity,
        Rule = rule,
        Where = $"role {role.RoleName}",
        Message = message,
        Fix = fix,
        RoleArn = role.Arn,
    };
}
