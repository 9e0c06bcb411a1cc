using System.Text.Json.Nodes;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Policies;

/// <summary>Takes one service account of one cluster out of a trust policy. Statements that speak of others too keep them; foreign ones stay as they are.</summary>
/// <param name="Provider">The ARN of the cluster's provider.</param>
/// <param name="Issuer">The issuer without its scheme.</param>
/// <param name="ClusterArn">The cluster's ARN.</param>
/// <param name="Account">The service account.</param>
internal sealed record TrustRemoval(string Provider, string Issuer, string ClusterArn, ServiceAccountName Account)
{
    private const string Tag = "aws:RequestTag/";

    /// <summary>Leave Pod Identity's trust as it is.</summary>
    public bool WebIdentityAlone { get; init; }

    private static readonly string[] Comparisons = ["StringEquals", "StringLike"];

    /// <summary>Whether the document changed.</summary>
    public bool Apply(PolicyDocument document)
    {
        bool changed = false;
        foreach (JsonObject statement in document.Statements.Where(static statement => (string?)statement["Effect"] == "Allow"))
        {
            JsonObject? condition = statement["Condition"] as JsonObject;
            bool? empty = IsOf(statement, "Federated", Provider) ? Drop(condition, $"{Issuer}:sub", $"system:serviceaccount:{Account.Namespace}:{Account.Name}")
                : !WebIdentityAlone && IsOf(statement, "Service", TrustPolicyDocument.PodIdentityService) && Holds(condition, Tag + "eks-cluster-arn", ClusterArn) && Holds(condition, Tag + "kubernetes-namespace", Account.Namespace)
                    ? Drop(condition, Tag + "kubernetes-service-account", Account.Name)
                    : null;
            changed |= empty is not null;
            if (empty == true)
            {
                document.Remove(statement);
            }
        }

        return changed;
    }

    private static bool IsOf(JsonObject statement, string kind, string value) => PolicyDocument.Values((statement["Principal"] as JsonObject)?[kind]) is [var only] && only == value;

    private static bool Holds(JsonObject? condition, string key, string value) => PolicyDocument.Values(condition?["StringEquals"]?[key]) is [var only] && only == value;

    /// <summary>Takes a value out of a condition: true when none is left, false when others are, null when it is not there.</summary>
    private static bool? Drop(JsonObject? condition, string key, string value)
    {
        foreach (JsonObject comparison in Comparisons.Select(name => condition?[name] as JsonObject).OfType<JsonObject>())
        {
            string[] values = PolicyDocument.Values(comparison[key]);
            if (!values.Contains(value, StringComparer.Ordinal))
            {
                continue;
            }

            string[] left = [.. values.Where(other => other != value)];
            if (left.Length == 0)
            {
                return true;
            }

            comparison[key] = PolicyDocument.OneOrMany(left);
            return false;
        }

        return null;
    }
}
