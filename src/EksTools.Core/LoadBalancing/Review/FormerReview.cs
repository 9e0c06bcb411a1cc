using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>A change that a controller does not make where the load balancer stands.</summary>
/// <param name="Annotation">The key.</param>
/// <param name="Effect">What becomes of the load balancer.</param>
/// <param name="Message">That, as a sentence.</param>
internal sealed record FormerNote(string Annotation, EksAnnotationChangeEffect Effect, string Message);

/// <summary>Holds an object against what it was: what replaces the load balancer, does nothing, or fails.</summary>
internal static class FormerReview
{
    /// <summary>
    /// The changes that are more than they seem. A cluster tells whether there is a load balancer; for a manifest only a value that was
    /// there before says that there may be one.
    /// </summary>
    /// <param name="findings">What was found of the object as it was: with a value that no controller takes there is no load balancer yet, and what a finding advises is done.</param>
    public static IReadOnlyList<FormerNote> Find(LoadBalancedObject former, LoadBalancedObject now, AnnotationReader? reader, ControllerFacts facts, IReadOnlyList<ReviewNote> findings)
    {
        bool exists = former.Hostname is not null;
        if (former.IsLive && !exists)
            return [];
        List<FormerNote> notes = [];
        foreach (string key in former.Annotations.Keys.Union(now.Annotations.Keys))
        {
            string? before = former.Value(key), after = now.Value(key);
            if (before == after || (!exists && before is null) || AnnotationModel.Find(key) is not { } definition || !definition.AppliesTo.Contains(now.Kind))
                continue;
            if (!exists && findings.Any(finding => finding.Annotation == key && (finding.Fix.Remove.Contains(key) ? after is null : finding.Fix.Set.Any(pair => pair.Key == key && pair.Value == after))))
                continue;
            if (Judge(former, now, key, definition, reader, facts) is { } note && !notes.Any(other => other.Message == note.Message))
                notes.Add(note);
        }
        return notes;
    }

    private static FormerNote? Judge(LoadBalancedObject former, LoadBalancedObject now, string key, AnnotationDefinition definition, AnnotationReader? reader, ControllerFacts facts)
    {
        string there = former.Hostname is { } hostname ? $"the load balancer {hostname}" : "a load balancer that is there";
        bool cloudProvider = reader is AnnotationReader.Classic or AnnotationReader.Network;
        switch (definition.Suffix)
        {
            case "aws-load-balancer-scheme" or "aws-load-balancer-internal" when cloudProvider:
                return definition.Suffix == "aws-load-balancer-scheme" ? null : new(key, EksAnnotationChangeEffect.NoEffect, $"The cloud provider does not change the scheme of {there}: {key} counts when the Service is created.");
            case "aws-load-balancer-scheme" or "aws-load-balancer-internal":
                string? before = Scheme(former, facts), after = Scheme(now, facts);
                return after is null || before == after ? null : Replaced(key, there, $"from {before ?? "what it is"} to {after}");
            case "eip-allocations" or "aws-load-balancer-eip-allocations" or "aws-load-balancer-private-ipv4-addresses" when cloudProvider:
                return new(key, EksAnnotationChangeEffect.NoEffect, $"The cloud provider does not change the addresses of {there}: {key} counts when the Service is created.");
        }
        return definition.ChangeEffect switch
        {
            EksAnnotationChangeEffect.Replaces => Replaced(key, there, $"by {key}"),
            EksAnnotationChangeEffect.NoEffect => new(key, EksAnnotationChangeEffect.NoEffect, $"{key} counts when a load balancer is created, and does nothing to {there}."),
            EksAnnotationChangeEffect.Refused when key == ReviewContext.Key("type") => new(key, EksAnnotationChangeEffect.Refused, $"{key} cannot be changed later: the cloud provider fails, and where another controller takes over, {there} is left behind in AWS."),
            EksAnnotationChangeEffect.Refused => new(key, EksAnnotationChangeEffect.Refused, $"{key} cannot be changed for {there}: the controller fails. Delete the {now.Kind} and make it anew."),
            _ => null,
        };
    }

    private static FormerNote Replaced(string key, string there, string how) =>
        new(key, EksAnnotationChangeEffect.Replaces, $"{char.ToUpperInvariant(there[0])}{there[1..]} is deleted and another one made, with a new DNS name: a scheme or group cannot be changed in place ({how}).");

    private static string? Scheme(LoadBalancedObject subject, ControllerFacts facts) => new ReviewContext(subject, AnnotationReader.Lbc, facts).Scheme;
}
