using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using EksTools.Aws.Tests.Wire;

namespace EksTools.Aws.Tests;

/// <summary>AWS Certificate Manager against moto.</summary>
[Collection(nameof(MotoServer))]
public sealed class MotoAcmTests(MotoServer moto)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_listed_and_described()
    {
        moto.Require();
        using var acm = new AmazonCertificateManagerClient("AKIDEXAMPLE", "secret", new AmazonCertificateManagerConfig { ServiceURL = moto.Url, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, moto.Url) { Content = new StringContent("""{"DomainName":"shop.example.com","SubjectAlternativeNames":["www.example.com"],"ValidationMethod":"DNS"}""", null, "application/x-amz-json-1.1") };
        request.Headers.Add("X-Amz-Target", "CertificateManager.RequestCertificate");
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/acm/aws4_request, SignedHeaders=host, Signature=0");
        (await http.SendAsync(request, Cancel)).EnsureSuccessStatusCode();

        var summary = Assert.Single((await acm.ListCertificatesAsync(new ListCertificatesRequest(), Cancel)).CertificateSummaryList, one => one.DomainName == "shop.example.com");
        var detail = (await acm.DescribeCertificateAsync(new DescribeCertificateRequest { CertificateArn = summary.CertificateArn }, Cancel)).Certificate;
        Assert.Equal((summary.CertificateArn, "shop.example.com", CertificateType.AMAZON_ISSUED), (detail.CertificateArn, detail.DomainName, detail.Type));
        Assert.Equal(["shop.example.com", "www.example.com"], detail.SubjectAlternativeNames.Order());
        Assert.NotNull(detail.Status);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => acm.DescribeCertificateAsync(new DescribeCertificateRequest { CertificateArn = summary.CertificateArn[..^1] + "_" }, Cancel));
    }
}
