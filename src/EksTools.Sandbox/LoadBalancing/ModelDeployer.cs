using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>Brings the account to what a model says, and finds again by its tags what it made.</summary>
internal sealed class ModelDeployer(ClusterView view, ControllerDialect dialect, TargetBindings bindings)
{
    private const string Sdk = "Elastic Load Balancing v2";
    private const string LoadBalancerId = "LoadBalancer";
    private const string GroupId = "ManagedLBSecurityGroup";

    /// <summary>The load balancer of a stack.</summary>
    public LoadBalancer? Find(Stack stack) => view.Elb.LoadBalancers.Find(balancer => IsOf(balancer.Tags, stack));

    /// <summary>Makes or changes a stack's load balancer. One of another type or scheme is replaced.</summary>
    /// <exception cref="ReconcileFailure">AWS refuses.</exception>
    public LoadBalancer Deploy(Stack stack, BalancerModel model)
    {
        var groups = EnsureGroups(stack, model);
        foreach (var other in view.Elb.LoadBalancers.Where(balancer => IsOf(balancer.Tags, stack) && (balancer.Type != model.Type || balancer.Scheme != model.Scheme)).ToList())
        {
            // The target groups are free for its successor then.
            view.Elb.Delete(other);
        }

        var balancer = Find(stack) ?? Call("CreateLoadBalancer", () => view.Elb.Create(new LoadBalancerDesign
        {
            Name = RequireFree(model.Name), Type = model.Type, Scheme = model.Scheme, Mappings = model.Mappings, SecurityGroupIds = groups, IpAddressType = model.IpAddressType, Tags = Tags(stack, LoadBalancerId, model.Tags),
        }));
        Call("SetSubnets", () =>
        {
            view.Elb.Move(balancer, model.Mappings);
            return balancer;
        });
        SetGroups(balancer, groups);
        Call("ModifyLoadBalancerAttributes", () =>
        {
            LoadBalancerAttributes.Set(balancer.Attributes, model.Attributes);
            return balancer;
        });
        SetTags(balancer.Tags, Tags(stack, LoadBalancerId, model.Tags));
        var made = model.Targets.ToDictionary(target => target.ResourceId, target => EnsureTargets(stack, target, model.Tags));
        SetListeners(balancer, model, made);
        RemoveTargets(stack, made.Values);
        foreach (var target in model.Targets)
        {
            bindings.Bind(stack, target, made[target.ResourceId], model.HasBackendGroup ? BackendGroup : null);
        }

        RemoveGroup(stack, model.ManagedGroup);
        return balancer;
    }

    /// <summary>Takes all of a stack away.</summary>
    /// <exception cref="NotYet">Interfaces of the load balancer still hold its groups.</exception>
    public void Remove(Stack stack)
    {
        foreach (var balancer in view.Elb.LoadBalancers.Where(balancer => IsOf(balancer.Tags, stack)).ToList())
        {
            view.Elb.Delete(balancer);
        }

        bindings.Unbind(stack, []);
        RemoveTargets(stack, []);
        bindings.LetIn();
        RemoveGroup(stack, null);
    }

    /// <summary>Takes the shared group away when no load balancer needs it any more.</summary>
    /// <exception cref="NotYet">Interfaces still hold it.</exception>
    public void ReleaseBackendGroup()
    {
        if (FindBackendGroup() is { } group && !view.Elb.LoadBalancers.Exists(balancer => balancer.SecurityGroupIds.Contains(group.Id)))
        {
            bindings.LetIn();
            view.DeleteGroup(group);
        }
    }

    private SecurityGroup BackendGroup => FindBackendGroup() ?? SecurityGroupOperations.Make(view.Ec2, BackendName, "[k8s] Shared Backend SecurityGroup for LoadBalancer", view.Cluster.VpcId,
        new() { [dialect.ClusterTag] = view.Cluster.Name, [dialect.ApiGroup + "/resource"] = "backend-sg" });

    private string BackendName => $"k8s-traffic-{BalancerModel.Cut(view.Cluster.Name, 232)}-{BalancerModel.Hash(view.Cluster.Name, dialect == ControllerDialect.AutoMode ? "auto" : "")}";

    private SecurityGroup? FindBackendGroup() => view.FindGroup(BackendName);

    private bool IsOf(Dictionary<string, string> tags, Stack stack) => tags.GetValueOrDefault(dialect.ClusterTag) == view.Cluster.Name && tags.GetValueOrDefault(stack.TagKey) == stack.Id;

