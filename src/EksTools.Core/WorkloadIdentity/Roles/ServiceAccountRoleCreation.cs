using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The plan that makes, or mends, everything between a service account and its role.</summary>
internal sealed class ServiceAccountRoleCreation
{
    private const string Provider = "oidc-provider", Agent = "pod-identity-agent", RoleStep = "role", Policies = "permissions";
    private readonly ServiceAccountRoleStage stage;
    private readonly AwsAccount account;
    private readonly EksCluster cluster;
    private readonly ServiceAccountRoleRequest request;
    private readonly ServiceAccountRoleMode mode;
    private readonly ClusterIdentity identity;
    private readonly ServiceAccountEnsure? kubernetes;
    private readonly ConcurrentDictionary<ServiceAccountName, string> associations = [];
    private readonly RoleSpecification role;
    private string roleArn;
    private StepOutcome change = StepOutcome.Planned;

    private ServiceAccountRoleCreation(ServiceAccountRoleStage stage, ServiceAccountRoleRequest request, ServiceAccountRoleMode mode, ServiceAccountEnsure? kubernetes)
    {
        this.stage = stage;
        this.request = request;
        this.mode = mode;
        this.kubernetes = kubernetes;
        account = stage.Account;
        cluster = stage.Cluster;
        identity = new ClusterIdentity(cluster.Name, cluster.Region);
        role = Specify();
        roleArn = $"arn:{account.Partition.Name}:iam::{ClusterArn.Parse(cluster.Arn)!.Account}:role{role.Path}{role.Name}";
        Plan = new Plan($"Giving role {role.Name} to {string.Join(", ", request.ServiceAccounts)} in {cluster.Name}", Steps());
    }

    public Plan Plan { get; }

    /// <summary>Looks at what is there and settles the mode. Changes nothing.</summary>
    public static async Task<ServiceAccountRoleCreation> PrepareAsync(ServiceAccountRoleStage stage, ServiceAccountRoleRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ServiceAccountRoleRules.Require(request, stage.Account.Partition.Name);
        ServiceAccountEnsure? kubernetes = request.NoServiceAccount ? null : new ServiceAccountEnsure(stage.Api, time);
        try
        {
            ServiceAccountRoleMode mode = request.Mode == ServiceAccountRoleMode.Auto ? await ChooseAsync(stage, request, kubernetes, cancellationToken) : request.Mode;
            ServiceAccountRoleCreation creation = new(stage, request, mode, kubernetes);
            await creation.RequireAsync(cancellationToken);
            return creation;
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
        {
            throw new EksToolsException(EksErrorKind.Network, "ApiServerUnreachable", exception.Message, stage.Cluster.Name, "With a private endpoint alone, run the command from within the VPC; or say -NoServiceAccount, and annotate the service account from there.", exception.InnerException);
        }
    }

    /// <summary>What was made, one record for each service account.</summary>
    public IReadOnlyList<EksServiceAccountRole> Describe(IReadOnlyDictionary<string, StepOutcome> outcomes) =>
    [
        .. request.ServiceAccounts.Select(name => new EksServiceAccountRole
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            Namespace = name.Namespace,
            ServiceAccount = name.Name,
            Mode = mode,
            RoleArn = roleArn,
            AssociationId = associations.GetValueOrDefault(name),
            TargetRoleArn = request.TargetRoleArn,
            Change = change == StepOutcome.Found && outcomes.Values.Any(static outcome => outcome is StepOutcome.Created or StepOutcome.Updated) ? StepOutcome.Updated : change,
        }),
    ];

    /// <summary>What Kubernetes or IAM would refuse in the end is refused before anything is made.</summary>
    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        foreach (string arn in role.ManagedPolicies)
        {
            await stage.RequirePolicyAsync(arn, cancellationToken);
        }

