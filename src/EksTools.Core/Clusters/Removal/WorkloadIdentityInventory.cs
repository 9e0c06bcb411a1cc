using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What of a cluster's roles for pods is there: its OpenID Connect provider, and the roles that trust it or the cluster alone.</summary>
/// <param name="Provider">The ARN of the provider that EksTools made; null when there is none.</param>
/// <param name="Roles">Roles that EksTools made for this cluster, and that nothing else is trusted with.</param>
/// <param name="Shared">Roles that EksTools made for this cluster, and that trust others too.</param>
/// <param name="Others">Further roles that EksTools made for this cluster, such as that of Fargate's pods.</param>
internal sealed record WorkloadIdentityInventory(string? Provider, IReadOnlyList<string> Roles, IReadOnlyList<string> Shared, IReadOnlyList<string> Others)
{
    public static WorkloadIdentityInventory None { get; } = new(null, [], [], []);

    public static async Task<WorkloadIdentityInventory> ReadAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        string? provider = await FindProviderAsync(account, identity, cancellationToken);
        List<string> roles = [];
        List<string> shared = [];
        List<string> others = [];
        await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest()).Roles.WithCancellation(cancellationToken))
        {
            // The list tells the trust policies, and not the tags: so those alone are asked for theirs that speak of this cluster.
            string trust = Uri.UnescapeDataString(role.AssumeRolePolicyDocument ?? string.Empty);
            if ((provider is not null && trust.Contains(provider, StringComparison.Ordinal)) || trust.Contains($":cluster/{identity.Name}\"", StringComparison.Ordinal) || IsNamedAfter(role.RoleName, identity))
            {
                Dictionary<string, string>? tags = await ClusterRoles.ReadTagsAsync(account, role.RoleName, cancellationToken);
                if (tags is null || !identity.Owns(tags))
                {
                    continue;
                }

                string? component = tags.GetValueOrDefault(ClusterIdentity.ComponentTag);
                if (component == RoleEnsure.Component)
                {
                    (TrustsOthers(trust, provider, identity) ? shared : roles).Add(role.RoleName);
                }
                else if (component != RoleEnsure.AdoptedComponent && role.RoleName != identity.ClusterRoleName && role.RoleName != identity.NodeRoleName && IsNamedAfter(role.RoleName, identity))
                {
                    others.Add(role.RoleName);
                }
            }
        }

        return new WorkloadIdentityInventory(provider, roles, shared, others);
    }

    // A long name is shortened, and then does not begin as the others do.
    private static bool IsNamedAfter(string role, ClusterIdentity identity) => role.StartsWith($"ekstools-{identity.Name}-{identity.Region}-", StringComparison.Ordinal)
        || role == identity.WindowsNodeRoleName || role == identity.AutoNodeRoleName || role == identity.FargateRoleName;

    private static bool TrustsOthers(string trust, string? provider, ClusterIdentity identity) =>
        PolicyDocument.Parse(trust, "a trust policy").Statements.Any(statement =>
            (string?)statement["Effect"] == "Allow" && !Names(statement, provider) && !NamesCluster(statement, identity));

    /// <summary>Pod Identity's condition on the session's cluster: arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME.</summary>
    private static bool NamesCluster(JsonObject statement, ClusterIdentity identity) =>
        (statement["Condition"]?["StringEquals"]?["aws:RequestTag/eks-cluster-arn"] as JsonValue)?.ToString() is { } arn
        && ClusterArn.Parse(arn) is { } cluster && cluster.Name == identity.Name && cluster.Region == identity.Region;

    private static bool Names(JsonObject statement, string? text) => text is not null && statement.ToJsonString().Contains(text, StringComparison.Ordinal);

    private static async Task<string?> FindProviderAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        ListOpenIDConnectProvidersResponse all = await account.Iam.ListOpenIDConnectProvidersAsync(new ListOpenIDConnectProvidersRequest(), cancellationToken);
        foreach (string arn in (all.OpenIDConnectProviderList ?? []).Select(static provider => provider.Arn).Where(arn => arn.Contains($".{identity.Region}.", StringComparison.Ordinal)))
        {
            try
            {
                ListOpenIDConnectProviderTagsResponse answer = await account.Iam.ListOpenIDConnectProviderTagsAsync(new ListOpenIDConnectProviderTagsRequest { OpenIDConnectProviderArn = arn }, cancellationToken);
                if (identity.Owns((answer.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal)))
                {
                    return arn;
                }
            }
            catch (NoSuchEntityException)
            {
                // Gone since it was listed.
            }
        }

        return null;
    }
}
