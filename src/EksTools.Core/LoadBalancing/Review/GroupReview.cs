using System.Text.Json;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>
/// Ingresses of one IngressGroup share a load balancer: where they do not agree about it the controller fails for all of them
/// (aws-load-balancer-controller pkg/ingress, model_build_load_balancer.go, model_builder.go).
/// </summary>
internal static class GroupReview
{
    private static readonly string[] Whole =
    [
        "scheme", "ip-address-type", "load-balancer-name", "subnets", "security-groups", "customer-owned-ipv4-pool", "wafv2-acl-arn", "wafv2-acl-name", "waf-acl-id", "shield-advanced-protection", "ssl-redirect",
    ];

    private static readonly string[] OfPorts = ["inbound-cidrs", "ssl-policy", "security-group-prefix-lists", "mutual-authentication"];

    /// <summary>What does not fit together, by object. Objects are told apart by reference.</summary>
    public static IReadOnlyDictionary<LoadBalancedObject, IReadOnlyList<ReviewNote>> Find(IEnumerable<LoadBalancedObject> objects, ControllerFacts facts)
    {
        Dictionary<LoadBalancedObject, IReadOnlyList<ReviewNote>> notes = new(ReferenceEqualityComparer.Instance);
        IEnumerable<IGrouping<string, Member>> groups = objects.Where(static one => !one.IsService).Select(one => Join(one, facts)).OfType<Member>().GroupBy(static one => one.Group, StringComparer.Ordinal);
        foreach (IGrouping<string, Member> group in groups.Where(static group => group.Count() > 1))
        {
            Member[] members = [.. group];
            foreach (Member member in members)
            {
                List<ReviewNote> own = [.. Settings(member, members), .. Pairs(member, members, "load-balancer-attributes"), .. Pairs(member, members, "tags"), .. Ports(member, members), .. Orders(member, members)];
                if (own.Count > 0)
                    notes[member.Subject] = own;
            }
        }
        return notes;
    }

    private static Member? Join(LoadBalancedObject subject, ControllerFacts facts)
    {
        IReadOnlyList<AnnotationReader> readers = ControllerChoice.Of(subject, facts).Readers;
        IngressParameters? parameters = facts.ParametersOf(subject);

        // Auto Mode knows the groups of IngressClassParams alone.
        string? name = parameters?.Settings.GetValueOrDefault("group.name") ?? (readers.Contains(AnnotationReader.Lbc) ? subject.Value(ReviewContext.AlbKey("group.name")) : null);
        return readers.Count > 0 && name is { Length: > 0 } ? new Member(subject, name, parameters) : null;
    }

    private static IEnumerable<ReviewNote> Settings(Member member, Member[] members)
    {
        foreach (string suffix in Whole.Where(suffix => member.Own(suffix) is not null))
        {
            string value = member.Own(suffix)!;
            if (Array.Find(members, other => other.Effective(suffix) is { } theirs && (suffix == "security-groups" ? !GoValues.List(theirs).SequenceEqual(GoValues.List(value)) : !IngressParameters.Same(theirs, value))) is { } differing)
                yield return Differ(member, suffix, value, differing, differing.Effective(suffix)!);
        }
    }

    /// <summary>What listeners of one port have to agree about.</summary>
    private static IEnumerable<ReviewNote> Ports(Member member, Member[] members)
    {
        foreach (Member other in members.Where(other => other != member && member.Ports is not null && other.Ports is not null))
        {
            int[] shared = [.. member.Ports!.Select(static one => one.Port).Intersect(other.Ports!.Select(static one => one.Port))];
            foreach (int port in shared)
            {
                string mine = member.Ports!.First(one => one.Port == port).Protocol, theirs = other.Ports!.First(one => one.Port == port).Protocol;
                if (mine != theirs)
                    yield return Differ(member, "listen-ports", $"{mine} for port {port}", other, theirs);
            }
            foreach (string suffix in shared.Length > 0 ? OfPorts.Where(suffix => member.Own(suffix) is not null && other.Effective(suffix) is { } theirs && !IngressParameters.Same(theirs, member.Own(suffix)!)) : [])
                yield return Differ(member, suffix, member.Own(suffix)!, other, other.Effective(suffix)!);
        }
    }

