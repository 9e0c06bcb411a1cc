using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Findings;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The plan that takes a service account's role away, as far as EksTools made it. The provider and the agent stay: others use them.</summary>
internal sealed class ServiceAccountRoleRemoval : IDisposable
{
    private readonly AwsAccount account;
    private readonly EksCluster cluster;
    private readonly ServiceAccountName name;
    private readonly ClusterApi? api;

    private ServiceAccountRoleRemoval(AwsAccount account, EksCluster cluster, ServiceAccountName name, ClusterApi? api)
    {
        this.account = account;
        this.cluster = cluster;
        this.name = name;
        this.api = api;
    }

    public Plan Plan { get; private set; } = null!;

    /// <summary>Looks at what is there. Changes nothing.</summary>
    /// <exception cref="EksToolsException">There is nothing of ours, or pods use it.</exception>
    public static async Task<ServiceAccountRoleRemoval> PrepareAsync(AwsAccount account, ServiceAccountRoleRemovalRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        ServiceAccountNames.Require(request.ServiceAccount, wildcards: true);
        EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
        ServiceAccountRoleRemoval removal = new(account, cluster, request.ServiceAccount, request.NoServiceAccount || request.ServiceAccount.IsPattern ? null : ClusterApi.Open(account, cluster));
        try
        {
            await removal.SettleAsync(request, time, cancellationToken);
            return removal;
        }
        catch
        {
            removal.Dispose();
            throw;
        }
    }

    public void Dispose() => api?.Dispose();

    private async Task SettleAsync(ServiceAccountRoleRemovalRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ServiceAccountEnsure? kubernetes = api is null ? null : new ServiceAccountEnsure(api, time);
        V1ServiceAccount? there = kubernetes is null ? null : await kubernetes.FindAsync(name, cancellationToken);
        PodIdentityAssociation? association = name.IsPattern ? null : await new PodIdentityEnsure(account, cluster.Name).FindAsync(name, cancellationToken);
        string? annotated = there?.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) is { Length: > 0 } arn ? arn : null;
        string[] roles = [.. new[] { annotated, association?.RoleArn }.OfType<string>().Distinct(StringComparer.Ordinal)];
        List<string> ours = await OursAsync(roles, cancellationToken);
        if (ours.Count == 0)
        {
            ours = await OursAsync(await FindLeftAsync(cancellationToken), cancellationToken);
        }

        bool ourAssociation = association?.Tags?.GetValueOrDefault(ClusterIdentity.ComponentTag) == RoleEnsure.Component;
        if (ours.Count == 0 && !ourAssociation)
        {
            throw roles.Length == 0
                ? new EksToolsException(EksErrorKind.NotFound, "ServiceAccountRoleNotFound", $"Service account {name} of cluster {cluster.Name} has no role.", name.ToString(), $"Get-EksServiceAccountRole {cluster.Name} lists those that have.")
                : new EksToolsException(EksErrorKind.Conflict, "RoleNotManaged", $"Service account {name} of cluster {cluster.Name} has the role {string.Join(" and ", roles)}, which EksTools did not make.", name.ToString(), "Take it away with the tool that made it.");
        }

        if (!request.Force && ours.Count > 0 && await ClusterAddon.FindByRoleAsync(account, cluster.Name, ours, cancellationToken) is [var (addon, used), ..])
        {
            string mend = addon == VpcCniRole.Addon ? $" New-EksCluster {PowerShellText.Argument(cluster.Name)} -Repair gives vpc-cni of a cluster of EksTools its role again." : string.Empty;
            throw new EksToolsException(EksErrorKind.Conflict, "RoleOfAddon", $"The add-on {addon} of cluster {cluster.Name} names the role {used} for its pods, which would be refused by AWS without it.", name.ToString(), $"Give the add-on another role first (Update-EKSAddon -AddonName {addon} -ServiceAccountRoleArn), or say -Force.{mend}");
        }

