using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>What Compare-EksCluster gives as a fix is run, by EksTools and by the AWS CLI, and nothing differs any more; what nobody changes is told so.</summary>
public sealed class ClusterFixTests
{
    private const string Made = """
        apiVersion: eksctl.io/v1alpha5
        kind: ClusterConfig
        metadata: {name: demo, region: us-west-2, version: "1.33"}
        vpc: {nat: {gateway: Disable}}
        addons:
        - {name: aws-ebs-csi-driver, configurationValues: "{\"controller\": {\"replicaCount\": 2}}"}
        - {name: eks-pod-identity-agent}
        managedNodeGroups:
        - name: web
          instanceType: m5.large
          minSize: 1
          desiredCapacity: 2
          maxSize: 4
          labels: {tier: web, old: "1"}
          taints: [{key: a, value: "1", effect: NoSchedule}, {key: b, effect: NoExecute}]
          tags: {part: web}
        - {name: other, desiredCapacity: 1}
        """;

    private const string Wanted = """
        apiVersion: eksctl.io/v1alpha5
        kind: ClusterConfig
        metadata: {name: demo, region: us-west-2, version: "1.34"}
        vpc: {nat: {gateway: Disable}}
        controlPlaneScalingConfig: {tier: tier-xl}
        addons:
        - name: aws-ebs-csi-driver
          configurationValues: |
            controller:
              replicaCount: 3
        - {name: aws-efs-csi-driver}
        managedNodeGroups:
        - name: web
          instanceType: m5.large
          minSize: 3
          desiredCapacity: 5
          maxSize: 6
          labels: {tier: front, new: "2"}
          taints: [{key: a, value: "2", effect: NoSchedule}, {key: c, effect: PreferNoSchedule}]
          tags: {part: front}
          updateConfig: {maxUnavailablePercentage: 50}
          nodeRepairConfig: {enabled: true}
        """;

    [Fact]
    public async Task Each_fix_does_what_it_says()
    {
        await using Rehearsal rehearsal = await StartAsync();
        string path = Write(rehearsal, Made);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        Write(rehearsal, Wanted);
        IReadOnlyList<PSObject> drift = rehearsal.Session.Run($"Compare-EksCluster '{path}' -IncludeDesiredSize").Good();
        Assert.Equal(
            [
                "addons[aws-ebs-csi-driver].configurationValues", "addons[aws-efs-csi-driver]", "addons[eks-pod-identity-agent]", "controlPlaneScalingConfig.tier",
                "managedNodeGroups[other]", "managedNodeGroups[web].desiredCapacity", "managedNodeGroups[web].labels.new", "managedNodeGroups[web].labels.old", "managedNodeGroups[web].labels.tier",
                "managedNodeGroups[web].maxSize", "managedNodeGroups[web].minSize", "managedNodeGroups[web].nodeRepairConfig.enabled", "managedNodeGroups[web].tags.part",
                "managedNodeGroups[web].taints", "managedNodeGroups[web].updateConfig.maxUnavailable", "managedNodeGroups[web].updateConfig.maxUnavailablePercentage", "metadata.version",
            ],
            drift.Select(static one => (string)one.Properties["Where"].Value).Order(StringComparer.Ordinal));
        await FixAsync(rehearsal, path, " -IncludeDesiredSize");

        // A file that says nothing of an add-on's settings takes them away.
        Write(rehearsal, Wanted.Replace("  configurationValues: |\n    controller:\n      replicaCount: 3\n", string.Empty, StringComparison.Ordinal));
        await FixAsync(rehearsal, path, string.Empty);
    }

