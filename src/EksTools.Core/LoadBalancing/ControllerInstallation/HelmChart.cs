using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using EksTools.Errors;
using YamlDotNet.Core;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The chart that is wanted: a version of the public one, or one at a path.</summary>
/// <param name="Path">The chart's folder or .tgz file; null for the public one.</param>
/// <param name="Version">The version; that of the file where there is one.</param>
internal sealed record HelmChart(string? Path, string Version)
{
    /// <summary>The chart that was current when this module was released, and that its IAM policy is for.</summary>
    public const string KnownVersion = "3.5.0";

    private const string Name = ControllerNames.Release;
    private const string Repository = "https://aws.github.io/eks-charts";

    /// <summary>How helm is told of it.</summary>
    public IReadOnlyList<string> Arguments => Path is null ? [Name, "--repo", Repository, "--version", Version] : [Path];

    /// <summary>As <c>aws-load-balancer-controller-3.5.0</c>, the label that the chart gives its objects.</summary>
    public string Label => $"{Name}-{Version.Replace('+', '_')}";

    /// <summary>Its definitions.</summary>
    /// <exception cref="EksToolsException">helm writes something else.</exception>
    public async Task<IReadOnlyList<JsonObject>> DefinitionsAsync(HelmProgram helm, CancellationToken cancellationToken)
    {
        string text = await helm.RunAsync(["show", "crds", .. Arguments], null, cancellationToken);
        try
        {
            JsonObject[] definitions = [.. ManifestObjects.Parse(text).Where(static item => (string?)item["kind"] == "CustomResourceDefinition")];
            return definitions.Length > 0 ? definitions : throw Wrong("has no CustomResourceDefinitions", null);
        }
        catch (YamlException exception)
        {
            throw Wrong($"has definitions that are no YAML (line {exception.Start.Line})", exception);
        }
    }

    /// <summary>A chart at a path, with the version that it says.</summary>
    public static async Task<HelmChart> ReadAsync(HelmProgram helm, string path, CancellationToken cancellationToken)
    {
        HelmChart unread = new(path, string.Empty);
        JsonObject? described = ManifestObjects.Parse(await helm.RunAsync(["show", "chart", path], null, cancellationToken)) is [var first, ..] ? first : null;
        return described is not null && Text(described["name"]) == Name && Text(described["version"]) is { Length: > 0 } version
            ? new HelmChart(path, version)
            : throw unread.Wrong($"is the chart '{Text(described?["name"])}' and not {Name}", null);
    }

    /// <summary>Orders versions by their numbers; what is no version comes first.</summary>
    public static System.Version Order(string? version) => System.Version.TryParse((version ?? string.Empty).TrimStart('v').Split('-', '+')[0], out System.Version? parsed) ? parsed : new System.Version(0, 0);

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node?.ToJsonString();

    private EksToolsException Wrong(string how, Exception? inner) => new(EksErrorKind.Validation, "ChartNotUsable", $"{Path ?? Name} {how}.", Path ?? Name, "helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts fetches the chart.", inner);
}
