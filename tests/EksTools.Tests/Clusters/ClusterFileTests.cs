using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>New-EksCluster -Path, Export-EksCluster and Compare-EksCluster in the real engine, from the built module, against the sandbox.</summary>
public sealed partial class ClusterFileTests
{
    private const string Shop = """
        apiVersion: eksctl.io/v1alpha5
        kind: ClusterConfig
        metadata:
          name: shop
          region: us-west-2
          version: "1.34"
          tags: {team: shop}
        availabilityZones: [us-west-2a, us-west-2b]
        vpc:
          cidr: 10.4.0.0/16
          nat: {gateway: Disable}
          clusterEndpoints: {publicAccess: true, privateAccess: true}
        accessConfig: {authenticationMode: API}
        cloudWatch: {clusterLogging: {enableTypes: [api, audit]}}
        managedNodeGroups:
        - name: web
          instanceType: t3.large
          minSize: 1
          desiredCapacity: 2
          maxSize: 4
          volumeSize: 50
        - name: batch
          instanceTypes: [m5.large, m5a.large]
          spot: true
          minSize: 0
          desiredCapacity: 1
          maxSize: 9
        """;

    [Fact]
    public async Task A_file_makes_a_cluster_that_is_exported_as_the_same_file_and_compared_as_equal()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", Shop);
        IReadOnlyList<PSObject> plan = rehearsal.Session.Run($"New-EksCluster -Path '{path}' -WhatIf").Good();
        Assert.Contains(plan, static step => (string)step.Properties["Step"].Value == "node-group-web");
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation.StartsWith("Create", StringComparison.Ordinal));

        PSObject cluster = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}'").Good());
        Assert.Equal("shop ACTIVE", $"{cluster.Properties["Name"].Value} {cluster.Properties["Status"].Value}");
        Assert.Contains("cluster/shop", await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Contains("vpc 10.4.0.0/16 vpc", inventory);
        Assert.Equal(3, inventory.Count(static line => line.StartsWith("instance", StringComparison.Ordinal)));

        // The same again finds everything; so does what is exported.
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good());
        Assert.True((bool)Assert.Single(rehearsal.Session.Run($"[System.IO.FileInfo]::new('{path}') | Compare-EksCluster -Quiet").Good()).BaseObject);
        Answer export = rehearsal.Session.Run($"Export-EksCluster shop -Path '{rehearsal.Folder}' -PassThru");
        string exported = Assert.IsType<FileInfo>(Assert.Single(export.Good()).BaseObject).FullName;
        Assert.Equal(Path.Combine(rehearsal.Folder, "shop.yaml"), exported);
        Assert.Empty(export.Warnings);
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{exported}' -IncludeDesiredSize").Good());
        Answer again = rehearsal.Session.Run($"New-EksCluster -Path '{exported}' -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
        Assert.Equal(inventory, await Inventory.ReadAsync(rehearsal.Sandbox));

        // A cluster made from what was exported is exported as the same, but for its name.
        string twin = (await File.ReadAllTextAsync(exported, TestContext.Current.CancellationToken)).Replace("name: shop", "name: twin", StringComparison.Ordinal);
        rehearsal.Session.Run($"New-EksCluster -Path '{Write(rehearsal, "twin.yaml", twin)}' -NoKubeconfig").Good();
        Assert.Equal(twin, (string)Assert.Single(rehearsal.Session.Run("Export-EksCluster twin").Good()).BaseObject);
    }

    [Theory]
    [InlineData("""
        kubernetesNetworkConfig: {serviceIPv4CIDR: 10.100.0.0/16}
        vpc: {nat: {gateway: Disable}, clusterEndpoints: {publicAccess: true, privateAccess: true}, publicAccessCIDRs: [52.94.76.0/24]}
        upgradePolicy: {supportType: STANDARD}
        controlPlaneScalingConfig: {tier: tier-xl}
        zonalShiftConfig: {enabled: true}
        cloudWatch: {clusterLogging: {enableTypes: [audit], logRetentionInDays: 30}}
        accessConfig:
          authenticationMode: API
          accessEntries:
          - principalARN: arn:aws:iam::444455556666:role/ops
            accessPolicies: [{policyARN: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", accessScope: {type: cluster}}]
        addons: [{name: aws-ebs-csi-driver, version: latest}]
        """)]
    [InlineData("kubernetesNetworkConfig: {ipFamily: IPv6}\nmanagedNodeGroups: [{name: web, privateNetworking: true, desiredCapacity: 1}]\n")]
    [InlineData("privateCluster: {enabled: true, additionalEndpointServices: [autoscaling]}\n")]
    [InlineData("autoModeConfig: {enabled: true}\n")]
    [InlineData("fargateProfiles: [{name: batch, selectors: [{namespace: batch, labels: {run: fargate}}], tags: {part: batch}}]\n")]
    [InlineData("""
        managedNodeGroups:
        - name: web
          instanceTypes: [m5.large, m5a.large]
          privateNetworking: true
          desiredCapacity: 1
          maxSize: 3
          volumeSize: 60
          volumeIOPS: 4000
          volumeThroughput: 250
          volumeEncrypted: true
          maxPodsPerNode: 40
          disablePodIMDS: true
          labels: {tier: web}
          taints: [{key: web, value: "true", effect: NoSchedule}]
          tags: {part: web}
          updateConfig: {maxUnavailablePercentage: 30}
          nodeRepairConfig: {enabled: true}
        - {name: outer, amiFamily: Bottlerocket, desiredCapacity: 1, volumeSize: 40}
        """)]
    [InlineData("vpc: {nat: {gateway: Disable}}\naddonsConfig: {disableDefaultAddons: true}\naddons: [{name: kube-proxy}]\n")]
    public async Task Options_come_back_as_they_were_said(string yaml)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "demo.yaml", $"apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {{name: demo, region: us-west-2}}\n{yaml}");
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        Assert.Equal(string.Empty, string.Join("\n", rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good().Select(static one => $"{one}")));
        string text = (string)Assert.Single(rehearsal.Session.Run("Export-EksCluster demo").Good()).BaseObject;
        string exported = Write(rehearsal, "exported.yaml", text);
        Assert.Equal(string.Empty, string.Join("\n", rehearsal.Session.Run($"Compare-EksCluster '{exported}' -IncludeDesiredSize").Good().Select(static one => $"{one}")));
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster -Path '{exported}' -NoKubeconfig").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_changed_file_is_refused_and_shown_as_drift()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", Shop.Replace("- name: batch", "- name: other", StringComparison.Ordinal));
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        string changed = Write(rehearsal, "changed.yaml", Shop
            .Replace("maxSize: 4", "maxSize: 6", StringComparison.Ordinal)
            .Replace("cloudWatch: {clusterLogging: {enableTypes: [api, audit]}}", "zonalShiftConfig: {enabled: false}", StringComparison.Ordinal)
            .Replace("privateAccess: true", "privateAccess: false", StringComparison.Ordinal)
            .Replace("{team: shop}", "{team: web}", StringComparison.Ordinal));
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{changed}' -NoKubeconfig").Errors);
        Assert.StartsWith("ClusterParametersDiffer", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-LogType is 'api audit', not ''", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-EndpointAccess is 'PublicAndPrivate', not 'Public'", error.Exception.Message, StringComparison.Ordinal);

        IReadOnlyList<PSObject> drift = rehearsal.Session.Run($"Compare-EksCluster '{changed}'").Good();
        Assert.Equal(
            [
                "7 metadata.tags.team web shop Set-EksCluster shop -Tag @{ 'team' = 'web' } -Region us-west-2",
                "12 vpc.clusterEndpoints.privateAccess false true Set-EksCluster shop -EndpointAccess Public -PublicAccessCidr 0.0.0.0/0 -Region us-west-2",
                "15 managedNodeGroups[other] - present aws eks delete-nodegroup --cluster-name shop --nodegroup-name other --region us-west-2",
                "20 managedNodeGroups[web].maxSize 6 4 aws eks update-nodegroup-config --cluster-name shop --nodegroup-name web --scaling-config 'minSize=1,maxSize=6,desiredSize=2' --region us-west-2",
                "22 managedNodeGroups[batch] present - -",
                "1 cloudWatch.clusterLogging.enableTypes - api, audit Set-EksCluster shop -LogType @() -Region us-west-2",
            ],
            drift.Select(static one => $"{one.Properties["Line"].Value} {one.Properties["Where"].Value} {one.Properties["Expected"].Value ?? "-"} {one.Properties["Actual"].Value ?? "-"} {one.Properties["Fix"].Value ?? "-"}").OrderBy(static line => line.StartsWith("1 ", StringComparison.Ordinal)));
        Assert.False((bool)Assert.Single(rehearsal.Session.Run($"Compare-EksCluster '{changed}' -Quiet").Good()).BaseObject);
        string table = rehearsal.Session.Show($"Compare-EksCluster '{changed}'");
        Assert.Contains("managedNodeGroups[web].maxSize", table, StringComparison.Ordinal);

        // The commands do what they say.
        foreach (string fix in drift.Select(static one => one.Properties["Fix"].Value).OfType<string>().Where(static fix => fix.StartsWith("Set-", StringComparison.Ordinal)))
            rehearsal.Session.Run(fix).Good();
        Assert.All(rehearsal.Session.Run($"Compare-EksCluster '{changed}'").Good(), static one => Assert.StartsWith("managedNodeGroups", (string)one.Properties["Where"].Value, StringComparison.Ordinal));

        // Many clusters against one file, whose own name does not count.
        Assert.Contains(rehearsal.Session.Run($"Get-EksCluster | Compare-EksCluster -Path '{changed}'").Good(), static one => (string)one.Properties["ClusterName"].Value == "shop");
    }

    [Fact]
    public async Task Node_counts_within_their_limits_are_no_drift_unless_asked()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", Shop);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        string moved = Write(rehearsal, "moved.yaml", Shop.Replace("desiredCapacity: 2", "desiredCapacity: 3", StringComparison.Ordinal));
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{moved}'").Good());
        Assert.Equal("managedNodeGroups[web].desiredCapacity", Assert.Single(rehearsal.Session.Run($"Compare-EksCluster '{moved}' -IncludeDesiredSize").Good()).Properties["Where"].Value);
    }

    [Fact]
    public async Task Problems_of_a_file_are_told_at_once_before_any_call()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "bad.yaml", Shop + "\n  ami: ami-1\nkarpenter: {version: v1}\ncloudwatch: {}\n");
        foreach (string command in (string[])[$"New-EksCluster -Path '{path}'", $"Compare-EksCluster '{path}'"])
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run(command).Errors);
            Assert.StartsWith("InvalidClusterFile", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
            Assert.Contains("has 3 problems", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("line 30, column 1: cloudwatch is not a field of a ClusterConfig. Did you mean cloudWatch?", error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(path, (string)error.TargetObject);
        }

        IReadOnlyList<PSObject> lines = rehearsal.Session.Run($"try {{ New-EksCluster -Path '{path}' -ErrorAction Stop }} catch {{ $_.Exception.Data['Problems'].Line }}").Good();
        Assert.Equal([28, 29, 30], lines.Select(static line => (int)line.BaseObject));
        Assert.Empty(rehearsal.Sandbox.Requests);
    }

    [Theory]
    [InlineData("New-EksCluster -Path absent.yaml", "ClusterFileNotFound")]
    [InlineData("New-EksCluster -Path $file -Region eu-west-1", "RegionDiffersFromFile")]
    [InlineData("New-EksCluster -Path $file -NodeCount 3", "ParameterBesideFile")]
    [InlineData("New-EksCluster shop -Path $file", "ParameterBesideFile")]
    [InlineData("New-EksCluster -Path $file -Repair", "ParameterBesideFile")]
    [InlineData("New-EksCluster -NodeCount 3", "ClusterNameMissing")]
    [InlineData("Compare-EksCluster absent.yaml", "ClusterFileNotFound")]
    [InlineData("Compare-EksCluster absent-*.yaml", "ClusterFileNotFound")]
    [InlineData("Compare-EksCluster $file -Region eu-west-1", "RegionDiffersFromFile")]
    [InlineData("Compare-EksCluster $file", "ClusterNotFound")]
    [InlineData("Export-EksCluster absent", "ClusterNotFound")]
    public async Task What_is_not_there_or_contradicts_is_one_error(string command, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", Shop);
        Answer answer = rehearsal.Session.Run($"$file = '{path}'; {command}");
        ErrorRecord error = answer.Thrown is RuntimeException thrown ? thrown.ErrorRecord : Assert.Single(answer.Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(answer.Output);
        if (command.StartsWith("Compare", StringComparison.Ordinal))
            Assert.False((bool)Assert.Single(rehearsal.Session.Run($"$file = '{path}'; {command} -Quiet -ErrorAction SilentlyContinue").Output).BaseObject);
    }

    [Fact]
    public async Task A_cluster_that_others_made_is_exported_with_its_subnets_and_its_notes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoKubeconfig; Add-EksIamMapping demo arn:aws:iam::444455556666:role/dev -Group devs").Good();
        await ForeignCluster.UntagAsync(rehearsal.Sandbox, "demo");
        Answer answer = rehearsal.Session.Run("Get-EksCluster demo | Export-EksCluster");
        string text = (string)Assert.Single(answer.Good()).BaseObject;
        foreach (string subnet in subnets)
            Assert.Contains($"id: {subnet}", text, StringComparison.Ordinal);
        Assert.Contains("cidr: '10.9.0.0/16'", text.Replace('"', '\''), StringComparison.Ordinal);
        Assert.Contains("Add-EksIamMapping demo arn:aws:iam::444455556666:role/dev -Group devs", text, StringComparison.Ordinal);
        Assert.Contains(answer.Warnings, static warning => warning.Contains("role/dev", StringComparison.Ordinal));
        Assert.Contains("instanceRoleARN: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subnets_of_a_file_are_held_against_EC2_before_anything_is_made()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        string File(string vpc, string zone) => Write(rehearsal, "demo.yaml", $$$"""
            apiVersion: eksctl.io/v1alpha5
            kind: ClusterConfig
            metadata: {name: demo, region: us-west-2}
            vpc:
              {{{vpc}}}
              subnets:
                private:
                  us-west-2a: {id: {{{subnets[0]}}}, cidr: 10.9.0.0/20}
                  {{{zone}}}: {id: {{{subnets[1]}}}}
            managedNodeGroups:
            - {name: web, privateNetworking: true, desiredCapacity: 1}
            """);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{File("cidr: 10.0.0.0/16", "us-west-2c")}'").Errors);
        Assert.StartsWith("InvalidClusterFile", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("vpc.subnets.private.us-west-2c is in zone us-west-2b, not us-west-2c.", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("10.9.0.0/16, not 10.0.0.0/16", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));

        string good = File("cidr: 10.9.0.0/16", "us-west-2b");
        rehearsal.Session.Run($"New-EksCluster -Path '{good}' -NoKubeconfig").Good();
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{good}'").Good());
        string exported = (string)Assert.Single(rehearsal.Session.Run("Export-EksCluster demo").Good()).BaseObject;
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{Write(rehearsal, "exported.yaml", exported)}'").Good());
        rehearsal.Session.Run($"New-EksCluster -Path '{Path.Combine(rehearsal.Folder, "exported.yaml")}' -NoKubeconfig").Good();
    }

    [Fact]
    public async Task Files_are_replaced_only_when_allowed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("'a', 'b' | ForEach-Object { New-EksCluster $_ -NoNodeGroup -NatGateway None -NoKubeconfig }").Good();
        string path = Write(rehearsal, "a.yaml", "mine");
        Assert.StartsWith("ClusterFileExists", Assert.Single(rehearsal.Session.Run($"Export-EksCluster a -Path '{path}' -NoClobber").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        rehearsal.Session.Run($"Export-EksCluster a -Path '{path}' -WhatIf").Good();
        Assert.Equal("mine", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.StartsWith("ClusterFileExists", Assert.Single(rehearsal.Session.Run($"'a', 'b' | Export-EksCluster -Path '{path}'").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("name: a", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(2, rehearsal.Session.Run($"'a', 'b' | Export-EksCluster -Path '{rehearsal.Folder}' -PassThru").Good().Count);
        Assert.True(File.Exists(Path.Combine(rehearsal.Folder, "b.yaml")));
    }

    private static string Write(Rehearsal rehearsal, string name, string text)
    {
        string path = Path.Combine(rehearsal.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
