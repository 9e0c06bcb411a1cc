using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
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
    internal static readonly string[] NodePolicyNames = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", SsmPolicy];
    private const string SsmPolicy = "AmazonSSMManagedInstanceCore";
    internal const string CniPolicy = "AmazonEKS_CNI_Policy";
    private readonly IAmazonIdentityManagementService iam = build.Account.Iam;
    private readonly ClusterIdentity identity = build.Identity;
    private readonly RolePolicies policies = new(build.Account);

    public IEnumerable<PlanStep> Create()
    {
        ClusterSpecification specification = build.Specification;
        string[] clusterPolicies = specification.AutoMode ? [.. ClusterPolicyNames, .. AutoModeSteps.ClusterPolicyNames] : ClusterPolicyNames;
        yield return new PlanStep { Id = ClusterRole, Description = specification.ClusterRoleArn is { } brought ? $"{lease.Record.Carrier}, which carries this run's lease; the cluster's role is {brought}" : $"IAM role {identity.ClusterRoleName}, and this run's lease on it", Ensure = EnsureClusterRoleAsync };
        yield return specification.ClusterRoleArn is { } cluster
            ? new PlanStep { Id = ClusterPolicies, Needs = [ClusterRole], Description = $"policies of the role {cluster} are looked at", Ensure = (context, token) => policies.LookAsync(cluster, clusterPolicies, context, token) }
            : new PlanStep { Id = ClusterPolicies, Needs = [ClusterRole], Description = $"policies of the cluster role: {string.Join(", ", clusterPolicies)}", Ensure = (_, token) => EnsurePoliciesAsync(identity.ClusterRoleName, clusterPolicies, token) };
        if (!specification.HasLinuxGroups)
        {
            yield break;
        }

        string[] nodePolicies = build.VpcCniAccess == VpcCniAccess.NodeRole ? [.. NodePolicyNames, CniPolicy] : NodePolicyNames;
        if (specification.NodeRoleArn is { } node)
        {
            build.NodeRoleArn = node;
            yield return new PlanStep { Id = NodePolicies, Needs = [ClusterRole], Description = $"policies of the role {node} are looked at", Ensure = (context, token) => policies.LookAsync(node, [.. nodePolicies.Where(static name => name != SsmPolicy)], context, token) };
            yield break;
        }

        yield return new PlanStep { Id = NodeRole, Needs = [ClusterRole], Description = $"IAM role {identity.NodeRoleName}", Ensure = EnsureNodeRoleAsync };
        yield return new PlanStep { Id = NodePolicies, Needs = [NodeRole], Description = $"policies of the node role: {string.Join(", ", nodePolicies)}", Ensure = (context, token) => EnsureNodePoliciesAsync(nodePolicies, context, token) };
    }

    /// <summary>The trust of roles that instances have.</summary>
    public string NodeTrust => Trust($"ec2.{build.Account.Partition.DnsSuffix}", "sts:AssumeRole");

    /// <summary>The step that attaches the policies of another role.</summary>
    public static string PoliciesOf(string role) => $"{role}-policies";

    /// <summary>The steps of a role besides those of the control plane and of nodes with Linux.</summary>
    /// <param name="role">The role.</param>
    /// <param name="made">Takes its ARN.</param>
    public IEnumerable<PlanStep> CreateOther(OtherRole role, Action<string> made)
    {
        yield return new PlanStep
        {
            Id = role.Id,
            Needs = [ClusterRole],
            Description = $"IAM role {role.Name}",
            Ensure = async (context, token) =>
            {
                Role? created = await CreateAsync(role.Name, await role.TrustAsync(token), build.Specification.Tags(role.Id), token);
                if (created is null)
                {
                    await RequireOursAsync(look => ClusterRoles.ReadTagsAsync(build.Account, role.Name, look), there => ClusterRoles.RequireOurs(identity, role.Name, there), context, token);
                }

                string arn = (created ?? (await iam.GetRoleAsync(new GetRoleRequest { RoleName = role.Name }, token)).Role).Arn;
                context.Resource(arn);
                made(arn);
                return created is null ? StepOutcome.Found : StepOutcome.Created;
            },
        };
        yield return new PlanStep { Id = PoliciesOf(role.Id), Needs = [role.Id], Description = $"policies of that role: {string.Join(", ", role.Policies)}", Ensure = (_, token) => EnsurePoliciesAsync(role.Name, role.Policies, token) };
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
            if (await CreateRecordAsync(tags, cancellationToken))
            {
                lease.Hold();
                context.Resource(build.ClusterRoleArn!);
                return StepOutcome.Created;
            }

            await RequireOursAsync(lease.Record.ReadAsync, lease.Record.RequireOurs, context, cancellationToken);
            if (await lease.AcquireAsync(context, cancellationToken))
            {
                await RequireSameAsync(cancellationToken);
                await RequireSameAccessAsync(cancellationToken);
                context.Resource(build.ClusterRoleArn = build.Specification.ClusterRoleArn ?? (await iam.GetRoleAsync(new GetRoleRequest { RoleName = identity.ClusterRoleName }, cancellationToken)).Role.Arn);
                return StepOutcome.Found;
            }

            // The run that held it removed the cluster, and the role with it: there is one to make after all. IAM may tell of it for a while yet.
            await context.Poller.PauseAsync(cancellationToken);
        }
    }

    /// <summary>Makes the cluster role, or what carries the record where the caller brings one; false when it is there.</summary>
    private async Task<bool> CreateRecordAsync(Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (lease.Record is TemplateRecord template)
        {
            tags[ClusterIdentity.ComponentTag] = TemplateRecord.Component;
            build.ClusterRoleArn = build.Specification.ClusterRoleArn;
            return await template.CreateAsync(tags, cancellationToken);
        }

        build.ClusterRoleArn = (await CreateAsync(identity.ClusterRoleName, Trust("eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"), tags, cancellationToken))?.Arn;
        return build.ClusterRoleArn is not null;
    }

    /// <summary>Looks a few times: tags may not be visible yet right after another run made what has them.</summary>
    private async Task RequireOursAsync(Func<CancellationToken, Task<Dictionary<string, string>?>> read, Action<IReadOnlyDictionary<string, string>?> require, StepContext context, CancellationToken cancellationToken)
    {
        Dictionary<string, string>? tags = null;
        for (int look = 0; look < 3; look++)
        {
            tags = await read(cancellationToken);
            if (tags is null || identity.Owns(tags))
            {
                return;
            }

            await context.Poller.PauseAsync(cancellationToken);
        }

        require(tags);
    }

    /// <summary>Another run may have recorded other parameters between our look and our lease.</summary>
    private async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> there = await lease.Record.ReadAsync(cancellationToken) ?? [];
        IReadOnlyList<string> differences = ClusterParameters.Differences(there, build.Specification.Recorded);
        if (differences.Count > 0)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterParametersDiffer", $"Another run began cluster {identity.Name} with other parameters: {string.Join("; ", differences)}.", identity.Name);
        }
    }

    /// <summary>Another run, such as one with -Repair, may have changed between our look and our lease what the plan hangs on.</summary>
    private async Task RequireSameAccessAsync(CancellationToken cancellationToken)
    {
        if (VpcCniAccessReader.For(build.Specification, await VpcCniAccessReader.ReadAsync(build.Account, identity, cancellationToken)) != build.VpcCniAccess)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterParametersDiffer", $"Another run changed by which role the pods of {VpcCniRole.ServiceAccount} in cluster {identity.Name} reach EC2 while this one waited for it.", identity.Name, "Run the command again: it then starts from what is there now.");
        }
    }

    private async Task<StepOutcome> EnsureNodeRoleAsync(StepContext context, CancellationToken cancellationToken)
    {
        Role? made = await CreateAsync(identity.NodeRoleName, NodeTrust, build.Specification.Tags(NodeRole), cancellationToken);
        if (made is null)
        {
            await RequireOursAsync(token => ClusterRoles.ReadTagsAsync(build.Account, identity.NodeRoleName, token), there => ClusterRoles.RequireOurs(identity, identity.NodeRoleName, there), context, cancellationToken);
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
                    Path = build.Specification.RolePath,
                    PermissionsBoundary = build.Specification.PermissionsBoundary,
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

    private async Task<StepOutcome> EnsureNodePoliciesAsync(string[] names, StepContext context, CancellationToken cancellationToken)
    {
        if (build.VpcCniAccess == VpcCniAccess.NodeRole)
        {
            context.Observer.Warn($"The node role of cluster {identity.Name} lets every pod do what only vpc-cni needs to. New-EksCluster {identity.Name} -Repair gives vpc-cni a role of its own.");
        }

        return await EnsurePoliciesAsync(identity.NodeRoleName, names, cancellationToken);
    }

    private async Task<StepOutcome> EnsurePoliciesAsync(string role, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        await policies.EnsureAsync(role, names, cancellationToken, role == identity.NodeRoleName ? attached => build.NodeRoleHasCniPolicy = attached.Contains(policies.Managed(CniPolicy)) : null);
}
