using System.Management.Automation;

namespace EksTools.Tests.LoadBalancing;

/// <summary>The annotation cmdlets on manifests, in the real engine, from the module as it ships.</summary>
public sealed class ManifestAnnotationTests : IDisposable
{
    private const string Key = "service.beta.kubernetes.io/aws-load-balancer-";
    private const string Manifest = "# shop\r\napiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: web   # the web\r\n  annotations:\r\n    service.beta.kubernetes.io/aws-load-balancer-schema: internal\r\n    service.beta.kubernetes.io/aws-load-balancer-internal: true\r\nspec:\r\n  type: LoadBalancer\r\n  ports:\r\n  - port: 80\r\n";

    private readonly Session session = new();
    private readonly string folder = Directory.CreateTempSubdirectory("ekstools-test-").FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Write(string name, string text = Manifest)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void A_folder_is_tested_without_a_cluster()
    {
        string path = Write("web.yaml");
        Write("chart.yaml", "kind: Service\nmetadata:\n  name: {{ .Values.name }}\n");
        Write("broken.yml", "kind: Service\nmetadata: [\n");
        Write("notes.txt", Manifest);
        IReadOnlyList<PSObject> findings = session.Run("Test-EksLoadBalancerAnnotation $args[0] -Controller Lbc", folder).Good();
        PSObject unknown = Assert.Single(findings, static one => (string)one.Properties["Rule"].Value == "AnnotationUnknown");
        Assert.Equal((path, 7, 5, "web", "Warning"), ((string)unknown.Properties["Path"].Value, (int)unknown.Properties["Line"].Value, (int)unknown.Properties["Column"].Value, (string)unknown.Properties["Name"].Value, $"{unknown.Properties["Severity"].Value}"));
        Assert.Contains($"did you mean {Key}scheme?", (string)unknown.Properties["Message"].Value, StringComparison.Ordinal);
        Assert.Equal(["AnnotationUnknown", "ManifestNotReadable", "TemplateSkipped", "ValueNotText"], findings.Select(static one => (string)one.Properties["Rule"].Value).Where(static rule => rule != "AnnotationDeprecated").Order(StringComparer.Ordinal));
        Assert.Equal([false], session.Run("Test-EksLoadBalancerAnnotation $args[0] -Quiet", folder).Good().Select(static one => one.BaseObject));
        Assert.Contains("AnnotationUnknown", session.Show($"Test-EksLoadBalancerAnnotation '{path}' -Controller Lbc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Fixes_are_commands_that_mend()
    {
        string path = Write("web.yaml");
        for (int round = 0; round < 6; round++)
        {
            if (session.Run("Test-EksLoadBalancerAnnotation $args[0] -Controller Lbc | Where-Object Severity -ne Information", path).Good() is not [var finding, ..])
                break;
            session.Run((string)finding.Properties["Fix"].Value).Good();
        }
        Assert.Equal([true], session.Run("Test-EksLoadBalancerAnnotation $args[0] -Controller Lbc -Quiet", path).Good().Select(static one => one.BaseObject));
        string mended = File.ReadAllText(path);
        Assert.StartsWith("# shop\r\n", mended, StringComparison.Ordinal);
        Assert.Contains("  name: web   # the web\r\n", mended, StringComparison.Ordinal);
        Assert.Contains($"{Key}scheme: internal\r\n", mended, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_changes_the_lines_that_WhatIf_shows()
    {
        string path = Write("web.yaml", Manifest.Replace("    service.beta.kubernetes.io/aws-load-balancer-internal: true\r\n", "", StringComparison.Ordinal).Replace("schema", "name", StringComparison.Ordinal).Replace("name: internal", "name: shop", StringComparison.Ordinal));
        string before = File.ReadAllText(path);
        string shown = session.Show($"Set-EksLoadBalancerAnnotation '{path}' -Controller Lbc -Scheme internet-facing -WhatIf");
        Assert.Contains($"+    {Key}scheme: internet-facing", shown, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
        PSObject change = Assert.Single(session.Run("Set-EksLoadBalancerAnnotation $args[0] -Controller Lbc -Scheme internet-facing -PassThru", path).Good());
        Assert.Equal("Lbc", $"{change.Properties["Controller"].Value}");
        Assert.Equal(before.Replace("-name: shop\r\n", $"-name: shop\r\n    {Key}scheme: internet-facing\r\n", StringComparison.Ordinal), File.ReadAllText(path));
        session.Run("Remove-EksLoadBalancerAnnotation $args[0] -Annotation scheme -Controller Lbc -Force", path).Good();
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Fact]
    public void What_is_refused_is_one_error_with_its_object()
    {
        string path = Write("web.yaml");
        ErrorRecord error = Assert.Single(session.Run("Set-EksLoadBalancerAnnotation $args[0] -Controller Ccm -Annotation @{ scheme = 'internal' }", path).Errors);
        Assert.StartsWith("AnnotationWithoutEffect,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Service web", error.TargetObject);
        Assert.StartsWith("ObjectNotFound,", Assert.Single(session.Run("Set-EksLoadBalancerAnnotation $args[0] -Name api -Scheme internal", path).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ManifestNotFound,", Assert.Single(session.Run("Set-EksLoadBalancerAnnotation $args[0] -Scheme internal", path + "x").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Answer absent = session.Run("Test-EksLoadBalancerAnnotation $args[0] -Quiet", path + "x");
        Assert.Equal((false, 1), ((bool)Assert.Single(absent.Output).BaseObject, absent.Errors.Count));
        Assert.StartsWith("NothingNamed,", Assert.Single(session.Run("Set-EksLoadBalancerAnnotation -Scheme internal").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Run("@() | Set-EksLoadBalancerAnnotation -Scheme internal").Good());
        Assert.Equal(Manifest, File.ReadAllText(path));
    }

    [Fact]
    public void Text_and_parsed_objects_come_and_go_by_the_pipeline()
    {
        // As ConvertFrom-Json makes them, which the hosted engine does not have.
        const string parsed = "[pscustomobject]@{ apiVersion = 'v1'; kind = 'List'; items = @([pscustomobject]@{ apiVersion = 'v1'; kind = 'Service'; metadata = [pscustomobject]@{ name = 'web'; annotations = [pscustomobject]@{ a = 'b' } }; spec = @{ type = 'LoadBalancer'; ports = @(@{ port = 80 }) } }) }";
        string json = (string)Assert.Single(session.Run(parsed + " | Set-EksLoadBalancerAnnotation -Controller Lbc -Scheme internal").Good()).BaseObject;
        using (System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json))
        {
            System.Text.Json.JsonElement annotations = document.RootElement.GetProperty("items")[0].GetProperty("metadata").GetProperty("annotations");
            Assert.Equal(("b", "internal"), (annotations.GetProperty("a").GetString(), annotations.GetProperty(Key + "scheme").GetString()));
        }

        string text = (string)Assert.Single(session.Run("$args[0] -split \"`r?`n\" | Set-EksLoadBalancerAnnotation -Controller Ccm -Scheme internal -Force -WarningAction Ignore", Manifest).Good()).BaseObject;
        Assert.Contains($"{Key}internal: \"true\"", text.Replace('\'', '"'), StringComparison.Ordinal);
        Assert.Equal(["web"], session.Run("$args[0] | Get-EksLoadBalancerAnnotation | ForEach-Object Name", json).Good().Select(static one => (string)one.BaseObject));
        string path = Write("web.yaml");
        Assert.Equal(["internal", "true"], session.Run("[IO.FileInfo]::new($args[0]) | Get-EksLoadBalancerAnnotation | ForEach-Object Value", path).Good().Select(static one => (string)one.BaseObject));
        Assert.StartsWith("InputNotUnderstood,", Assert.Single(session.Run("5 | Test-EksLoadBalancerAnnotation").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_translates_and_warns_of_what_is_lost()
    {
        string path = Write("web.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    # zones\n    service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled: 'true'\n    service.beta.kubernetes.io/aws-load-balancer-access-log-emit-interval: '5'\nspec:\n  type: LoadBalancer\n  ports:\n  - port: 80\n");
        Answer answer = session.Run("Convert-EksLoadBalancerAnnotation $args[0] -Controller Ccm -To Lbc -PassThru", path);
        Assert.Equal(true, Assert.Single(answer.Good()).Properties["ReplacesLoadBalancer"].Value);
        Assert.Contains(answer.Warnings, static warning => warning.Contains("access-log-emit-interval", StringComparison.Ordinal));
        string text = File.ReadAllText(path);
        Assert.Contains("loadBalancerClass: service.k8s.aws/nlb\n", text, StringComparison.Ordinal);
        Assert.Contains("attributes: load_balancing.cross_zone.enabled=true", text, StringComparison.Ordinal);
        Assert.Contains("    # zones\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_there_is_is_listed_and_completed()
    {
        PSObject ports = Assert.Single(session.Run("Get-EksLoadBalancerAnnotation -ListAvailable -Annotation ssl-ports").Good());
        Assert.Equal("Honoured", $"{ports.Properties["Lbc"].Value}");
        Assert.Equal(4, session.Run("Get-EksLoadBalancerAnnotation -ListAvailable -Annotation access-log-*").Good().Count);
        Assert.True(session.Run("Get-EksLoadBalancerAnnotation -ListAvailable").Good().Count > 120);
        Assert.Contains("aws-load-balancer-connection-idle-timeout", session.Show("Get-EksLoadBalancerAnnotation -ListAvailable -Controller Ccm"), StringComparison.Ordinal);
        string Complete(string line) => string.Join(' ', session.Run("(TabExpansion2 $args[0] $args[0].Length).CompletionMatches.CompletionText", line).Good().Select(static one => (string)one.BaseObject));
        Assert.Contains("aws-load-balancer-ssl-cert", Complete("Remove-EksLoadBalancerAnnotation -Annotation aws-load-balancer-ssl"), StringComparison.Ordinal);
        Assert.Contains("ELBSecurityPolicy-TLS13-1-2-2021-06", Complete("Set-EksLoadBalancerAnnotation -SslPolicy ELBSecurityPolicy-TLS13"), StringComparison.Ordinal);
        Assert.Equal("internal internet-facing", Complete("Set-EksLoadBalancerAnnotation -Scheme "));
    }
}
