using System.Text.Json.Nodes;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Findings;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Audit;

/// <summary>Says why a trust policy refuses a service account's token, by the statement that comes nearest; and what is loose in one that takes it.</summary>
internal sealed class WebIdentityTrust(ClusterFacts cluster, ServiceAccountName name, string audience)
{
    private const string Action = "sts:AssumeRoleWithWebIdentity";

    private string Subject => $"system:serviceaccount:{name.Namespace}:{name.Name}";

    /// <summary>What there is to say; nothing of a policy that takes this service account's tokens and no others.</summary>
    public IEnumerable<(EksFindingSeverity Severity, string Rule, string Message)> Explain(PolicyDocument trust)
    {
        Dictionary<string, string> context = new(StringComparer.OrdinalIgnoreCase) { [$"{cluster.Issuer.HostPath}:sub"] = Subject, [$"{cluster.Issuer.HostPath}:aud"] = audience };
        AssumeRequest request = new(Action, "Federated", cluster.ProviderArn, context);
        bool? allowed = TrustEvaluation.Allows(trust, request);
        if (allowed == false)
        {
            return [Why(trust, request)];
        }

        return Loose(trust, request).Concat(allowed is null ? [(EksFindingSeverity.Information, "TrustDependsOnMore", $"Whether the role trusts service account {name} hangs on a condition that only AWS can evaluate, such as a source address.")] : []);
    }

    private static IEnumerable<(EksFindingSeverity, string, string)> Loose(PolicyDocument trust, AssumeRequest request)
    {
        foreach (JsonObject statement in trust.Statements.Where(statement => (string?)statement["Effect"] == "Allow" && TrustEvaluation.Covers(statement, request)))
        {
            string[] keys = [.. (statement["Condition"] as JsonObject ?? []).SelectMany(static one => (one.Value as JsonObject ?? []).Select(static key => key.Key))];
            if (!keys.Any(static key => key.EndsWith(":aud", StringComparison.OrdinalIgnoreCase)))
            {
                yield return (EksFindingSeverity.Warning, "AudienceNotChecked", "The role's trust policy does not look at the audience (:aud): a token that was made for another service gets the role too.");
            }

            if (!keys.Any(static key => key.EndsWith(":sub", StringComparison.OrdinalIgnoreCase)))
            {
                yield return (EksFindingSeverity.Warning, "SubjectNotChecked", "The role's trust policy does not look at the subject (:sub): every service account of the cluster gets the role.");
            }
        }
    }

    private (EksFindingSeverity, string, string) Why(PolicyDocument trust, AssumeRequest request)
    {
        JsonObject[] allows = [.. trust.Statements.Where(static statement => (string?)statement["Effect"] == "Allow")];
        JsonObject[] about = [.. allows.Where(statement => TrustEvaluation.Covers(statement, request))];
        if (about.Any(statement => TrustEvaluation.Evaluate(statement["Condition"] as JsonObject, request.Context) == ConditionVerdict.Met))
        {
            return Error("TrustDenies", $"A Deny of the role's trust policy forbids service account {name} what an Allow gives.");
        }

        if (about.Length > 0)
        {
            return WhyCondition(about);
        }

        string[] federated = [.. allows.SelectMany(static statement => PolicyDocument.Values((statement["Principal"] as JsonObject)?["Federated"]))];
        if (federated.FirstOrDefault(other => other.TrimEnd('/').Replace("https://", string.Empty, StringComparison.Ordinal) == cluster.ProviderArn) is { } misspelt && misspelt != cluster.ProviderArn)
        {
            return Error("ProviderMisspelt", $"The role trusts '{misspelt}'; the provider's ARN has no https:// and no slash at the end: {cluster.ProviderArn}.");
        }

        if (federated.Contains(cluster.ProviderArn))
        {
            return Error("ActionNotTrusted", $"The role trusts the cluster's provider, but not with {Action}.");
        }

        return federated.FirstOrDefault(static other => other.Contains("oidc", StringComparison.Ordinal)) is { } foreign
            ? Error("ProviderOfOtherCluster", $"The role trusts {foreign}, which is the provider of another cluster; that of {cluster.Cluster.Name} is {cluster.ProviderArn}.")
            : Error("ProviderNotTrusted", $"The role's trust policy does not name the provider of cluster {cluster.Cluster.Name}, {cluster.ProviderArn}.");
    }

    private (EksFindingSeverity, string, string) WhyCondition(JsonObject[] about)
    {
        foreach (JsonObject statement in about)
        {
            foreach ((string comparison, JsonNode? keys) in statement["Condition"] as JsonObject ?? [])
            {
                bool like = comparison.EndsWith("StringLike", StringComparison.Ordinal);
                foreach ((string key, JsonNode? node) in like || comparison.EndsWith("StringEquals", StringComparison.Ordinal) ? keys as JsonObject ?? [] : [])
                {
                    string[] values = PolicyDocument.Values(node);
                    if (key.Contains("/id/", StringComparison.Ordinal) && !key.StartsWith(cluster.Issuer.HostPath + ":", StringComparison.OrdinalIgnoreCase))
                    {
                        return Error("IssuerOfOtherCluster", $"The condition {key} of the role's trust policy names the issuer of another cluster; that of {cluster.Cluster.Name} is {cluster.Issuer.HostPath}.");
                    }

                    if (key.EndsWith(":sub", StringComparison.OrdinalIgnoreCase) && !values.Contains(Subject, StringComparer.Ordinal))
                    {
                        if (!like && values.Any(value => value.Contains('*', StringComparison.Ordinal) && TrustEvaluation.Like(value, Subject)))
                        {
                            return Error("WildcardWithStringEquals", $"The role's trust policy compares the subject by StringEquals, to which the * in '{values.First(static value => value.Contains('*', StringComparison.Ordinal))}' is a star and no wildcard; StringLike is meant.");
                        }

                        if (!values.Any(value => like && TrustEvaluation.Like(value, Subject)))
                        {
                            return Error("SubjectNotTrusted", $"The role trusts {string.Join(", ", values)}, not {Subject}.");
                        }
                    }

                    if (key.EndsWith(":aud", StringComparison.OrdinalIgnoreCase) && !values.Contains(audience, StringComparer.Ordinal))
                    {
                        return Error("AudienceNotTrusted", $"The role trusts tokens for {string.Join(", ", values)}, and those of service account {name} are for {audience}.");
                    }
                }
            }
        }

        return Error("ConditionNotMet", $"A condition of the role's trust policy refuses service account {name}.");
    }

    private static (EksFindingSeverity, string, string) Error(string rule, string message) => (EksFindingSeverity.Error, rule, message);
}
