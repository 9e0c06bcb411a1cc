using EksTools.Core.LoadBalancing.Values;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>Who reads annotations, told apart where they read differently.</summary>
internal enum AnnotationReader
{
    /// <summary>The cloud provider for a Classic Load Balancer.</summary>
    Classic,

    /// <summary>The cloud provider for a Network Load Balancer.</summary>
    Network,

    /// <summary>The AWS Load Balancer Controller.</summary>
    Lbc,

    /// <summary>EKS Auto Mode.</summary>
    AutoMode,
}

/// <summary>Another annotation that one needs.</summary>
/// <param name="Suffix">The other, without its prefix.</param>
/// <param name="Value">The value it must have; null for any.</param>
/// <param name="Otherwise">What happens without.</param>
/// <param name="IsError">Whether the controller fails without.</param>
internal sealed record AnnotationNeed(string Suffix, string? Value, string Otherwise, bool IsError = true);

/// <summary>Another annotation that one cannot be together with.</summary>
/// <param name="Suffix">The other, without its prefix.</param>
/// <param name="Consequence">What happens.</param>
/// <param name="IsError">Whether the controller fails.</param>
/// <param name="Value">The value of the other that matters; null for any.</param>
internal sealed record AnnotationConflict(string Suffix, string Consequence, bool IsError = false, string? Value = null);

/// <summary>All that is known of one annotation.</summary>
/// <param name="Prefix">service.beta.kubernetes.io, alb.ingress.kubernetes.io or kubernetes.io.</param>
/// <param name="Suffix">What follows the prefix and its slash; for a family of keys, up to and with the last dot.</param>
/// <param name="Syntax">What its value must be.</param>
/// <param name="Support">What each reader makes of it, in the order of <see cref="AnnotationReader"/>: H honoured, P partly, - ignored, X refused, ? undocumented.</param>
internal sealed record AnnotationDefinition(string Prefix, string Suffix, ValueSyntax Syntax, string Support)
{
    public const string ServicePrefix = "service.beta.kubernetes.io";
    public const string IngressPrefix = "alb.ingress.kubernetes.io";

    /// <summary>The part of the key that is free, such as PORT; null where the key is fixed.</summary>
    public string? Parameter { get; init; }

    /// <summary>The kinds of object it belongs on.</summary>
    public IReadOnlyList<string> AppliesTo { get; init; } = [];

    /// <summary>What its value must be for readers who differ from <see cref="Syntax"/>.</summary>
    public IReadOnlyDictionary<AnnotationReader, ValueSyntax> Differently { get; init; } = new Dictionary<AnnotationReader, ValueSyntax>();

    /// <summary>What holds where it is not there.</summary>
    public IReadOnlyDictionary<AnnotationReader, string> Defaults { get; init; } = new Dictionary<AnnotationReader, string>();

    /// <summary>What becomes of the load balancer when it is changed later.</summary>
    public EksAnnotationChangeEffect ChangeEffect { get; init; } = EksAnnotationChangeEffect.InPlace;

    /// <summary>The annotation that has taken its place, without prefix.</summary>
    public string? Successor { get; init; }

    /// <summary>Since when it is deprecated.</summary>
    public string? DeprecatedSince { get; init; }

    /// <summary>What the AWS Load Balancer Controller wants besides.</summary>
    public IReadOnlyList<AnnotationNeed> Needs { get; init; } = [];

    /// <summary>What it cannot be together with at the AWS Load Balancer Controller.</summary>
    public IReadOnlyList<AnnotationConflict> Conflicts { get; init; } = [];

    /// <summary>What else to know, and where sources disagree.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The whole key; with a parameter in braces where a part is free.</summary>
    public string Key => $"{Prefix}/{Suffix}{(Parameter is null ? string.Empty : $"{{{Parameter}}}")}";

    /// <summary>What a reader makes of it.</summary>
    public EksAnnotationSupport SupportBy(AnnotationReader reader) => Support[(int)reader] switch
    {
        'H' => EksAnnotationSupport.Honoured,
        'P' => EksAnnotationSupport.Partly,
        'X' => EksAnnotationSupport.Refused,
        '?' => EksAnnotationSupport.Undocumented,
        _ => EksAnnotationSupport.Ignored,
    };

    /// <summary>What its value must be to a reader.</summary>
    public ValueSyntax SyntaxFor(AnnotationReader reader) => Differently.GetValueOrDefault(reader, Syntax);

    /// <summary>As people see it.</summary>
    public EksLoadBalancerAnnotationDefinition Describe() => new()
    {
        Annotation = Key,
        AppliesTo = AppliesTo,
        ValueType = Syntax.Name,
        Values = Syntax.Description,
        Choices = Syntax.Choices,
        Classic = SupportBy(AnnotationReader.Classic),
        Network = SupportBy(AnnotationReader.Network),
        Lbc = SupportBy(AnnotationReader.Lbc),
        AutoMode = SupportBy(AnnotationReader.AutoMode),
        Defaults = Defaults.ToDictionary(static pair => pair.Key.ToString(), static pair => pair.Value, StringComparer.Ordinal),
        ChangeEffect = ChangeEffect,
        Successor = Successor is null ? null : $"{Prefix}/{Successor}",
        Needs = [.. Needs.Select(need => $"{Prefix}/{need.Suffix}{(need.Value is null ? string.Empty : $": {need.Value}")}")],
        Excludes = [.. Conflicts.Select(conflict => $"{Prefix}/{conflict.Suffix}{(conflict.Value is null ? string.Empty : $": {conflict.Value}")} ({conflict.Consequence})")],
        Notes = [.. Differently.Select(static pair => $"{pair.Key}: {pair.Value.Description}."), .. DeprecatedSince is { } since ? [$"Deprecated since {since}."] : Array.Empty<string>(), .. Notes],
    };
}