    [Fact]
    public async Task The_control_plane_is_brought_to_its_file_and_back()
    {
        await using Rehearsal rehearsal = await StartAsync();
        const string Plain = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: demo, region: us-west-2}\nvpc: {nat: {gateway: Disable}}\naccessConfig: {authenticationMode: API_AND_CONFIG_MAP}\n";
        string path = Write(rehearsal, Plain);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        using Iam iam = new(rehearsal.Sandbox);
        string auto = (await iam.Client.CreateRoleAsync(new() { RoleName = "auto", AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""" })).Role.Arn;
        string wanted = $$$"""
            apiVersion: eksctl.io/v1alpha5
            kind: ClusterConfig
            metadata: {name: demo, region: us-west-2, tags: {team: shop and web}}
            vpc: {nat: {gateway: Disable}, clusterEndpoints: {publicAccess: true, privateAccess: true}, publicAccessCIDRs: [203.0.113.0/24, 198.51.100.0/24]}
            accessConfig: {authenticationMode: API}
            autoModeConfig: {enabled: true, nodePools: [system], nodeRoleARN: "{{{auto}}}"}
            cloudWatch: {clusterLogging: {enableTypes: [api, audit], logRetentionInDays: 30}}
            upgradePolicy: {supportType: STANDARD}
            controlPlaneScalingConfig: {tier: tier-xl}
            zonalShiftConfig: {enabled: true}
            secretsEncryption: {keyARN: "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
            addons: [{name: vpc-cni}, {name: kube-proxy}, {name: coredns}]
            """;
        Write(rehearsal, wanted.Replace($", nodeRoleARN: \"{auto}\"", string.Empty, StringComparison.Ordinal));
        PSObject enabled = Assert.Single(rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good(), static one => (string)one.Properties["Where"].Value == "autoModeConfig.enabled");
        Assert.StartsWith("The cluster has no role for the nodes of Auto Mode: make one", (string)enabled.Properties["Advice"].Value, StringComparison.Ordinal);
        Write(rehearsal, wanted);
        await FixAsync(rehearsal, path, string.Empty);
        wanted = wanted.Replace("nodePools: [system]", "nodePools: [system, general-purpose]", StringComparison.Ordinal).Replace(", logRetentionInDays: 30", string.Empty, StringComparison.Ordinal);
        Write(rehearsal, wanted);
        await FixAsync(rehearsal, path, string.Empty);
        Write(rehearsal, Plain.Replace("API_AND_CONFIG_MAP", "API", StringComparison.Ordinal) + "secretsEncryption: {keyARN: \"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"}\n");
        await FixAsync(rehearsal, path, string.Empty);
    }

    [Fact]
    public async Task Fargate_profiles_are_made_and_deleted()
    {
        await using Rehearsal rehearsal = await StartAsync();
        const string File = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: demo, region: us-west-2}\nfargateProfiles:\n";
        string path = Write(rehearsal, $"{File}- {{name: one, selectors: [{{namespace: one}}]}}\n");
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        Write(rehearsal, $"{File}- {{name: two, selectors: [{{namespace: two, labels: {{a: b}}}}], tags: {{c: d}}}}\n");
        await FixAsync(rehearsal, path, string.Empty);
        Write(rehearsal, $"{File}- {{name: two, selectors: [{{namespace: three}}], tags: {{c: e}}}}\n");
        IReadOnlyList<PSObject> drift = rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good();
        PSObject selectors = Assert.Single(drift, static one => one.Properties["Fix"].Value is null);
        Assert.Equal("Nothing changes selectors of a Fargate profile that is there: delete it with aws eks delete-fargate-profile --cluster-name demo --fargate-profile-name two --region us-west-2, and compare again for the command that makes it.", selectors.Properties["Advice"].Value);
    }

    [Fact]
    public async Task What_nobody_changes_is_told_with_what_to_do()
    {
        await using Rehearsal rehearsal = await StartAsync();
        string path = Write(rehearsal, Made);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        Write(rehearsal, Made.Replace("m5.large", "m6i.large", StringComparison.Ordinal).Replace("name: other", "name: another", StringComparison.Ordinal).Replace("1.33", "1.32", StringComparison.Ordinal) + "\nkubernetesNetworkConfig: {serviceIPv4CIDR: 172.30.0.0/16}\n");
        Dictionary<string, PSObject> drift = rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good().ToDictionary(static one => (string)one.Properties["Where"].Value);
        Assert.Equal(
            "Nothing changes instanceTypes of a node group that is there: make another group with it under another name, and remove this one from the file and with aws eks delete-nodegroup --cluster-name demo --nodegroup-name web --region us-west-2.",
            drift["managedNodeGroups[web].instanceTypes"].Properties["Advice"].Value);
        Assert.Equal("EksTools adds no node group to a cluster that runs: make it with New-EKSNodegroup of AWS.Tools.EKS, with the role and the subnets of node group other.", drift["managedNodeGroups[another]"].Properties["Advice"].Value);
        Assert.Equal("EKS takes no cluster back to an earlier version: change the file.", drift["metadata.version"].Properties["Advice"].Value);
        Assert.Equal("EKS does not change kubernetesNetworkConfig.serviceIPv4CIDR of a cluster that is there: change the file, or make the cluster anew.", drift["kubernetesNetworkConfig.serviceIPv4CIDR"].Properties["Advice"].Value);
        Assert.All(drift.Values, static one => Assert.True(one.Properties["Fix"].Value is not null || one.Properties["Advice"].Value is not null, $"{one}"));
    }

    /// <summary>Runs each command once, and waits until nothing is under way.</summary>
    private static async Task FixAsync(Rehearsal rehearsal, string path, string options)
    {
        foreach (string fix in rehearsal.Session.Run($"Compare-EksCluster '{path}'{options}").Good().Select(static one => (string)one.Properties["Fix"].Value).Distinct())
        {
            Assert.NotNull(fix);
            rehearsal.Session.Run(!fix.StartsWith("aws ", StringComparison.Ordinal) ? fix : $"$said = $({fix} 2>&1); if ($LASTEXITCODE) {{ throw \"$said\" }}").Good();
            await SettledAsync(rehearsal);
        }

        Assert.Equal(string.Empty, string.Join("\n", rehearsal.Session.Run($"Compare-EksCluster '{path}'{options}").Good().Select(static one => $"{one}")));
    }

    private static async Task SettledAsync(Rehearsal rehearsal)
    {
        while (rehearsal.Session.Run("Wait-EksCluster demo").Good() is var _ && await ForeignCluster.IsChangingAsync(rehearsal.Sandbox, "demo"))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>With the AWS CLI pointed at the sandbox, by an environment of its own.</summary>
    private static async Task<Rehearsal> StartAsync()
    {
        string aws = Tool.Require("aws"), env = Tool.Require("env");
        Rehearsal rehearsal = await Rehearsal.StartAsync();
        string variables = string.Join(' ', rehearsal.Environment.Where(static pair => pair.Value is not null).Select(static pair => $"'{pair.Key}={pair.Value}'"));
        rehearsal.Session.Run($"function aws {{ & '{env}' {variables} '{aws}' @args }}").Good();
        return rehearsal;
    }

    private static string Write(Rehearsal rehearsal, string text)
    {
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
