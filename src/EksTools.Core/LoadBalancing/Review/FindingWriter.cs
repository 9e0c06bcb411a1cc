using System.Globalization;
using EksTools.Clusters;
using EksTools.Core.Findings;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Tells what is wrong, where it is, and with which command it is mended.</summary>
/// <param name="cluster">The cluster; null for manifests.</param>
/// <param name="said">The controller that was said, which the commands say again.</param>
internal sealed class FindingWriter(EksCluster? cluster, EksLoadBalancerControllerKind? said = null)
{
    /// <summary>What is wrong with one object.</summary>
    public IEnumerable<EksLoadBalancerAnnotationFinding> Tell(LoadBalancedObject subject, ObjectReview review)
    {
        foreach (ReviewNote note in review.Notes)
        {
            AnnotationEntry? entry = note.Annotation is { } key ? subject.Annotations.GetValueOrDefault(key) : null;
            (int line, int column) = entry is { Line: > 0 } ? (entry.Line, entry.Column) : subject.Place is { } place ? (place.Line, place.Column) : (0, 0);
            yield return new EksLoadBalancerAnnotationFinding
            {
                ClusterName = cluster?.Name ?? string.Empty,
                Region = cluster?.Region ?? string.Empty,
                Severity = note.Severity,
                Rule = note.Rule,
                Where = subject.Place is { } at ? Where(at.Path, line, subject.ToString()) : subject.ToString(),
                Message = note.Message,
                Fix = Command(subject, note.Fix),
                Path = subject.Place?.Path,
                Line = line > 0 ? line : null,
                Column = column > 0 ? column : null,
                Kind = subject.Kind,
                Namespace = subject.Namespace,
                Name = subject.Name,
                Annotation = note.Annotation,
                Controller = review.Decision.Controller,
            };
        }
    }

    /// <summary>A part of a manifest that could not be read.</summary>
    public static EksLoadBalancerAnnotationFinding Tell(ManifestFile file, ManifestFault fault) => new()
    {
        ClusterName = string.Empty,
        Region = string.Empty,
        Severity = fault.IsTemplate ? EksFindingSeverity.Information : EksFindingSeverity.Error,
        Rule = fault.IsTemplate ? "TemplateSkipped" : "ManifestNotReadable",
        Where = Where(file.Path, fault.Line, null),
        Message = $"{file.Label}, line {fault.Line}, column {fault.Column}: {fault.Problem}.",
        Fix = fault.IsTemplate ? "helm template . | Out-String | Test-EksLoadBalancerAnnotation" : file.Path is { } path ? $"Invoke-Item {PowerShellText.Literal(path)}" : "kubectl create --dry-run=client -f manifest.yaml",
        Path = file.Path,
        Line = fault.Line,
        Column = fault.Column,
    };

    private static string Where(string? path, int line, string? subject) =>
        string.Join(": ", new[] { string.Create(CultureInfo.InvariantCulture, $"{(path is null ? "manifest" : Path.GetFileName(path))}, line {line}"), subject }.Where(static part => part is not null));

    private string Command(LoadBalancedObject subject, ReviewFix fix)
    {
        string target = Target(subject) + (said is { } controller ? $" -Controller {controller}" : string.Empty);
        List<string> commands = [];
        if (fix.Set.Count > 0)
            commands.Add($"Set-EksLoadBalancerAnnotation {target} -Annotation @{{ {string.Join("; ", fix.Set.Select(static pair => $"{PowerShellText.Literal(pair.Key)} = {PowerShellText.Literal(pair.Value)}"))} }}");
        if (fix.Remove.Count > 0)
            commands.Add($"Remove-EksLoadBalancerAnnotation {target} -Annotation {string.Join(", ", fix.Remove.Select(PowerShellText.Argument))}");
        if (fix.Command is { } other)
            commands.Add(other);
        if (fix.LookUp is { } key)
            commands.Add($"Get-EksLoadBalancerAnnotation -ListAvailable -Annotation {PowerShellText.Argument(key)}");
        return commands.Count > 0 ? string.Join("; ", commands) : ByHand(subject);
    }

    private string Target(LoadBalancedObject subject)
    {
        string name = subject.Name.Length > 0 ? $" -Name {PowerShellText.Argument(subject.Name)}" : string.Empty;
        string where = $"-Kind {subject.Kind}{(subject.Namespace is { } home ? $" -Namespace {PowerShellText.Argument(home)}" : string.Empty)}{name}";
        if (cluster is not null)
            return $"-ClusterName {PowerShellText.Argument(cluster.Name)} -Region {cluster.Region} {where}";
        return subject.Place?.Path is { } path ? $"-Path {PowerShellText.Literal(path)} {where}" : $"-InputObject $manifest {where}";
    }

    private string ByHand(LoadBalancedObject subject)
    {
        if (cluster is null)
            return subject.Place?.Path is { } path ? $"Invoke-Item {PowerShellText.Literal(path)}" : "kubectl explain service.spec";
        return $"kubectl edit {subject.Kind.ToLowerInvariant()} {PowerShellText.Argument(subject.Name)} --namespace {PowerShellText.Argument(subject.Namespace ?? "default")}";
    }
}
