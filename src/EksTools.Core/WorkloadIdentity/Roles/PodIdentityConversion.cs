using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>
/// The plan that moves a service account from IRSA to Pod Identity. The role trusts both until it is finished: pods that run keep what they have, new ones get
/// the association's.
/// </summary>
internal sealed class PodIdentityConversion : IDisposable
{
    private const string Agent = "pod-identity-agent", Trust = "trust", Association = "association", Restart = "restart", Annotations = "annotations", FormerTrust = "former-trust";
    private readonly AwsAccount account;
    private readonly EksCluster cluster;
    private readonly ServiceAccountName name;
    private readonly ClusterApi api;
    private readonly ServiceAccountEnsure kubernetes;
    private readonly PodIdentityEnsure podIdentity;
    private string roleArn = string.Empty;

    private PodIdentityConversion(AwsAccount account, EksCluster cluster, ServiceAccountName name, TimeProvider time)
    {
        this.account = account;
        this.cluster = cluster;
        this.name = name;
        api = ClusterApi.Open(account, cluster);
        kubernetes = new ServiceAccountEnsure(api, time);
        podIdentity = new PodIdentityEnsure(account, cluster.Name);
    }

    public Plan Plan { get; private set; } = null!;

    private string RoleName => roleArn[(roleArn.LastIndexOf('/') + 1)..];

