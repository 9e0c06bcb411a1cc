using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

/// <summary>What goes wrong in the middle of a change of mappings, or could not be seen before, locks nobody out.</summary>
public sealed class IamMappingSafetyTests
{
    private const string Me = "arn:aws:iam::111122223333:user/Administrator";
    private const string Next = "arn:aws:iam::111122223333:role/Next";

    [Fact]
    public async Task Where_aws_auth_cannot_be_read_the_caller_and_nodes_are_not_shadowed()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        string stranger = await stage.RoleAsync("Stranger");
        await stage.RoleAsync("Next");
        await stage.BecomeAsync(stranger);
        ErrorRecord own = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy -WarningAction Ignore", stranger).Errors);
        Assert.StartsWith("CallerLosesRights,", own.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("could not be read", own.Exception.Message, StringComparison.Ordinal);

        stage.Rehearsal.Sandbox.Faults.Add("eks", "ListNodegroups", FaultKind.AccessDenied, count: 100);
        ErrorRecord blind = Assert.Single(stage.Session.Run($"Add-EksIamMapping demo {Next} -AccessPolicy AmazonEKSViewPolicy -WarningAction Ignore").Errors);
        Assert.StartsWith("NodeRoleInUse,", blind.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(0, stage.Calls("CreateAccessEntry"));
        stage.Rehearsal.Sandbox.Faults.Clear();

        // Nodes can be looked up without the API server; who gets everything loses nothing.
        Assert.Single(stage.Session.Run($"Add-EksIamMapping demo {Next} -AccessPolicy AmazonEKSViewPolicy -WarningAction Ignore").Good());
        Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSClusterAdminPolicy -WarningAction Ignore", stranger).Good());
    }

    [Fact]
    public async Task The_administrator_stays_where_the_next_one_cannot_be_made()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        await BecomeOpsAsync(stage);
        const string Change = $"[pscustomobject]@{{ PrincipalArn = '{Me}'; AccessPolicy = 'AmazonEKSViewPolicy' }}, [pscustomobject]@{{ PrincipalArn = '{Next}'; AccessPolicy = 'AmazonEKSClusterAdminPolicy' }} | Add-EksIamMapping demo";
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.AccessDenied);
        Answer failed = stage.Session.Run(Change);
        Assert.Equal(["AwsAccessDenied", "LastAdministrator"], Ids(failed));
        Assert.Empty(failed.Output);
        Assert.Equal("AmazonEKSClusterAdminPolicy", stage.Session.Run($"\"$((Get-EksIamMapping demo {Me}).AccessPolicies)\"").Good().Single().BaseObject);

