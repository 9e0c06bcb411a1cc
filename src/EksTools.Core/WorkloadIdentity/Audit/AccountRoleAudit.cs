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
    private static readonly string[] ClusterKeys = ["aws:RequestTag/eks-cluster-arn", "aws:RequestTag/eks-cluster-name", "aws:SourceArn"];

    /// <summary>The findings.</summary>
    /// <param name="inUse">The service accounts of the cluster that name a role, with the role.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<IReadOnlyList<EksServiceAccountRoleFinding>> FindAsync(IReadOnlyList<EksServiceAccountRole> inUse, CancellationToken cancellationToken)
    {
        HashSet<string> providers = [.. ((await account.Iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest(), cancellationToken)).OpenIDConnectProviderList ?? []).Select(static provider => provider.Arn)];
        List<EksServiceAccountRoleFinding> findings = [];
        await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest()).Roles.WithCancellation(cancellationToken))
        {
            string trust = Uri.UnescapeDataString(role.AssumeRolePolicyDocument ?? string.Empty);
            if (trust.Contains(":oidc-provider/oidc", StringComparison.Ordinal))
            {
                findings.AddRange(PolicyDocument.Parse(trust, $"The trust policy of role {role.RoleName}").Statements
                    .Where(static statement => (string?)statement["Effect"] == "Allow" && TrustEvaluation.CoversAction(statement, Action))
                    .SelectMany(statement => Check(role, statement, providers, inUse)));
            }

            if (trust.Contains(TrustPolicyDocument.PodIdentityService, StringComparison.Ordinal))
            {
                findings.AddRange(PolicyDocument.Parse(trust, $"The trust policy of role {role.RoleName}").Statements
                    .Where(static statement => (string?)statement["Effect"] == "Allow" && TrustEvaluation.CoversAction(statement, "sts:AssumeRole") && PolicyDocument.Values((statement["Principal"] as JsonObject)?["Service"]).Contains(TrustPolicyDocument.PodIdentityService))
                    .SelectMany(statement => CheckPodIdentity(role, statement, inUse)));
            }
        }

        findings.AddRange(await FindProvidersWithoutClusterAsync(providers, cancellationToken));
        return findings;
    }

    private IEnumerable<EksServiceAccountRoleFinding> Check(Role role, JsonObject statement, HashSet<string> providers, IReadOnlyList<EksServiceAccountRole> inUse)
    {
        string look = Look(role);
        string? provider = PolicyDocument.Values((statement["Principal"] as JsonObject)?["Federated"]).FirstOrDefault(static name => name.Contains(":oidc-provider/oidc", StringComparison.Ordinal));
        if (provider is null)
        {
            yield break;
        }

        if (!providers.Contains(provider))
        {
            yield return Make(EksFindingSeverity.Error, "RoleTrustsDeadProvider", role, $"Role {role.RoleName} trusts {provider}, which is not there: no pod gets it.", look);
        }

        (string Key, string Comparison, string Value)[] conditions = ConditionsOf(statement);
        if (!conditions.Any(static condition => condition.Key.EndsWith(":aud", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Make(EksFindingSeverity.Warning, "AudienceNotChecked", role, $"Role {role.RoleName} does not look at the audience (:aud): a token that was made for another service gets it too.", look);
        }

        (string Key, string Comparison, string Value)[] subjects = [.. conditions.Where(static condition => condition.Key.EndsWith(":sub", StringComparison.OrdinalIgnoreCase))];
        if (subjects.Length == 0)
        {
            yield return Make(EksFindingSeverity.Error, "SubjectNotChecked", role, $"Role {role.RoleName} does not look at the subject (:sub): every service account of the cluster gets it.", look);
        }

        foreach ((_, string comparison, string value) in subjects.Where(static subject => IsPattern(subject.Value)))
        {
            yield return comparison.EndsWith("StringLike", StringComparison.Ordinal)
                ? Make(EksFindingSeverity.Warning, "WildcardSubject", role, $"Role {role.RoleName} trusts every service account that fits {value}{(value.Split(':') is [_, _, var space, ..] && IsPattern(space) ? ", in more than one namespace" : string.Empty)}.", look)
                : Make(EksFindingSeverity.Error, "WildcardWithStringEquals", role, $"Role {role.RoleName} compares '{value}' by {comparison}, to which * and ? are no wildcards: nobody fits.", look);
        }

        foreach (string subject in subjects.Where(subject => provider == cluster.ProviderArn && !IsPattern(subject.Value)).Select(static subject => subject.Value))
        {
            if (subject.Split(':') is [_, _, var space, var name] && !inUse.Any(used => used.Namespace == space && used.ServiceAccount == name && (used.RoleArn == role.Arn || used.ShadowedRoleArn == role.Arn)))
            {
                yield return Make(EksFindingSeverity.Warning, "RoleOrphaned", role, $"Role {role.RoleName} trusts service account {space}/{name} of cluster {cluster.Cluster.Name}, which does not name it.", look);
            }
        }
    }

    /// <summary>A role of Pod Identity is given by an association, which only who may pass the role can make: without a condition each cluster of the account can.</summary>
    private IEnumerable<EksServiceAccountRoleFinding> CheckPodIdentity(Role role, JsonObject statement, IReadOnlyList<EksServiceAccountRole> inUse)
    {
        string look = Look(role);
        (string Key, string Comparison, string Value)[] conditions = ConditionsOf(statement);
        (string Key, string Comparison, string Value)[] clusters = [.. conditions.Where(static condition => ClusterKeys.Contains(condition.Key, StringComparer.OrdinalIgnoreCase))];
        if (clusters.Length == 0)
        {
            yield return Make(EksFindingSeverity.Information, "PodIdentityClusterNotChecked", role, $"Role {role.RoleName} trusts Pod Identity of every cluster of the account: no condition names one.", look);
            yield break;
        }

        if (!clusters.All(condition => condition.Value == cluster.Cluster.Arn || condition.Value == cluster.Cluster.Name))
        {
            yield break; // Of other clusters, whose associations are not seen here.
        }

        string[] spaces = ValuesOf(conditions, "aws:RequestTag/kubernetes-namespace"), names = ValuesOf(conditions, "aws:RequestTag/kubernetes-service-account");
        EksServiceAccountRole[] users = [.. inUse.Where(used => used.Mode == ServiceAccountRoleMode.PodIdentity && used.RoleArn == role.Arn)];
        if (spaces is [var space] && names.Length > 0 && !IsPattern(space) && !names.Any(IsPattern))
        {
            foreach (string name in names.Where(name => !users.Any(used => used.Namespace == space && used.ServiceAccount == name)))
            {
                yield return Make(EksFindingSeverity.Warning, "RoleOrphaned", role, $"Role {role.RoleName} trusts service account {space}/{name} of cluster {cluster.Cluster.Name}, which has no Pod Identity association with it.", look);
            }
        }
        else if (users.Length == 0)
        {
            yield return Make(EksFindingSeverity.Warning, "RoleOrphaned", role, $"Role {role.RoleName} trusts Pod Identity of cluster {cluster.Cluster.Name}, in which no association names it.", look);
        }
    }

    private static string Look(Role role) => $"Get-IAMRole -RoleName '{role.RoleName}' | ForEach-Object AssumeRolePolicyDocument";

    private static bool IsPattern(string value) => value.AsSpan().IndexOfAny('*', '?') >= 0;

    private static (string Key, string Comparison, string Value)[] ConditionsOf(JsonObject statement) =>
        [.. (statement["Condition"] as JsonObject ?? []).SelectMany(static one => (one.Value as JsonObject ?? []).SelectMany(key => PolicyDocument.Values(key.Value).Select(value => (key.Key, one.Key, value))))];

    private static string[] ValuesOf((string Key, string Comparison, string Value)[] conditions, string key) =>
        [.. conditions.Where(condition => condition.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Select(static condition => condition.Value)];

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
