using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Set- and Test-EksLoadBalancerAnnotation look at what annotations name in AWS.</summary>
public sealed class ResourceCheckTests : IAsyncLifetime
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Key = "service.beta.kubernetes.io/aws-load-balancer-";
    private MappingStage stage = null!;
    private EksTools.Testing.Kubernetes api = null!;
    private AmazonEC2Client ec2 = null!;
    private EksTools.Sandbox.Tests.Account.SignedClient signed = null!;

    private Session Session => stage.Session;

    public async ValueTask InitializeAsync()
    {
        stage = await MappingStage.StartAsync();
        api = new EksTools.Testing.Kubernetes(stage.Rehearsal, "demo");
        ec2 = new AmazonEC2Client(new BasicAWSCredentials(stage.Rehearsal.Sandbox.AccessKey, stage.Rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = stage.Rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        signed = new EksTools.Sandbox.Tests.Account.SignedClient(stage.Rehearsal.Sandbox.Endpoint, stage.Rehearsal.Sandbox.AccessKey, stage.Rehearsal.Sandbox.SecretKey);
        await api.CreateAsync(Services, """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","annotations":{}},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"name":"https","port":443,"protocol":"TCP"}]}}""");
    }

    public async ValueTask DisposeAsync()
    {
        signed.Dispose();
        ec2.Dispose();
        api.Dispose();
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_is_taken_when_it_is_issued()
    {
        string good = await CertificateAsync("shop.example.com"), never = await CertificateAsync("shop.invalid");
        await LoadBalancerStage.UntilAsync(async () => (await signed.AcmAsync("DescribeCertificate", $$"""{"CertificateArn":"{{good}}"}""")).Body.Contains("\"Status\":\"ISSUED\"", StringComparison.Ordinal), "the certificate");
        ErrorRecord pending = Refused($"-SslCertificateArn {never} -SslPort https");
        Assert.Contains($"{never} (shop.invalid) is ", pending.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("There is no certificate", Refused($"-SslCertificateArn {good[..^4]}0000 -SslPort https").Exception.Message, StringComparison.Ordinal);
        Assert.Null(await AnnotationAsync("ssl-cert"));
        Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -SslCertificateArn {good} -SslPort https").Good();
        Assert.Equal(good, await AnnotationAsync("ssl-cert"));

        // By force it is written all the same, with a warning; without a look there is none.
        Answer forced = Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -SslCertificateArn {never} -Force");
        Assert.Contains(forced.Warnings, warning => warning.Contains(never, StringComparison.Ordinal));
        Assert.Equal(["CertificateNotIssued"], Session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo | Where-Object Severity -eq Error | ForEach-Object Rule").Good().Select(static one => (string)one.BaseObject));
        Assert.Empty(Session.Run("Test-EksLoadBalancerAnnotation -ClusterName demo -SkipResourceCheck | Where-Object Severity -eq Error").Good());
        Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -SslCertificateArn {good},{never} -SkipResourceCheck").Good();
        Assert.Equal($"{good},{never}", await AnnotationAsync("ssl-cert"));
    }

    [Fact]
    public async Task Addresses_subnets_and_security_groups_must_be_there_and_fit()
    {
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter("tag:kubernetes.io/role/elb", ["1"])] }, TestContext.Current.CancellationToken)).Subnets;
        string first = subnets[0].SubnetId, second = subnets[1].SubnetId;
        string address = (await ec2.AllocateAddressAsync(new AllocateAddressRequest(), TestContext.Current.CancellationToken)).AllocationId, other = (await ec2.AllocateAddressAsync(new AllocateAddressRequest(), TestContext.Current.CancellationToken)).AllocationId;
        string vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.9.0.0/16" }, TestContext.Current.CancellationToken)).Vpc.VpcId;
        string stranger = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc, CidrBlock = "10.9.0.0/24", AvailabilityZone = subnets[1].AvailabilityZone }, TestContext.Current.CancellationToken)).Subnet.SubnetId;
        string group = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { GroupName = "g", Description = "g", VpcId = vpc }, TestContext.Current.CancellationToken)).GroupId;

        Assert.Contains("there must be one for each", Refused($"-Scheme internet-facing -EipAllocation {address}").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("There is no Elastic IP address eipalloc-0123456789abcdef0", Refused($"-Scheme internet-facing -Subnet {first} -EipAllocation eipalloc-0123456789abcdef0").Exception.Message, StringComparison.Ordinal);
        Assert.Contains($"is of {vpc}", Refused($"-Subnet {first},{stranger}").Exception.Message, StringComparison.Ordinal);
        Assert.Contains($"is of {vpc}", Refused($"-SecurityGroup {group}").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("There is no subnet subnet-0123456789abcdef0", Refused("-Subnet subnet-0123456789abcdef0").Exception.Message, StringComparison.Ordinal);
        Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Scheme internet-facing -Subnet {first},{second} -EipAllocation {address},{other}").Good();
        Assert.Equal($"{address},{other}", await AnnotationAsync("eip-allocations"));

        // A subnet whose tags are gone may be named, and is not found.
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [.. subnets.Select(static one => one.SubnetId)], Tags = [new Amazon.EC2.Model.Tag { Key = "kubernetes.io/role/elb" }] }, TestContext.Current.CancellationToken);
        await ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [.. subnets.Select(static one => one.SubnetId)], Tags = [new Amazon.EC2.Model.Tag("kubernetes.io/cluster/other", "shared")] }, TestContext.Current.CancellationToken);
        Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -Subnet {second},{first}").Good();
        await api.CreateAsync(Services, """{"apiVersion":"v1","kind":"Service","metadata":{"name":"api"},"spec":{"type":"LoadBalancer","loadBalancerClass":"service.k8s.aws/nlb","ports":[{"port":80,"protocol":"TCP"}]}}""");
        Assert.Contains("tagged for other clusters", Refused("-Scheme internet-facing", "api").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_AWS_denies_is_a_warning_once_and_no_failure()
    {
        stage.Rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "acm", Operation = "DescribeCertificate", Kind = FaultKind.AccessDenied, Count = 10 });
        const string Arn = "arn:aws:acm:us-west-2:111122223333:certificate/";
        Answer answer = Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name web -SslCertificateArn {Arn}1,{Arn}2 -SslPort https");
        Assert.Empty(answer.Errors);
        string warning = Assert.Single(answer.Warnings);
        Assert.Contains("acm:DescribeCertificate", warning, StringComparison.Ordinal);
        Assert.Contains("-SkipResourceCheck", warning, StringComparison.Ordinal);
        Assert.Equal($"{Arn}1,{Arn}2", await AnnotationAsync("ssl-cert"));
    }

    private ErrorRecord Refused(string arguments, string name = "web")
    {
        ErrorRecord error = Assert.Single(Session.Run($"Set-EksLoadBalancerAnnotation -ClusterName demo -Name {name} {arguments}").Errors);
        Assert.StartsWith("ResourceNotUsable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        return error;
    }

    private async Task<string> CertificateAsync(string name) => (string)(await signed.AcmAsync("RequestCertificate", $$"""{"DomainName":"{{name}}","ValidationMethod":"DNS"}""")).Json["CertificateArn"]!;

    private async Task<string?> AnnotationAsync(string suffix) => (string?)(await api.ReadAsync($"{Services}/web"))!["metadata"]!["annotations"]?[Key + suffix];
}
