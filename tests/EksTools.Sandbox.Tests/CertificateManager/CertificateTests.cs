using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.CertificateManager;

/// <summary>AWS Certificate Manager under a fake clock.</summary>
public sealed class CertificateTests
{
    private static async Task<string> RequestAsync(Stage stage, string domain, string more = "") =>
        (string)(await stage.Client.AcmAsync("RequestCertificate", $$"""{"DomainName":"{{domain}}","ValidationMethod":"DNS"{{more}}}""")).Json["CertificateArn"]!;

    private static async Task<JsonObject> DescribeAsync(Stage stage, string arn) => (await stage.Client.AcmAsync("DescribeCertificate", $$"""{"CertificateArn":"{{arn}}"}""")).Json["Certificate"]!.AsObject();

    private static Task<Answer> ImportAsync(Stage stage, (string Certificate, string Key) pem, string more = "") => stage.Client.AcmAsync("ImportCertificate",
        $$"""{"Certificate":"{{Convert.ToBase64String(Encoding.ASCII.GetBytes(pem.Certificate))}}","PrivateKey":"{{Convert.ToBase64String(Encoding.ASCII.GetBytes(pem.Key))}}"{{more}}}""");

    [Fact]
    public async Task A_request_is_validated_issued_and_expires()
    {
        await using var stage = await Stage.StartAsync();
        var arn = await RequestAsync(stage, "shop.example.com", ""","SubjectAlternativeNames":["*.example.com"]""");
        Assert.Matches("^arn:aws:acm:us-west-2:111122223333:certificate/[0-9a-f-]{36}$", arn);
        var pending = await DescribeAsync(stage, arn);
        Assert.Equal(("PENDING_VALIDATION", "AMAZON_ISSUED", null), ((string?)pending["Status"], (string?)pending["Type"], pending["NotAfter"]));
        Assert.Equal(["_", "_"], pending["DomainValidationOptions"]!.AsArray().Select(option => ((string)option!["ResourceRecord"]!["Name"]!)[..1]));
        stage.Time.Advance(TimeSpan.FromMinutes(11));
        var issued = await DescribeAsync(stage, arn);
        Assert.Equal(("ISSUED", "shop.example.com *.example.com"), ((string?)issued["Status"], string.Join(' ', issued["SubjectAlternativeNames"]!.AsArray())));
        stage.Time.Advance(TimeSpan.FromDays(199));
        Assert.Equal("EXPIRED", (string?)(await DescribeAsync(stage, arn))["Status"]);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_never_validated()
    {
        await using var stage = await Stage.StartAsync();
        var arn = await RequestAsync(stage, "shop.invalid");
        stage.Time.Advance(TimeSpan.FromHours(71));
        Assert.Equal("PENDING_VALIDATION", (string?)(await DescribeAsync(stage, arn))["Status"]);
        stage.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("VALIDATION_TIMED_OUT", (string?)(await DescribeAsync(stage, arn))["Status"]);
    }

    [Fact]
    public async Task What_is_imported_is_what_the_file_says()
    {
        await using var stage = await Stage.StartAsync();
        var now = stage.Time.GetUtcNow();
        var answer = await ImportAsync(stage, PemCertificate.Make("shop.example.com", TimeSpan.FromDays(10), now));
        var made = await DescribeAsync(stage, (string)answer.Json["CertificateArn"]!);
        Assert.Equal(("ISSUED", "IMPORTED", "EC_prime256v1", "shop.example.com"), ((string?)made["Status"], (string?)made["Type"], (string?)made["KeyAlgorithm"], (string?)made["DomainName"]));
        // Without keyTypes the list is of RSA alone.
        Assert.Empty((await stage.Client.AcmAsync("ListCertificates", "{}")).Json["CertificateSummaryList"]!.AsArray());
        Assert.Single((await stage.Client.AcmAsync("ListCertificates", """{"Includes":{"keyTypes":["EC_prime256v1"]}}""")).Json["CertificateSummaryList"]!.AsArray());

        Assert.Equal("ValidationException", (await ImportAsync(stage, PemCertificate.Make("old.example.com", TimeSpan.FromDays(1), now.AddDays(-2)))).Error);
        Assert.Equal("ValidationException", (await ImportAsync(stage, (PemCertificate.Make("a.example.com", TimeSpan.FromDays(1), now).Certificate, PemCertificate.Make("b.example.com", TimeSpan.FromDays(1), now).Key))).Error);
        Assert.Equal("ValidationException", (await ImportAsync(stage, ("nothing", "at all"))).Error);
        stage.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal("EXPIRED", (string?)(await DescribeAsync(stage, (string)made["CertificateArn"]!))["Status"]);
        var again = await ImportAsync(stage, PemCertificate.Make("shop.example.com", TimeSpan.FromDays(30), stage.Time.GetUtcNow()), $$""","CertificateArn":"{{made["CertificateArn"]}}" """);
        Assert.Equal((string?)made["CertificateArn"], (string?)again.Json["CertificateArn"]);
        Assert.Equal("ISSUED", (string?)(await DescribeAsync(stage, (string)made["CertificateArn"]!))["Status"]);
    }

    [Fact]
    public async Task A_certificate_belongs_to_its_region_and_stays_while_a_load_balancer_has_it()
    {
        await using var stage = await Stage.StartAsync();
        var arn = await RequestAsync(stage, "shop.example.com");
        stage.Time.Advance(TimeSpan.FromMinutes(11));
        using var elsewhere = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, stage.Sandbox.SecretKey, region: "eu-west-1", time: stage.Time);
        var missing = await elsewhere.AcmAsync("DescribeCertificate", $$"""{"CertificateArn":"{{arn}}"}""");
        Assert.Equal((System.Net.HttpStatusCode.BadRequest, "ResourceNotFoundException", "ResourceNotFoundException"), (missing.Status, missing.Error, (string?)missing.Json["__type"]));

        var (vpc, subnets) = await stage.NetworkAsync();
        var balancer = (await stage.Client.QueryAsync("elbv2", "CreateLoadBalancer", "Name", "n", "Type", "network", "Scheme", "internal", "Subnets.member.1", subnets[0])).Value("LoadBalancerArn");
        var group = (await stage.Client.QueryAsync("elbv2", "CreateTargetGroup", "Name", "t", "Protocol", "TCP", "Port", "80", "VpcId", vpc)).Value("TargetGroupArn");
        await stage.Client.QueryAsync("elbv2", "CreateListener", "LoadBalancerArn", balancer, "Protocol", "TLS", "Port", "443", "Certificates.member.1.CertificateArn", arn, "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group);
        Assert.Equal([balancer], (await DescribeAsync(stage, arn))["InUseBy"]!.AsArray().Select(user => (string)user!));
        Assert.Equal("ResourceInUseException", (await stage.Client.AcmAsync("DeleteCertificate", $$"""{"CertificateArn":"{{arn}}"}""")).Error);
        await stage.Client.QueryAsync("elbv2", "DeleteLoadBalancer", "LoadBalancerArn", balancer);
        Assert.Null((await stage.Client.AcmAsync("DeleteCertificate", $$"""{"CertificateArn":"{{arn}}"}""")).Error);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_in_ACMs_words()
    {
        await using var stage = await Stage.StartAsync();
        Assert.Equal("ValidationException", (await stage.Client.AcmAsync("RequestCertificate", """{"DomainName":"-nothing"}""")).Error);
        Assert.Equal("ValidationException", (await stage.Client.AcmAsync("DescribeCertificate", """{"CertificateArn":"arn:aws:iam::111122223333:server-certificate/x"}""")).Error);
        Assert.Equal("UnknownOperationException", (await stage.Client.AcmAsync("RenewEverything", "{}")).Error);
        using var stranger = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, "wrong", time: stage.Time);
        var refused = await stranger.AcmAsync("ListCertificates", "{}");
        Assert.Equal((System.Net.HttpStatusCode.BadRequest, "InvalidSignatureException"), (refused.Status, refused.Error));
        stage.Sandbox.Faults.Add("acm", "ListCertificates", EksTools.Sandbox.Faults.FaultKind.AccessDenied, 1);
        var denied = await stage.Client.AcmAsync("ListCertificates", "{}");
        Assert.Equal("AccessDeniedException", denied.Error);
        Assert.Contains("is not authorized to perform: acm:ListCertificates", (string?)denied.Json["message"], StringComparison.Ordinal);
    }
}
