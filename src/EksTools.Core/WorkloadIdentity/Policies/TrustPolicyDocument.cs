using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Core.Access;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Errors;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Policies;

/// <summary>
/// Trust policies as the EKS user guide writes them. IAM roles for service accounts: associate-service-account-role; Pod Identity: pod-id-role.
/// </summary>
internal static class TrustPolicyDocument
{
    public const string PodIdentityService = "pods.eks.amazonaws.com";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole document.</summary>
    public static EksTrustPolicy Create(TrustPolicyRequest request)
    {
        foreach (ServiceAccountName account in request.ServiceAccounts)
        {
            ServiceAccountNames.Require(account, wildcards: true);
        }

        JsonObject document = new()
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = new JsonArray([.. request.PodIdentity ? PodIdentityStatements(request) : WebIdentityStatements(request)]),
        };
        ClusterArn? cluster = request.Clusters is [{ ClusterArn: { } arn }] ? ClusterArn.Parse(arn) : null;
        return new EksTrustPolicy { ClusterName = cluster?.Name, Region = cluster?.Region, AssumeRolePolicyDocument = document.ToJsonString(Layout) };
    }

    /// <summary>One statement for each provider: its condition keys carry the issuer's name.</summary>
    public static IEnumerable<JsonObject> WebIdentityStatements(TrustPolicyRequest request)
    {
        if (request.ServiceAccounts.Count == 0 || request.Clusters.Count == 0)
        {
            throw new EksToolsException(EksErrorKind.Validation, "TrustPolicyIncomplete", "A role for service accounts trusts named service accounts of named clusters.", "ServiceAccount", "Say -ServiceAccount and a cluster or -OidcProviderArn, or -PodIdentity.");
        }

        foreach ((OidcIssuer issuer, string provider) in request.Clusters.Select(ProviderOf).DistinctBy(static provider => provider.Arn, StringComparer.Ordinal))
        {
            // A pattern needs StringLike, and the audience never is one.
            string[] subjects = [.. request.ServiceAccounts.Select(static account => $"system:serviceaccount:{account.Namespace}:{account.Name}").Distinct(StringComparer.Ordinal)];
            KeyValuePair<string, JsonNode?> subject = new($"{issuer.HostPath}:sub", PolicyDocument.OneOrMany(subjects));
            KeyValuePair<string, JsonNode?> audience = new($"{issuer.HostPath}:aud", request.Audience);
            yield return Statement(
                sid: null,
                new JsonObject { ["Federated"] = provider },
                "sts:AssumeRoleWithWebIdentity",
                request.ServiceAccounts.Any(static account => account.IsPattern)
                    ? new JsonObject { ["StringEquals"] = new JsonObject([audience]), ["StringLike"] = new JsonObject([subject]) }
                    : new JsonObject { ["StringEquals"] = new JsonObject([audience, subject]) });
        }
    }

    /// <summary>
    /// One statement for each namespace: the session's tags name namespace and service account apart, and a list of each would let in every
    /// pairing of the two.
    /// </summary>
    public static IEnumerable<JsonObject> PodIdentityStatements(TrustPolicyRequest request)
    {
        string[] clusters = [.. request.Clusters.Select(RequireClusterArn).Distinct(StringComparer.Ordinal)];
        string sid = "AllowEksAuthToAssumeRoleForPodIdentity";
        if (request.ServiceAccounts.Count == 0)
        {
            yield return PodIdentityStatement(sid, Conditions([new("eks-cluster-arn", clusters)]));
            yield break;
        }

        int count = 0;
        foreach (IGrouping<string, ServiceAccountName> space in request.ServiceAccounts.GroupBy(static account => account.Namespace, StringComparer.Ordinal))
        {
            count++;
            yield return PodIdentityStatement(
                count == 1 ? sid : $"{sid}{count}",
                Conditions([
                    new("eks-cluster-arn", clusters),
                    new("kubernetes-namespace", [space.Key]),
                    new("kubernetes-service-account", [.. space.Select(static account => account.Name).Distinct(StringComparer.Ordinal)]),
                ]));
        }
    }

    private static JsonObject PodIdentityStatement(string sid, JsonObject? condition) =>
        Statement(sid, new JsonObject { ["Service"] = PodIdentityService }, new JsonArray("sts:AssumeRole", "sts:TagSession"), condition);

    private static JsonObject Statement(string? sid, JsonObject principal, JsonNode action, JsonObject? condition)
    {
        JsonObject statement = [];
        if (sid is not null)
        {
            statement["Sid"] = sid;
        }

        statement["Effect"] = "Allow";
        statement["Principal"] = principal;
        statement["Action"] = action;
        if (condition is not null)
        {
            statement["Condition"] = condition;
        }

        return statement;
    }

    /// <summary>The session tags of Pod Identity as conditions; null where none is restricted.</summary>
    private static JsonObject? Conditions(IEnumerable<KeyValuePair<string, string[]>> tags)
    {
        JsonObject equal = [];
        JsonObject like = [];
        foreach ((string tag, string[] values) in tags.Where(static tag => tag.Value.Length > 0))
        {
            (values.Any(static value => value.AsSpan().IndexOfAny('*', '?') >= 0) ? like : equal)[$"aws:RequestTag/{tag}"] = PolicyDocument.OneOrMany(values);
        }

        JsonObject conditions = [];
        if (equal.Count > 0)
        {
            conditions["StringEquals"] = equal;
        }

        if (like.Count > 0)
        {
            conditions["StringLike"] = like;
        }

        return conditions.Count == 0 ? null : conditions;
    }

    private static (OidcIssuer Issuer, string Arn) ProviderOf(TrustPolicyCluster cluster)
    {
        if (cluster.ProviderArn is { } arn)
        {
            return OidcIssuer.FromProviderArn(arn);
        }

        ClusterArn from = ClusterArn.Parse(RequireClusterArn(cluster))!;
        OidcIssuer issuer = OidcIssuer.FromUrl(cluster.Issuer ?? throw new EksToolsException(EksErrorKind.Validation, "OidcIssuerMissing", $"Cluster {from.Name} in {from.Region} tells no OpenID Connect issuer.", from.Name, "Pipe what Get-EksCluster writes of an active cluster."));
        return (issuer, issuer.ProviderArn(from.Partition, from.Account));
    }

    private static string RequireClusterArn(TrustPolicyCluster cluster) =>
        cluster.ClusterArn is { } arn && ClusterArn.Parse(arn) is not null
            ? arn
            : throw new EksToolsException(EksErrorKind.Validation, "InvalidClusterArn", $"'{cluster.ClusterArn}' is not the ARN of an EKS cluster.", cluster.ClusterArn, "Write it as arn:PARTITION:eks:REGION:111122223333:cluster/NAME.");
}