        // In the order in which they were said, whichever came first.
        Assert.Equal(["Updated", "Added"], stage.Session.Run($"{Change} | ForEach-Object {{ \"$($_.Change)\" }}").Good().Select(static kind => (string)kind.BaseObject));
        Assert.Equal("AmazonEKSViewPolicy", stage.Session.Run($"\"$((Get-EksIamMapping demo {Me}).AccessPolicies)\"").Good().Single().BaseObject);
    }

    [Fact]
    public async Task The_administrator_of_aws_auth_stays_where_the_entry_of_the_next_one_cannot_be_made()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", "- rolearn: arn:aws:iam::111122223333:role/Boss\n  username: boss\n  groups: [system:masters]\n"));
        await BecomeOpsAsync(stage);
        stage.Session.Run($"Remove-EksIamMapping demo {Me} -Force").Good();
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.AccessDenied);
        const string Change = $"[pscustomobject]@{{ PrincipalArn = 'arn:aws:iam::111122223333:role/Boss'; Groups = 'devs' }}, [pscustomobject]@{{ PrincipalArn = '{Next}'; AccessPolicy = 'AmazonEKSClusterAdminPolicy' }} | Add-EksIamMapping demo";
        Assert.Equal(["AwsAccessDenied", "LastAdministrator"], Ids(stage.Session.Run(Change)));
        Assert.Equal("system:masters", stage.Session.Run("\"$((Get-EksIamMapping demo '*role/Boss').Groups)\"").Good().Single().BaseObject);
        Assert.Equal(2, stage.Session.Run(Change).Good().Count);
        Assert.Equal("devs", stage.Session.Run("\"$((Get-EksIamMapping demo '*role/Boss').Groups)\"").Good().Single().BaseObject);
    }

    [Fact]
    public async Task The_entry_that_a_deleted_role_left_behind_is_not_that_of_the_new_role()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        string old = await stage.RoleAsync("X", "/team/");
        stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSEditPolicy", old).Good();
        await stage.DeleteRoleAsync("X");
        string made = await stage.RoleAsync("X");
        PSObject added = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy", made).Good());
        Assert.Equal(("Added", made), (added.Properties["Change"].Value.ToString(), added.Properties["PrincipalArn"].Value));

        PSObject updated = Assert.Single(stage.Session.Run("Add-EksIamMapping demo arn:aws:sts::111122223333:assumed-role/X/s -Group g").Good());
        Assert.Equal(("Updated", made), (updated.Properties["Change"].Value.ToString(), updated.Properties["PrincipalArn"].Value));
        stage.Session.Run("Remove-EksIamMapping demo $args[0]", old).Good();
        Assert.Equal([made, Me], stage.Session.Run("Get-EksIamMapping demo | ForEach-Object PrincipalArn").Good().Select(static arn => (string)arn.BaseObject));
    }

    [Fact]
    public async Task An_entry_that_gets_no_policies_is_taken_back()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", $"- rolearn: {Next}\n  username: next\n  groups: [devs]\n"));
        await stage.RoleAsync("Next");
        stage.Rehearsal.Sandbox.Faults.Add("eks", "AssociateAccessPolicy", FaultKind.AccessDenied, count: 100);
        ErrorRecord error = Assert.Single(stage.Session.Run($"Add-EksIamMapping demo {Next} -AccessPolicy AmazonEKSViewPolicy -Group devs").Errors);
        Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("was removed again", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("ConfigMap", stage.Session.Run($"\"$((Get-EksIamMapping demo {Next}).Source)\"").Good().Single().BaseObject);

        stage.Rehearsal.Sandbox.Faults.Add("eks", "DeleteAccessEntry", FaultKind.AccessDenied, count: 100);
        Assert.Contains("remove it with Remove-EksIamMapping", Assert.Single(stage.Session.Run($"Add-EksIamMapping demo {Next} -AccessPolicy AmazonEKSViewPolicy -Group devs").Errors).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_role_of_Auto_Mode_s_nodes_is_in_use()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        string role = await stage.RoleAsync("AutoNode");
        using AmazonEKSClient eks = new(new BasicAWSCredentials(stage.Rehearsal.Sandbox.AccessKey, stage.Rehearsal.Sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = stage.Rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = stage.Rehearsal.Region });
        await eks.UpdateClusterConfigAsync(
            new UpdateClusterConfigRequest
            {
                Name = "demo",
                ComputeConfig = new ComputeConfigRequest { Enabled = true, NodePools = ["general-purpose"], NodeRoleArn = role },
                StorageConfig = new StorageConfigRequest { BlockStorage = new BlockStorage { Enabled = true } },
                KubernetesNetworkConfig = new KubernetesNetworkConfigRequest { ElasticLoadBalancing = new ElasticLoadBalancing { Enabled = true } },
            },
            TestContext.Current.CancellationToken);
        stage.Session.Run("Wait-EksCluster demo").Good();
        stage.Session.Run("if (-not (Get-EksIamMapping demo $args[0])) { Add-EksIamMapping demo $args[0] -NodeRole AutoMode }", role).Good();
        ErrorRecord error = Assert.Single(stage.Session.Run("Remove-EksIamMapping demo $args[0]", role).Errors);
        Assert.StartsWith("NodeRoleInUse,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Auto Mode's nodes", error.Exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(Answer answer) => answer.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>Who makes the change is neither of the administrators.</summary>
    private static async Task BecomeOpsAsync(MappingStage stage)
    {
        string ops = await stage.RoleAsync("Ops");
        await stage.RoleAsync("Next");
        stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSAdminPolicy", ops).Good();
        await stage.BecomeAsync(ops);
    }
}
