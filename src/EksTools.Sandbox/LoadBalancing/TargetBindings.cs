using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>
/// Which target group belongs to which port of which Service: TargetGroupBindings where their definition is there, the registered targets, and the
/// rules that let load balancers in to the nodes.
/// </summary>
internal sealed class TargetBindings(ClusterView view, ControllerDialect dialect)
{
    private const string Component = "targetGroupBinding";

    private readonly Dictionary<TargetGroup, (Stack Stack, TargetModel Target, string? BackendGroup)> _bound = [];
    private readonly Dictionary<string, string> _told = [];
    private readonly NodeGroupRules _rules = new(view);

    private ResourceType? Type => view.Objects.FindType(dialect.ApiGroup, dialect.ApiVersion, "targetgroupbindings");

    private string RuleDescription => $"{dialect.ApiGroup}/targetGroupBinding=shared";

    /// <summary>Binds a target group to its Service's port.</summary>
    /// <exception cref="ReconcileFailure">The API server refuses the binding.</exception>
    public void Bind(Stack stack, TargetModel target, TargetGroup group, SecurityGroup? backend)
    {
        _bound[group] = (stack, target, backend?.Id);
        if (Type is not { } type)
        {
            return;
        }

        var spec = new JsonObject
        {
            ["targetGroupARN"] = group.Arn, ["targetType"] = target.TargetType, ["ipAddressType"] = "ipv4", ["vpcID"] = view.Cluster.VpcId,
            ["serviceRef"] = new JsonObject { ["name"] = target.Service.Name(), ["port"] = target.ServicePort.Number("port") },
        };
        if (backend is not null)
        {
            spec["networking"] = new JsonObject
            {
                ["ingress"] = new JsonArray(new JsonObject
                {
                    ["from"] = new JsonArray(new JsonObject { ["securityGroup"] = new JsonObject { ["groupID"] = backend.Id } }),
                    ["ports"] = new JsonArray(new JsonObject { ["protocol"] = group.Protocol == "UDP" ? "UDP" : "TCP", ["port"] = target.Port }),
                }),
            };
        }

        var ns = target.Service.Namespace();
        ClusterView.Write(() => view.Objects.Change(type, ns, group.Name, binding => binding["spec"] = spec.DeepClone()) ?? view.Objects.Create(type, ns, new()
        {
            ["metadata"] = new JsonObject { ["name"] = group.Name, ["namespace"] = ns, ["labels"] = Labels(stack), ["finalizers"] = new JsonArray(dialect.BindingFinalizer) },
            ["spec"] = spec,
        }));
    }

    /// <summary>Takes away a stack's bindings but those of the named target groups.</summary>
    public void Unbind(Stack stack, IReadOnlyCollection<string> kept)
    {
        foreach (var group in _bound.Where(bound => bound.Value.Stack == stack && !kept.Contains(bound.Key.Name)).Select(bound => bound.Key).ToList())
        {
            _bound.Remove(group);
        }

        if (Type is not { } type)
        {
            return;
        }

        var labels = Labels(stack);
        foreach (var binding in view.Objects.List(type).Where(binding => !kept.Contains(binding.Name()) && labels.All(label => binding.Text("metadata", "labels", label.Key) == label.Value.Text())))
        {
            view.Objects.Remove(type, binding.Namespace(), binding.Name());
            view.Release(type, binding, dialect.BindingFinalizer);
        }
    }

    /// <summary>Registers the nodes and pods that are there.</summary>
    public void Register()
    {
        if (_bound.Count == 0)
        {
            return;
        }

        var nodes = view.Nodes();
        var problem = LetIn(nodes);
        foreach (var (group, (_, target, _)) in _bound)
        {
            // Whom the nodes do not let in, it does not register: the rules come first.
            group.SetTargets(problem is null ? Targets(group, target, nodes) : [], view.Account.Now);
            if (Type is { } type && view.Objects.Find(type, target.Service.Namespace(), group.Name) is { } binding)
            {
                Tell(binding, problem);
            }
        }
    }

    /// <summary>Brings the rules in the nodes' groups to what the bound target groups need.</summary>
    public void LetIn() => LetIn(view.Nodes());

    private string? LetIn(IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        try
        {
            List<SecurityGroupRule> wanted =
            [
                .. _bound.Where(bound => bound.Value.BackendGroup is not null).GroupBy(bound => (Group: bound.Value.BackendGroup!, Protocol: bound.Key.Protocol == "UDP" ? "udp" : "tcp"))
                    .Select(same => NodeGroupRules.From(same.Key.Group, same.Key.Protocol, same.Min(bound => bound.Key.Port), same.Max(bound => bound.Key.Port), RuleDescription)),
            ];
            _rules.Set(wanted.Count == 0 ? [] : _rules.ForController(nodes.Select(node => node.Instance)), rule => rule.Description == RuleDescription, wanted);
            return null;
        }
        catch (ReconcileFailure failure)
        {
            return failure.Message;
        }
    }

    private IEnumerable<Target> Targets(TargetGroup group, TargetModel target, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        if (target.TargetType == "instance")
        {
            return nodes.Select(node => new Target(node.Instance.Id, group.Port, node.Instance.Interface.Subnet.Zone.Name) { Answers = LegacyCloudProvider.Answers(view, target.Service, node.Node.Name()) });
        }

        var zones = nodes.ToDictionary(node => node.Node.Name(), node => node.Instance.Interface.Subnet.Zone.Name);
        return view.Endpoints(target.Service.Namespace(), target.Service.Name()).Select(endpoint =>
        {
            var ports = endpoint.Ports.Objects("ports").ToList();
            var port = (ports.Find(port => port.Text("name") == target.ServicePort.Text("name")) ?? ports.FirstOrDefault()).Number("port") ?? group.Port;
            return new Target(endpoint.Address, (int)port, endpoint.Node is null ? null : zones.GetValueOrDefault(endpoint.Node));
        });
    }

    private void Tell(JsonObject binding, string? problem)
    {
        var (type, reason, message) = problem is null ? ("Normal", "SuccessfullyReconciled", "Successfully reconciled") : ("Warning", "FailedNetworkReconcile", problem);
        if (_told.GetValueOrDefault(binding.Uid()) != message)
        {
            _told[binding.Uid()] = message;
            view.Tell(binding, Component, type, reason, message);
        }
    }

    private static JsonObject Labels(Stack stack) => stack.Namespace is null
        ? new() { [stack.TagKey] = stack.Name }
        : new() { [stack.TagKey + "-namespace"] = stack.Namespace, [stack.TagKey + "-name"] = stack.Name };
}
