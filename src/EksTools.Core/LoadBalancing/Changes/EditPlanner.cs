using System.IO.Enumeration;
using EksTools.Clusters;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Live;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Errors;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>What an edit makes of one object.</summary>
/// <param name="Change">As people see it.</param>
/// <param name="Edits">As it is written.</param>
/// <param name="Former">The object as it was.</param>
/// <param name="Now">The object as it is to be.</param>
/// <param name="Reader">Who takes it; null where that is not decided.</param>
/// <param name="Touched">The annotations that the edit sets.</param>
internal sealed record PlannedEdit(EksLoadBalancerAnnotationChange Change, IReadOnlyList<ObjectEdit> Edits, LoadBalancedObject Former, LoadBalancedObject Now, AnnotationReader? Reader, IReadOnlyCollection<string> Touched);

/// <summary>Works out what an edit makes of an object, and refuses what the controller would pass over, choke on, or replace the load balancer for.</summary>
/// <param name="edit">The edit.</param>
/// <param name="facts">What is known of the controllers.</param>
/// <param name="cluster">The cluster; null for manifests.</param>
internal sealed class EditPlanner(LoadBalancerAnnotationEdit edit, ControllerFacts facts, EksCluster? cluster)
{
    // What does nothing at the controller is refused as what is wrong.
    private static readonly string[] Pointless = ["AnnotationUnknown", "AnnotationIgnored", "AnnotationRefused", "AnnotationOnWrongKind", "NobodyTakes"];

    /// <summary>Whether the edit is about an object: it is named, or it is one of those that a pattern means and some controller of ours may take.</summary>
    public bool IsMeant(LoadBalancerScope scope, LoadBalancedObject one) =>
        LiveObjects.Matches(scope, one)
        && (scope.Names.Contains(one.Name, StringComparer.Ordinal)
            || ControllerChoice.Of(one, facts with { Said = null }).Readers.Count > 0
            || (one.IsService && one.Annotations.Keys.Any(static key => key.StartsWith(AnnotationDefinition.ServicePrefix, StringComparison.Ordinal) && AnnotationModel.IsOurs(key))));

    /// <summary>Plans the edit of one object.</summary>
    /// <exception cref="EksToolsException">It is refused.</exception>
    public PlannedEdit Plan(LoadBalancedObject subject)
    {
        ObjectDraft draft = new(subject);
        Remove(draft);
        ChooseType(draft);
        if (edit.ConvertTo is { } target)
            ControllerConversion.Apply(draft, target, ControllerChoice.Of(subject, facts));
        WriteSettings(draft);
        WriteRest(draft);
        if (subject.LeavingFinalizers is { } held)
            draft.Warnings.Add($"It is being deleted{(held.Count > 0 ? $", and waits for whoever put {string.Join(" and ", held)} there" : string.Empty)}: no annotation changes that.");
        ControllerFacts after = edit.ConvertTo is { } said ? facts with { Said = said } : facts;
        ObjectReview review = ObjectReview.Of(draft.Now, after);
        if (!edit.Force && edit.ConvertTo is null)
            Refuse(draft, review);
        ObjectReview before = ObjectReview.Of(subject, facts);
        IReadOnlyList<FormerNote> former = edit.ConvertTo is null || subject.IsLive ? FormerReview.Find(subject, draft.Now, review.Decision.Reader, after, before.Notes) : [];
        if (!edit.Force && former is [var immutable, ..])
            throw Immutable(subject, immutable);
        IEnumerable<string> worries = review.Notes
            .Where(note => note.Severity == EksFindingSeverity.Warning || (note.Severity == EksFindingSeverity.Error && (edit.Force || edit.ConvertTo is not null)))
            .Where(note => !before.Notes.Any(same => same.Message == note.Message)).Select(static note => note.Message);
        EksLoadBalancerAnnotationChange change = new()
        {
            ClusterName = cluster?.Name ?? string.Empty,
            Region = cluster?.Region ?? string.Empty,
            Path = subject.Place?.Path,
            Kind = subject.Kind,
            Namespace = subject.Namespace,
            Name = subject.Name,
            Controller = review.Decision.Controller,
            Changes = draft.Differences(),
            Warnings = [.. draft.Warnings, .. former.Select(static note => note.Message), .. worries],
            ReplacesLoadBalancer = former.Any(static note => note.Effect == EksAnnotationChangeEffect.Replaces) || draft.Differences().Any(static one => one.Annotation == "spec.loadBalancerClass"),
        };
        return new PlannedEdit(change, draft.Edits(), subject, draft.Now, review.Decision.Reader, [.. draft.Touched]);
    }

    private void Remove(ObjectDraft draft)
    {
        foreach (string pattern in edit.Remove)
        {
            string[] keys = pattern.AsSpan().IndexOfAny('*', '?') >= 0
                ? [.. draft.Former.Annotations.Keys.Where(key => key != ControllerChoice.IngressClassAnnotation && AnnotationModel.IsOurs(key) && AnnotationModel.Spellings(key).Any(spelling => FileSystemName.MatchesSimpleExpression(pattern, spelling)))]
                : [draft.Former.Annotations.ContainsKey(pattern) ? pattern : AnnotationModel.Resolve(pattern, draft.Former.Kind) ?? pattern];
            foreach (string key in keys.Where(draft.Former.Annotations.ContainsKey))
                draft.Remove(key);
        }
    }

