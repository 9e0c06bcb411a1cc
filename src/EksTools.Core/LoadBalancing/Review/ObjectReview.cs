using EksTools.Core.Findings;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>What is wrong with one object, and who takes it.</summary>
/// <param name="Decision">Who takes it.</param>
/// <param name="Notes">What is wrong, the gravest first.</param>
internal sealed record ObjectReview(ControllerDecision Decision, IReadOnlyList<ReviewNote> Notes)
{
    /// <summary>What is wrong whoever takes the object, or though nobody does.</summary>
    private static readonly string[] ForAll = ["AnnotationUnknown", "AnnotationRepeated", "AnnotationOnWrongKind", "ValueNotText"];

    /// <summary>Reviews an object. Pure: all that is known is given.</summary>
    public static ObjectReview Of(LoadBalancedObject subject, ControllerFacts facts)
    {
        ControllerDecision decision = ControllerChoice.Of(subject, facts);
        IEnumerable<ReviewNote> notes = decision.Readers switch
        {
            [] => OfNobody(subject, decision, facts),
            [var one] => OfReader(subject, one, facts),
            var several => OfSeveral(subject, several, decision, facts),
        };
        if (subject.LeavingFinalizers is { Count: > 0 } held)
            notes = notes.Append(new ReviewNote(EksFindingSeverity.Warning, "BeingDeleted", null, $"The {subject.Kind} is being deleted, and waits for the finalizer{(held.Count == 1 ? string.Empty : "s")} {string.Join(", ", held)}: who put {(held.Count == 1 ? "it" : "them")} there takes {(held.Count == 1 ? "it" : "them")} away once the load balancer is gone, if it runs.", ReviewFix.ToRun($"kubectl describe {subject.Kind.ToLowerInvariant()} {PowerShellText.Argument(subject.Name)} --namespace {PowerShellText.Argument(subject.Namespace ?? "default")}")));
        return new ObjectReview(decision, [.. notes.OrderByDescending(static note => note.Severity)]);
    }

    /// <summary>The review with what else was found wrong.</summary>
    public ObjectReview With(IReadOnlyList<ReviewNote>? others) => others is null or [] ? this : this with { Notes = [.. Notes.Concat(others).OrderByDescending(static note => note.Severity)] };

    /// <summary>Whether an object has anything to do with load balancers.</summary>
    public static bool Concerns(LoadBalancedObject subject) =>
        !subject.IsService || subject.Service is { Type: ServiceSpec.LoadBalancer } || subject.Annotations.Keys.Any(AnnotationModel.IsOurs);

    private static IReadOnlyList<ReviewNote> OfReader(LoadBalancedObject subject, AnnotationReader reader, ControllerFacts facts)
    {
        ReviewContext context = new(subject, reader, facts);
        KeyReview.Find(context);
        if (!subject.IsService)
        {
            IngressReview.Find(context);
            return context.Notes;
        }
        if (subject.Service is { Type: ServiceSpec.LoadBalancer, Ports: [] })
            context.Error("PortsMissing", null, "The Service has no ports, and the API server takes none of type LoadBalancer without.");
        AddressReview.FindRanges(context);
        AddressReview.FindCertificates(context, ReviewContext.Key("ssl-cert"));
        if (context.IsCloudProvider)
            CloudProviderReview.Find(context);
        else
            NetworkReview.Find(context);
        if (subject.Service?.LoadBalancerClass is { Length: > 0 } name && context.IsCloudProvider)
            context.Error("ClassNotConsidered", null, $"spec.loadBalancerClass is {name}, and the cloud provider takes Services without class alone.");
        return context.Notes;
    }

    private static IEnumerable<ReviewNote> OfNobody(LoadBalancedObject subject, ControllerDecision decision, ControllerFacts facts)
    {
        // What concerns the target group behind an Ingress is read from Services of any type.
        IEnumerable<ReviewNote> notes = OfReader(subject, AnnotationReader.Lbc, facts)
            .Where(note => ForAll.Contains(note.Rule, StringComparer.Ordinal) || (subject.IsService && note.Annotation?.StartsWith(AnnotationDefinition.IngressPrefix, StringComparison.Ordinal) == true));
        string prefix = subject.IsService ? AnnotationDefinition.ServicePrefix : AnnotationDefinition.IngressPrefix;
        string? idle = subject.Annotations.Keys.FirstOrDefault(key => key.StartsWith(prefix, StringComparison.Ordinal) && AnnotationModel.Find(key) is { } known && known.AppliesTo.Contains(subject.Kind));
        bool wanted = subject.Service is { Type: ServiceSpec.LoadBalancer, LoadBalancerClass: null or "" };
        if (idle is null && !wanted)
            return notes;
        EksFindingSeverity severity = wanted ? EksFindingSeverity.Error : EksFindingSeverity.Warning;
        return notes.Append(new ReviewNote(severity, "NobodyTakes", idle, $"No load balancer controller takes the {subject.Kind}{(idle is null ? string.Empty : ", and its annotations do nothing")}: {decision.Reason}.", ReviewFix.ByHand));
    }

    /// <summary>What all who may take it would find wrong; and that there is more, where they differ.</summary>
    private static List<ReviewNote> OfSeveral(LoadBalancedObject subject, IReadOnlyList<AnnotationReader> readers, ControllerDecision decision, ControllerFacts facts)
    {
        IReadOnlyList<ReviewNote>[] all = [.. readers.Select(reader => OfReader(subject, reader, facts))];
        List<ReviewNote> notes = [.. all[0].Where(note => Array.TrueForAll(all, other => other.Any(same => Same(same, note))))];
        string[] differing = [.. readers.Zip(all)
            .Where(pair => pair.Second.Any(note => note.Severity > EksFindingSeverity.Information && !notes.Any(same => Same(same, note))))
            .Select(static pair => ControllerChoice.NameOf(pair.First))];
        if (differing.Length > 0)
        {
            notes.Add(new ReviewNote(
                EksFindingSeverity.Information, "ControllerUndecided", null, $"Who takes the {subject.Kind} is not known ({decision.Reason}), and more would be wrong for {string.Join(" and for ", differing)}: say -Controller to see it.", ReviewFix.ByHand));
        }

        // With the same manifest a cluster with the controller's webhook makes an internal load balancer, and one without a public one.
        bool cloudProvider = readers.Any(static reader => reader is AnnotationReader.Classic or AnnotationReader.Network);
        ReviewContext lbc = new(subject, AnnotationReader.Lbc, facts);
        if (subject.IsService && cloudProvider && readers.Contains(AnnotationReader.Lbc) && !lbc.Has("scheme") && !lbc.Has("internal"))
        {
            EksFindingSeverity severity = lbc.Value("type") == "nlb" ? EksFindingSeverity.Warning : EksFindingSeverity.Information;
            notes.Add(new ReviewNote(
                severity, "SchemeDependsOnCluster", severity == EksFindingSeverity.Warning ? ReviewContext.Key("type") : null,
                "Where the AWS Load Balancer Controller 2.5 or newer is installed, or in Auto Mode, this becomes an internal load balancer; where neither is, one that faces the internet. Name the scheme for the controllers, and internal for the cloud provider.",
                new ReviewFix([KeyValuePair.Create(ReviewContext.Key("scheme"), "internet-facing")], [])));
        }
        return notes;
    }

    private static bool Same(ReviewNote one, ReviewNote other) => one.Rule == other.Rule && one.Annotation == other.Annotation;
}
