using System.Globalization;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Nodes;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Nodes;
using EksTools.Plans;
using LaunchTemplateSpecification = Amazon.EKS.Model.LaunchTemplateSpecification;

namespace EksTools.Core.Clusters.Creation;

/// <summary>A managed node group: its launch template, itself, and the wait until its nodes are ready in Kubernetes.</summary>
internal sealed class NodeGroupSteps(ClusterBuild build, NetworkSteps network, NodeGroupSpecification group)
{
    private readonly ClusterSpecification specification = build.Specification;
    private readonly SshStep ssh = new(build, group);
    private readonly string templateName = build.Identity.LaunchTemplateName(group.Name);

    /// <summary>The step after which EKS says that the group's nodes are there.</summary>
    public string Active => group.Component("nodes-active");

    private string LaunchTemplate => group.Component("launch-template");

    private string NodeGroup => group.Component("node-group");

    private string Ready => group.Component("nodes-ready");

    /// <summary>The template names security groups.</summary>
    private bool NamesSecurityGroups => group.Options.SecurityGroupId.Count > 0 || ssh.Steps.Count > 0;

    public IEnumerable<PlanStep> Create(string lease)
    {
        foreach (PlanStep step in ssh.Create(specification.ExistingNetwork is null ? NetworkSteps.VpcReady : [lease]))
        {
            yield return step;
        }

        // The cluster's own security group, which further ones stand beside, is there once the control plane is.
        yield return new PlanStep { Id = LaunchTemplate, Needs = NamesSecurityGroups ? [lease, ControlPlaneSteps.Active, .. ssh.Steps] : [lease], Description = NodeLaunchTemplate.Describe(group), Ensure = EnsureTemplateAsync };
        yield return new PlanStep
        {
            Id = NodeGroup,

            // What its nodes need to become ready is made while they start: until then EKS only has to be allowed to make it.
            Needs = [ControlPlaneSteps.Active, .. group.System == NodeSystem.Windows ? WindowsSteps.Needed(specification) : [RoleSteps.NodePolicies], LaunchTemplate, .. build.VpcCniAccess == VpcCniAccess.OwnRole ? [VpcCniRole.Permissions] : Array.Empty<string>(), .. network.RouteSteps],
            Billed = true,
            Description = $"managed node group '{group.Name}': {group.Desired} × {string.Join(" or ", group.InstanceTypes)}{(group.Spot ? ", Spot" : string.Empty)}",
            Ensure = EnsureGroupAsync,
        };
        yield return new PlanStep { Id = Active, Needs = [NodeGroup, .. AddonSteps.NodeAddonSteps(specification)], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(150), LearntAs = "node-group-active", Description = $"node group '{group.Name}' is active", Ensure = WaitActiveAsync };
        yield return new PlanStep { Id = Ready, Needs = [Active], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(5), LearntAs = "nodes-ready", Description = $"{group.Desired} nodes of '{group.Name}' are ready in Kubernetes", Ensure = WaitReadyAsync };
    }

    private async Task<StepOutcome> EnsureTemplateAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (group.Options.SshKeyName is { } key && ssh.Steps.Count == 0)
        {
            context.Observer.Verbose($"{LaunchTemplate}: the key pair {key} is on the nodes of '{group.Name}', and no port is opened for it; Session Manager reaches them (SshFromVpc, SshSourceCidr and SshSourceSecurityGroupId open port 22)");
        }