    private Dictionary<string, string> Tags(Stack stack, string resource, Dictionary<string, string> more) =>
        new(more, StringComparer.Ordinal) { [dialect.ClusterTag] = view.Cluster.Name, [stack.TagKey] = stack.Id, [stack.ResourceKey] = resource };

    private static void SetTags(Dictionary<string, string> tags, Dictionary<string, string> wanted)
    {
        tags.Clear();
        foreach (var (key, value) in wanted)
        {
            tags[key] = value;
        }
    }

    private string RequireFree(string name) => view.Elb.LoadBalancers.Exists(balancer => balancer.Name == name) ? throw ElbErrors.DuplicateName(name) : name;

    private static T Call<T>(string operation, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (AwsException refused)
        {
            throw new ReconcileFailure(ReconcileFailure.Word(Sdk, operation, refused));
        }
    }

    private List<string> EnsureGroups(Stack stack, BalancerModel model)
    {
        List<string> groups = [.. model.GroupIds];
        if (model.ManagedGroup is { } name)
        {
            var group = view.FindGroup(name) ?? SecurityGroupOperations.Make(view.Ec2, name, "[k8s] Managed SecurityGroup for LoadBalancer", view.Cluster.VpcId, Tags(stack, GroupId, model.Tags));
            SetTags(group.Tags, Tags(stack, GroupId, model.Tags));
            NodeGroupRules.SetIngress(group, model.ManagedRules);
            groups.Add(group.Id);
        }

        if (model.HasBackendGroup)
        {
            groups.Add(BackendGroup.Id);
        }

        return groups;
    }

    private static void SetGroups(LoadBalancer balancer, List<string> groups)
    {
        balancer.SecurityGroupIds.Clear();
        balancer.SecurityGroupIds.AddRange(groups);
        ElbRegion.SetGroups(balancer.Interfaces, groups);
    }

    private TargetGroup EnsureTargets(Stack stack, TargetModel target, Dictionary<string, string> more)
    {
        // What cannot be changed is part of its name: another name is another group.
        var group = view.Elb.TargetGroups.Find(other => other.Name == target.Name);
        if (group is null)
        {
            view.Elb.TargetGroups.Add(group = new TargetGroup(view.Elb, target.Name, target.Protocol, target.Port, view.Cluster.VpcId, target.TargetType));
        }

        group.Check = target.Check;
        SetTags(group.Tags, Tags(stack, target.ResourceId, more));
        return Call("ModifyTargetGroupAttributes", () =>
        {
            LoadBalancerAttributes.Set(group.Attributes, target.Attributes);
            return group;
        });
    }

    private static void SetListeners(LoadBalancer balancer, BalancerModel model, Dictionary<string, TargetGroup> made)
    {
        TargetGroup? Made(TargetModel? target) => target is null ? null : made[target.ResourceId];
        balancer.Listeners.RemoveAll(listener => !model.Listeners.Any(wanted => wanted.Port == listener.Port && wanted.Protocol == listener.Protocol));
        foreach (var wanted in model.Listeners)
        {
            var listener = balancer.Listeners.Find(other => other.Port == wanted.Port) ?? Call("CreateListener", () => ListenerOperations.Add(balancer, wanted.Port, wanted.Protocol, wanted.Certificates, Made(wanted.Default)));
            (listener.Default, listener.AlpnPolicy, listener.SslPolicy) = (Made(wanted.Default), wanted.AlpnPolicy, wanted.SslPolicy ?? listener.SslPolicy);
            listener.Certificates.Clear();
            listener.Certificates.AddRange(wanted.Certificates);
            listener.Rules = [.. wanted.Rules.Select(rule => new ListenerRule(rule.Host, rule.Path, Made(rule.Target)))];
        }
    }

    private void RemoveTargets(Stack stack, IReadOnlyCollection<TargetGroup> kept)
    {
        var gone = view.Elb.TargetGroups.Where(group => IsOf(group.Tags, stack) && !kept.Contains(group)).ToList();
        view.Elb.TargetGroups.RemoveAll(gone.Contains);
        bindings.Unbind(stack, [.. kept.Select(group => group.Name)]);
    }

    private void RemoveGroup(Stack stack, string? kept)
    {
        foreach (var group in view.Ec2.All<SecurityGroup>().Where(group => IsOf(group.Tags, stack) && group.Name != kept).ToList())
        {
            view.DeleteGroup(group);
        }
    }
}
