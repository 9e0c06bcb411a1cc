using System.Collections.Concurrent;

namespace EksTools.Sandbox.Kubernetes.Serving.Protobuf;

/// <summary>One field of a message.</summary>
/// <param name="Name">The JSON name; empty when the message's fields are its parent's own in JSON.</param>
/// <param name="Type">
/// <c>s</c> text, <c>i</c> integer, <c>t</c> true or false, <c>d</c> float, <c>b</c> bytes; <c>q</c> quantity, <c>T</c> time, <c>U</c> time with microseconds, <c>x</c> integer or text,
/// <c>r</c> raw JSON, <c>w</c> a list wrapped in a message; otherwise a message's name.
/// </param>
/// <param name="Repeated">A list.</param>
/// <param name="Map">A map from text.</param>
/// <param name="Explicit">A pointer in Go: on the wire only when set, so a zero is meant.</param>
internal sealed record MessageField(string Name, string Type, bool Repeated, bool Map, bool Explicit);

/// <summary>The messages of the served kinds.</summary>
internal static partial class MessageSchemas
{
    private static readonly Dictionary<string, Dictionary<int, MessageField>> Messages = Read();

    private static readonly ConcurrentDictionary<string, Dictionary<string, MessageField>> MembersOf = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Groups = new()
    {
        ["rbac.authorization.k8s.io"] = "rbac", ["storage.k8s.io"] = "storage", ["networking.k8s.io"] = "networking", ["coordination.k8s.io"] = "coordination", ["discovery.k8s.io"] = "discovery",
        ["authentication.k8s.io"] = "authentication", ["authorization.k8s.io"] = "authorization", ["scheduling.k8s.io"] = "scheduling", ["admissionregistration.k8s.io"] = "admissionregistration",
    };

    public static IReadOnlyDictionary<int, MessageField> Fields(string message) => Messages[message];

    /// <summary>The members of a message in JSON, those of messages inside it that have no name of their own included.</summary>
    public static IReadOnlyDictionary<string, MessageField> Members(string message) => MembersOf.GetOrAdd(message, m => Flatten(m).ToDictionary(f => f.Name));

    /// <summary>The message of a kind, or null.</summary>
    public static string? Find(string apiVersion, string kind)
    {
        var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "core";
        var message = kind == "DeleteOptions" ? "meta.DeleteOptions" : $"{Groups.GetValueOrDefault(group, group)}.{kind}";
        return Messages.ContainsKey(message) ? message : null;
    }

    private static IEnumerable<MessageField> Flatten(string message) => Messages[message].Values.SelectMany(f => f.Name.Length == 0 ? Flatten(f.Type) : [f]);

    private static Dictionary<string, Dictionary<int, MessageField>> Read() => Text.Split('\n').Select(line => line.Split(':', 2)).ToDictionary(
        line => line[0],
        line => line[1].TrimEnd('\r').Split(';', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split(',')).ToDictionary(
            f => int.Parse(f[0], System.Globalization.CultureInfo.InvariantCulture),
            f => new MessageField(f[1], f[2].TrimStart('*', '%', '?'), f[2].Contains('*', StringComparison.Ordinal), f[2].Contains('%', StringComparison.Ordinal), f[2].StartsWith('?'))));
}
