using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>All annotations, found by their keys.</summary>
internal static class AnnotationModel
{
    private static readonly string[] Prefixes = [AnnotationDefinition.ServicePrefix, AnnotationDefinition.IngressPrefix];

    /// <summary>Every annotation, Services' first.</summary>
    public static IReadOnlyList<AnnotationDefinition> All { get; } = [.. ServiceAnnotations.All, .. IngressAnnotations.All];

    private static readonly Dictionary<string, AnnotationDefinition> ByKey = All.Where(static one => one.Parameter is null).ToDictionary(static one => one.Key, StringComparer.Ordinal);

    private static readonly AnnotationDefinition[] Families = [.. All.Where(static one => one.Parameter is not null)];

    /// <summary>The annotation of a key; null when there is none.</summary>
    public static AnnotationDefinition? Find(string key)
    {
        if (ByKey.TryGetValue(key, out AnnotationDefinition? found))
            return found;
        return Array.Find(Families, family => key.Length > family.Prefix.Length + 1 + family.Suffix.Length && key.StartsWith($"{family.Prefix}/{family.Suffix}", StringComparison.Ordinal));
    }

    /// <summary>The free part of a key of a family, such as 443 or TCP-443.</summary>
    public static string ParameterOf(AnnotationDefinition family, string key) => key[(family.Prefix.Length + 1 + family.Suffix.Length)..];

    /// <summary>Whether a key is meant for a load balancer controller, known or not.</summary>
    public static bool IsOurs(string key) => Find(key) is not null || IsMeantFor(key);

    /// <summary>Whether an unknown key looks as if it were meant for a load balancer controller.</summary>
    public static bool IsMeantFor(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return key.StartsWith("aws-load-balancer-", StringComparison.OrdinalIgnoreCase);
        string prefix = key[..slash], suffix = key[(slash + 1)..];
        if (suffix.StartsWith("aws-load-balancer-", StringComparison.OrdinalIgnoreCase) || Likeness.Distance(prefix, AnnotationDefinition.IngressPrefix, 4) < 4)
            return true;

        // The Service's prefix is every cloud's: azure-load-balancer-internal is none of our business.
        return Likeness.Distance(prefix, AnnotationDefinition.ServicePrefix, 4) < 4
            && (suffix.StartsWith("aws", StringComparison.OrdinalIgnoreCase) || ServiceAnnotations.All.Any(one => Likeness.Distance(one.Suffix, suffix, 3) < 3));
    }

    /// <summary>The whole key of what somebody wrote, with or without its prefix and aws-load-balancer-; null when nothing is meant.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="kind">Service or Ingress: whose annotations come first.</param>
    public static string? Resolve(string written, string kind)
    {
        if (Find(written) is not null)
            return written;
        string[] guesses = kind == "Ingress"
            ? [$"{AnnotationDefinition.IngressPrefix}/{written}"]
            : [$"{AnnotationDefinition.ServicePrefix}/{written}", $"{AnnotationDefinition.ServicePrefix}/aws-load-balancer-{written}", $"{AnnotationDefinition.IngressPrefix}/{written}"];
        return Array.Find(guesses, static guess => Find(guess) is not null);
    }

    /// <summary>The ways to write a key: whole, without its prefix, and without aws-load-balancer-.</summary>
    public static IEnumerable<string> Spellings(string key)
    {
        string suffix = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return suffix.StartsWith("aws-load-balancer-", StringComparison.Ordinal) ? [key, suffix, suffix["aws-load-balancer-".Length..]] : [key, suffix];
    }

    /// <summary>The key that was most likely meant; null when none is near.</summary>
    public static string? Nearest(string written)
    {
        int slash = written.IndexOf('/', StringComparison.Ordinal);
        string suffix = written[(slash + 1)..], prefix = slash < 0 ? AnnotationDefinition.ServicePrefix : written[..slash];
        string family = prefix.Contains("alb", StringComparison.OrdinalIgnoreCase) || prefix.Contains("ingress", StringComparison.OrdinalIgnoreCase) ? AnnotationDefinition.IngressPrefix : AnnotationDefinition.ServicePrefix;
        string[] own = [.. All.Where(one => one.Prefix == family).Select(static one => one.Suffix)];
        string? near = Exact(family) ?? Likeness.Nearest(suffix, own) ?? Array.Find(own, one => one.StartsWith(suffix + "-", StringComparison.OrdinalIgnoreCase));
        return near is not null ? $"{family}/{near}" : Prefixes.Select(home => Exact(home) is { } other ? $"{home}/{other}" : null).FirstOrDefault(static key => key is not null);

        // The right suffix under the wrong prefix, or with a prefix of words too much or too little.
        string? Exact(string home) => new[] { suffix, "aws-load-balancer-" + suffix, suffix.Replace("aws-load-balancer-", string.Empty, StringComparison.OrdinalIgnoreCase) }
            .Select(static spelling => spelling.ToLowerInvariant()).FirstOrDefault(spelling => Find($"{home}/{spelling}") is not null && $"{home}/{spelling}" != written);
    }
}
