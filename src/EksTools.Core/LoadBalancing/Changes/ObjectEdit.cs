using EksTools.Core.Yaml;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>What is to stand under a key of an object.</summary>
/// <param name="IsAnnotation">Whether it is an annotation; otherwise it is a field of spec.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; null to take the key away.</param>
internal sealed record ObjectEdit(bool IsAnnotation, string Key, YamlValue? Value);
