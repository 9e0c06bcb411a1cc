using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Get-EksCluster over several accounts and regions.</summary>
public sealed class FleetTests
{
    private const string Small = "-NoNodeGroup -NatGateway None -NoKubeconfig";

    [Fact]
    public async Task Clusters_of_several_profiles_come_with_the_profile_and_go_on_with_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster blue {Small}; New-EksCluster green -Region eu-west-1 {Small}").Good();
        string search = await ProfilesAsync(rehearsal);

        Answer answer = rehearsal.Session.Run($"$PSDefaultParameterValues.Clear(); Get-EksCluster -ProfileName west, nobody, east {search}");
        Assert.Equal(["east eu-west-1 green", "west us-west-2 blue"], answer.Output.Select(Told).Order(StringComparer.Ordinal));
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith("AwsAuthenticationNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("nobody", error.Exception.Message, StringComparison.Ordinal);

        // Nothing but the profile of each cluster says who is asking.
        Assert.Equal(2, rehearsal.Session.Run($"Get-EksCluster -ProfileName west, east {search} | Get-EksIamMapping {search} | ForEach-Object ClusterName").Good().Select(static name => $"{name}").Distinct().Count());
        Assert.Equal(["west eu-west-1 green", "west us-west-2 blue"], rehearsal.Session.Run($"Get-EksCluster -ProfileName west -AllRegion {search}").Good().Select(Told).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_name_that_no_profile_has_is_one_error_and_one_that_one_has_is_none()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster blue {Small}").Good();
        string search = await ProfilesAsync(rehearsal);
        Answer answer = rehearsal.Session.Run($"$PSDefaultParameterValues.Clear(); Get-EksCluster blue, red -ProfileName west, east {search}");
        Assert.Equal(["west us-west-2 blue"], answer.Output.Select(Told));
        Assert.Equal("There is no cluster red in any of the 2 regions of 2 profiles asked.", Assert.Single(answer.Errors).Exception.Message);
    }

    [Fact]
    public async Task Without_a_profile_a_cluster_has_no_such_property_to_bind()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster blue {Small}").Good();
        Assert.Null(Assert.Single(rehearsal.Session.Run("Get-EksCluster").Good()).Properties["ProfileName"]);
    }

    [Fact]
    public async Task An_account_that_may_not_list_its_regions_says_so_and_few_at_a_time_find_as_many()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster blue {Small}; New-EksCluster green -Region eu-west-1 {Small}").Good();
        rehearsal.Sandbox.Faults.Add("ec2", "DescribeRegions", FaultKind.AccessDenied);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("Get-EksCluster -AllRegion").Errors);
        Assert.Contains("ec2:DescribeRegions", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, rehearsal.Session.Run("Get-EksCluster -AllRegion -ThrottleLimit 1").Good().Count);
    }

    [Fact]
    public async Task Keys_besides_several_profiles_are_refused()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Assert.StartsWith("ContradictoryCredentials", Assert.Single(rehearsal.Session.Run("Get-EksCluster -ProfileName west, east").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(rehearsal.Sandbox.Requests);
    }

    private static string Told(PSObject cluster) => $"{cluster.Properties["ProfileName"].Value} {cluster.Properties["Region"].Value} {cluster.Properties["Name"].Value}";

    /// <summary>Two profiles with regions of their own; the parameters by which a command finds them and the sandbox.</summary>
    private static async Task<string> ProfilesAsync(Rehearsal rehearsal)
    {
        string profiles = Path.Combine(rehearsal.Folder, "credentials");
        string keys = $"aws_access_key_id = {rehearsal.Sandbox.AccessKey}\naws_secret_access_key = {rehearsal.Sandbox.SecretKey}\n";
        await File.WriteAllTextAsync(profiles, $"[west]\n{keys}region = us-west-2\n[east]\n{keys}region = eu-west-1\n", TestContext.Current.CancellationToken);
        return $"-ProfileLocation '{profiles}' -EndpointUrl {rehearsal.Sandbox.Endpoint}";
    }
}
