using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>
/// The AWS Load Balancer Controller where its deployment runs, or EKS Auto Mode's: Network Load Balancers for Services of its class, Application Load
/// Balancers for Ingresses of its class. While it does not run, nothing happens, and what holds its finalizers stays.
/// </summary>
internal sealed class LoadBalancerController : ILoadBalancerController
{
    private readonly ClusterView _view;
    private readonly ControllerDialect _dialect;
    private readonly ControllerIdentity _identity;
    private readonly TargetBindings _bindings;
    private readonly ModelDeployer _deployer;
    private readonly ServiceModelBuilder _services;
    private readonly IngressModelBuilder _ingressModels;
    private readonly IngressGroups _groups;

    public LoadBalancerController(ClusterView view, ControllerDialect dialect)
    {
        (_view, _dialect, _identity) = (view, dialect, new ControllerIdentity(view));
        _bindings = new TargetBindings(view, dialect);
        _deployer = new ModelDeployer(view, dialect, _bindings);
        (_services, _ingressModels, _groups) = (new ServiceModelBuilder(view), new IngressModelBuilder(view), new IngressGroups(view, dialect));
    }

    private bool IsAuto => _dialect == ControllerDialect.AutoMode;

    public bool Concerns(JsonObject obj) => obj.Text("kind") == "Ingress" || IsMine(obj) || ClusterView.Holds(obj, _dialect.ServiceFinalizer);

    public IEnumerable<Job> Plan(IReadOnlyList<JsonObject> services, IReadOnlyList<JsonObject> ingresses)
    {
        if (!Runs(out var deployment))
        {
            yield break;
        }

        foreach (var service in services.Where(service => IsMine(service) || ClusterView.Holds(service, _dialect.ServiceFinalizer)))
        {
            yield return new Job($"{_dialect.ServiceDomain}/{service.Uid()}", Fingerprint(service), () => Reconcile(service, deployment));
        }

        var (groups, wrong) = _groups.Load(ingresses);
        foreach (var (ingress, why) in wrong)
        {
            yield return new Job($"{_dialect.IngressDomain}/wrong/{ingress.Uid()}", Fingerprint(ingress) + why, () => _view.Tell(ingress, "ingress", "Warning", "FailedLoadGroupID", $"failed load groupID due to {why}"));
        }

        foreach (var group in groups)
        {
            yield return new Job($"{_dialect.IngressDomain}/{group.Id}", Fingerprint(group), () => Reconcile(group, deployment));
        }
    }

    public void Register(IReadOnlyList<JsonObject> services)
    {
        if (Runs(out _))
        {
            _bindings.Register();
        }
    }

    /// <summary>Whether a controller is there to act; of the AWS Load Balancer Controller, its deployment with a replica that is ready.</summary>
    private bool Runs(out JsonObject? deployment)
    {
        deployment = IsAuto ? null : _identity.FindRunning();
        return IsAuto ? _view.Cluster.LoadBalancing : deployment is not null;
    }

    private bool IsMine(JsonObject service)
    {
        if (service.At("metadata", "deletionTimestamp") is not null)
        {
            return false;
        }

        if (service.Text("spec", "loadBalancerClass") is { } wanted)
        {
            return wanted == _dialect.ServiceClass;
        }

        var target = LegacyCloudProvider.Annotation(service, "nlb-target-type");
        return _dialect.ReadsTypeAnnotation && LegacyCloudProvider.Annotation(service, "type") is var type && (type == "nlb-ip" || (type == "external" && target is "ip" or "instance"));
    }

    private static string Fingerprint(JsonObject obj) => $"{obj.At("spec")?.ToJsonString()}{obj.At("metadata", "annotations")?.ToJsonString()}{obj.Text("metadata", "deletionTimestamp")}";

    private string Fingerprint(IngressGroup group) =>
        string.Concat(group.Members.Select(member => member.Key + Fingerprint(member.Ingress) + member.Parameters?["spec"]?.ToJsonString() + string.Concat(Backends(member).Select(name => Backend(member, name)))))
        + string.Concat(group.Leaving.Select(ingress => ingress.Uid() + Fingerprint(ingress)));

    private string? Backend(ClassifiedIngress member, string name) => _view.Objects.Find(ResourceCatalog.Services, member.Ingress.Namespace(), name) is { } service ? Fingerprint(service) : null;

    private static IEnumerable<string> Backends(ClassifiedIngress member) => member.Ingress.Objects("spec", "rules").SelectMany(rule => rule.Objects("http", "paths")).Select(path => path.Text("backend", "service", "name"))
        .Append(member.Ingress.Text("spec", "defaultBackend", "service", "name")).OfType<string>().Distinct();

