using System.Collections.Concurrent;
using EksTools.Sandbox.Account;

namespace EksTools.Sandbox.Iam.Policies;

/// <summary>The policies that stand behind an identity, read once for each text.</summary>
internal static class PolicyStore
{
    private static readonly ConcurrentDictionary<string, PolicyDocument> Read = new(StringComparer.Ordinal);

    /// <summary>The policies of a user or role: attached and inline.</summary>
    public static IEnumerable<PolicyDocument> Of(AwsAccount account, IIdentity? identity) => identity is null ? []
        : identity.AttachedPolicies.SelectMany(arn => Find(account, arn)).Concat(identity.InlinePolicies.Values.Select(ReadOnce));

    /// <summary>A managed policy's document in force. One of AWS's that the sandbox knows by name alone allows nothing.</summary>
    public static IEnumerable<PolicyDocument> Find(AwsAccount account, string arn) =>
        account.Iam.Policies.TryGetValue(arn, out var policy) ? [ReadOnce(policy.Versions[policy.DefaultVersion].Document)]
        : AwsManagedPolicies.FindDocument(account.Partition, arn) is { } document ? [ReadOnce(document)] : [];

    private static PolicyDocument ReadOnce(string json) => Read.GetOrAdd(json, PolicyDocument.ParseIdentity);
}