    private static IEnumerable<ReviewNote> Pairs(Member member, Member[] members, string suffix)
    {
        foreach ((string name, string value) in member.Map(suffix).Where(pair => member.Winning(suffix)?.ContainsKey(pair.Key) != true))
        {
            foreach (Member other in members.Where(other => other != member))
            {
                if (other.Map(suffix).FirstOrDefault(pair => pair.Key == name) is { Key: not null } theirs && theirs.Value != value)
                {
                    yield return Differ(member, suffix, $"{name}={value}", other, $"{name}={theirs.Value}");
                    break;
                }
            }
        }
    }

    private static IEnumerable<ReviewNote> Orders(Member member, Member[] members)
    {
        string key = ReviewContext.AlbKey("group.order");
        if (member.Subject.Value(key) is { } order && Array.Find(members, other => other != member && other.Subject.Value(key) == order) is { } twin)
            yield return new ReviewNote(EksFindingSeverity.Warning, "GroupOrderRepeated", key, $"{twin.Subject} of group {member.Group} has the order {order} too: their rules are tried by namespace and name, whatever the order was meant to say.", ReviewFix.ToRead(key));
    }

    private static ReviewNote Differ(Member member, string suffix, string value, Member other, string theirs)
    {
        string key = ReviewContext.AlbKey(suffix);
        string where = other.Parameters?.Settings.ContainsKey(suffix) == true ? $" (by IngressClassParams {other.Parameters.Name})" : string.Empty;
        return new ReviewNote(
            EksFindingSeverity.Error, "GroupSettingsDiffer", member.Subject.Annotations.ContainsKey(key) ? key : null,
            $"{key} is {value}, and {theirs} for {other.Subject}{where}{(other.Subject.Place?.Path is { } path ? $" in {Path.GetFileName(path)}" : string.Empty)}, which shares the load balancer of group {member.Group}: the controller fails for the whole group.", ReviewFix.ToRead(key));
    }

    private sealed class Member(LoadBalancedObject subject, string group, IngressParameters? parameters)
    {
        public LoadBalancedObject Subject { get; } = subject;

        public string Group { get; } = group;

        public IngressParameters? Parameters { get; } = parameters;

        /// <summary>Where it listens; null where that does not parse, which is told of the value itself.</summary>
        public IReadOnlyList<(string Protocol, int Port)>? Ports { get; } = Listen(subject, parameters);

        public string? Effective(string suffix) => Parameters?.Settings.GetValueOrDefault(suffix) ?? Subject.Value(ReviewContext.AlbKey(suffix));

        /// <summary>The annotation, where no parameters go before it.</summary>
        public string? Own(string suffix) => Parameters?.Settings.ContainsKey(suffix) == true ? null : Subject.Value(ReviewContext.AlbKey(suffix));

        public IReadOnlyList<KeyValuePair<string, string>> Map(string suffix) => GoValues.Map(Subject.Value(ReviewContext.AlbKey(suffix)) ?? string.Empty) ?? [];

        public IReadOnlyDictionary<string, string>? Winning(string suffix) => suffix == "tags" ? Parameters?.Tags : Parameters?.Attributes;

        private static IReadOnlyList<(string Protocol, int Port)>? Listen(LoadBalancedObject subject, IngressParameters? parameters)
        {
            if (subject.Value(ReviewContext.AlbKey("listen-ports")) is not { } ports)
                return parameters?.Settings.ContainsKey("certificate-arn") == true || subject.Value(ReviewContext.AlbKey("certificate-arn")) is { Length: > 0 } || subject.Ingress is { HasTls: true } ? [("HTTPS", 443)] : [("HTTP", 80)];
            try
            {
                using JsonDocument document = JsonDocument.Parse(ports);
                return IngressJson.ReadListenPorts(new GoJson(document.RootElement));
            }
            catch (Exception exception) when (exception is JsonException or GoJsonException)
            {
                return null;
            }
        }
    }
}
