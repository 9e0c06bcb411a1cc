using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.Tests.LoadBalancing;

/// <summary>
/// Holds the model against the annotation examples that the controllers' own documentation gives. EKSTOOLS_CONTROLLER_DOCUMENTATION names a
/// folder with checkouts of kubernetes-sigs/aws-load-balancer-controller and kubernetes/cloud-provider-aws; nothing of them is kept here.
/// </summary>
public sealed class ControllersDocumentationTests
{
    private const string Variable = "EKSTOOLS_CONTROLLER_DOCUMENTATION";

    // Examples that kubectl or the API server refuses as they stand: booleans without quotes, and a block scalar whose lines are not indented.
    private static readonly string[] WrongInTheDocumentation = ["service.beta.kubernetes.io/aws-load-balancer-internal: true", "alb.ingress.kubernetes.io/create-acm-cert: true", "alb.ingress.kubernetes.io/actions.weighted-routing: |"];

    [Theory]
    [InlineData("aws-load-balancer-controller/docs/guide/service/annotations.md", EksLoadBalancerControllerKind.Lbc)]
    [InlineData("aws-load-balancer-controller/docs/guide/ingress/annotations.md", EksLoadBalancerControllerKind.Lbc)]
    [InlineData("cloud-provider-aws/docs/service_controller.md", EksLoadBalancerControllerKind.Ccm)]
    public void Examples_are_judged_as_their_controllers_do(string page, EksLoadBalancerControllerKind controller)
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(folder is not null, $"{Variable} names no folder with the controllers' sources.");
        IReadOnlyList<DocumentedExample> examples = DocumentedExamples.Read(Path.Combine(folder!, page));
        Assert.NotEmpty(examples);
        List<string> accepted = [], rejected = [];
        foreach (DocumentedExample example in examples)
        {
            string[] errors = [.. Errors(example, controller)];
            (errors.Length == 0 ? accepted : rejected).Add($"{example.File}:{example.Line} {example.Key}: {example.Yaml.Split('\n')[0]}{string.Concat(errors.Select(static error => $"\n    {error}"))}");
        }
        string[] unexpected = [.. rejected.Where(static one => !Array.Exists(WrongInTheDocumentation, one.Contains))];
        TestContext.Current.SendDiagnosticMessage($"{page}: {examples.Count} examples of {examples.Select(static one => one.Key).Distinct().Count()} annotations, {accepted.Count} accepted, {rejected.Count} rejected, {unexpected.Length} of them otherwise than by the controller.\n{string.Join('\n', rejected)}");
        Assert.Equal([], unexpected);
    }

    [Fact]
    public void Every_annotation_of_the_controllers_sources_is_known()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(folder is not null, $"{Variable} names no folder with the controllers' sources.");
        string lbc = File.ReadAllText(Path.Combine(folder!, "aws-load-balancer-controller/pkg/annotations/constants.go")), ccm = File.ReadAllText(Path.Combine(folder!, "cloud-provider-aws/pkg/providers/v1/aws.go"));
        string[] ours = [.. AnnotationModel.All.Select(static one => one.Key.Split('{')[0].TrimEnd('.'))];
        string[] theirs =
        [
            .. System.Text.RegularExpressions.Regex.Matches(lbc, "Ingress(?:LB)?Suffix\\w+\\s*=\\s*\"([^\"]+)\"").Select(static match => $"alb.ingress.kubernetes.io/{match.Groups[1].Value}"),
            .. System.Text.RegularExpressions.Regex.Matches(lbc, "SvcLBSuffix\\w+\\s*=\\s*\"([^\"]+)\"").Select(static match => $"service.beta.kubernetes.io/{match.Groups[1].Value}"),
            .. System.Text.RegularExpressions.Regex.Matches(ccm, "const ServiceAnnotation\\w+ = \"([^\"]+)\"").Select(static match => match.Groups[1].Value),
        ];
        Assert.True(theirs.Length > 120, $"{theirs.Length} found");
        Assert.Equal([], theirs.Except(ours).Order(StringComparer.Ordinal));
    }

    /// <summary>What is wrong with an example's value, on an object that it can stand on: with the ports, the certificate and the scheme that it needs.</summary>
    private static IEnumerable<string> Errors(DocumentedExample example, EksLoadBalancerControllerKind controller)
    {
        if (example.Key.EndsWith("/aws-load-balancer-type", StringComparison.Ordinal) && example.Yaml is "nlb" or "external")
            yield break; // Chooses who reads, and is read by nobody else.
        bool ingress = example.Key.StartsWith("alb.", StringComparison.Ordinal);
        string annotations = string.Concat(example.Beside.DistinctBy(static one => one.Key).Where(one => one.Key != example.Key).Append(example).Select(static one => $"    {one.Key}: {one.Yaml}\n"));
        if (controller == EksLoadBalancerControllerKind.Ccm && AnnotationModel.Find(example.Key)?.SupportBy(AnnotationReader.Classic) == EksAnnotationSupport.Refused && !annotations.Contains("aws-load-balancer-type", StringComparison.Ordinal))
            annotations += "    service.beta.kubernetes.io/aws-load-balancer-type: nlb\n"; // The page speaks of Network Load Balancers there.
        string kind = ingress ? "apiVersion: networking.k8s.io/v1\nkind: Ingress" : "apiVersion: v1\nkind: Service";
        string spec = ingress ? string.Empty : "spec:\n  type: LoadBalancer\n  ports:\n  - {name: http, port: 80, nodePort: 30080}\n  - {name: custom-port, port: 443, nodePort: 30443}\n  - {name: mysql, port: 3306, nodePort: 30306}\n";
        ManifestFile file = ManifestReader.Read(null, $"{kind}\nmetadata:\n  name: web\n  annotations:\n{annotations}{spec}");
        foreach (ManifestFault fault in file.Faults)
            yield return $"line {fault.Line}: {fault.Problem}";
        foreach (LoadBalancedObject subject in file.Objects.Select(static one => one.Object))
        {
            foreach (ReviewNote note in ObjectReview.Of(subject, ControllerFacts.Unknown with { Said = controller }).Notes)
            {
                bool aboutValue = note.Rule is "ValueNotValid" or "ValueNotText" or "AnnotationUnknown" or "AnnotationRefused" or "AnnotationIgnored" or "AnnotationOnWrongKind";
                if (aboutValue && note.Annotation == example.Key && note.Severity != EksFindingSeverity.Information)
                    yield return $"{note.Rule}: {note.Message}";
            }
        }
    }
}
