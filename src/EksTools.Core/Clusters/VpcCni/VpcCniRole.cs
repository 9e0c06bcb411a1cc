using Amazon.IdentityManagement.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.OidcProviders;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.Clusters.VpcCni;

/// <summary>
/// The role that the pods of aws-node reach EC2 with, so that the nodes' role, which every pod can borrow, need not let them: the cluster's OpenID Connect
/// provider, the role, and its policy. https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html
/// </summary>
/// <param name="account">The account.</param>
/// <param name="identity">The cluster.</param>
/// <param name="userTags">Tags for provider and role besides ours.</param>
/// <param name="placement">Path and boundary of the role; none in particular when null.</param>
/// <param name="ipv6">The cluster's pods have IPv6 addresses.</param>
internal sealed class VpcCniRole(AwsAccount account, ClusterIdentity identity, IReadOnlyDictionary<string, string>? userTags = null, RolePlacement? placement = null, bool ipv6 = false)
{
    public const string Addon = "vpc-cni", Provider = "oidc-provider", Role = "vpc-cni-role", Permissions = "vpc-cni-role-policies";

    /// <summary>AmazonEKS_CNI_Policy is for IPv4; AWS manages none for IPv6.</summary>
    private static readonly WellKnownPolicy ForIpv4 = WellKnownPolicies.Get("VpcCni"), ForIpv6 = WellKnownPolicies.Get("VpcCniIPv6");
    private readonly WellKnownPolicy policy = ipv6 ? ForIpv6 : ForIpv4;
    private readonly IReadOnlyDictionary<string, string> tags = userTags ?? new Dictionary<string, string>();
    private bool made;

    /// <summary>The service account of the add-on's pods.</summary>
    public static ServiceAccountName ServiceAccount { get; } = new("kube-system", "aws-node");

    /// <summary>The role's name, the same that New-EksServiceAccountRole gives it.</summary>
    public string Name => identity.ServiceAccountRoleName(ServiceAccount);

    /// <summary>The role's ARN, once its step is done.</summary>
    public string? Arn { get; private set; }

    /// <summary>The policy that a node role needs where the add-on of an IPv4 cluster has no role, and that the role then has.</summary>
    public string PolicyArn => ForIpv4.ManagedArns(account.Partition.Name).Single();

    /// <summary>Whether an ARN is that of our role.</summary>
    public bool IsOurs(string arn) => arn.Contains(":role/", StringComparison.Ordinal) && ClusterRoles.NameOf(arn) == Name;

    /// <summary>The steps.</summary>
    /// <param name="needs">What must be done before: the issuer is known once the control plane is active.</param>
    /// <param name="cluster">The cluster, asked when the steps run.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> needs, Func<EksCluster> cluster)
    {
        yield return new PlanStep { Id = Provider, Needs = needs, Description = "OpenID Connect provider of the cluster, for IAM roles of pods", Ensure = (context, token) => EnsureProviderAsync(cluster(), context, token) };
        yield return new PlanStep { Id = Role, Needs = [Provider], Description = $"IAM role {Name} for the pods of {ServiceAccount}", Ensure = (_, token) => EnsureRoleAsync(cluster(), token) };
        yield return new PlanStep { Id = Permissions, Needs = [Role], Description = $"policies of that role: {string.Join(", ", policy.Managed.DefaultIfEmpty(policy.Name))}", Ensure = (_, token) => new RoleEnsure(account).EnsurePoliciesAsync(Specify(cluster()), isNew: made, token) };
    }

    /// <summary>What the role is to be.</summary>
    public RoleSpecification Specify(EksCluster cluster)
    {
        Dictionary<string, string> all = identity.Tags(RoleEnsure.Component);
        foreach ((string key, string value) in tags)
        {
            all[key] = value;
        }

        return new RoleSpecification
        {
            Name = Name,
            Path = placement?.Path ?? RolePlacement.Default.Path,
            PermissionsBoundary = placement?.PermissionsBoundary,
            Trust = [.. TrustPolicyDocument.WebIdentityStatements(new TrustPolicyRequest { Clusters = [new TrustPolicyCluster(null, cluster.Identity?.Oidc.Issuer, cluster.Arn)], ServiceAccounts = [ServiceAccount] })],
            Tags = all,
            ManagedPolicies = [.. policy.ManagedArns(account.Partition.Name)],
            InlinePolicies = policy.Document(account.Partition.Name) is { } document ? new Dictionary<string, PolicyDocument> { [policy.Name] = document } : [],
        };
    }

    /// <summary>What of it is there: Found, or nothing said of what is missing.</summary>
    public async Task<Dictionary<string, StepOutcome>> LookAsync(EksCluster cluster, CancellationToken cancellationToken)
    {
        Dictionary<string, StepOutcome> found = new(StringComparer.Ordinal);
        RoleSpecification wanted = Specify(cluster);
        if (await OidcProviderEnsure.FindAsync(account, OidcProviderEnsure.IssuerOf(cluster), cancellationToken) is not null)
        {
            found[Provider] = StepOutcome.Found;
        }

        try
        {
            string? trust = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = Name }, cancellationToken)).Role.AssumeRolePolicyDocument;
            if (!PolicyDocument.Parse(trust, $"The trust policy of role {Name}").Add(wanted.Trust))
            {
                found[Role] = StepOutcome.Found;
            }

            if (await HasPoliciesAsync(wanted, cancellationToken))
            {
                found[Permissions] = StepOutcome.Found;
            }
        }
        catch (NoSuchEntityException)
        {
            // Planned.
        }

        return found;
    }

    /// <summary>Whether the role has the permissions, as far as names of policies tell.</summary>
    private async Task<bool> HasPoliciesAsync(RoleSpecification wanted, CancellationToken cancellationToken)
    {
        if (wanted.InlinePolicies.Count == 0)
        {
            return (await AttachedPolicies.ReadAsync(account.Iam, Name, cancellationToken)).IsSupersetOf(wanted.ManagedPolicies);
        }

        try
        {
            string there = (await account.Iam.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = Name, PolicyName = policy.Name }, cancellationToken)).PolicyDocument;
            return PolicyDocument.Parse(there, $"The inline policy {policy.Name} of role {Name}").Equals(wanted.InlinePolicies[policy.Name]);
        }
        catch (NoSuchEntityException)
        {
            return false;
        }
    }

    private async Task<StepOutcome> EnsureProviderAsync(EksCluster cluster, StepContext context, CancellationToken cancellationToken)
    {
        // IAM takes the thumbprint itself; asking the issuer's host for it would keep everything else waiting, longest where a network does not let it through.
        OidcProviderEnsure providers = new(account, certificates: null);
        return (await providers.EnsureAsync(cluster, new OidcProviderRequest { ClusterName = cluster.Name, Tags = tags }, context.Observer, cancellationToken)).Change;
    }

    private async Task<StepOutcome> EnsureRoleAsync(EksCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            (Amazon.IdentityManagement.Model.Role there, StepOutcome outcome) = await new RoleEnsure(account).EnsureRoleAsync(Specify(cluster), cancellationToken);
            Arn = there.Arn;
            made = outcome == StepOutcome.Created;
            return outcome;
        }
        catch (EksToolsException exception) when (exception.ErrorId == "RoleNotManaged")
        {
            throw new EksToolsException(exception.Kind, exception.ErrorId, exception.Message, Name, "Remove the role, and run the command again.", exception);
        }
    }
}
