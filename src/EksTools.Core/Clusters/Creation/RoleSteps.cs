using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The cluster's IAM roles, with the policies that EKS asks for.</summary>
internal sealed class RoleSteps(ClusterBuild build, ClusterLease lease)
{
    public const string ClusterRole = "cluster-role", ClusterPolicies = "cluster-role-policies", NodeRole = "node-role", NodePolicies = "node-role-policies";

    // https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html and create-node-role.html. What the CNI needs stands on the role of its
    // own pods; on the nodes' role it stays where a cluster was begun without that one.
    internal static readonly string[] ClusterPolicyNames = ["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"];
    internal static readonly string[] NodePolicyNames = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"];
    internal const string CniPolicy = "AmazonEKS_CNI_Policy";
    private readonly IAmazonIdentityManagementService iam = build.Account.Iam;
    private readonly ClusterIdentity identity = build.Identity;

    public IEnumerable<PlanStep> Create()
    {
        yield return new PlanStep { Id = ClusterRole, Description = $"IAM role {identity.ClusterRoleName}, and this run's lease on it", Ensure = EnsureClusterRoleAsync };
        yield return new PlanStep { Id = ClusterPolicies, Needs = [ClusterRole], Description = $"policies of the cluster role: {string.Join(", ", ClusterPolicyNames)}", Ensure = (_, token) => EnsurePoliciesAsync(identity.ClusterRoleName, ClusterPolicyNames, token) };
        if (build.Specification.NodeGroups.Count > 0)
        {
            yield return new PlanStep { Id = NodeRole, Needs = [ClusterRole], Description = $"IAM role {identity.NodeRoleName}", Ensure = EnsureNodeRoleAsync };
            string[] policies = build.VpcCniAccess == VpcCniAccess.NodeRole ? [.. NodePolicyNames, CniPolicy] : NodePolicyNames;
            yield return new PlanStep { Id = NodePolicies, Needs = [NodeRole], Description = $"policies of the node role: {string.Join(", ", policies)}", Ensure = (context, token) => EnsureNodePoliciesAsync(policies, context, token) };
        }
    }

