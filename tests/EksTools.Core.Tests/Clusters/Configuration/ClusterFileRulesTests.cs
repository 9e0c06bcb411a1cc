using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Errors;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>What fields say together is told all at once, in the file's words, at the field that it is about.</summary>
public sealed class ClusterFileRulesTests
{
    private const string Head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: demo, region: us-west-2}\n";

    [Fact]
    public void All_rules_that_are_broken_are_told_at_once_in_the_words_of_the_file()
    {
        EksClusterFileProblem[] problems = Problems("""
            cloudWatch: {clusterLogging: {logRetentionInDays: 31}}
            accessConfig: {authenticationMode: CONFIG_MAP, bootstrapClusterCreatorAdminPermissions: false}
            autoModeConfig: {enabled: true}
            vpc:
              cidr: 10.0.0.0/8
              publicAccessCIDRs: [10.0.0.0/24]
            kubernetesNetworkConfig: {ipFamily: IPv6, serviceIPv4CIDR: 10.100.0.0/16}
            managedNodeGroups:
            - name: web
              maxPodsPerNode: -1
              minSize: 3
              maxSize: 900
              volumeType: gp2
              volumeIOPS: 4000
              taints: [{key: a, effect: NoSchedule}, {key: a, value: b, effect: NoSchedule}]
            - name: default
              volumeSize: 5
              instanceType: m5large
              volumeThroughput: 900
              updateConfig: {maxUnavailable: 0}
            - {name: win, amiFamily: WindowsServer2022CoreContainer, disablePodIMDS: true, ssh: {publicKeyName: ops}}
            fargateProfiles:
            - {name: eks-a, selectors: [{namespace: Bad_One}]}
            addons: [{name: coredns, configurationValues: "- a"}]
            """);
        Assert.Equal(
            [
                "4:31 cloudWatch.clusterLogging.logRetentionInDays: cloudWatch.clusterLogging.logRetentionInDays 31 is not a number of days that CloudWatch Logs takes.",
                "4:31 cloudWatch.clusterLogging.logRetentionInDays: cloudWatch.clusterLogging.logRetentionInDays says how long logs are kept, and cloudWatch.clusterLogging.enableTypes names none.",
                "5:48 accessConfig.bootstrapClusterCreatorAdminPermissions: accessConfig.bootstrapClusterCreatorAdminPermissions: false would leave nobody who administers the cluster.",
                "6:18 autoModeConfig.enabled: autoModeConfig.enabled: true needs access entries, by which its nodes join, and accessConfig.authenticationMode CONFIG_MAP has none.",
                "8:3 vpc.cidr: vpc.cidr '10.0.0.0/8' has a length of /8; a cluster's VPC is /16 to /24.",
                "9:3 vpc.publicAccessCIDRs: vpc.publicAccessCIDRs '10.0.0.0/24' is a range of reserved addresses, from which nobody comes over the internet.",
                "10:43 kubernetesNetworkConfig.serviceIPv4CIDR: kubernetesNetworkConfig.serviceIPv4CIDR and kubernetesNetworkConfig.ipFamily IPv6 contradict each other: Services have IPv6 addresses then, of a range that EKS chooses.",
                "13:3 managedNodeGroups[web].maxPodsPerNode: managedNodeGroups[web]: maxPodsPerNode -1 is less than one.",
                "17:3 managedNodeGroups[web].volumeIOPS: managedNodeGroups[web]: volumeIOPS cannot be said for a volume of type gp2.",
                "18:3 managedNodeGroups[web].taints: managedNodeGroups[web]: two taints have the key a and the same effect.",
                "20:3 managedNodeGroups[default].volumeSize: managedNodeGroups[default].volumeSize 5 is out of range: 20 to 65536 GiB.",
                "21:3 managedNodeGroups[default].instanceType: managedNodeGroups[default].instanceTypes 'm5large' is not an EC2 instance type.",
                "22:3 managedNodeGroups[default].volumeThroughput: managedNodeGroups[default]: volumeThroughput 900 needs 3600 I/O operations per second, and the volume has 3000.",
                "23:18 managedNodeGroups[default].updateConfig.maxUnavailable: managedNodeGroups[default]: updateConfig.maxUnavailable 0 is out of range: 1 to 100.",
                "24:58 managedNodeGroups[win].disablePodIMDS: managedNodeGroups[win]: disablePodIMDS does nothing on Windows: its pods reach the metadata service without a hop.",
                "24:80 managedNodeGroups[win].ssh.allow: managedNodeGroups[win]: ssh.allow opens port 22, at which no node with Windows listens.",
                "26:3 fargateProfiles[eks-a]: fargateProfiles[eks-a]: 'eks-a' cannot be the name of a Fargate profile.",
                "26:3 fargateProfiles[eks-a]: fargateProfiles[eks-a]: 'Bad_One' is no namespace that a selector can have.",
                "27:10 addons[coredns]: addons[coredns]: configurationValues of the add-on coredns cannot be read: it is no mapping.",
            ],
            problems.Select(static problem => $"{problem.Line}:{problem.Column} {problem.Field}: {problem.Message}"));
        Assert.DoesNotContain(problems, static problem => $"{problem}".Contains(" -", StringComparison.Ordinal) && !$"{problem}".Contains("-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_are_told_with_what_could_not_be_read_but_not_of_the_same_part()
    {
        EksClusterFileProblem[] problems = Problems("managedNodeGroups:\n- {name: a, maxSize: many, desiredCapacity: 900}\n- {name: b, volumeSize: 5}\ncloudWatch: {clusterLogging: {logRetentionInDays: 30}}\nkarpenter: {version: v1}\n");
        Assert.Equal(["managedNodeGroups[a].maxSize", "managedNodeGroups[b].volumeSize", "cloudWatch.clusterLogging.logRetentionInDays", "karpenter"], problems.Select(static problem => problem.Field));
    }

    [Fact]
    public void Advice_is_in_the_words_of_the_file_too()
    {
        EksClusterFileProblem problem = Assert.Single(Problems("vpc: {publicAccessCIDRs: [52.94.76.0/24]}\nmanagedNodeGroups: [{name: a}]\n"));
        Assert.Equal("Say vpc.clusterEndpoints with publicAccess: true and privateAccess: true: nodes then come by the private endpoint.", problem.Advice);
    }

    private static EksClusterFileProblem[] Problems(string yaml) =>
        Assert.IsType<EksClusterFileProblem[]>(Assert.Throws<EksToolsException>(() => ClusterFileReader.Read(Head + yaml, "cluster.yaml")).Data["Problems"]);
}
