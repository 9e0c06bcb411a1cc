using System.Management.Automation;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters;

/// <summary>Set-EksCluster in the real engine, from the built module, against the sandbox.</summary>
public sealed class SetEksClusterTests
{
    private const string Key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private const string Make = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig";
    private const string Everything = $"-EndpointAccess PublicAndPrivate -PublicAccessCidr 203.0.113.0/24, 198.51.100.0/24 -LogType audit, api -LogRetention 30 -SupportType STANDARD -DeletionProtection -ControlPlaneTier tier-xl -ZonalShift -AuthenticationMode API -KmsKeyArn {Key} -Tag @{{ team = 'x' }}";
    private static readonly string[] Updates = ["authentication-mode", "control-plane-tier", "deletion-protection", "endpoint-access", "kms-key", "log-types", "support-type", "zonal-shift"];

    [Fact]
    public async Task Changes_one_after_another_and_the_second_time_finds_all_as_it_is_to_be()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        PSObject[] plan = [.. rehearsal.Session.Run($"Set-EksCluster demo {Everything} -WhatIf").Good()];
        Assert.All(plan, static step => Assert.Equal("Planned", $"{step.Properties["Outcome"].Value}"));
        Assert.Equal("endpoint access: Public → PublicAndPrivate from 198.51.100.0/24, 203.0.113.0/24", Describe(plan, "endpoint-access"));
        Assert.Equal("control-plane-tier", Assert.Single(plan, static step => (bool)step.Properties["Billed"].Value).Properties["Step"].Value);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation == "UpdateClusterConfig");

        Answer answer = rehearsal.Session.Run($"Set-EksCluster demo {Everything} -Verbose");
        PSObject cluster = Assert.Single(answer.Good());
        Assert.Equal("EksTools.Clusters.EksCluster", cluster.TypeNames[0]);
        Assert.All(Updates, update => AssertSaid($"{update}: Updated", answer));
        Assert.Equal($"ACTIVE True True 203.0.113.0/24 198.51.100.0/24 api audit STANDARD True tier-xl True API {Key} x", Show(rehearsal));
        Assert.Equal(7, rehearsal.Sandbox.Requests.Count(static request => request.Operation == "UpdateClusterConfig" && request.Status == 200));

        int asked = rehearsal.Sandbox.Requests.Count(static request => request.Operation == "UpdateClusterConfig");
        Answer again = rehearsal.Session.Run($"Set-EksCluster demo {Everything} -Verbose");
        again.Good();
        Assert.All(Updates, update => AssertSaid($"{update}: Found", again));
        Assert.Equal(asked, rehearsal.Sandbox.Requests.Count(static request => request.Operation == "UpdateClusterConfig"));
        Assert.All(rehearsal.Session.Run($"Get-EksCluster demo | Set-EksCluster {Everything} -WhatIf").Good(), static step => Assert.Equal("Found", $"{step.Properties["Outcome"].Value}"));
    }

    [Fact]
    public async Task What_is_recorded_follows_so_that_the_cluster_is_continued_as_it_is_now()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{Make} -LogType api -DeletionProtection -Tag @{{ team = 'y' }}").Good();
        rehearsal.Session.Run($"Set-EksCluster demo {Everything}").Good();
        rehearsal.Session.Run("Set-EksCluster demo -DeletionProtection:$false -RemoveTag team -LogRetention 0").Good();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{Make} -LogType api -DeletionProtection -Tag @{{ team = 'y' }}").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-LogType is 'api audit', not 'api'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-DeletionProtection is 'false', not 'true'", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Tag team was not said, and is 'y' now", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run($"{Make} -EndpointAccess PublicAndPrivate -LogType api, audit -SupportType STANDARD -ControlPlaneTier tier-xl -ZonalShift -AuthenticationMode API -KmsKeyArn {Key}").Good();
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
    }

    [Fact]
    public async Task A_cluster_that_others_made_is_changed_too()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{Make} -AuthenticationMode CONFIG_MAP").Good();
        await ForeignCluster.UntagAsync(rehearsal.Sandbox, "demo");
        Answer answer = rehearsal.Session.Run("Set-EksCluster demo -AuthenticationMode API -LogType @() -Verbose");
        answer.Good();
        AssertSaid("authentication-mode-both: Updated", answer);
        AssertSaid("authentication-mode: Updated", answer);
        AssertSaid("log-types: Found", answer);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests.SkipWhile(static request => request.Operation != "UntagResource"), static request => request.Operation is "TagRole" or "UntagRole");
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("Set-EksCluster demo -AuthenticationMode API_AND_CONFIG_MAP").Errors);
        Assert.StartsWith("AuthenticationModeIsOneWay", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_EKS_fails_at_is_told_with_its_reasons_and_not_recorded()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"{Make[..Make.IndexOf(" -NatGateway", StringComparison.Ordinal)]} -NoKubeconfig -SubnetId {string.Join(',', subnets)}").Good();
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        Subnet first = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [subnets[0]] }, TestContext.Current.CancellationToken)).Subnets[0];
        string small = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = first.VpcId, CidrBlock = "10.9.200.0/28", AvailabilityZone = "us-west-2c" }, TestContext.Current.CancellationToken)).Subnet.SubnetId;
        for (int taken = 0; taken < 6; taken++)
        {
            await ec2.CreateNetworkInterfaceAsync(new CreateNetworkInterfaceRequest { SubnetId = small }, TestContext.Current.CancellationToken);
        }

        Answer answer = rehearsal.Session.Run($"Set-EksCluster demo -SubnetId {subnets[0]}, {small} -ZonalShift");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith("ClusterUpdateFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"InsufficientFreeAddresses: Subnet {small} does not have enough free addresses", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ZonalShiftConfig", string.Join(' ', rehearsal.Sandbox.Requests.Where(static request => request.Operation == "UpdateClusterConfig").Select(static request => request.Body)), StringComparison.OrdinalIgnoreCase);
        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NoNodeGroup -SubnetId {string.Join(',', subnets)}").Good();
    }

    [Fact]
    public async Task Subnets_and_security_groups_are_looked_at_first_with_WhatIf_too()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NoNodeGroup -SubnetId {string.Join(',', subnets)}").Good();
        using AmazonEC2Client ec2 = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        Subnet first = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [subnets[0]] }, TestContext.Current.CancellationToken)).Subnets[0];
        string near = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = first.VpcId, CidrBlock = "10.9.200.0/24", AvailabilityZone = first.AvailabilityZone }, TestContext.Current.CancellationToken)).Subnet.SubnetId;
        string vpc = (await ec2.CreateVpcAsync(new CreateVpcRequest { CidrBlock = "10.77.0.0/16" }, TestContext.Current.CancellationToken)).Vpc.VpcId;
        string far = (await ec2.CreateSubnetAsync(new CreateSubnetRequest { VpcId = vpc, CidrBlock = "10.77.1.0/24", AvailabilityZone = "us-west-2c" }, TestContext.Current.CancellationToken)).Subnet.SubnetId;
        string stranger = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = vpc, GroupName = "far", Description = "far" }, TestContext.Current.CancellationToken)).GroupId;
        foreach ((string options, string errorId) in new (string, string)[]
        {
            ($"-SubnetId {subnets[0]}", "TooFewSubnets"),
            ($"-SubnetId {subnets[0]}, {subnets[0]}", "TooFewSubnets"),
            ($"-SubnetId {subnets[0]}, vpc-1", "InvalidSubnetId"),
            ($"-SubnetId {subnets[0]}, subnet-0123456789abcdef0", "AwsResourceNotFound"),
            ($"-SubnetId {subnets[0]}, {far}", "SubnetOfOtherVpc"),
            ($"-SubnetId {subnets[0]}, {near}", "SubnetsOfOneZone"),
            ("-SecurityGroupId web", "InvalidSecurityGroupId"),
            ("-SecurityGroupId sg-0123456789abcdef0", "SecurityGroupNotFound"),
            ($"-SecurityGroupId {stranger}", "SecurityGroupOfOtherVpc"),
        })
        {
            foreach (string whatIf in (string[])["", " -WhatIf"])
            {
                ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Set-EksCluster demo {options}{whatIf}").Errors);
                Assert.Contains(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
            }
        }

        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation == "UpdateClusterConfig");
    }

    [Fact]
    public async Task An_update_that_is_under_way_and_answers_that_are_lost_are_waited_for()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        rehearsal.Session.Run("Set-EksCluster demo -ZonalShift -NoWait").Good();
        rehearsal.Sandbox.Faults.Add("eks", "UpdateClusterConfig", FaultKind.DropAfter, 1);
        rehearsal.Session.Run("Set-EksCluster demo -SupportType STANDARD -DeletionProtection").Good();
        Assert.Equal("True STANDARD True", (string)rehearsal.Session.Run("$c = Get-EksCluster demo; \"$($c.ZonalShiftConfig.Enabled) $($c.UpgradePolicy.SupportType) $($c.DeletionProtection)\"").Good().Single().BaseObject);
    }

    [Fact]
    public async Task Auto_Mode_goes_on_with_a_role_and_off_again()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        Assert.StartsWith("AutoModeNeedsNodeRole", Assert.Single(rehearsal.Session.Run("Set-EksCluster demo -AutoMode").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        rehearsal.Session.Run("Set-EksCluster demo -AutoMode -NodePool @()").Good();
        Assert.StartsWith("ClusterParametersDiffer", Assert.Single(rehearsal.Session.Run($"{Make} -AutoMode -NodePool system").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Answer off = rehearsal.Session.Run("Set-EksCluster demo -AutoMode:$false -Verbose");
        off.Good();
        AssertSaid("auto-mode: Updated", off);
    }

    [Theory]
    [InlineData("", "NothingToSet")]
    [InlineData("-EndpointAccess Private -PublicAccessCidr 10.0.0.0/8", "ContradictoryNetwork")]
    [InlineData("-NodePool system", "ContradictoryNodes")]
    [InlineData("-LogRetention 8", "InvalidLogRetention")]
    [InlineData("-Tag @{ 'ekstools:cluster' = 'x' }", "ReservedTag")]
    [InlineData("-RemoveTag ekstools:cluster", "ReservedTag")]
    [InlineData("-Tag @{ a = 'x' } -RemoveTag a", "InvalidTag")]
    [InlineData("-KmsKeyArn alias/eks", "InvalidKmsKeyArn")]
    public async Task Bad_input_is_refused_before_any_call(string options, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Assert.StartsWith($"{errorId},", Assert.Single(rehearsal.Session.Run($"Set-EksCluster demo {options}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Service == "eks");
    }

    [Fact]
    public async Task What_the_cluster_does_not_allow_is_refused_before_any_change()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{Make} -EndpointAccess Private -KmsKeyArn {Key}").Good();
        foreach ((string options, string errorId) in new (string, string)[]
        {
            ("-KmsKeyArn arn:aws:kms:us-west-2:111122223333:key/other", "KmsKeyIsForEver"),
            ("-KmsKeyArn arn:aws:kms:eu-west-1:111122223333:key/other", "KmsKeyOfOtherRegion"),
            ("-PublicAccessCidr 10.0.0.0/8", "ContradictoryNetwork"),
            ("-LogRetention 7", "LogRetentionWithoutLogs"),
            ("-LogType @() -LogRetention 7", "LogRetentionWithoutLogs"),
            ("-AuthenticationMode CONFIG_MAP", "AuthenticationModeIsOneWay"),
        })
        {
            Assert.StartsWith($"{errorId},", Assert.Single(rehearsal.Session.Run($"Set-EksCluster demo {options} -ZonalShift").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        }

        Assert.StartsWith("ClusterNotFound", Assert.Single(rehearsal.Session.Run("Set-EksCluster absent -ZonalShift").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation == "UpdateClusterConfig");
    }

    [Fact]
    public async Task Binds_clusters_by_name_and_region_and_completes_what_it_takes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        Assert.Equal("True", $"{Assert.Single(rehearsal.Session.Run("[pscustomobject]@{ Name = 'demo'; Region = 'us-west-2' } | Set-EksCluster -ZonalShift | ForEach-Object { $_.ZonalShiftConfig.Enabled }").Good())}");
        Assert.Equal("tier-2xl", Complete(rehearsal, "Set-EksCluster demo -ControlPlaneTier tier-2"));
        Assert.Equal("demo", Complete(rehearsal, "Set-EksCluster de"));
        Assert.StartsWith("subnet-", Complete(rehearsal, "Set-EksCluster demo -SubnetId "), StringComparison.Ordinal);
    }

    private static void AssertSaid(string text, Answer answer) => Assert.Contains(answer.Verbose, line => line.Contains($"Z {text}", StringComparison.Ordinal));

    private static string Complete(Rehearsal rehearsal, string text) => (string)rehearsal.Session.Run("(TabExpansion2 $args[0] $args[1]).CompletionMatches.CompletionText", $"{text} -AccessKey {rehearsal.Sandbox.AccessKey} -SecretKey {rehearsal.Sandbox.SecretKey} -EndpointUrl {rehearsal.Sandbox.Endpoint} -Region us-west-2", text.Length).Good()[0].BaseObject;

    private static string Describe(PSObject[] plan, string step) => (string)plan.Single(one => (string)one.Properties["Step"].Value == step).Properties["Description"].Value;

    private static string Show(Rehearsal rehearsal) => (string)rehearsal.Session.Run("""
        $c = Get-EksCluster demo
        "$($c.Status) $($c.ResourcesVpcConfig.EndpointPublicAccess) $($c.ResourcesVpcConfig.EndpointPrivateAccess) $($c.ResourcesVpcConfig.PublicAccessCidrs) $($c.EnabledLogTypes) $($c.UpgradePolicy.SupportType) $($c.DeletionProtection) $($c.ControlPlaneScalingConfig.Tier) $($c.ZonalShiftConfig.Enabled) $($c.AccessConfig.AuthenticationMode) $($c.EncryptionConfig[0].Provider.KeyArn) $($c.ResourceTags['team'])"
        """).Good().Single().BaseObject;
}
