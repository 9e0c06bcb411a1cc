using System.Text.Json;
using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Errors;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>
/// Reads the examples of eksctl itself, and holds our fields against its schema. EKSTOOLS_EKSCTL_SOURCE names a checkout of eksctl-io/eksctl; nothing of it
/// is kept here.
/// </summary>
public sealed class EksctlExamplesTests
{
    private const string Variable = "EKSTOOLS_EKSCTL_SOURCE";

    [Fact]
    public void Every_example_is_read_or_refused_for_fields_that_it_has()
    {
        string[] files = Directory.GetFiles(Path.Combine(Source(), "examples"), "*.yaml");
        Assert.NotEmpty(files);
        List<string> read = [], refused = [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file), text = File.ReadAllText(file);
            try
            {
                ClusterFileReader.Read(text, name);
                read.Add(name);
            }
            catch (EksToolsException exception)
            {
                EksClusterFileProblem[] problems = Assert.IsType<EksClusterFileProblem[]>(exception.Data["Problems"]);
                Assert.DoesNotContain(problems, static problem => problem.Message.Contains("is not a field of", StringComparison.Ordinal));
                refused.Add($"{name}:{string.Concat(problems.Select(static problem => $"\n    {problem}"))}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{files.Length} examples, {read.Count} read, {refused.Count} refused.\nRead: {string.Join(", ", read)}\nRefused:\n{string.Join('\n', refused)}");
        Assert.NotEmpty(read);
    }

    /// <summary>The schema's kinds that we read, and where each stands.</summary>
    private static readonly (string Kind, string Place)[] Kinds =
    [
        ("ClusterConfig", ""),
        ("ClusterMeta", "metadata"),
        ("ClusterVPC", "vpc"),
        ("ClusterNAT", "vpc nat"),
        ("ClusterEndpoints", "vpc clusterEndpoints"),
        ("ClusterSubnets", "vpc subnets"),
        ("AZSubnetSpec", "vpc subnets private us-west-2a"),
        ("KubernetesNetworkConfig", "kubernetesNetworkConfig"),
        ("PrivateCluster", "privateCluster"),
        ("ClusterIAM", "iam"),
        ("AccessConfig", "accessConfig"),
        ("AccessEntry", "accessConfig accessEntries -"),
        ("AccessPolicy", "accessConfig accessEntries - accessPolicies -"),
        ("AccessScope", "accessConfig accessEntries - accessPolicies - accessScope"),
        ("AddonsConfig", "addonsConfig"),
        ("Addon", "addons -"),
        ("AutoModeConfig", "autoModeConfig"),
        ("ClusterCloudWatch", "cloudWatch"),
        ("ClusterCloudWatchLogging", "cloudWatch clusterLogging"),
        ("SecretsEncryption", "secretsEncryption"),
        ("UpgradePolicy", "upgradePolicy"),
        ("ControlPlaneScalingConfig", "controlPlaneScalingConfig"),
        ("ZonalShiftConfig", "zonalShiftConfig"),
        ("ManagedNodeGroup", "managedNodeGroups -"),
        ("NodeGroupIAM", "managedNodeGroups - iam"),
        ("NodeGroupIAMAddonPolicies", "managedNodeGroups - iam withAddonPolicies"),
        ("NodeGroupSSH", "managedNodeGroups - ssh"),
        ("NodeGroupSGs", "managedNodeGroups - securityGroups"),
        ("NodeGroupTaint", "managedNodeGroups - taints -"),
        ("NodeGroupUpdateConfig", "managedNodeGroups - updateConfig"),
        ("NodeGroupNodeRepairConfig", "managedNodeGroups - nodeRepairConfig"),
        ("FargateProfile", "fargateProfiles -"),
        ("FargateProfileSelector", "fargateProfiles - selectors -"),
    ];

    [Fact]
    public void Every_field_of_the_schema_is_known()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Source(), "pkg/apis/eksctl.io/v1alpha5/assets/schema.json")));
        Assert.All(Kinds, kind => RequireKnown(schema, kind.Kind, kind.Place));
    }

    private static void RequireKnown(JsonDocument schema, string kind, string place)
    {
        string[] fields = [.. schema.RootElement.GetProperty("definitions").GetProperty(kind).GetProperty("properties").EnumerateObject().Select(static property => property.Name)];
        Assert.NotEmpty(fields);
        string inner = $"{{{string.Join(", ", fields.Append("noSuchField").Where(field => kind != "ClusterConfig" || field is not ("apiVersion" or "kind" or "metadata")).Select(static field => $"{field}: null"))}}}";
        foreach (string step in place.Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse())
            inner = step == "-" ? $"[{inner}]" : $"{{{step}: {inner}}}";
        string head = "apiVersion: eksctl.io/v1alpha5, kind: ClusterConfig, " + (kind == "ClusterMeta" ? string.Empty : "metadata: {name: demo}, ");
        EksToolsException refusal = Assert.Throws<EksToolsException>(() => ClusterFileReader.Read($"{{{head}{inner[1..]}", "cluster.yaml"));
        string[] unknown = [.. Assert.IsType<EksClusterFileProblem[]>(refusal.Data["Problems"]).Where(static problem => problem.Message.Contains("is not a field of", StringComparison.Ordinal)).Select(static problem => problem.Field)];
        Assert.EndsWith("noSuchField", Assert.Single(unknown), StringComparison.Ordinal);
    }

    private static string Source()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(folder is not null, $"{Variable} names no checkout of eksctl.");
        return folder!;
    }
}
