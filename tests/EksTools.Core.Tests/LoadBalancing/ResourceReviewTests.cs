using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.AwsResources;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Core.Networking.Subnets;
using static EksTools.Core.Tests.LoadBalancing.Manifests;

namespace EksTools.Core.Tests.LoadBalancing;

/// <summary>What annotations name, held against what AWS has.</summary>
public sealed class ResourceReviewTests
{
    private const string Arn = "arn:aws:acm:us-west-2:111122223333:certificate/";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static SubnetFacts Subnet(string id, string zone, bool isPublic = true, int free = 200, string? name = null, string locale = "availability-zone") => new()
    {
        Id = id, Zone = zone, IsPublic = isPublic, Free = free, Locale = locale, RouteTableId = "rtb-1",
        Tags = new[] { ("Name", name), (isPublic ? SubnetFacts.PublicRole : SubnetFacts.InternalRole, locale == "local-zone" ? null : "1") }.Where(static tag => tag.Item2 is not null).ToDictionary(static tag => tag.Item1, static tag => tag.Item2!),
    };

    private static ResourceFacts There => new()
    {
        Account = "111122223333", Vpc = "vpc-1", Now = Now,
        Certificates = new Dictionary<string, CertificateFacts?>
        {
            [Arn + "good"] = new("ISSUED", ["shop.example.com"], Now.AddDays(90), true),
            [Arn + "pending"] = new("PENDING_VALIDATION", ["shop.example.com", "www.example.com"], null, true),
            [Arn + "failed"] = new("FAILED", ["shop.example.com"], null, true),
            [Arn + "old"] = new("EXPIRED", ["shop.example.com"], Now.AddDays(-3), false),
            [Arn + "over"] = new("ISSUED", ["shop.example.com"], Now.AddDays(-1), false),
            [Arn + "soon"] = new("ISSUED", ["shop.example.com"], Now.AddDays(9), false),
            [Arn + "gone"] = null,
        },
        Addresses = new Dictionary<string, AddressFacts?> { ["eipalloc-1"] = new("192.0.2.1", null), ["eipalloc-2"] = new("192.0.2.2", null), ["eipalloc-3"] = new("192.0.2.3", "eni-1"), ["eipalloc-9"] = null },
        Subnets = [Subnet("subnet-a", "us-west-2a", name: "one"), Subnet("subnet-b", "us-west-2b", name: "two"), Subnet("subnet-a2", "us-west-2a", name: "two"), Subnet("subnet-p", "us-west-2a", isPublic: false), Subnet("subnet-q", "us-west-2b", isPublic: false), Subnet("subnet-full", "us-west-2c", free: 7), Subnet("subnet-l", "us-west-2-lax-1a", locale: "local-zone")],
        OtherSubnets = new Dictionary<string, string?> { ["subnet-x"] = "vpc-2", ["subnet-gone"] = null },
        SecurityGroups = [new("sg-1", "web", "vpc-1"), new("sg-2", null, "vpc-2")],
    };

    private static string[] Find(string manifest, AnnotationReader reader = AnnotationReader.Lbc, LoadBalancedObject? former = null, string? hostname = null)
    {
        LoadBalancedObject subject = ManifestReader.Read(null, manifest).Objects.Single().Object with { ResourceVersion = "7", Hostname = hostname };
        return [.. ResourceReview.Of(subject, former, reader, [.. subject.Annotations.Keys.Where(ResourceNames.Matters)], ControllerFacts.Unknown with { Region = "us-west-2" }, There, "demo").Select(static note => $"{note.Severity.ToString()[0]} {note.Rule}").Distinct()];
    }

    [Theory]
    [InlineData("good")]
    [InlineData("pending", "E CertificateNotIssued")]
    [InlineData("failed", "E CertificateNotIssued")]
    [InlineData("old", "E CertificateExpired")]
    [InlineData("over", "E CertificateExpired")]
    [InlineData("soon", "W CertificateEndsSoon")]
    [InlineData("gone", "E CertificateNotFound")]
    [InlineData("not-looked-at")]
    public void A_certificate_must_be_issued_and_go_on(string id, params string[] rules)
    {
        Assert.Equal(rules, Find(Service($"ssl-cert: {Arn}{id}")));
        Assert.Equal(rules, Find(Ingress($"certificate-arn: {Arn}good,{Arn}{id}")));
    }

    [Fact]
    public void A_certificate_is_of_the_account()
    {
        Assert.Equal(["E CertificateOfOtherAccount"], Find(Service("ssl-cert: arn:aws:acm:us-west-2:444455556666:certificate/1")));
        Assert.Equal([], Find(Service("ssl-cert: arn:aws:iam::111122223333:server-certificate/mine")));
        ReviewNote pending = ResourceReview.Of(ManifestReader.Read(null, Service($"ssl-cert: {Arn}pending")).Objects.Single().Object, null, AnnotationReader.Lbc, [Elb + "ssl-cert"], ControllerFacts.Unknown with { Region = "us-west-2" }, There, "demo").Single();
        Assert.Contains("(shop.example.com, www.example.com) is PENDING_VALIDATION", pending.Message, StringComparison.Ordinal);
        Assert.Equal($"aws acm describe-certificate --certificate-arn {Arn}pending --region us-west-2", pending.Fix.Command);
    }