    private void Reconcile(JsonObject service, JsonObject? deployment)
    {
        const string Component = "service";
        var stack = new Stack(_dialect.ServiceDomain, service.Namespace(), service.Name());
        if (!IsMine(service))
        {
            Told([service], Component, "FailedBuildModel", "Failed build model due to ", () => RefuseProtected(service, new AnnotationReader(ServiceModelBuilder.Prefix, service).Map("aws-load-balancer-attributes"), "service"));
            Told([service], Component, "FailedDeployModel", "Failed deploy model due to ", () => Allow(deployment, "DescribeLoadBalancers"));
            _deployer.Remove(stack);
            Told([service], Component, "FailedRemoveFinalizer", "Failed remove finalizer due to ", () => Release(ResourceCatalog.Services, service, _dialect.ServiceFinalizer, clear: true));
            _deployer.ReleaseBackendGroup();
            return;
        }

        var model = Told([service], Component, "FailedBuildModel", "Failed build model due to ", () =>
        {
            Allow(deployment, "DescribeLoadBalancers");
            return _services.Build(service, _deployer.Find(stack));
        });
        Told([service], Component, "FailedAddFinalizer", "Failed add finalizer due to ", () => _view.Hold(ResourceCatalog.Services, service, _dialect.ServiceFinalizer));
        var balancer = Told([service], Component, "FailedDeployModel", "Failed deploy model due to ", () => Deploy(stack, model, deployment));
        _view.Publish(ResourceCatalog.Services, service, balancer.DnsName.ToLowerInvariant(), new JsonArray([.. service.Objects("spec", "ports").Select(port => (JsonNode)new JsonObject { ["port"] = port.Number("port"), ["protocol"] = port.Text("protocol") })]));
        _view.Tell(service, Component, "Normal", "SuccessfullyReconciled", "Successfully reconciled");
    }

    private void Reconcile(IngressGroup group, JsonObject? deployment)
    {
        const string Component = "ingress";
        var stack = new Stack(_dialect.IngressDomain, group.Name is null ? group.Id.Split('/')[0] : null, group.Name ?? group.Id.Split('/')[1]);
        List<JsonObject> members = [.. group.Members.Select(member => member.Ingress)];
        var finalizer = _groups.Finalizer(group);
        Told(members, Component, "FailedAddFinalizer", "Failed add finalizer due to ", () => members.ForEach(member => _view.Hold(ClusterView.Ingresses, member, finalizer)));

        var model = Told(members, Component, "FailedBuildModel", "Failed build model due to ", () =>
        {
            Allow(deployment, "DescribeLoadBalancers");
            foreach (var leaving in group.Leaving.Where(leaving => leaving.At("metadata", "deletionTimestamp") is not null))
            {
                RefuseProtected(leaving, new AnnotationReader(ClassifiedIngress.Prefix, leaving).Map("load-balancer-attributes"), "ingress");
            }

            return members.Count == 0 ? null : _ingressModels.Build(group, _deployer.Find(stack));
        });
        if (model is null)
        {
            _deployer.Remove(stack);
        }
        else
        {
            var balancer = Told(members, Component, "FailedDeployModel", "Failed deploy model due to ", () => Deploy(stack, model, deployment));
            var ports = model.Listeners.Select(listener => (JsonNode)new JsonObject { ["port"] = listener.Port, ["protocol"] = "TCP" }).ToList();
            foreach (var member in members)
            {
                _view.Publish(ClusterView.Ingresses, member, balancer.DnsName.ToLowerInvariant(), new JsonArray([.. ports.Select(port => port.DeepClone())]));
            }
        }

        Told([.. members, .. group.Leaving], Component, "FailedRemoveFinalizer", "Failed remove finalizer due to ", () => group.Leaving.ForEach(leaving => Release(ClusterView.Ingresses, leaving, finalizer, clear: false)));

        foreach (var member in members)
        {
            _view.Tell(member, Component, "Normal", "SuccessfullyReconciled", "Successfully reconciled");
        }

        _deployer.ReleaseBackendGroup();
    }

    private ElasticLoadBalancing.LoadBalancer Deploy(Stack stack, BalancerModel model, JsonObject? deployment)
    {
        if (_deployer.Find(stack) is null)
        {
            Allow(deployment, "CreateLoadBalancer", _view.Elb.Arn($"loadbalancer/{(model.Type == "network" ? "net" : "app")}/{model.Name}/*"));
        }

        return _deployer.Deploy(stack, model);
    }

    // EKS Auto Mode acts as the cluster's own role, which AWS looks after.
    private void Allow(JsonObject? deployment, string operation, string? resource = null)
    {
        if (deployment is not null)
        {
            _identity.Require(deployment, operation, resource);
        }
    }

    private static void RefuseProtected(JsonObject obj, Dictionary<string, string> attributes, string what)
    {
        if (attributes.TryGetValue("deletion_protection.enabled", out var value) && AnnotationReader.GoBool(value) == true)
        {
            throw new ReconcileFailure($"deletion_protection is enabled, cannot delete the {what}: {obj.Name()}");
        }
    }

    private void Release(ResourceType type, JsonObject obj, string finalizer, bool clear)
    {
        if (_view.Objects.Find(type, obj.Namespace(), obj.Name()) is { } current && current.Uid() == obj.Uid())
        {
            if (clear)
            {
                _view.Publish(type, current, null);
            }

            _view.Release(type, current, finalizer);
        }
    }

    private void Told(IReadOnlyList<JsonObject> about, string component, string reason, string start, Action act) => Told(about, component, reason, start, () =>
    {
        act();
        return true;
    });

    private T Told<T>(IReadOnlyList<JsonObject> about, string component, string reason, string start, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (ReconcileFailure failure)
        {
            foreach (var obj in about)
            {
                _view.Tell(obj, component, "Warning", reason, start + failure.Message);
            }

            throw;
        }
    }
}
