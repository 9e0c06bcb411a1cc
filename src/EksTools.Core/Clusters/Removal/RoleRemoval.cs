using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the cluster's roles, with the policies attached to them, and its OpenID Connect provider.</summary>
internal sealed class RoleRemoval(AwsAccount account, ClusterInventory inventory)
{
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> nodesGone, IReadOnlyList<string> everythingElse)
    {
        List<string> before = [.. everythingElse];
        List<string> podRoles = [];
        foreach (string role in inventory.WorkloadIdentity.Roles)
        {
            string id = $"role-{role}";
            before.Add(id);
            podRoles.Add(id);
            yield return Step(id, role, nodesGone);
        }

        // After the roles: by it they are found again after an interruption.
        if (inventory.WorkloadIdentity.Provider is { } provider)
        {
            before.Add("oidc-provider");
            yield return new PlanStep { Id = "oidc-provider", Needs = [.. nodesGone, .. podRoles], Description = $"OpenID Connect provider {provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..]}", Ensure = (_, token) => DeleteProviderAsync(provider, token) };
        }

        if (inventory.HasNodeRole)
        {
            before.Add("node-role");
            yield return Step("node-role", inventory.Identity.NodeRoleName, nodesGone);
        }

        foreach (string role in inventory.WorkloadIdentity.Others)
        {
            string id = $"role-{role}";
            before.Add(id);

            // Auto Mode's nodes go with the control plane.
            yield return Step(id, role, [.. nodesGone, .. everythingElse]);
        }

        // What carries the lease goes last of all.
        if (inventory.HasRecordTemplate)
        {
            TemplateRecord record = new(account, inventory.Identity);
            yield return new PlanStep { Id = "record", Needs = [.. before], Description = $"{record.Carrier}, which carried the lease", Ensure = (_, token) => record.DeleteAsync(token) };
        }

        if (inventory.HasClusterRole)
        {
            yield return Step("cluster-role", inventory.Identity.ClusterRoleName, inventory.HasRecordTemplate ? [.. before, "record"] : before);
        }
    }

    private PlanStep Step(string id, string role, IReadOnlyList<string> needs) => new()
    {
        Id = id,
        Needs = needs,
        Description = $"IAM role {role}",
        Ensure = (context, token) => RoleDeletion.DeleteAsync(account, role, context, token),
    };

    private async Task<StepOutcome> DeleteProviderAsync(string arn, CancellationToken cancellationToken)
    {
        await RoleDeletion.UnlessGoneAsync(() => account.Iam.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn }, cancellationToken));
        return StepOutcome.Deleted;
    }
}
