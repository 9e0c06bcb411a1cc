using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Tests.Networking;

/// <summary>Test-EksSubnet in the engine, against the sandbox.</summary>
public sealed class TestEksSubnetTests : IAsyncLifetime
{
    private Rehearsal rehearsal = null!;
    private AmazonEC2Client ec2 = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        ec2 = new AmazonEC2Client(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway Single -NoKubeconfig").Good();
    }

    [Fact]
    public void What_New_EksCluster_made_has_no_finding()
    {
        Assert.Empty(rehearsal.Session.Run("Test-EksSubnet demo").Good());
        Assert.Equal(true, Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Test-EksSubnet -Quiet").Good()).BaseObject);
        IReadOnlyList<PSObject> subnets = rehearsal.Session.Run("Test-EksSubnet demo -List").Good();
        Assert.All(subnets, static subnet => Assert.Equal("demo us-west-2", $"{subnet.Properties["ClusterName"].Value} {subnet.Properties["Region"].Value}"));
        Assert.Contains(subnets, static subnet => (bool)subnet.Properties["IsPublic"].Value);
        Assert.Contains(subnets, static subnet => !(bool)subnet.Properties["IsPublic"].Value);
        Assert.Equal(subnets.Count, rehearsal.Session.Run("Test-EksSubnet demo -List | Test-EksSubnet -List").Good().Count);
        Assert.Contains("Ccm, Lbc", rehearsal.Session.Show("Test-EksSubnet demo -List"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_that_are_gone_are_found_and_put_back()
    {
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:ekstools:cluster", Values = ["demo"] }] }, TestContext.Current.CancellationToken)).Subnets;
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [.. subnets.Select(static subnet => subnet.SubnetId)], Tags = [new Tag { Key = "kubernetes.io/role/elb" }, new Tag { Key = "kubernetes.io/role/internal-elb" }] }, TestContext.Current.CancellationToken);
        Assert.Equal(["InternalInPublic", "RoleTagMissing", "RoleTagMissing"], Rules("Test-EksSubnet demo"));
        Assert.Contains("NoSubnet", Rules("Test-EksSubnet demo -Controller AutoMode"));
        Assert.Equal(false, Assert.Single(rehearsal.Session.Run("Test-EksSubnet demo -Quiet").Good()).BaseObject);

        Assert.Equal(["InternalInPublic", "RoleTagMissing", "RoleTagMissing"], Rules("Test-EksSubnet demo -Fix -WhatIf"));
        foreach (string fix in rehearsal.Session.Run("Test-EksSubnet demo").Good().Select(static finding => (string)finding.Properties["Fix"].Value))
        {
            rehearsal.Session.Run(fix).Good();
        }

        Assert.Empty(rehearsal.Session.Run("Test-EksSubnet demo -Controller Ccm, Lbc, AutoMode").Good());
        Subnet inner = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:kubernetes.io/role/internal-elb", Values = ["1"] }] }, TestContext.Current.CancellationToken)).Subnets[0];
        Assert.Contains(inner.Tags, static tag => tag.Key == "ekstools:cluster");
    }

    [Fact]
    public async Task A_subnet_that_goes_wrong_is_named_with_what_mends_it()
    {
        Subnet inner = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter { Name = "tag:kubernetes.io/role/internal-elb", Values = ["1"] }] }, TestContext.Current.CancellationToken)).Subnets[0];
        await ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [inner.SubnetId], Tags = [new Tag("kubernetes.io/role/elb", "1")] }, TestContext.Current.CancellationToken);
        PSObject finding = Assert.Single(rehearsal.Session.Run($"Test-EksSubnet demo {inner.SubnetId}").Good());
        Assert.Equal("RoleTagOfPublicOnPrivate", finding.Properties["Rule"].Value);
        Assert.Contains("delete-tags", (string)finding.Properties["Fix"].Value, StringComparison.Ordinal);
        Assert.Single(rehearsal.Session.Run("Test-EksSubnet demo | Test-EksSubnet -List").Good());
    }

    [Fact]
    public void Strangers_are_errors_that_name_them()
    {
        Answer answer = rehearsal.Session.Run("Test-EksSubnet demo subnet-0123456789abcdef0; Test-EksSubnet absent");
        Assert.Equal(["SubnetNotInVpc", "ClusterNotFound"], answer.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    public async ValueTask DisposeAsync()
    {
        ec2.Dispose();
        await rehearsal.DisposeAsync();
    }

    private IEnumerable<string> Rules(string script) => rehearsal.Session.Run(script).Good().Select(static finding => (string)finding.Properties["Rule"].Value).Order(StringComparer.Ordinal);
}
