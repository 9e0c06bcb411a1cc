using System.Globalization;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.Yaml;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>Reads the Services, Ingresses and IngressClasses of a manifest.</summary>
internal sealed class ManifestReader
{
    private readonly string? path;
    private readonly string text;
    private readonly LineMap lines;
    private readonly List<ManifestObject> objects = [];
    private readonly List<ManifestFault> faults = [];
    private readonly Dictionary<string, string> classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> classParameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IngressParameters> parameters = new(StringComparer.Ordinal);
    private string? defaultClass;

    private ManifestReader(string? path, string text)
    {
        this.path = path;
        this.text = text;
        lines = new LineMap(text);
    }

    /// <summary>Reads a manifest. What does not parse is told among the faults.</summary>
    public static ManifestFile Read(string? path, string text)
    {
        ManifestReader reader = new(path, text);
        foreach ((int start, int end) in ManifestText.Split(text))
            reader.ReadDocument(start, end);
        return new ManifestFile
        {
            Path = path,
            Text = text,
            Objects = reader.objects,
            IngressClasses = reader.classes,
            ClassParameters = reader.classParameters,
            IngressParameters = reader.parameters,
            DefaultIngressClass = reader.defaultClass,
            Faults = reader.faults,
        };
    }

    /// <summary>The objects that a document's root is or lists, each with its index; -1 for the root itself.</summary>
    public static IEnumerable<(TextMapping Node, int Item)> ObjectsOf(TextNode? root)
    {
        if (root is not TextMapping map)
            yield break;
        if (ManifestText.Text(map, "kind")?.EndsWith("List", StringComparison.Ordinal) != true)
        {
            yield return (map, -1);
            yield break;
        }
        int index = 0;
        foreach (TextNode item in ManifestText.Items(map, "items"))
        {
            if (item is TextMapping one)
                yield return (one, index);
            index++;
        }
    }

    private void ReadDocument(int start, int end)
    {
        ReadOnlySpan<char> span = text.AsSpan(start, end - start);
        if (!ManifestText.MayConcern(span))
            return;
        if (ManifestText.IsTemplate(span))
        {
            int at = start + span.IndexOf("{{", StringComparison.Ordinal);
            faults.Add(new ManifestFault(lines.LineOf(at), lines.ColumnOf(at), "is a template that Helm has to fill in, and was skipped; render it with helm template and test what comes out", IsTemplate: true));
            return;
        }
        try
        {
            TextNode? root = TextNodeReader.Read(text[start..end], YamlReading.RepeatedKeys);
            bool isList = root is TextMapping map && ManifestText.Text(map, "kind")?.EndsWith("List", StringComparison.Ordinal) == true;
            foreach ((TextMapping node, int item) in ObjectsOf(root))
                ReadObject(node, item, start, end, isList ? ManifestText.Text(root, "kind") : null);
        }
        catch (YamlTextException exception)
        {
            int line = lines.LineOf(start) + exception.Line - 1;
            string place = exception.Kind == YamlTextFault.SecondDocument ? "; begin each document with a line of three dashes" : string.Empty;
            faults.Add(new ManifestFault(line, exception.Column, exception.Problem.TrimEnd('.') + place));
        }
    }

    private void ReadObject(TextMapping node, int item, int start, int end, string? listKind)
    {
        // Items of a ServiceList name no kind of their own where the API server wrote them.
        string? kind = ManifestText.Text(node, "kind") ?? listKind?[..^4], version = ManifestText.Text(node, "apiVersion");
        TextNode? metadata = ManifestText.Find(node, "metadata");
        string name = ManifestText.Text(metadata, "name") ?? string.Empty;
        switch (kind)
        {
            case "IngressClass" when ManifestText.Text(ManifestText.Find(node, "spec"), "controller") is { } controller:
                classes[name] = controller;
                if (ManifestText.Text(ManifestText.Find(metadata, "annotations"), "ingressclass.kubernetes.io/is-default-class") == "true")
                    defaultClass = name;
                TextNode? named = ManifestText.Find(ManifestText.Find(node, "spec"), "parameters");
                if (ManifestText.Text(named, "kind") == IngressParameters.Kind)
                    classParameters[name] = $"{ManifestText.Text(named, "apiGroup")}/{ManifestText.Text(named, "name")}";
                return;
            case IngressParameters.Kind when version?.Split('/')[0] is IngressParameters.LbcGroup or IngressParameters.AutoGroup:
                parameters[$"{version.Split('/')[0]}/{name}"] = IngressParameters.Read(name, ManifestText.ToJson(ManifestText.Find(node, "spec")));
                return;

            // Knative has a Service of its own.
            case LoadBalancedObject.ServiceKind when version is null or "v1":
            case LoadBalancedObject.IngressKind when version is null || version.StartsWith("networking.k8s.io/", StringComparison.Ordinal) || version.StartsWith("extensions/", StringComparison.Ordinal):
                break;
            default:
                return;
        }
        int at = start + node.Start;
        TextNode? spec = ManifestText.Find(node, "spec");
        bool isService = kind == LoadBalancedObject.ServiceKind;
        objects.Add(new ManifestObject(
            new LoadBalancedObject
            {
                Kind = kind,
                Name = name,
                Namespace = ManifestText.Text(metadata, "namespace"),
                Annotations = ReadAnnotations(ManifestText.Find(metadata, "annotations"), start),
                Service = isService && spec is TextMapping ? ReadService(spec) : null,
                Ingress = !isService && spec is TextMapping ? ReadIngress(spec) : null,
                Hostname = ManifestText.Items(ManifestText.Find(ManifestText.Find(node, "status"), "loadBalancer"), "ingress").Select(static one => ManifestText.Text(one, "hostname")).FirstOrDefault(static one => one is not null),
                Place = new ManifestPlace(path, lines.LineOf(at), lines.ColumnOf(at)),
            },
            start,
            end,
            item));
    }

