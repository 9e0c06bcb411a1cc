using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Core.Yaml;
using EksTools.Errors;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>An object as it is to be, while an edit is worked out.</summary>
internal sealed class ObjectDraft(LoadBalancedObject former)
{
    private readonly Dictionary<string, string?> annotations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlValue?> fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal);

    /// <summary>The object as it was.</summary>
    public LoadBalancedObject Former { get; } = former;

    /// <summary>What else to know of the edit.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The keys of annotations that the edit sets.</summary>
    public IEnumerable<string> Touched => annotations.Where(static pair => pair.Value is not null).Select(static pair => pair.Key);

    /// <summary>The object as it is to be.</summary>
    public LoadBalancedObject Now
    {
        get
        {
            Dictionary<string, AnnotationEntry> now = new(Former.Annotations, StringComparer.Ordinal);
            foreach ((string key, string? value) in annotations)
            {
                if (value is null)
                    now.Remove(key);
                else if (!now.TryGetValue(key, out AnnotationEntry? entry) || entry.Value != value || entry.Fault is not null)
                    now[key] = new AnnotationEntry(value, entry?.Line ?? 0, entry?.Column ?? 0);
            }
            return Former with
            {
                Annotations = now,
                Service = Former.Service is null ? null : Former.Service with
                {
                    LoadBalancerClass = Field("loadBalancerClass", Former.Service.LoadBalancerClass),
                    SourceRanges = fields.TryGetValue("loadBalancerSourceRanges", out YamlValue? ranges) ? [.. ((ranges as YamlList)?.Items ?? []).Cast<YamlText>().Select(static range => range.Text)] : Former.Service.SourceRanges,
                },
                Ingress = Former.Ingress is null ? null : Former.Ingress with { ClassName = Field("ingressClassName", Former.Ingress.ClassName) },
            };
        }
    }

    /// <summary>The value of an annotation as it is to be.</summary>
    public string? Value(string key) => annotations.TryGetValue(key, out string? value) ? value : Former.Value(key);

    public void Set(string key, string value, string? reason = null) => Put(annotations, key, value, reason);

    public void Remove(string key, string? reason = null)
    {
        if (Value(key) is not null || annotations.ContainsKey(key))
            Put(annotations, key, null, reason);
    }

    /// <summary>Sets a field of spec; null takes it away.</summary>
    public void SetField(string name, YamlValue? value, string? reason = null)
    {
        fields[name] = value;
        if (reason is not null)
            reasons["spec." + name] = reason;
    }

    /// <summary>Puts pairs into an annotation that holds a map, and leaves its other pairs.</summary>
    public void Merge(string key, IEnumerable<KeyValuePair<string, string>> pairs, bool isLoose = false)
    {
        KeyValuePair<string, string>[] wanted = [.. pairs];
        string? there = Value(key);
        List<KeyValuePair<string, string>> all = there is null ? [] : [.. isLoose ? GoValues.LooseMap(there) : GoValues.Map(there) ?? throw Unreadable(key)];
        if (wanted.Length == 0 || Array.TrueForAll(wanted, all.Contains))
            return;
        string written = Write(wanted, isLoose);

        // What is there stays as it is written where nothing of it changes.
        if (all.Count > 0 && !Array.Exists(wanted, pair => all.Exists(one => one.Key == pair.Key)))
        {
            Set(key, $"{there!.TrimEnd(',', ' ')},{written}");
            return;
        }
        foreach (KeyValuePair<string, string> pair in wanted)
        {
            int at = all.FindIndex(one => one.Key == pair.Key);
            if (at < 0)
                all.Add(pair);
            else
                all[at] = pair;
        }
        Set(key, Write(all, isLoose));
    }

    /// <summary>What changes, annotations first.</summary>
    public IReadOnlyList<EksLoadBalancerAnnotationDifference> Differences()
    {
        List<EksLoadBalancerAnnotationDifference> differences = [];
        foreach ((string key, string? after) in annotations)
        {
            AnnotationEntry? entry = Former.Annotations.GetValueOrDefault(key);
            if (entry?.Value != after || entry?.Fault is not null)
                differences.Add(new EksLoadBalancerAnnotationDifference(key, entry?.Value, after, reasons.GetValueOrDefault(key)));
        }
        foreach ((string name, YamlValue? value) in fields)
        {
            string? before = FieldOf(name), after = value switch { YamlText text => text.Text, YamlList list => string.Join(',', list.Items.Cast<YamlText>().Select(static item => item.Text)), _ => null };
            if (before != after)
                differences.Add(new EksLoadBalancerAnnotationDifference("spec." + name, before, after, reasons.GetValueOrDefault("spec." + name)));
        }
        return differences;
    }

    /// <summary>The same as edits.</summary>
    public IReadOnlyList<ObjectEdit> Edits() =>
    [
        .. Differences().Select(difference => difference.Annotation.StartsWith("spec.", StringComparison.Ordinal)
            ? new ObjectEdit(false, difference.Annotation[5..], fields[difference.Annotation[5..]])
            : new ObjectEdit(true, difference.Annotation, difference.After is { } text ? new YamlText(text) : null)),
    ];

    private string? FieldOf(string name) => name switch
    {
        "loadBalancerClass" => Former.Service?.LoadBalancerClass,
        "ingressClassName" => Former.Ingress?.ClassName,
        _ => Former.Service is { SourceRanges: { Count: > 0 } ranges } ? string.Join(',', ranges) : null,
    };

    private string? Field(string name, string? former) => fields.TryGetValue(name, out YamlValue? value) ? (value as YamlText)?.Text : former;

    private void Put(Dictionary<string, string?> where, string key, string? value, string? reason)
    {
        where[key] = value;
        if (reason is not null)
            reasons[key] = reason;
    }

    /// <summary>What cannot be read cannot be added to, and must not be lost.</summary>
    private EksToolsException Unreadable(string key) =>
        new(EksErrorKind.Validation, "AnnotationNotValid", $"{Former}: {key} is no list of KEY=VALUE pairs, and nothing can be added to it.", Former.ToString(), "Mend it first, with -Annotation or by hand.");

    private static string Write(IEnumerable<KeyValuePair<string, string>> pairs, bool isLoose) =>
        isLoose ? string.Join(',', pairs.Select(static pair => $"{pair.Key}={pair.Value}")) : GoValues.WriteMap(pairs);

    /// <summary>The whole key of a Service's annotation.</summary>
    public static string Key(string suffix) => $"{AnnotationDefinition.ServicePrefix}/aws-load-balancer-{suffix}";

    /// <summary>The whole key of an Ingress's annotation.</summary>
    public static string AlbKey(string suffix) => $"{AnnotationDefinition.IngressPrefix}/{suffix}";
}