    [Fact]
    public void Addresses_are_there_free_and_one_for_each_subnet()
    {
        Assert.Equal([], Find(Service("scheme: internet-facing", "subnets: subnet-a,subnet-b", "eip-allocations: eipalloc-1,eipalloc-2")));
        Assert.Equal(["E AddressTaken"], Find(Service("subnets: subnet-a,subnet-b", "eip-allocations: eipalloc-1,eipalloc-3")).Where(static rule => rule.Contains("Address", StringComparison.Ordinal)));
        Assert.Contains("E AddressNotFound", Find(Service("subnets: subnet-a,subnet-b", "eip-allocations: eipalloc-1,eipalloc-9")));
        Assert.Contains("E AddressTwice", Find(Service("subnets: subnet-a,subnet-b", "eip-allocations: eipalloc-1,eipalloc-1")));

        // Without subnets that are named the controller takes one in each of three zones, of which one is full.
        Assert.Contains("E AddressesDifferFromSubnets", Find(Service("eip-allocations: eipalloc-1")));

        // What the load balancer has already is its own.
        LoadBalancedObject former = ManifestReader.Read(null, Service("eip-allocations: eipalloc-3,eipalloc-1")).Objects.Single().Object with { ResourceVersion = "6", Hostname = "n.elb.us-west-2.amazonaws.com" };
        Assert.Equal([], Find(Service("eip-allocations: eipalloc-3,eipalloc-2"), former: former, hostname: former.Hostname));
    }

    [Theory]
    [InlineData("subnet-a,subnet-b")]
    [InlineData("one,subnet-b")]
    [InlineData("two,two")]
    [InlineData("subnet-gone", "E SubnetNotFound")]
    [InlineData("nobody", "E SubnetNotFound")]
    [InlineData("subnet-x", "E SubnetOfOtherVpc")]
    [InlineData("subnet-a,subnet-a2", "E SubnetsOfOneZone")]
    [InlineData("subnet-a,subnet-a", "E SubnetTwice")]
    [InlineData("subnet-a,subnet-l", "E SubnetsOfSeveralLocales")]
    [InlineData("subnet-b,subnet-full", "E TooFewAddresses")]
    [InlineData("subnet-p,subnet-b", "W SubnetNotPublic")]
    public void Subnets_that_are_named_fit_and_need_no_tags(string subnets, params string[] rules) => Assert.Equal(rules, Find(Service("scheme: internet-facing", $"subnets: {subnets}")));

    [Fact]
    public void Each_controller_reads_names_in_its_own_way()
    {
        Assert.Equal(["W SubnetAmbiguous"], Find(Service("scheme: internet-facing", "subnets: two")));
        Assert.Equal(["E SubnetAmbiguous"], Find(Service("type: nlb", "subnets: two"), AnnotationReader.Network));
        Assert.Equal([], Find(Service("type: nlb", "subnets: subnet-a,subnet-l"), AnnotationReader.Network));
        Assert.Equal([], Find(Service("scheme: internal", "subnets: subnet-full", "private-ipv4-addresses: 10.0.0.9")));
        Assert.Equal(["E TooFewAddresses"], Find(Service("scheme: internal", "subnets: subnet-full")));
        Assert.Equal(["E SubnetsOfOneZone", "E OneSubnet"], Find(Ingress("scheme: internet-facing", "subnets: subnet-a,subnet-a2")));
    }

    [Fact]
    public void Where_none_are_named_the_controller_must_find_some()
    {
        Assert.Equal([], Find(Service("scheme: internal")));
        Assert.Equal([], Find(Ingress("scheme: internal")));
        LoadBalancedObject subject = ManifestReader.Read(null, Service("scheme: internal")).Objects.Single().Object;
        string[] Rules(params SubnetFacts[] subnets) => [.. ResourceReview.Of(subject, null, AnnotationReader.Lbc, [Elb + "scheme"], ControllerFacts.Unknown with { Region = "us-west-2" }, There with { Subnets = subnets }, "demo").Select(static note => note.Rule)];
        Assert.Equal(["NoSubnet"], Rules(Subnet("subnet-p", "us-west-2a", isPublic: false, free: 3)));
        Assert.Equal(["NoSubnet"], Rules());
        subject = ManifestReader.Read(null, Ingress("scheme: internal")).Objects.Single().Object;
        Assert.Equal(["OneSubnet"], [.. ResourceReview.Of(subject, null, AnnotationReader.Lbc, [Alb + "scheme"], ControllerFacts.Unknown with { Region = "us-west-2" }, There with { Subnets = [Subnet("subnet-p", "us-west-2a", isPublic: false)] }, "demo").Select(static note => note.Rule)]);
    }

    [Fact]
    public void Security_groups_are_of_the_VPC()
    {
        Assert.Equal([], Find(Service("security-groups: sg-1,web")));
        Assert.Equal(["E SecurityGroupNotFound"], Find(Service("security-groups: sg-9")));
        Assert.Equal(["E SecurityGroupNotFound"], Find(Ingress("security-groups: nobody")));
        Assert.Equal(["E SecurityGroupOfOtherVpc"], Find(Service("extra-security-groups: sg-2"), AnnotationReader.Classic));
    }

    [Fact]
    public void What_was_not_looked_at_is_taken_on_trust()
    {
        LoadBalancedObject subject = ManifestReader.Read(null, Service("scheme: internal", $"ssl-cert: {Arn}x", "subnets: subnet-z", "eip-allocations: eipalloc-z", "security-groups: sg-z")).Objects.Single().Object;
        Assert.Empty(ResourceReview.Of(subject, null, AnnotationReader.Lbc, [.. subject.Annotations.Keys], ControllerFacts.Unknown, new ResourceFacts { Account = "111122223333", Vpc = "vpc-1", Now = Now }, "demo"));
    }
}