    /// <summary>Looks at what is there. Changes nothing.</summary>
    /// <exception cref="EksToolsException">There is nothing to convert, or pods still use what is to go.</exception>
    public static async Task<PodIdentityConversion> PrepareAsync(AwsAccount account, ServiceAccountRoleConversionRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.ClusterName);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        ServiceAccountNames.Require(request.ServiceAccount, wildcards: false);
        EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
        PodIdentityConversion conversion = new(account, cluster, request.ServiceAccount, time);
        try
        {
            await conversion.SettleAsync(request, cancellationToken);
            return conversion;
        }
        catch
        {
            conversion.Dispose();
            throw;
        }
    }

    public void Dispose() => api.Dispose();

    private async Task SettleAsync(ServiceAccountRoleConversionRequest request, CancellationToken cancellationToken)
    {
        V1ServiceAccount? there = await kubernetes.FindAsync(name, cancellationToken);
        Amazon.EKS.Model.PodIdentityAssociation? association = await podIdentity.FindAsync(name, cancellationToken);
        string? annotated = there?.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) is { Length: > 0 } arn ? arn : null;
        roleArn = annotated ?? association?.RoleArn ?? throw new EksToolsException(EksErrorKind.NotFound, "ServiceAccountRoleNotFound", $"Service account {name} of cluster {cluster.Name} has no role.", name.ToString(), $"Get-EksServiceAccountRole {cluster.Name} lists those that have.");
        if (ClusterArn.Parse(cluster.Arn)!.Account is var own && roleArn.Split(':') is not [_, _, "iam", _, var owner, ..] || owner != own)
        {
            throw new EksToolsException(EksErrorKind.Validation, "RoleOfOtherAccount", $"Service account {name} has the role {roleArn}, and Pod Identity takes roles of account {own} alone.", name.ToString(), "Make a role here with New-EksServiceAccountRole -Mode PodIdentity -TargetRoleArn, which passes on to the other.");
        }

        if (request.Finish)
        {
            await RequireUnusedAsync(association, request.Force, cancellationToken);
        }

        Plan = new Plan($"Moving {name} of {cluster.Name} to Pod Identity", Steps(request, there, annotated));
    }

    /// <summary>A pod that has its web identity keeps using it, and loses its role when the trust goes.</summary>
    private async Task RequireUnusedAsync(Amazon.EKS.Model.PodIdentityAssociation? association, bool force, CancellationToken cancellationToken)
    {
        if (association is null)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ConversionNotBegun", $"Service account {name} of cluster {cluster.Name} has no Pod Identity association yet.", name.ToString(), "Run the command without -Finish first, and restart the pods.");
        }

        string[] still = [.. (await ServiceAccountPods.ListAsync(api, name.Namespace, cancellationToken))[name].Select(static pod => ServiceAccountPods.Describe(pod, null, null)).Where(static pod => pod.Mode == ServiceAccountRoleMode.Irsa).Select(static pod => pod.PodName)];
        if (still.Length > 0 && !force)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ServiceAccountInUse", $"Pods of service account {name} were made before its association and still use IRSA: {string.Join(", ", still)}.", name.ToString(), "Restart them with -RestartPods and without -Finish, or say -Force.");
        }
    }

    private List<PlanStep> Steps(ServiceAccountRoleConversionRequest request, V1ServiceAccount? there, string? annotated)
    {
        Dictionary<string, string> tags = new ClusterIdentity(cluster.Name, cluster.Region).Tags(RoleEnsure.Component);
        List<PlanStep> steps =
        [
            new PlanStep { Id = Agent, Description = $"add-on {PodIdentityEnsure.Agent}", Ensure = (context, token) => podIdentity.EnsureAgentAsync(new ClusterIdentity(cluster.Name, cluster.Region).Tags($"addon-{PodIdentityEnsure.Agent}"), context, token) },
            new PlanStep { Id = Trust, Description = $"trust of role {RoleName} in {TrustPolicyDocument.PodIdentityService}, beside what it trusts", Ensure = (_, token) => AddTrustAsync(token) },
            new PlanStep { Id = Association, Needs = [Trust], Description = $"Pod Identity association of {name} with {RoleName}", Ensure = async (_, token) => (await podIdentity.EnsureAsync(name, roleArn, null, tags, request.Force, token)).Outcome },
        ];
        if (request.RestartPods)
        {
            steps.Add(new PlanStep { Id = Restart, Needs = [Agent, Association], Description = $"restart of the workloads that use {name}", Ensure = (context, token) => kubernetes.RestartAsync(name, context, token) });
        }

        if (request.Finish)
        {
            string[] before = [Agent, request.RestartPods ? Restart : Association];
            if (there is not null && annotated is not null)
            {
                steps.Add(new PlanStep { Id = Annotations, Needs = before, Description = $"EKS's annotations of service account {name}", Ensure = (_, token) => kubernetes.RemoveAnnotationsAsync(there, token) });
                before = [Annotations];
            }

            steps.Add(new PlanStep { Id = FormerTrust, Needs = before, Description = $"trust of role {RoleName} in the web identity of {name}", Ensure = (_, token) => RemoveTrustAsync(token) });
        }

        return steps;
    }

    private async Task<StepOutcome> AddTrustAsync(CancellationToken cancellationToken)
    {
        (Role role, PolicyDocument trust) = await ReadTrustAsync(cancellationToken);
        TrustPolicyRequest wanted = new() { PodIdentity = true, Clusters = [new TrustPolicyCluster(null, null, cluster.Arn)], ServiceAccounts = [name] };
        return trust.Add(TrustPolicyDocument.PodIdentityStatements(wanted)) ? await WriteTrustAsync(role, trust, cancellationToken) : StepOutcome.Found;
    }

    private async Task<StepOutcome> RemoveTrustAsync(CancellationToken cancellationToken)
    {
        (Role role, PolicyDocument trust) = await ReadTrustAsync(cancellationToken);
        OidcIssuer issuer = OidcProviderEnsure.IssuerOf(cluster);
        TrustRemoval removal = new(issuer.ProviderArn(account.Partition.Name, ClusterArn.Parse(cluster.Arn)!.Account), issuer.HostPath, cluster.Arn, name) { WebIdentityAlone = true };
        return removal.Apply(trust) ? await WriteTrustAsync(role, trust, cancellationToken) : StepOutcome.Skipped;
    }

    private async Task<(Role Role, PolicyDocument Trust)> ReadTrustAsync(CancellationToken cancellationToken)
    {
        try
        {
            Role role = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = RoleName }, cancellationToken)).Role;
            roleArn = role.Arn; // With its path, which an annotation may lack.
            return (role, WrittenTrusts.Latest(role));
        }
        catch (NoSuchEntityException exception)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "ServiceAccountRoleNotFound", $"Service account {name} names role {roleArn}, which is not there.", name.ToString(), $"Test-EksServiceAccountRole {cluster.Name} {name} says how to mend it.", exception);
        }
    }

    private async Task<StepOutcome> WriteTrustAsync(Role role, PolicyDocument trust, CancellationToken cancellationToken)
    {
        await account.Iam.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = RoleName, PolicyDocument = trust.ToJson() }, cancellationToken);
        WrittenTrusts.Remember(role, trust);
        return StepOutcome.Updated;
    }
}
