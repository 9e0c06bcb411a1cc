using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.LoadBalancing.Review;
using EksTools.LoadBalancing;

namespace EksTools.Core.Tests.LoadBalancing;

/// <summary>Manifests to test with.</summary>
internal static class Manifests
{
    public const string Elb = "service.beta.kubernetes.io/aws-load-balancer-";
    public const string Alb = "alb.ingress.kubernetes.io/";

    /// <summary>A Service of type LoadBalancer. Annotations without a prefix are aws-load-balancer's; a line that begins with '.' goes into spec.</summary>
    public static string Service(params string[] lines) => Object("v1", "Service", Elb, "  type: LoadBalancer\n", "  ports:\n  - name: http\n    port: 80\n  - name: https\n    port: 443\n", lines);

    /// <summary>An Ingress of class alb.</summary>
    public static string Ingress(params string[] lines) =>
        Object("networking.k8s.io/v1", "Ingress", Alb, "  ingressClassName: alb\n", "  rules:\n  - http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: web\n            port:\n              number: 80\n", lines);

    /// <summary>What is wrong with the one object of a manifest.</summary>
    public static ObjectReview Review(string text, EksLoadBalancerControllerKind? controller = null, string? region = null, ControllerFacts? facts = null)
    {
        ManifestFile file = ManifestReader.Read(null, text);
        Assert.Empty(file.Faults);
        return ObjectReview.Of(Assert.Single(file.Objects).Object, (facts ?? ControllerFacts.Unknown) with { Said = controller, Region = region });
    }

    /// <summary>The rules that are broken, with errors and warnings alone.</summary>
    public static string[] Rules(string text, EksLoadBalancerControllerKind? controller = null, string? region = null) =>
        [.. Review(text, controller, region).Notes.Where(static note => note.Severity != EksTools.Findings.EksFindingSeverity.Information).Select(static note => note.Rule).Distinct().Order(StringComparer.Ordinal)];

    private static string Object(string version, string kind, string prefix, string head, string ports, string[] lines)
    {
        string annotations = string.Concat(lines.Where(static line => line[0] != '.').Select(line => $"    {(line.Contains('/', StringComparison.Ordinal) && line.IndexOf('/', StringComparison.Ordinal) < line.IndexOf(':', StringComparison.Ordinal) ? line : prefix + line)}\n"));
        string[] spec = [.. lines.Where(static line => line[0] == '.').Select(static line => line[1..])];
        bool typed = Array.Exists(spec, static line => line.StartsWith("type:", StringComparison.Ordinal) || line.StartsWith("ingressClassName:", StringComparison.Ordinal));
        bool ported = Array.Exists(spec, static line => line.StartsWith("ports:", StringComparison.Ordinal) || line.StartsWith("rules:", StringComparison.Ordinal));
        return $"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: web\n{(annotations.Length > 0 ? "  annotations:\n" + annotations : string.Empty)}spec:\n{(typed ? string.Empty : head)}{(ported ? string.Empty : ports)}{string.Concat(spec.Select(static line => $"  {line}\n"))}";
    }
}