    private static string Trust(string service, params string[] actions) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}"},"Action":[{{string.Join(',', actions.Select(static action => $"\"{action}\""))}}]}]}""";

    private async Task<StepOutcome> EnsureClusterRoleAsync(StepContext context, CancellationToken cancellationToken)
    {
        Dictionary<string, string> tags = build.Specification.Tags(ClusterRole);
        foreach ((string key, string value) in build.Specification.Recorded.Concat(lease.NewTags()))
        {
            tags[key] = value;
        }

        while (true)
        {
            Role? made = await CreateAsync(identity.ClusterRoleName, Trust("eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"), tags, cancellationToken);
            if (made is not null)
            {
                lease.Hold();
                context.Resource(build.ClusterRoleArn = made.Arn);
                return StepOutcome.Created;
            }

            await RequireOursAsync(identity.ClusterRoleName, context, cancellationToken);
            if (await lease.AcquireAsync(context, cancellationToken))
            {
                await RequireSameAsync(cancellationToken);
                await RequireSameAccessAsync(cancellationToken);
                context.Resource(build.ClusterRoleArn = (await iam.GetRoleAsync(new GetRoleRequest { RoleName = identity.ClusterRoleName }, cancellationToken)).Role.Arn);
                return StepOutcome.Found;
            }

            // The run that held it removed the cluster, and the role with it: there is one to make after all.
        }
    }

    /// <summary>Looks a few times: a role's tags may not be visible yet right after another run made it.</summary>
    private async Task RequireOursAsync(string role, StepContext context, CancellationToken cancellationToken)
    {
        Dictionary<string, string>? tags = null;
        for (int look = 0; look < 3; look++)
        {
            tags = await ClusterRoles.ReadTagsAsync(build.Account, role, cancellationToken);
            if (tags is null || identity.Owns(tags))
            {
                return;
            }

            await context.Poller.PauseAsync(cancellationToken);
        }

        ClusterRoles.RequireOurs(identity, role, tags);
    }

    /// <summary>Another run may have recorded other parameters between our look and our lease.</summary>
    private async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> there = await ClusterRoles.ReadTagsAsync(build.Account, identity.ClusterRoleName, cancellationToken) ?? [];
        IReadOnlyList<string> differences = ClusterParameters.Differences(there, build.Specification.Recorded);
        if (differences.Count > 0)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterParametersDiffer", $"Another run began cluster {identity.Name} with other parameters: {string.Join("; ", differences)}.", identity.Name);
        }
    }

    /// <summary>Another run, such as one with -Repair, may have changed between our look and our lease what the plan hangs on.</summary>
    private async Task RequireSameAccessAsync(CancellationToken cancellationToken)
    {
        if (await VpcCniAccessReader.ReadAsync(build.Account, identity, cancellationToken) != build.VpcCniAccess)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterParametersDiffer", $"Another run changed by which role the pods of {VpcCniRole.ServiceAccount} in cluster {identity.Name} reach EC2 while this one waited for it.", identity.Name, "Run the command again: it then starts from what is there now.");
        }
    }

    private async Task<StepOutcome> EnsureNodeRoleAsync(StepContext context, CancellationToken cancellationToken)
    {
        Role? made = await CreateAsync(identity.NodeRoleName, Trust($"ec2.{build.Account.Partition.DnsSuffix}", "sts:AssumeRole"), build.Specification.Tags(NodeRole), cancellationToken);
        if (made is null)
        {
            await RequireOursAsync(identity.NodeRoleName, context, cancellationToken);
        }

        build.NodeRoleArn = (made ?? (await iam.GetRoleAsync(new GetRoleRequest { RoleName = identity.NodeRoleName }, cancellationToken)).Role).Arn;
        context.Resource(build.NodeRoleArn);
        return made is null ? StepOutcome.Found : StepOutcome.Created;
    }

    /// <summary>The new role, or null when one of that name is there already.</summary>
    private async Task<Role?> CreateAsync(string name, string trust, Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        try
        {
            CreateRoleResponse answer = await iam.CreateRoleAsync(
                new CreateRoleRequest
                {
                    RoleName = name,
                    AssumeRolePolicyDocument = trust,
                    Description = $"EKS cluster {identity.Name} in {identity.Region}, made by EksTools",
                    Tags = [.. tags.Select(static pair => new Tag { Key = pair.Key, Value = pair.Value })],
                },
                cancellationToken);
            return answer.Role;
        }
        catch (EntityAlreadyExistsException)
        {
            return null;
        }
    }

    private async Task<StepOutcome> EnsureNodePoliciesAsync(string[] policies, StepContext context, CancellationToken cancellationToken)
    {
        if (build.VpcCniAccess == VpcCniAccess.NodeRole)
        {
            context.Observer.Warn($"The node role of cluster {identity.Name} lets every pod do what only vpc-cni needs to. New-EksCluster {identity.Name} -Repair gives vpc-cni a role of its own.");
        }

        return await EnsurePoliciesAsync(identity.NodeRoleName, policies, cancellationToken);
    }

    private async Task<StepOutcome> EnsurePoliciesAsync(string role, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        HashSet<string> attached = await AttachedPolicies.ReadAsync(iam, role, cancellationToken);
        if (role == identity.NodeRoleName)
        {
            build.NodeRoleHasCniPolicy = attached.Contains(Managed(CniPolicy));
        }

        StepOutcome outcome = StepOutcome.Found;
        foreach (string name in names)
        {
            string arn = Managed(name);
            if (!attached.Contains(arn))
            {
                await iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = role, PolicyArn = arn }, cancellationToken);
                outcome = StepOutcome.Created;
            }
        }

        return outcome;
    }

    private string Managed(string policy) => $"arn:{build.Account.Partition.Name}:iam::aws:policy/{policy}";
}
