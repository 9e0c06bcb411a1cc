using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Something that is wrong with an object, before it is told with its place and its command.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Rule">A stable id.</param>
/// <param name="Annotation">The key; null where it is about the object.</param>
/// <param name="Message">What is wrong and what comes of it.</param>
/// <param name="Fix">What mends it.</param>
internal sealed record ReviewNote(EksFindingSeverity Severity, string Rule, string? Annotation, string Message, ReviewFix Fix);

/// <summary>What mends something.</summary>
/// <param name="Set">Annotations to set.</param>
/// <param name="Remove">Annotations to take away.</param>
/// <param name="LookUp">The annotation to read about, where only a person can decide.</param>
/// <param name="Command">A command that shows or mends what is elsewhere than in the object.</param>
internal sealed record ReviewFix(IReadOnlyList<KeyValuePair<string, string>> Set, IReadOnlyList<string> Remove, string? LookUp = null, string? Command = null)
{
    /// <summary>The object has to be edited by hand.</summary>
    public static ReviewFix ByHand { get; } = new([], []);

    public static ReviewFix ToSet(string key, string value) => new([KeyValuePair.Create(key, value)], []);

    public static ReviewFix ToRemove(string key) => new([], [key]);

    public static ReviewFix ToReplace(string former, string key, string value) => new([KeyValuePair.Create(key, value)], [former]);

    public static ReviewFix ToRun(string command) => new([], [], null, command);

    public static ReviewFix ToRead(string key) => new([], [], key);
}

/// <summary>One object as one reader sees it, and what is wrong with it so far.</summary>
internal sealed class ReviewContext(LoadBalancedObject subject, AnnotationReader reader, ControllerFacts facts)
{
    private const string Aws = "aws-load-balancer-";
    private readonly List<ReviewNote> notes = [];

    public LoadBalancedObject Subject { get; } = subject;

    public AnnotationReader Reader { get; } = reader;

    public ControllerFacts Facts { get; } = facts;

    public IReadOnlyList<ReviewNote> Notes => notes;

    /// <summary>The parameters of the Ingress's class; null for none, for none that are known, and for a Service.</summary>
    public IngressParameters? Parameters { get; } = facts.ParametersOf(subject);

    /// <summary>The reader as people call it.</summary>
    public string Who => ControllerChoice.NameOf(Reader);

    public bool IsCloudProvider => Reader is AnnotationReader.Classic or AnnotationReader.Network;

    /// <summary>The whole key of a Service's annotation.</summary>
    public static string Key(string suffix) => $"{AnnotationDefinition.ServicePrefix}/{Aws}{suffix}";

    /// <summary>The whole key of an Ingress's annotation.</summary>
    public static string AlbKey(string suffix) => $"{AnnotationDefinition.IngressPrefix}/{suffix}";

    /// <summary>The value of a Service's annotation; null when it is not there.</summary>
    public string? Value(string suffix) => Subject.Value(Key(suffix));

    public bool Has(string suffix) => Subject.Annotations.ContainsKey(Key(suffix));

    /// <summary>Whether an annotation is there and true.</summary>
    public bool IsTrue(string suffix) => Value(suffix) is { } value && GoValues.Boolean(value) == true;

    /// <summary>The items of a list; none when it is not there.</summary>
    public IReadOnlyList<string> List(string suffix) => GoValues.List(Value(suffix) ?? string.Empty);

    /// <summary>The ports of the Service.</summary>
    public IReadOnlyList<ServicePort> Ports => Subject.Service?.Ports ?? [];

    /// <summary>Whether TLS is asked for.</summary>
    public bool HasCertificate => List("ssl-cert").Count > 0;

    /// <summary>Whether the ports with TLS include a port: those that ssl-ports names, or all.</summary>
    public bool IsTls(ServicePort port) => HasCertificate && port.Protocol != "UDP" && (List("ssl-ports") is var named && (named.Count == 0 || (IsCloudProvider && Value("ssl-ports") == "*") || named.Any(port.Is)));

    /// <summary>What the AWS Load Balancer Controller makes: internal or internet-facing; null where the load balancer that is there decides.</summary>
    public string? Scheme
    {
        get
        {
            if (Value("scheme") is { } scheme)
                return scheme;
            if (Value("internal") is { } inside && GoValues.Boolean(inside) is { } isInternal)
                return isInternal ? "internal" : "internet-facing";
            return Subject.Hostname is null ? "internal" : null;
        }
    }

    public bool IsDualStack => Value("ip-address-type") == "dualstack";

    /// <summary>Whether targets are pods.</summary>
    public bool HasIpTargets => Reader is AnnotationReader.Lbc or AnnotationReader.AutoMode && (Value("nlb-target-type") == "ip" || Value("type") == "nlb-ip");

    public void Error(string rule, string? annotation, string message, ReviewFix? fix = null) => Add(EksFindingSeverity.Error, rule, annotation, message, fix);

    public void Warn(string rule, string? annotation, string message, ReviewFix? fix = null) => Add(EksFindingSeverity.Warning, rule, annotation, message, fix);

    public void Tell(string rule, string? annotation, string message, ReviewFix? fix = null) => Add(EksFindingSeverity.Information, rule, annotation, message, fix);

    public void Add(EksFindingSeverity severity, string rule, string? annotation, string message, ReviewFix? fix = null) =>
        notes.Add(new ReviewNote(severity, rule, annotation, message, fix ?? (annotation is null ? ReviewFix.ByHand : ReviewFix.ToRead(annotation))));
}
