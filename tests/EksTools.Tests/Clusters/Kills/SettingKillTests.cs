using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;
using EksTools.Tests.Nodes;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>Set-EksCluster whose process is killed at a call, for each kind of update: run again, the cluster is as it was asked for, and EKS has made each change once.</summary>
public sealed class SettingKillTests
{
    private const string Make = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig", Key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static readonly (string Options, string Request)[] Kinds =
    [
        ("-AuthenticationMode API", """{"AuthenticationMode":"API"}"""),
        ("-LogType audit, api -LogRetention 30", """{"LogType":["audit","api"],"LogRetention":30}"""),
        ("-EndpointAccess PublicAndPrivate -PublicAccessCidr 203.0.113.0/24", """{"EndpointAccess":"PublicAndPrivate","PublicAccessCidr":["203.0.113.0/24"]}"""),
        ("-SupportType STANDARD", """{"SupportType":"STANDARD"}"""),
        ("-ControlPlaneTier tier-xl", """{"ControlPlaneTier":"tier-xl"}"""),
        ("-ZonalShift", """{"ZonalShift":true}"""),
        ($"-KmsKeyArn {Key}", $$"""{"KmsKeyArn":"{{Key}}"}"""),
        ("-AutoMode -NodePool @()", """{"AutoMode":true,"NodePool":[]}"""),
        ("-Tag @{ team = 'x' }", """{"ResourceTags":{"team":"x"}}"""),
        ("-DeletionProtection", """{"DeletionProtection":true}"""),
    ];

    // The calls by which the kinds change something: of EKS, of the record, and of what stands beside the cluster.
    private static readonly string[] Changes = ["eks:UpdateClusterConfig", "eks:AssociateEncryptionConfig", "eks:TagResource", "iam:TagRole", "iam:AttachRolePolicy", "logs:CreateLogGroup", "logs:PutRetentionPolicy", "iam:UntagRole", "eks:DescribeUpdate"];

    public static TheoryData<int> Rounds() => [.. Enumerable.Range(0, KillPoints.All ? Changes.Length * 2 : 2)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Killed_and_run_again_each_kind_of_update_is_made_once(int round)
    {
        await using Rehearsal calm = await Rehearsal.StartAsync(), rough = await Rehearsal.StartAsync();
        calm.Session.Run(Make).Good();
        rough.Session.Run(Make).Good();
        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            string command = $"Set-EksCluster demo {Kinds[kind].Options}";
            int asked = calm.Sandbox.Requests.Count;
            calm.Session.Run(command).Good();
            HashSet<string> calls = [.. calm.Sandbox.Requests.Skip(asked).Select(static request => $"{request.Service}:{request.Operation}")];
            string[] changes = [.. Changes.Where(calls.Contains)];
            if (KillPoints.All && round / 2 >= changes.Length)
            {
                rough.Session.Run(command).Good();
                continue;
            }

            // The ordinary run kills at the update itself; before EKS hears it in one round and after in the other, by turns.
            string change = changes[KillPoints.All ? round / 2 : 0];
            FaultRule point = CalmRun.Fault(change, (round + kind) % 2 == 0 ? FaultKind.CutBefore : FaultKind.CutAfter) with { Skip = change == "iam:TagRole" ? 1 : 0 };
            bool killed = await JobHost.KillAsync(rough, "set", "demo", point, Kinds[kind].Request);
            rough.Session.Run(command).Good();
            KillPoints.Tell(command, point, killed || change == "iam:TagRole");
            Assert.All(rough.Session.Run($"{command} -WhatIf").Good(), static step => Assert.Equal("Found", $"{step.Properties["Outcome"].Value}"));
            Assert.Equal(await ShowAsync(calm), await ShowAsync(rough));
        }

        // Nothing in between is recorded otherwise than it is: the same cluster is continued.
        calm.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        rough.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        Assert.Equal(await Inventory.ReadAsync(calm.Sandbox), await Inventory.ReadAsync(rough.Sandbox));
    }

    /// <summary>What EKS says of the cluster and of its updates, by a client of the test's own.</summary>
    private static async Task<string> ShowAsync(Rehearsal rehearsal)
    {
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Cluster it = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken)).Cluster;
        List<string> updates = (await eks.ListUpdatesAsync(new ListUpdatesRequest { Name = "demo" }, TestContext.Current.CancellationToken)).UpdateIds ?? [];
        IEnumerable<string> logs = (it.Logging?.ClusterLogging ?? []).Where(static one => one.Enabled == true).SelectMany(static one => one.Types).Order(StringComparer.Ordinal);
        return string.Join(
            ' ',
            [
                it.Status, it.ResourcesVpcConfig.EndpointPublicAccess, it.ResourcesVpcConfig.EndpointPrivateAccess, string.Join(',', it.ResourcesVpcConfig.PublicAccessCidrs ?? []), string.Join(',', logs), it.UpgradePolicy?.SupportType,
                it.DeletionProtection, it.ControlPlaneScalingConfig?.Tier, it.ZonalShiftConfig?.Enabled, it.AccessConfig?.AuthenticationMode, it.EncryptionConfig?.FirstOrDefault()?.Provider?.KeyArn, it.ComputeConfig?.Enabled,
                it.Tags.GetValueOrDefault("team"), $"{updates.Count} updates",
            ]);
    }
}