        foreach (ServiceAccountName name in kubernetes is null ? [] : request.ServiceAccounts.Where(static name => !name.IsPattern))
        {
            try
            {
                await kubernetes!.RequireAsync(name, mode == ServiceAccountRoleMode.Irsa ? Annotations() : new Dictionary<string, string>(), request.Force, cancellationToken);
            }
            catch (EksToolsException exception) when (exception.ErrorId == "ServiceAccountManagedElsewhere")
            {
                throw await AddonRoleConflict.ExplainAsync(stage, kubernetes!, exception, name, cancellationToken);
            }
            catch (EksToolsException exception) when (request.CreateNamespace && exception.ErrorId == "NamespaceNotFound")
            {
                // It will be made.
            }
        }
    }

    /// <summary>What a service account uses stays in use.</summary>
    private static async Task<ServiceAccountRoleMode> ChooseAsync(ServiceAccountRoleStage stage, ServiceAccountRoleRequest request, ServiceAccountEnsure? kubernetes, CancellationToken cancellationToken)
    {
        if (request.ServiceAccounts.Any(static name => name.IsPattern) || ServiceAccountRoleRules.TokenOption(request) is not null)
        {
            return ServiceAccountRoleMode.Irsa;
        }

        foreach (ServiceAccountName name in request.ServiceAccounts)
        {
            if (await stage.PodIdentity.FindAsync(name, cancellationToken) is not null)
            {
                return ServiceAccountRoleMode.PodIdentity;
            }
        }

        foreach (ServiceAccountName name in kubernetes is null ? [] : request.ServiceAccounts)
        {
            V1ServiceAccount? there = await kubernetes!.FindAsync(name, cancellationToken);
            if (there?.Metadata.Annotations?.ContainsKey(ServiceAccountEnsure.RoleAnnotation) == true)
            {
                return ServiceAccountRoleMode.Irsa;
            }
        }

        return await stage.HasAgentAsync(cancellationToken) ? ServiceAccountRoleMode.PodIdentity : ServiceAccountRoleMode.Irsa;
    }

    /// <summary>The name of the role that a request is for.</summary>
    public static string RoleNameOf(ServiceAccountRoleRequest request, ClusterIdentity identity) => request.RoleName ?? identity.ServiceAccountRoleName(request.ServiceAccounts[0]);

    private RoleSpecification Specify()
    {
        string partition = account.Partition.Name;
        WellKnownPolicy[] known = [.. request.WellKnownPolicies.Select(WellKnownPolicies.Get).Distinct()];
        Dictionary<string, PolicyDocument> inline = known.Select(policy => (policy.Name, Document: policy.Document(partition))).Where(static policy => policy.Document is not null)
            .ToDictionary(static policy => $"ekstools-{policy.Name}", static policy => policy.Document!, StringComparer.Ordinal);
        if (request.PolicyDocument is { } document)
        {
            inline["ekstools"] = PolicyDocument.Parse(document, "-PolicyDocument");
        }

        Dictionary<string, string> tags = identity.Tags(RoleEnsure.Component);
        foreach ((string key, string value) in request.Tags)
        {
            tags[key] = value;
        }

        TrustPolicyRequest trust = new()
        {
            Clusters = [new TrustPolicyCluster(null, cluster.Identity?.Oidc.Issuer, cluster.Arn)],
            ServiceAccounts = request.ServiceAccounts,
            Audience = request.Audience,
        };
        return new RoleSpecification
        {
            Name = RoleNameOf(request, identity),
            Path = request.Path,
            Trust = [.. mode == ServiceAccountRoleMode.Irsa ? TrustPolicyDocument.WebIdentityStatements(trust) : TrustPolicyDocument.PodIdentityStatements(trust)],
            Tags = tags,
            ManagedPolicies = [.. request.PolicyArns.Concat(known.SelectMany(policy => policy.ManagedArns(partition))).Distinct(StringComparer.Ordinal)],
            InlinePolicies = inline,
            PermissionsBoundary = request.PermissionsBoundary,
            MaxSessionSeconds = request.MaxSessionDuration is { } session ? (int)session.TotalSeconds : null,
            Adopt = request.Adopt,
        };
    }

    private List<PlanStep> Steps()
    {
        bool irsa = mode == ServiceAccountRoleMode.Irsa;
        List<PlanStep> steps =
        [
            irsa
                ? new PlanStep { Id = Provider, Description = $"OpenID Connect provider of {cluster.Name}", Ensure = (context, token) => stage.EnsureProviderAsync(request.Audience, context.Observer, token) }
                : new PlanStep { Id = Agent, Description = $"add-on {PodIdentityEnsure.Agent}", Ensure = stage.EnsureAgentAsync },
            new PlanStep { Id = RoleStep, Needs = irsa ? [Provider] : [], Description = $"IAM role {role.Name} and its trust policy", Ensure = EnsureRoleAsync },
        ];
        string permitted = RoleStep;
        if (role.ManagedPolicies.Count + role.InlinePolicies.Count > 0)
        {
            permitted = Policies;
            steps.Add(new PlanStep { Id = Policies, Needs = [RoleStep], Description = $"permissions of the role: {string.Join(", ", role.ManagedPolicies.Select(static arn => arn[(arn.LastIndexOf('/') + 1)..]).Concat(role.InlinePolicies.Keys))}", Ensure = EnsurePoliciesAsync });
        }

        foreach (string space in kubernetes is null || !request.CreateNamespace ? [] : request.ServiceAccounts.Select(static name => name.Namespace).Where(static name => name.AsSpan().IndexOfAny('*', '?') < 0).Distinct(StringComparer.Ordinal))
        {
            steps.Add(new PlanStep { Id = $"namespace-{space}", Description = $"namespace {space}", Ensure = (_, token) => kubernetes!.EnsureNamespaceAsync(space, token) });
        }

        // A pattern stands for service accounts that are not named, and that may not be there yet.
        foreach (ServiceAccountName name in request.ServiceAccounts.Where(static name => !name.IsPattern))
        {
            AddSteps(steps, name, permitted, irsa);
        }

        return steps;
    }

    private void AddSteps(List<PlanStep> steps, ServiceAccountName name, string permitted, bool irsa)
    {
        List<string> given = [permitted];
        if (!irsa)
        {
            string association = $"association-{name}";
            steps.Add(new PlanStep { Id = association, Needs = [permitted], Description = $"Pod Identity association of {name} with the role", Ensure = (_, token) => AssociateAsync(name, token) });
            given.Add(association);
        }

        if (kubernetes is null)
        {
            return;
        }

        string serviceAccount = $"service-account-{name}";
        string space = $"namespace-{name.Namespace}";
        steps.Add(new PlanStep
        {
            Id = serviceAccount,
            Needs = steps.Exists(step => step.Id == space) ? [permitted, space] : [permitted],
            Description = irsa ? $"service account {name}, annotated with the role" : $"service account {name}",
            Ensure = (context, token) => EnsureServiceAccountAsync(name, irsa, context, token),
        });
        if (request.RestartPods)
        {
            steps.Add(new PlanStep { Id = $"restart-{name}", Needs = [.. given, serviceAccount], Description = $"restart of the workloads that use {name}", Ensure = (context, token) => kubernetes.RestartAsync(name, context, token) });
        }
    }

    private async Task<StepOutcome> EnsureRoleAsync(StepContext context, CancellationToken cancellationToken)
    {
        (Role there, change) = await new RoleEnsure(account).EnsureRoleAsync(role, cancellationToken);
        roleArn = there.Arn;
        return change;
    }

    private Task<StepOutcome> EnsurePoliciesAsync(StepContext context, CancellationToken cancellationToken) =>
        new RoleEnsure(account).EnsurePoliciesAsync(role, isNew: change == StepOutcome.Created, cancellationToken);

    private async Task<StepOutcome> AssociateAsync(ServiceAccountName name, CancellationToken cancellationToken)
    {
        (string id, StepOutcome outcome) = await stage.PodIdentity.EnsureAsync(name, roleArn, request.TargetRoleArn, role.Tags, request.Force, cancellationToken);
        associations[name] = id;
        return outcome;
    }

    private async Task<StepOutcome> EnsureServiceAccountAsync(ServiceAccountName name, bool irsa, StepContext context, CancellationToken cancellationToken)
    {
        if (irsa && await stage.PodIdentity.FindAsync(name, cancellationToken) is { } association)
        {
            context.Observer.Warn($"Service account {name} has the Pod Identity association {association.AssociationId} too, which comes first: new pods get {association.RoleArn}. Remove-EKSPodIdentityAssociation takes it away.");
        }

        return await kubernetes!.EnsureAsync(name, irsa ? Annotations() : new Dictionary<string, string>(), request.Force, cancellationToken);
    }

    private Dictionary<string, string> Annotations()
    {
        Dictionary<string, string> annotations = new(StringComparer.Ordinal) { [ServiceAccountEnsure.RoleAnnotation] = roleArn };
        if (request.Audience != "sts.amazonaws.com")
        {
            annotations[ServiceAccountEnsure.AudienceAnnotation] = request.Audience;
        }

        if (request.RegionalSts is { } regional)
        {
            annotations[ServiceAccountEnsure.RegionalStsAnnotation] = regional ? "true" : "false";
        }

        if (request.TokenExpiration is { } expiration)
        {
            annotations[ServiceAccountEnsure.TokenExpirationAnnotation] = ((int)expiration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return annotations;
    }
}
