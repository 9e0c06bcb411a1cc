using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>What New-EksCluster made in EKS, as the AWS CLI sees it.</summary>
public sealed class ClusterTests(DemoCluster demo)
{
    [Fact]
    public async Task The_cluster_is_what_the_object_says()
    {
        Assert.Equal(["demo"], (await demo.AwsAsync("eks list-clusters")).Texts("clusters"));
        JsonElement cluster = (await demo.AwsAsync("eks describe-cluster --name demo")).GetProperty("cluster");
        foreach ((string theirs, string ours) in new[]
        {
            ("name", "ClusterName"), ("arn", "Arn"), ("status", "Status"), ("version", "Version"), ("platformVersion", "PlatformVersion"), ("endpoint", "Endpoint"),
            ("roleArn", "ClusterRoleArn"), ("certificateAuthority.data", "CertificateAuthority.Data"), ("identity.oidc.issuer", "Identity.Oidc.Issuer"),
            ("resourcesVpcConfig.vpcId", "ResourcesVpcConfig.VpcId"), ("resourcesVpcConfig.clusterSecurityGroupId", "ResourcesVpcConfig.ClusterSecurityGroupId"),
            ("kubernetesNetworkConfig.serviceIpv4Cidr", "KubernetesNetworkConfig.ServiceIpv4Cidr"), ("kubernetesNetworkConfig.ipFamily", "KubernetesNetworkConfig.IpFamily"),
            ("accessConfig.authenticationMode", "AccessConfig.AuthenticationMode"),
        })
        {
            Assert.Equal((theirs, cluster.Text(theirs)), (theirs, demo.Text(ours)));
        }

        PSObject network = PSObject.AsPSObject(demo.Cluster.Properties["ResourcesVpcConfig"].Value);
        Assert.Equal(cluster.Texts("resourcesVpcConfig.subnetIds"), ((IEnumerable)network.Properties["SubnetIds"].Value).Cast<string>().Order(StringComparer.Ordinal));
        Assert.Equal(cluster.At("resourcesVpcConfig.endpointPublicAccess").GetBoolean(), network.Properties["EndpointPublicAccess"].Value);
        Assert.Equal(cluster.At("createdAt").GetDateTimeOffset(), (DateTimeOffset)demo.Cluster.Properties["CreatedAt"].Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Its_tags_are_the_callers_and_ours()
    {
        JsonElement tags = (await demo.AwsAsync("eks list-tags-for-resource --resource-arn", demo.Text("Arn"))).GetProperty("tags");
        Assert.Equal(("platform", "demo", "us-west-2"), (tags.Text("team"), tags.Text("ekstools:cluster"), tags.Text("ekstools:region")));
        IReadOnlyDictionary<string, string> ours = (IReadOnlyDictionary<string, string>)demo.Cluster.Properties["ResourceTags"].Value;
        Assert.Equal(ours.OrderBy(static tag => tag.Key, StringComparer.Ordinal), tags.EnumerateObject().Select(static tag => KeyValuePair.Create(tag.Name, tag.Value.GetString()!)).OrderBy(static tag => tag.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_node_group_stands_on_the_template_and_the_role()
    {
        Assert.Equal(["default"], (await demo.AwsAsync("eks list-nodegroups --cluster-name demo")).Texts("nodegroups"));
        JsonElement group = (await demo.AwsAsync("eks describe-nodegroup --cluster-name demo --nodegroup-name default")).GetProperty("nodegroup");
        Assert.Equal(("ACTIVE", demo.Text("Version"), 2), (group.Text("status"), group.Text("version"), group.At("scalingConfig.desiredSize").GetInt32()));
        Assert.EndsWith(":role/ekstools-demo-us-west-2-node", group.Text("nodeRole"), StringComparison.Ordinal);
        JsonElement template = await demo.AwsAsync("ec2 describe-launch-templates --launch-template-ids", group.Text("launchTemplate.id"));
        Assert.Equal([group.Text("launchTemplate.name")], template.Each("LaunchTemplates", "LaunchTemplateName"));
        JsonElement version = (await demo.AwsAsync("ec2 describe-launch-template-versions --versions", group.Text("launchTemplate.version"), "--launch-template-id", group.Text("launchTemplate.id"))).GetProperty("LaunchTemplateVersions")[0];
        Assert.Equal(("required", 2), (version.Text("LaunchTemplateData.MetadataOptions.HttpTokens"), version.At("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit").GetInt32()));
    }

    [Fact]
    public async Task The_addons_are_active_in_versions_that_are_offered()
    {
        string[] addons = (await demo.AwsAsync("eks list-addons --cluster-name demo")).Texts("addons");

        // Other tests of this cluster may have installed the agent of Pod Identity meanwhile.
        Assert.Equal(["coredns", "kube-proxy", "metrics-server", "vpc-cni"], addons.Where(static name => name != "eks-pod-identity-agent"));
        JsonElement offers = await demo.AwsAsync("eks describe-addon-versions --kubernetes-version", demo.Text("Version"));
        foreach (string name in addons)
        {
            JsonElement addon = (await demo.AwsAsync("eks describe-addon --cluster-name demo --addon-name", name)).GetProperty("addon");
            Assert.Equal((name, "ACTIVE", 0), (addon.Text("addonName"), addon.Text("status"), addon.At("health.issues").GetArrayLength()));
            JsonElement offered = Assert.Single(offers.GetProperty("addons").EnumerateArray(), offer => offer.Text("addonName") == name);
            Assert.Contains(addon.Text("addonVersion"), offered.Each("addonVersions", "addonVersion"));
        }
    }

    [Fact]
    public async Task The_creator_and_the_nodes_are_let_in()
    {
        string creator = await demo.CreatorAsync();
        string nodes = (await demo.AwsAsync("iam get-role --role-name ekstools-demo-us-west-2-node")).Text("Role.Arn");
        string[] entries = (await demo.AwsAsync("eks list-access-entries --cluster-name demo")).Texts("accessEntries");
        Assert.Contains(creator, entries);
        Assert.Contains(nodes, entries);
        Assert.Equal("STANDARD", (await demo.AwsAsync("eks describe-access-entry --cluster-name demo --principal-arn", creator)).Text("accessEntry.type"));
        Assert.Equal("EC2_LINUX", (await demo.AwsAsync("eks describe-access-entry --cluster-name demo --principal-arn", nodes)).Text("accessEntry.type"));
        JsonElement policies = await demo.AwsAsync("eks list-associated-access-policies --cluster-name demo --principal-arn", creator);
        Assert.Equal(["arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"], policies.Each("associatedAccessPolicies", "policyArn"));
    }
}