        IAmazonEC2 ec2 = build.Account.Ec2;
        CreateLaunchTemplateRequest request = new()
        {
            LaunchTemplateName = templateName,
            TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.LaunchTemplate, LaunchTemplate, [.. group.Options.ResourceTags.Select(static tag => (tag.Key, tag.Value))]),
            LaunchTemplateData = NodeLaunchTemplate.Create(group, Tags(named: true), NamesSecurityGroups ? [build.Cluster!.ResourcesVpcConfig!.ClusterSecurityGroupId!, .. group.Options.SecurityGroupId, .. ssh.Ids] : []),
        };
        try
        {
            context.Resource(build.Ids[LaunchTemplate] = (await ec2.CreateLaunchTemplateAsync(request, cancellationToken)).LaunchTemplate.LaunchTemplateId);
            return StepOutcome.Created;
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidLaunchTemplateName.AlreadyExistsException")
        {
            DescribeLaunchTemplatesResponse answer = await ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest { LaunchTemplateNames = [templateName] }, cancellationToken);
            LaunchTemplate there = answer.LaunchTemplates[0];
            if (!build.Identity.Owns((there.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal)))
            {
                throw new EksToolsException(EksErrorKind.Conflict, "LaunchTemplateNotManaged", $"The launch template {there.LaunchTemplateName} exists and is not that of cluster {build.Identity.Name}.", there.LaunchTemplateName, "Choose another cluster name, or remove the template.");
            }

            context.Resource(build.Ids[LaunchTemplate] = there.LaunchTemplateId);
            return StepOutcome.Found;
        }
    }

    private Task<StepOutcome> EnsureGroupAsync(StepContext context, CancellationToken cancellationToken) => EksEnsure.OneAsync(
        new EksEnsure.Part(
            async token => await FindAsync(token) is { } there ? there.Status?.Value ?? string.Empty : null,
            token => build.Account.Eks.CreateNodegroupAsync(Request(), token),
            token => build.Account.Eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = build.Identity.Name, NodegroupName = group.Name }, token)),
        context,
        cancellationToken);

    private CreateNodegroupRequest Request() => new()
    {
        ClusterName = build.Identity.Name,
        NodegroupName = group.Name,
        NodeRole = group.System == NodeSystem.Windows ? specification.NodeRoleArn ?? build.WindowsNodeRoleArn : build.NodeRoleArn,
        Subnets = group.SubnetIds.Count > 0 ? [.. group.SubnetIds] : [.. NodePlacement.SubnetsOf(group.Options, network).Select(component => build.Ids[component])],
        InstanceTypes = [.. group.InstanceTypes],
        AmiType = group.AmiType,
        CapacityType = group.Spot ? CapacityTypes.SPOT : CapacityTypes.ON_DEMAND,
        ScalingConfig = new NodegroupScalingConfig { DesiredSize = group.Desired, MinSize = group.Min, MaxSize = group.Max },
        LaunchTemplate = new LaunchTemplateSpecification { Id = build.Ids[LaunchTemplate], Version = "1" },
        ReleaseVersion = group.Options.ReleaseVersion,
        Labels = group.Options.Label.Count == 0 ? null : new Dictionary<string, string>(group.Options.Label),
        Taints = group.Options.Taint.Count == 0 ? null : [.. group.Options.Taint.Select(static taint => NodeTaint.TryParse(taint)!)],
        UpdateConfig = group.Options is { MaxUnavailable: null, MaxUnavailablePercentage: null } ? null : new NodegroupUpdateConfig { MaxUnavailable = group.Options.MaxUnavailable, MaxUnavailablePercentage = group.Options.MaxUnavailablePercentage },
        NodeRepairConfig = group.Options.NodeRepair ? new NodeRepairConfig { Enabled = true } : null,
        Tags = Tags(named: false),
    };

    /// <summary>The tags of the group, or with a name those of its instances and what belongs to them.</summary>
    private Dictionary<string, string> Tags(bool named)
    {
        Dictionary<string, string> tags = specification.Tags(NodeGroup);
        foreach ((string key, string value) in group.Options.ResourceTags)
        {
            tags[key] = value;
        }

        if (named)
        {
            tags.TryAdd("Name", $"{build.Identity.Name}/{group.Name}");
        }

        return tags;
    }

    private async Task<StepOutcome> WaitActiveAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Nodegroup? there = await FindAsync(token);
                string status = there?.Status?.Value ?? "not visible yet";
                string health = NodeGroupReader.Health(there);
                context.Detail($"{status} {health}".TrimEnd());
                return status switch
                {
                    "ACTIVE" or "UPDATING" => there,
                    "DEGRADED" => throw new EksToolsException(EksErrorKind.Service, "NodeGroupFailed", $"The node group {group.Name} is DEGRADED. {health}".TrimEnd(), group.Name, "Mend the issue that EKS names; EKS then makes the group ACTIVE by itself, and the same command goes on. Until that is so it fails again with the same issue."),
                    "CREATE_FAILED" or "DELETE_FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "NodeGroupFailed", $"The node group {group.Name} is {status}. {health}".TrimEnd(), group.Name, "Run the same command again for another attempt. To change the nodes' type or count, remove the cluster first."),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task<StepOutcome> WaitReadyAsync(StepContext context, CancellationToken cancellationToken)
    {
        // An autoscaler, or a person, may have changed the count since the group was made.
        int desired = (await FindAsync(cancellationToken))?.ScalingConfig?.DesiredSize ?? group.Desired;
        if (desired == 0)
        {
            return StepOutcome.Skipped;
        }

        using ClusterApi api = ClusterApi.Open(build.Account, build.Cluster!);
        try
        {
            await context.Poller.UntilAsync(
                async token =>
                {
                    IReadOnlyList<EksNode> nodes = await NodeReader.ListAsync(api, build.Cluster!, token);
                    int ready = nodes.Count(node => node.NodegroupName == group.Name && node.Status.StartsWith("Ready", StringComparison.Ordinal));
                    context.Detail(string.Create(CultureInfo.InvariantCulture, $"{ready} of {desired} are ready"));
                    return ready >= desired ? nodes : null;
                },
                cancellationToken);
        }
        catch (Exception exception) when (ClosedApi.Why(specification, exception) is { } why)
        {
            // EKS itself says that the group is active; from here nobody can see more.
            context.Observer.Warn($"{why}; EKS says that the node group is active.");
            return StepOutcome.Skipped;
        }

        return StepOutcome.Ready;
    }

    private Task<Nodegroup?> FindAsync(CancellationToken cancellationToken) => NodeGroupReader.FindAsync(build.Account, build.Identity.Name, group.Name, cancellationToken);
}