        string[] pods = api is null ? [] : [.. (await ServiceAccountPods.ListAsync(api, name.Namespace, cancellationToken))[name].Select(static pod => ServiceAccountPods.Describe(pod, null, null)).Where(static pod => pod.Mode is not null).Select(static pod => pod.PodName)];
        if (pods.Length > 0 && !request.Force)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ServiceAccountInUse", $"Pods use the role of service account {name} and would be refused by AWS: {string.Join(", ", pods)}.", name.ToString(), "Stop them first, or say -Force.");
        }

        Plan = new Plan($"Taking the role of {name} in {cluster.Name} away", Steps(kubernetes, there, annotated is not null && ours.Contains(annotated), ourAssociation ? association : null, ours, pods.Length > 0));
    }

    private List<PlanStep> Steps(ServiceAccountEnsure? kubernetes, V1ServiceAccount? there, bool annotated, PodIdentityAssociation? association, List<string> roles, bool used)
    {
        List<PlanStep> steps = [];
        if (association is not null)
        {
            steps.Add(new PlanStep { Id = "association", Description = $"Pod Identity association {association.AssociationId}", Ensure = (_, token) => DisassociateAsync(association.AssociationId, token) });
        }

        // A service account that pods still name is left to them.
        if (kubernetes is not null && there is not null && ServiceAccountEnsure.IsOurs(there) && !used)
        {
            steps.Add(new PlanStep { Id = "service-account", Description = $"service account {name}", Ensure = (_, token) => kubernetes.DeleteAsync(name, token) });
        }
        else if (kubernetes is not null && annotated)
        {
            steps.Add(new PlanStep { Id = "service-account", Description = $"EKS's annotations of service account {name}", Ensure = (_, token) => kubernetes.RemoveAnnotationsAsync(there!, token) });
        }

        string[] before = [.. steps.Select(static step => step.Id)];
        steps.AddRange(roles.Select(arn => arn[(arn.LastIndexOf('/') + 1)..]).Select(role => new PlanStep
        {
            Id = $"role-{role}",
            Needs = before,
            Description = $"IAM role {role}, or its trust in the service account where it trusts others too",
            Ensure = (context, token) => RemoveTrustAsync(role, context, token),
        }));
        return steps;
    }

    private async Task<List<string>> OursAsync(string[] roles, CancellationToken cancellationToken)
    {
        List<string> ours = [];
        foreach (string role in roles)
        {
            if (await IsOursAsync(role, cancellationToken))
            {
                ours.Add(role);
            }
        }

        return ours;
    }

    /// <summary>Roles that trust the service account although nothing points to them: of a pattern, or what an interrupted removal or a changed annotation leaves.</summary>
    private async Task<string[]> FindLeftAsync(CancellationToken cancellationToken)
    {
        List<string> left = [];
        await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest()).Roles.WithCancellation(cancellationToken))
        {
            string trust = Uri.UnescapeDataString(role.AssumeRolePolicyDocument ?? string.Empty);
            if (trust.Contains(name.Name, StringComparison.Ordinal) && Removal().Apply(PolicyDocument.Parse(trust, $"The trust policy of role {role.RoleName}")))
            {
                left.Add(role.Arn);
            }
        }

        return [.. left];
    }

    private TrustRemoval Removal()
    {
        OidcIssuer issuer = OidcProviderEnsure.IssuerOf(cluster);
        return new TrustRemoval(issuer.ProviderArn(account.Partition.Name, ClusterArn.Parse(cluster.Arn)!.Account), issuer.HostPath, cluster.Arn, name);
    }

    private async Task<bool> IsOursAsync(string arn, CancellationToken cancellationToken)
    {
        string role = arn[(arn.LastIndexOf('/') + 1)..];
        return ClusterArn.Parse(cluster.Arn)!.Account == arn.Split(':')[4]
            && await ClusterRoles.ReadTagsAsync(account, role, cancellationToken) is { } tags && tags.GetValueOrDefault(ClusterIdentity.ComponentTag) is RoleEnsure.Component or RoleEnsure.AdoptedComponent;
    }

    private async Task<StepOutcome> DisassociateAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await account.Eks.DeletePodIdentityAssociationAsync(new DeletePodIdentityAssociationRequest { ClusterName = cluster.Name, AssociationId = id }, cancellationToken);
            return StepOutcome.Deleted;
        }
        catch (ResourceNotFoundException)
        {
            return StepOutcome.Skipped;
        }
    }

    private async Task<StepOutcome> RemoveTrustAsync(string role, StepContext context, CancellationToken cancellationToken)
    {
        Role there;
        try
        {
            there = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = role }, cancellationToken)).Role;
        }
        catch (NoSuchEntityException)
        {
            return StepOutcome.Skipped;
        }

        PolicyDocument trust = WrittenTrusts.Latest(there);
        bool changed = Removal().Apply(trust);
        if (!trust.Statements.Any(static statement => (string?)statement["Effect"] == "Allow"))
        {
            if ((there.Tags ?? []).Exists(static tag => tag is { Key: ClusterIdentity.ComponentTag, Value: RoleEnsure.AdoptedComponent }))
            {
                context.Observer.Warn($"The role {role} was made by something else and trusts nobody but {name}; it stays as it is.");
                return StepOutcome.Skipped;
            }

            return await RoleDeletion.DeleteAsync(account, role, context, cancellationToken);
        }

        if (!changed)
        {
            return StepOutcome.Skipped;
        }

        await account.Iam.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = role, PolicyDocument = trust.ToJson() }, cancellationToken);
        WrittenTrusts.Remember(there, trust);
        return StepOutcome.Updated;
    }
}