    private void ChooseType(ObjectDraft draft)
    {
        if (edit.Settings.Type is not { } type)
            return;
        if (!draft.Former.IsService)
            throw Lacking(draft.Former, "the type: an Ingress has an Application Load Balancer");
        if (type == "clb")
            draft.Remove(ObjectDraft.Key("type"), "a Classic Load Balancer is what the cloud provider makes without");
        else
            draft.Set(ObjectDraft.Key("type"), type);
        if (type == "external" && edit.Settings.TargetType is null && draft.Value(ObjectDraft.Key("nlb-target-type")) is null)
            draft.Set(ObjectDraft.Key("nlb-target-type"), "instance", "with external nobody takes the Service without");
    }

    private void WriteSettings(ObjectDraft draft)
    {
        LoadBalancerSettings settings = edit.Settings with { Type = null };
        if (settings == new LoadBalancerSettings())
            return;
        if (!draft.Former.IsService)
        {
            new IngressSettingsWriter(draft, missing => throw Lacking(draft.Former, missing)).Write(settings);
            return;
        }
        ControllerDecision decision = ControllerChoice.Of(draft.Now, facts);
        if (decision.Readers.Count == 0)
            throw ControllerConversion.Undecided(draft.Now, decision);

        // Where all who may take it write the same there is nothing to decide.
        if (decision.Readers.Count > 1)
        {
            IReadOnlyList<ObjectEdit>?[] written = [.. decision.Readers.Select(reader => Written(draft.Now, reader, settings))];
            if (!Array.TrueForAll(written, other => other is not null && other.SequenceEqual(written[0] ?? [], EditComparer.Instance)))
                throw ControllerConversion.Undecided(draft.Now, decision);
        }
        new SettingsWriter(draft, decision.Readers[0], missing => throw Lacking(draft.Former, missing, decision.Readers[0])).Write(settings);
    }

    /// <summary>What a reader would be written; null where it has nothing for a part of it.</summary>
    private static IReadOnlyList<ObjectEdit>? Written(LoadBalancedObject subject, AnnotationReader reader, LoadBalancerSettings settings)
    {
        ObjectDraft draft = new(subject);
        bool lacking = false;
        new SettingsWriter(draft, reader, _ => lacking = true).Write(settings);
        return lacking ? null : draft.Edits();
    }

    private void WriteRest(ObjectDraft draft)
    {
        foreach ((string written, string value) in edit.Annotations)
        {
            string? key = AnnotationModel.Resolve(written, draft.Former.Kind);
            if (key is null && !edit.Force)
            {
                string? near = AnnotationModel.Nearest(written);
                throw new EksToolsException(EksErrorKind.Validation, "AnnotationUnknown", $"{written} is no annotation of any load balancer controller{(near is null ? string.Empty : $"; did you mean {near}?")}", written, "Get-EksLoadBalancerAnnotation -ListAvailable lists them; -Force writes it as it is.");
            }
            draft.Set(key ?? written, value);
        }
    }

    private void Refuse(ObjectDraft draft, ObjectReview review)
    {
        string[] touched = [.. draft.Touched];
        if (touched.Length == 0)
            return;
        ObjectReview before = ObjectReview.Of(draft.Former, facts);
        ReviewNote? refused = review.Notes.FirstOrDefault(note =>
            (note.Severity == EksFindingSeverity.Error || (Pointless.Contains(note.Rule, StringComparer.Ordinal) && note.Annotation is not null && touched.Contains(note.Annotation)))
            && !before.Notes.Any(same => same.Rule == note.Rule && same.Annotation == note.Annotation && same.Message == note.Message));
        if (refused is not null)
            throw Pointless.Contains(refused.Rule, StringComparer.Ordinal)
                ? new EksToolsException(EksErrorKind.Validation, "AnnotationWithoutEffect", $"{draft.Former}: {refused.Message}", draft.Former.ToString(), "-Force writes it all the same.")
                : new EksToolsException(EksErrorKind.Validation, "AnnotationNotValid", $"{draft.Former}: {refused.Message}", draft.Former.ToString(), "-Force writes it all the same.");
    }

    private static EksToolsException Immutable(LoadBalancedObject subject, FormerNote note) => note.Effect switch
    {
        EksAnnotationChangeEffect.Replaces => new(EksErrorKind.Conflict, "LoadBalancerReplaced", $"{subject}: {note.Message}", subject.ToString(), "-Force does it all the same: plan for clients that know the former DNS name."),
        EksAnnotationChangeEffect.NoEffect => new(EksErrorKind.Conflict, "ChangeWithoutEffect", $"{subject}: {note.Message}", subject.ToString(), "-Force writes it all the same."),
        _ => new(EksErrorKind.Conflict, "ChangeNotPossible", $"{subject}: {note.Message}", subject.ToString(), "-Force writes it all the same."),
    };

    private static EksToolsException Lacking(LoadBalancedObject subject, string missing, AnnotationReader? reader = null) =>
        new(EksErrorKind.Validation, "NoCounterpart", $"{(reader is { } who ? ControllerChoice.NameOf(who) : "An Application Load Balancer")} has nothing for {missing} ({subject}).", subject.ToString(), "Leave it out, or let another controller take the object.");

    private sealed class EditComparer : IEqualityComparer<ObjectEdit>
    {
        public static EditComparer Instance { get; } = new();

        public bool Equals(ObjectEdit? x, ObjectEdit? y) => x is not null && y is not null && x.IsAnnotation == y.IsAnnotation && x.Key == y.Key && Text(x) == Text(y);

        public int GetHashCode(ObjectEdit obj) => obj.Key.GetHashCode(StringComparison.Ordinal);

        private static string? Text(ObjectEdit edit) => edit.Value switch { Yaml.YamlText text => text.Text, Yaml.YamlList list => string.Join(',', list.Items.Cast<Yaml.YamlText>().Select(static item => item.Text)), _ => null };
    }
}
