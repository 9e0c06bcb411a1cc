using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <content>What New-EksCluster -Path tells is in the words of the file, and what it tells to run runs.</content>
public sealed partial class ClusterFileTests
{
    [Fact]
    public async Task What_stands_beside_a_file_is_named_with_its_field()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", Shop);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NodeCount 3 -LogType api -NoKubeconfig -WhatIf").Errors);
        Assert.Equal("-NodeCount, -LogType cannot be said beside -Path: the file describes the cluster.", error.Exception.Message);
        Assert.Equal($"Leave them out, and write managedNodeGroups[].desiredCapacity, cloudWatch.clusterLogging.enableTypes in {path}.", error.ErrorDetails.RecommendedAction);
        Assert.Empty(rehearsal.Sandbox.Requests);
        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -Region us-west-2 -DeletionProtection -RolePath /a/ -KubeconfigPath k.yaml -NoWait -Timeout 01:00:00 -Verbose:$false -WhatIf").Good();
    }

    [Fact]
    public async Task What_AWS_tells_to_be_wrong_is_told_in_the_words_of_the_file()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string path = Write(rehearsal, "shop.yaml", $"{Shop[..Shop.IndexOf("- name: batch", StringComparison.Ordinal)]}  amiFamily: WindowsServer2022CoreContainer\n");
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -WhatIf").Errors);
        Assert.Equal($"{path}, line 16: managedNodeGroups[web] has Windows, and the cluster has nowhere to run coredns, which its nodes need too.", error.Exception.Message);
        Assert.Equal("Add a node group with Linux, autoModeConfig.enabled: true, or a Fargate profile for the namespace kube-system.", error.ErrorDetails.RecommendedAction);
        path = Write(rehearsal, "shop.yaml", Shop.Replace("version: \"1.34\"", "version: \"1.17\"", StringComparison.Ordinal));
        error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -WhatIf").Errors);
        Assert.Equal($"{path}, line 6: EKS does not offer Kubernetes 1.17 in us-west-2.", error.Exception.Message);
    }

    [Fact]
    public async Task What_a_refusal_says_to_run_afterwards_runs()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await iam.CreateRoleAsync("there");
        string path = Write(rehearsal, "demo.yaml", $$$"""
            apiVersion: eksctl.io/v1alpha5
            kind: ClusterConfig
            metadata: {name: demo, region: us-west-2}
            vpc: {nat: {gateway: Disable}}
            iam:
              serviceAccounts:
              - {metadata: {name: reader, namespace: default}, attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"], tags: {team: "it's"}}
              - {metadata: {name: lb, namespace: kube-system}, wellKnownPolicies: {awsLoadBalancerController: true, externalDNS: true}, roleName: lb, roleOnly: true}
              - metadata: {name: own}
                attachPolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["s3:Get*"], Resource: "*"}]}
              - {metadata: {name: given}, attachRoleARN: "{{{role}}}"}
              podIdentityAssociations:
              - {namespace: default, serviceAccountName: pods, permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}
              - {namespace: default, serviceAccountName: others, roleARN: "{{{role}}}", targetRoleARN: "arn:aws:iam::444455556666:role/b"}
            iamIdentityMappings:
            - {arn: "{{{role}}}", username: "it's", groups: [ops, "a b"]}
            - {account: "444455556666"}
            accessConfig:
              accessEntries:
              - {principalARN: "{{{role}}}", accessPolicies: [{policyARN: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", accessScope: {type: namespace, namespaces: [default, "dev-*"]}}]}
            addons:
            - {name: aws-ebs-csi-driver, wellKnownPolicies: {ebsCSIController: true}}
            - {name: aws-efs-csi-driver, attachPolicyARNs: ["arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy"]}
            """);
        object problems = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}'").Errors).Exception.Data["Problems"]!;
        string[] commands = [.. ((System.Collections.IEnumerable)problems).Cast<object>().Select(static problem => new PSObject(problem).Properties["Advice"].Value.ToString()!).Select(static advice => System.Text.RegularExpressions.Regex.Match(advice, "(?:run|with) ((?:New|Add)-Eks.*?) when the cluster is there").Groups[1].Value)];
        Assert.Equal(11, commands.Length);
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoNodeGroup -NoKubeconfig").Good();
        foreach (string command in commands)
        {
            Assert.NotEmpty(command);
            rehearsal.Session.Run($"{command} -WhatIf").Good();
        }
    }
}
