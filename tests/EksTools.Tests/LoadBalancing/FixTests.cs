using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>What Test-EksLoadBalancerAnnotation advises for manifests is taken by the cmdlet that it names.</summary>
public sealed class FixTests
{
    private const string Manifest = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: shop
          annotations:
            kubernetes.io/ingress.class: alb
            alb.ingress.kubernetes.io/scheme: internet_facing
        spec:
          ingressClassName: alb
          defaultBackend: { service: { name: shop, port: { number: 80 } } }
        """;

    [Fact]
    public void Each_fix_of_a_manifest_is_taken_and_then_nothing_of_it_is_left()
    {
        string folder = Directory.CreateTempSubdirectory("ekstools-test-").FullName;
        try
        {
            string path = Path.Combine(folder, "shop.yaml");
            File.WriteAllText(path, Manifest);
            using Session session = new();
            IReadOnlyList<PSObject> findings = session.Run("param($path) Test-EksLoadBalancerAnnotation -Path $path -Controller Lbc", path).Good();
            string[] fixes = [.. findings.Where(static finding => $"{finding.Properties["Severity"].Value}" == "Error").Select(static finding => $"{finding.Properties["Fix"].Value}")];
            Assert.Equal(2, fixes.Length);
            foreach (string fix in fixes)
            {
                session.Run(fix).Good();
            }

            Assert.DoesNotContain(session.Run("param($path) Test-EksLoadBalancerAnnotation -Path $path -Controller Lbc", path).Good(), static finding => $"{finding.Properties["Severity"].Value}" == "Error");
            Assert.Contains("alb.ingress.kubernetes.io/scheme: internet-facing", File.ReadAllText(path), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
