using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>An Ingress with the parameters of its class.</summary>
internal sealed record ClassifiedIngress(JsonObject Ingress, JsonObject? Parameters)
{
    public const string Prefix = "alb.ingress.kubernetes.io";

    public AnnotationReader Annotations => new(Prefix, Ingress);

    public string Key => $"{Ingress.Namespace()}/{Ingress.Name()}";
}

/// <summary>Ingresses that share one load balancer.</summary>
/// <param name="Name">The group's own name; null for an Ingress by itself.</param>
internal sealed record IngressGroup(string Id, string? Name)
{
    public List<ClassifiedIngress> Members { get; } = [];

    /// <summary>Those that have left, or are being deleted, and still hold its finalizer.</summary>
    public List<JsonObject> Leaving { get; } = [];
}

/// <summary>Finds the groups. Facts: the AWS Load Balancer Controller's pkg/ingress/group_loader.go and class_loader.go.</summary>
internal sealed partial class IngressGroups(ClusterView view, ControllerDialect dialect)
{
    private const string OldClass = "kubernetes.io/ingress.class";
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    /// <summary>The groups that have members, or had; and the Ingresses whose class or group is wrong, with the reason.</summary>
    public (IReadOnlyList<IngressGroup> Groups, IReadOnlyList<(JsonObject Ingress, string Why)> Wrong) Load(IReadOnlyList<JsonObject> ingresses)
    {
        var groups = new SortedDictionary<string, IngressGroup>(StringComparer.Ordinal);
        var wrong = new List<(JsonObject, string)>();
        IngressGroup Group(string id, string? name) => groups.TryGetValue(id, out var group) ? group : groups[id] = new IngressGroup(id, name);
        foreach (var ingress in ingresses)
        {
            IngressGroup? joined = null;
            try
            {
                if (ingress.At("metadata", "deletionTimestamp") is null && Classify(ingress) is { } classified)
                {
                    var name = Name(classified);
                    joined = Group(name ?? classified.Key, name);
                    joined.Members.Add(classified);
                }
            }
            catch (ReconcileFailure failure)
            {
                wrong.Add((ingress, failure.Message));
                continue;
            }

            foreach (var finalizer in ingress.Texts("metadata", "finalizers"))
            {
                var name = finalizer.StartsWith(dialect.GroupFinalizerPrefix, StringComparison.Ordinal) ? finalizer[dialect.GroupFinalizerPrefix.Length..] : null;
                if ((name is not null || finalizer == dialect.IngressFinalizer) && Group(name ?? $"{ingress.Namespace()}/{ingress.Name()}", name) is var held && held != joined)
                {
                    held.Leaving.Add(ingress);
                }
            }
        }

        foreach (var group in groups.Values)
        {
            group.Members.Sort((one, other) => (Order(one), one.Key).CompareTo((Order(other), other.Key)));
        }

        return ([.. groups.Values], wrong);
    }

    /// <summary>The finalizer of a group's members.</summary>
    public string Finalizer(IngressGroup group) => group.Name is null ? dialect.IngressFinalizer : dialect.GroupFinalizerPrefix + group.Name;

    private static int Order(ClassifiedIngress member) => int.TryParse(member.Annotations.Text("group.order"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var order) ? order : 0;

    private ClassifiedIngress? Classify(JsonObject ingress)
    {
        if (ingress.Text("metadata", "annotations", OldClass) is { } old)
        {
            return old == dialect.IngressClassAnnotation ? new ClassifiedIngress(ingress, null) : null;
        }

        var name = ingress.Text("spec", "ingressClassName") ?? view.Objects.List(ClusterView.IngressClasses).FirstOrDefault(item => item.Text("metadata", "annotations", DefaultClass) == "true")?.Name();
        if (name is null)
        {
            return null;
        }

        if (view.Objects.Find(ClusterView.IngressClasses, null, name) is not { } ingressClass)
        {
            // Auto Mode leaves what it does not know to others.
            return dialect.IngressClassAnnotation is null ? null : throw new ReconcileFailure($"invalid ingress class: ingressclasses.networking.k8s.io \"{name}\" not found");
        }

        return ingressClass.Text("spec", "controller") == dialect.IngressController ? new ClassifiedIngress(ingress, Parameters(ingressClass)) : null;
    }

    private JsonObject? Parameters(JsonObject ingressClass)
    {
        if (ingressClass.Object("spec", "parameters") is not { } reference)
        {
            return null;
        }

        if (reference.Text("kind") != "IngressClassParams" || reference.Text("apiGroup") != dialect.ApiGroup)
        {
            throw new ReconcileFailure($"invalid ingress class: IngressClass {ingressClass.Name()} references unknown parameters");
        }

        var name = reference.Text("name") ?? "";
        return view.Objects.FindType(dialect.ApiGroup, dialect.ApiVersion, "ingressclassparams") is { } type && view.Objects.Find(type, null, name) is { } found ? found
            : throw new ReconcileFailure($"invalid ingress class: ingressclassparams.{dialect.ApiGroup} \"{name}\" not found");
    }

    private static string? Name(ClassifiedIngress member)
    {
        var name = member.Parameters.Text("spec", "group", "name") ?? member.Annotations.Text("group.name");
        return name is null || (name.Length <= 63 && GroupName().IsMatch(name)) ? name
            : throw new ReconcileFailure($"invalid ingress group: {(name.Length > 63 ? "groupName must be no more than 63 characters" : "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character")}");
    }

    [GeneratedRegex("^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
