using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>The sandbox's certificates by the AWS CLI.</summary>
public sealed class CertificateTests(DemoCluster demo)
{
    [Fact]
    public async Task The_AWS_CLI_requests_waits_for_lists_tags_and_deletes_a_certificate()
    {
        string arn = (await demo.AwsAsync("acm request-certificate --domain-name cli.example.com --validation-method DNS --tags Key=team,Value=shop")).Text("CertificateArn");
        // The waiter sleeps a minute between two looks, so it is asked when it has nothing to wait for.
        await LoadBalancerStage.UntilAsync(async () => (await demo.AwsAsync("acm describe-certificate --certificate-arn", arn)).GetProperty("Certificate").Text("Status") == "ISSUED", "the certificate");
        await demo.OutputAsync("aws", ["acm", "wait", "certificate-validated", "--certificate-arn", arn]);
        JsonElement made = (await demo.AwsAsync("acm describe-certificate --certificate-arn", arn)).GetProperty("Certificate");
        Assert.Equal(("ISSUED", "cli.example.com", "SUCCESS"), (made.Text("Status"), made.Text("DomainName"), made.GetProperty("DomainValidationOptions")[0].Text("ValidationStatus")));
        Assert.Contains(arn, (await demo.AwsAsync("acm list-certificates --certificate-statuses ISSUED")).Each("CertificateSummaryList", "CertificateArn"));
        await demo.OutputAsync("aws", ["acm", "add-tags-to-certificate", "--certificate-arn", arn, "--tags", "Key=k,Value=v"]);
        await demo.OutputAsync("aws", ["acm", "remove-tags-from-certificate", "--certificate-arn", arn, "--tags", "Key=team"]);
        Assert.Equal(["k"], (await demo.AwsAsync("acm list-tags-for-certificate --certificate-arn", arn)).Each("Tags", "Key"));
        await demo.OutputAsync("aws", ["acm", "delete-certificate", "--certificate-arn", arn]);
        Assert.DoesNotContain(arn, (await demo.AwsAsync("acm list-certificates")).Each("CertificateSummaryList", "CertificateArn"));
    }
}
