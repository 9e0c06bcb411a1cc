using System.Diagnostics;
using System.Globalization;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>A thousand manifests through Test-EksLoadBalancerAnnotation: time and memory of a CI job, as the shipped module does it.</summary>
internal static class LintFigure
{
    private const int Count = 1000;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("ekstools-lint-").FullName;
        try
        {
            long bytes = 0;
            for (int i = 0; i < Count; i++)
            {
                string text = Manifest(i);
                bytes += text.Length;
                await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"app-{i:0000}.yaml")), text);
            }

            using Session session = new();
            List<double> times = [];
            int findings = 0;
            long allocated = 0;
            for (int round = 0; round < 6; round++)
            {
                GC.Collect();
                long before = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
                findings = session.Run("Test-EksLoadBalancerAnnotation $args[0] -Controller Lbc", folder).Good().Count;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            }

            using Process process = Process.GetCurrentProcess();
            Console.WriteLine($"Lint of {Count:N0} manifests ({bytes / 1e6:0.0} MB, {findings:N0} findings): first {times[0]:0} ms, then {times.Skip(1).Order().ElementAt(2):0} ms (median of five); {allocated / 1e6:0} MB allocated, {process.PeakWorkingSet64 / 1e6:0} MB peak working set of the process");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A Deployment, a Service and an Ingress as people write them; every tenth has something wrong.</summary>
    private static string Manifest(int i) => $$"""
        # application {{i}}
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app-{{i}}
          namespace: team-{{i % 20}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: app-{{i}} } }
          template:
            metadata: {labels: {app: app-{{i}} } }
            spec:
              containers:
              - name: web
                image: registry.example.com/app:{{i}}
                ports: [{containerPort: 8080}]
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: app-{{i}}
          namespace: team-{{i % 20}}
          annotations:
            service.beta.kubernetes.io/aws-load-balancer-scheme: {{(i % 10 == 0 ? "public" : "internet-facing")}}
            service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
            service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn:aws:acm:us-west-2:111122223333:certificate/12345678-1234-1234-1234-123456789012
            service.beta.kubernetes.io/aws-load-balancer-ssl-ports: "443"
            service.beta.kubernetes.io/aws-load-balancer-attributes: load_balancing.cross_zone.enabled=true # all zones
            service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags: team=team-{{i % 20}},app=app-{{i}}
        spec:
          type: LoadBalancer
          loadBalancerClass: service.k8s.aws/nlb
          selector: {app: app-{{i}} }
          ports:
          - {name: https, port: 443, targetPort: 8080}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: app-{{i}}
          namespace: team-{{i % 20}}
          annotations:
            alb.ingress.kubernetes.io/scheme: internal
            alb.ingress.kubernetes.io/target-type: ip
            alb.ingress.kubernetes.io/listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'
            alb.ingress.kubernetes.io/ssl-redirect: '443'
            alb.ingress.kubernetes.io/{{(i % 10 == 5 ? "healthcheck-paths" : "healthcheck-path")}}: /healthz
        spec:
          ingressClassName: alb
          rules:
          - host: app-{{i}}.example.com
            http:
              paths:
              - path: /
                pathType: Prefix
                backend: {service: {name: app-{{i}}, port: {number: 443} } }

        """;
}