    private Dictionary<string, AnnotationEntry> ReadAnnotations(TextNode? node, int start)
    {
        Dictionary<string, AnnotationEntry> entries = new(StringComparer.Ordinal);
        if (node is not TextMapping map)
            return entries;
        HashSet<string> own = new(StringComparer.Ordinal);
        foreach ((TextPair pair, bool inherited) in ManifestText.Pairs(map))
        {
            if (ManifestText.KeyOf(pair) is not { } key)
                continue;
            int at = start + pair.Key.Start;
            TextNode value = GoYaml.Follow(pair.Value);
            string? fault = inherited || own.Add(key) ? FaultOf(value) : "stands here a second time, and kubectl takes the last; remove one of them";
            entries[key] = new AnnotationEntry(value is TextScalar scalar ? (GoScalars.KindOf(scalar) == GoScalarKind.Null ? string.Empty : scalar.Value) : text[(start + value.Start)..(start + value.End)], lines.LineOf(at), lines.ColumnOf(at), fault, inherited);
        }
        return entries;
    }

    /// <summary>The API server takes text alone; kubectl turns YAML into JSON first.</summary>
    private static string? FaultOf(TextNode value) => value switch
    {
        TextScalar scalar => GoScalars.KindOf(scalar) switch
        {
            GoScalarKind.Boolean => $"is {scalar.Value} without quotes, a boolean, which the API server refuses; put it in quotes",
            GoScalarKind.Number or GoScalarKind.NoJson => $"is {scalar.Value} without quotes, a number, which the API server refuses; put it in quotes",
            _ => null,
        },
        TextSequence => "is a list, which the API server refuses; write the items as one text with commas between",
        _ => "is a mapping, which the API server refuses; write it as one text",
    };

    private static ServiceSpec ReadService(TextNode spec) => new()
    {
        Type = ManifestText.Text(spec, "type") ?? "ClusterIP",
        LoadBalancerClass = ManifestText.Text(spec, "loadBalancerClass"),
        Ports = [.. ManifestText.Items(spec, "ports").Select(static port => new ServicePort(
            ManifestText.Text(port, "name"), Number(port, "port"), ManifestText.Text(port, "protocol") ?? "TCP", Number(port, "nodePort"), ManifestText.Text(port, "targetPort")))],
        IsLocal = ManifestText.Text(spec, "externalTrafficPolicy") == "Local",
        SourceRanges = [.. ManifestText.Items(spec, "loadBalancerSourceRanges").OfType<TextScalar>().Select(static range => range.Value)],
        SessionAffinity = ManifestText.Text(spec, "sessionAffinity"),
        HasIpv6 = ManifestText.Items(spec, "ipFamilies").OfType<TextScalar>().Any(static family => family.Value == "IPv6"),
        AllocatesNodePorts = ManifestText.Text(spec, "allocateLoadBalancerNodePorts") != "false",
        LoadBalancerIp = ManifestText.Text(spec, "loadBalancerIP"),
    };

    private static IngressSpec ReadIngress(TextNode spec) => new()
    {
        ClassName = ManifestText.Text(spec, "ingressClassName"),
        HasTls = ManifestText.Items(spec, "tls").Any(),
        Backends = [.. ManifestText.Items(spec, "rules")
            .SelectMany(static rule => ManifestText.Items(ManifestText.Find(rule, "http"), "paths"))
            .Select(static path => ManifestText.Find(path, "backend"))
            .Append(ManifestText.Find(spec, "defaultBackend") ?? ManifestText.Find(spec, "backend"))
            .Select(ReadBackend).OfType<IngressBackend>()],
    };

    private static IngressBackend? ReadBackend(TextNode? backend)
    {
        // Before networking.k8s.io/v1 it was serviceName and servicePort.
        TextNode? service = ManifestText.Find(backend, "service");
        string? name = service is null ? ManifestText.Text(backend, "serviceName") : ManifestText.Text(service, "name");
        string? port = service is null ? ManifestText.Text(backend, "servicePort") : ManifestText.Text(ManifestText.Find(service, "port"), "name");
        return name is null ? null : new IngressBackend(name, port);
    }

    private static int Number(TextNode node, string key) => int.TryParse(ManifestText.Text(node, key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
