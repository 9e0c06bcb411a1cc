using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class AnnotationModelTests
{
    [Fact]
    public void Each_key_is_there_once_and_whole()
    {
        Assert.Equal(AnnotationModel.All.Count, AnnotationModel.All.Select(static one => one.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.All(AnnotationModel.All, static one =>
        {
            Assert.Equal(4, one.Support.Length);
            Assert.True(one.Support.All("HP-X?".Contains), one.Key);
            Assert.NotEmpty(one.AppliesTo);
            Assert.Equal(one.Parameter is not null, one.Suffix.EndsWith('.'));
        });
    }

    [Fact]
    public void What_an_annotation_names_is_in_the_model()
    {
        foreach (AnnotationDefinition one in AnnotationModel.All)
        {
            foreach (string suffix in one.Needs.Select(static need => need.Suffix).Concat(one.Conflicts.Select(static conflict => conflict.Suffix)).Concat(one.Successor is { } successor ? [successor] : []))
                Assert.True(AnnotationModel.Find($"{one.Prefix}/{suffix}") is not null, $"{one.Key}: {suffix}");
        }
    }

    [Fact]
    public void Defaults_are_values_that_their_readers_take()
    {
        foreach (AnnotationDefinition one in AnnotationModel.All)
        {
            foreach ((AnnotationReader reader, string value) in one.Defaults.Where(static pair => !pair.Value.Contains(' ', StringComparison.Ordinal)))
                Assert.DoesNotContain(one.SyntaxFor(reader).Check(value), static problem => problem.Severity == EksFindingSeverity.Error);
        }
    }

    [Fact]
    public void What_is_offered_for_a_bad_value_is_a_good_one()
    {
        string[] bad = ["yes", "True ", "10s", "99999", "Internal", "public", "INTERNET-FACING", "https ", "Http", "10.0.0.1", "a, b", "443, 8443", "healthz", "capacityunits=5", "*"];
        foreach (AnnotationDefinition one in AnnotationModel.All)
        {
            foreach (AnnotationReader reader in Enum.GetValues<AnnotationReader>())
            {
                foreach (string value in bad)
                {
                    ValueProblem[] problems = [.. one.SyntaxFor(reader).Check(value)];
                    if (problems is [{ Suggestion: { } better }])
                        Assert.DoesNotContain(one.SyntaxFor(reader).Check(better), problem => problem.Severity >= problems[0].Severity);
                }
            }
        }
    }

    [Theory]
    [InlineData("service.beta.kubernetes.io/aws-load-balancer-schema", "service.beta.kubernetes.io/aws-load-balancer-scheme")]
    [InlineData("service.beta.kubernetes.io/aws-load-balancer-ssl-certs", "service.beta.kubernetes.io/aws-load-balancer-ssl-cert")]
    [InlineData("service.beta.kubernetes.io/aws-loadbalancer-type", "service.beta.kubernetes.io/aws-load-balancer-type")]
    [InlineData("service.beta.kubernetes.io/load-balancer-source-range", "service.beta.kubernetes.io/load-balancer-source-ranges")]
    [InlineData("service.beta.kubernetes.io/aws-load-balancer-source-ranges", "service.beta.kubernetes.io/load-balancer-source-ranges")]
    [InlineData("service.kubernetes.io/aws-load-balancer-internal", "service.beta.kubernetes.io/aws-load-balancer-internal")]
    [InlineData("service.beta.kubernetes.io/AWS-load-balancer-internal", "service.beta.kubernetes.io/aws-load-balancer-internal")]
    [InlineData("alb.ingress.kubernetes.io/certificate-arns", "alb.ingress.kubernetes.io/certificate-arn")]
    [InlineData("alb.ingress.kubernetes.io/healthcheck-interval", "alb.ingress.kubernetes.io/healthcheck-interval-seconds")]
    [InlineData("albs.ingress.kubernetes.io/scheme", "alb.ingress.kubernetes.io/scheme")]
    [InlineData("service.beta.kubernetes.io/scheme", "service.beta.kubernetes.io/aws-load-balancer-scheme")]
    public void Slips_are_found_with_what_was_meant(string written, string meant)
    {
        Assert.Null(AnnotationModel.Find(written));
        Assert.Equal(meant, AnnotationModel.Nearest(written));
    }

    [Theory]
    [InlineData("service.beta.kubernetes.io/azure-load-balancer-internal")]
    [InlineData("service.beta.kubernetes.io/do-loadbalancer-protocol")]
    [InlineData("nginx.ingress.kubernetes.io/ssl-redirect")]
    [InlineData("external-dns.alpha.kubernetes.io/hostname")]
    [InlineData("cert-manager.io/cluster-issuer")]
    [InlineData("service.kubernetes.io/topology-mode")]
    public void What_others_own_is_left_alone(string key) => Assert.False(AnnotationModel.IsOurs(key));

    [Theory]
    [InlineData("scheme", "Service", "service.beta.kubernetes.io/aws-load-balancer-scheme")]
    [InlineData("scheme", "Ingress", "alb.ingress.kubernetes.io/scheme")]
    [InlineData("aws-load-balancer-type", "Service", "service.beta.kubernetes.io/aws-load-balancer-type")]
    [InlineData("load-balancer-source-ranges", "Service", "service.beta.kubernetes.io/load-balancer-source-ranges")]
    [InlineData("target-group-attributes.443", "Service", "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes.443")]
    [InlineData("actions.web", "Ingress", "alb.ingress.kubernetes.io/actions.web")]
    [InlineData("nonsense", "Service", null)]
    public void Keys_may_be_written_short(string written, string kind, string? key) => Assert.Equal(key, AnnotationModel.Resolve(written, kind));
}
