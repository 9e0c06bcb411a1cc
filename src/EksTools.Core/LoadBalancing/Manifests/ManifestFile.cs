using EksTools.Core.LoadBalancing.Controllers;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>A manifest that was read.</summary>
internal sealed record ManifestFile
{
    /// <summary>The file; null for a text.</summary>
    public string? Path { get; init; }

    /// <summary>Its text, without the BOM that a file may begin with.</summary>
    public required string Text { get; init; }

    /// <summary>The Services and Ingresses, in reading order.</summary>
    public IReadOnlyList<ManifestObject> Objects { get; init; } = [];

    /// <summary>IngressClasses by name, with their controllers.</summary>
    public IReadOnlyDictionary<string, string> IngressClasses { get; init; } = new Dictionary<string, string>();

    /// <summary>The IngressClassParams that IngressClasses name, as group/name, by class.</summary>
    public IReadOnlyDictionary<string, string> ClassParameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The IngressClassParams, by group/name.</summary>
    public IReadOnlyDictionary<string, IngressParameters> IngressParameters { get; init; } = new Dictionary<string, IngressParameters>();

    /// <summary>The IngressClass that is the default.</summary>
    public string? DefaultIngressClass { get; init; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ManifestFault> Faults { get; init; } = [];

    /// <summary>How people call it.</summary>
    public string Label => Path ?? "the manifest";
}

/// <summary>A Service or Ingress of a manifest, with its place in the text.</summary>
/// <param name="Object">What it says.</param>
/// <param name="Start">Where its document begins.</param>
/// <param name="End">Where its document ends.</param>
/// <param name="Item">Its index within the list that the document is; -1 where the document is the object.</param>
internal sealed record ManifestObject(LoadBalancedObject Object, int Start, int End, int Item);

/// <summary>A part of a manifest that could not be read.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="IsTemplate">Whether it is a template, which is not wrong.</param>
internal sealed record ManifestFault(int Line, int Column, string Problem, bool IsTemplate = false);
