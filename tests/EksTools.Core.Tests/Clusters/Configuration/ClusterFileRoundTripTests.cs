using System.Text.Json;
using CsCheck;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Configuration;
using EksTools.Core.Clusters.Configuration.Live;
using EksTools.Nodes;

namespace EksTools.Core.Tests.Clusters.Configuration;

/// <summary>What is written is read again as the same, whatever it is; and eksctl's schema knows every field of it.</summary>
public sealed class ClusterFileRoundTripTests
{
    private const string Variable = "EKSTOOLS_EKSCTL_SOURCE";

    private static readonly Gen<string> Settings = OneOf("{}", """{"a": "it's", "b": ["x: y", 1.5, true]}""", "a: 'shöp \\'\nb: |\n  # - two\n  lines\n", "\"4711\": yes\n", "a: ~");
    private static readonly Gen<IReadOnlyDictionary<string, string>> Labels = Gen.Dictionary(OneOf("a", "b.c/d", "owner", "1", "true"), OneOf("1", "x", "true", "1.34"))[0, 3].Select(static table => (IReadOnlyDictionary<string, string>)table);
    private static readonly Gen<IReadOnlyDictionary<string, string>> Tags = Gen.Dictionary(OneOf("a", "b/c", "owner"), OneOf("1", "x", "true", "a: b"))[0, 3].Select(static table => (IReadOnlyDictionary<string, string>)table);

    private static readonly Gen<NodeGroupOptions> Group =
        from types in OneOf<string[]>(["m5.large"], ["c6i.large", "m6i.large"])
        from ami in OneOf(null, "BOTTLEROCKET_x86_64", "BOTTLEROCKET_x86_64_FIPS")
        from min in Gen.Int[0, 3]
        from more in Gen.Int[0, 3]
        from most in Gen.Int[1, 3]
        from flags in Gen.Bool.Array[5]
        from disk in Gen.Int[20, 200]
        from volume in OneOf("gp3", "gp2", "io2")
        from pods in OneOf<int?>(null, 58)
        from update in Gen.Int[0, 2]
        from labels in Labels
        from tags in Tags
        from taints in OneOf<string[]>([], ["spot=true:NoSchedule"], ["x:NoExecute", "y/z=a:PreferNoSchedule"])
        from zones in OneOf<string[]>([], ["us-west-2a"])
        from ssh in Gen.Int[0, 3]
        select new NodeGroupOptions
        {
            Name = "group",
            InstanceType = types,
            AmiType = ami,
            MinSize = min,
            DesiredSize = min + more,
            MaxSize = min + more + most,
            CapacityType = flags[0] ? "SPOT" : null,
            DiskSize = disk,
            VolumeType = volume,
            VolumeIops = volume == "io2" ? 3000 : null,
            VolumeThroughput = volume == "gp3" && flags[1] ? 300 : null,
            VolumeEncrypted = flags[1] ? true : null,
            VolumeKmsKeyId = flags[1] && flags[2] ? "alias/disk" : null,
            Label = labels,
            Taint = taints,
            ResourceTags = tags,
            Zone = zones,
            PublicSubnet = flags[3],
            MaxPods = pods,
            DisablePodImds = flags[4],
            SshKeyName = ssh > 0 ? "ops" : null,
            SshFromVpc = ssh == 1 && !flags[3],
            SshSourceCidr = ssh == 1 && flags[3] ? ["0.0.0.0/0", "::/0"] : [],
            SshSourceSecurityGroupId = ssh == 2 ? ["sg-0a1b2c3d"] : [],
            SecurityGroupId = flags[0] ? ["sg-0a1b2c3e"] : [],
            NodeRepair = flags[2],
            MaxUnavailable = update == 1 ? 2 : null,
            MaxUnavailablePercentage = update == 2 ? 25 : null,
        };

    private static readonly Gen<NewClusterRequest> Request =
        from groups in Group.Array[0, 3]
        from flags in Gen.Bool.Array[10]
        from access in OneOf(EndpointAccessMode.Public, EndpointAccessMode.Private, EndpointAccessMode.PublicAndPrivate)
        from nat in OneOf(NatGatewayMode.Single, NatGatewayMode.PerZone, NatGatewayMode.None)
        from logs in OneOf<string[]>([], ["api"], ["api", "audit", "scheduler"])
        from settings in Settings
        from value in OneOf("shop", "4711", "true", "1.34", "a:b")
        select new NewClusterRequest
        {
            Name = "demo",
            IsComplete = true,
            KubernetesVersion = flags[0] ? "1.34" : null,
            ResourceTags = flags[1] ? new Dictionary<string, string> { ["team"] = value, ["x"] = "y" } : new Dictionary<string, string>(),
            VpcCidr = flags[2] ? "10.4.0.0/16" : null,
            NatGateway = nat,
            Zone = flags[3] ? ["us-west-2a", "us-west-2b"] : [],
            ServiceCidr = flags[5] ? "10.100.0.0/16" : null,
            EndpointAccess = access,
            PublicAccessCidr = access == EndpointAccessMode.PublicAndPrivate && flags[6] ? ["52.94.76.0/24"] : [],
            LogType = logs,
            LogRetention = logs.Length > 0 && flags[7] ? 30 : null,
            KmsKeyArn = flags[8] ? "arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-0000-000000000000" : null,
            SupportType = flags[9] ? "STANDARD" : null,
            ControlPlaneTier = flags[0] ? "tier-xl" : null,
            ZonalShift = flags[1],
            AuthenticationMode = flags[2] ? "API" : "API_AND_CONFIG_MAP",
            NoCreatorAdmin = flags[3] && flags[4],
            AdministratorArn = flags[4] ? ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:user/b"] : [],
            ClusterRoleArn = flags[5] ? "arn:aws:iam::111122223333:role/control" : null,
            NodeRoleArn = flags[6] && groups.Length > 0 ? "arn:aws:iam::111122223333:role/nodes" : null,
            PermissionsBoundary = flags[7] && !flags[5] ? "arn:aws:iam::111122223333:policy/bound" : null,
            NodeGroup = [.. groups.Select(static (one, index) => one with { Name = $"group{index}" })],
            NoNodeGroup = groups.Length == 0,
            FargateProfile = flags[8] ? [new FargateProfileOptions { Name = "batch", Selector = [new FargateSelector { Namespace = "batch-*", Label = new Dictionary<string, string> { ["run"] = "true" } }] }] : [],
            AddOn = flags[9] ? [new AddonOptions { Name = "aws-ebs-csi-driver", Version = "latest", ConfigurationValues = settings, ResolveConflicts = "OVERWRITE" }] : [],
            NoAddOn = flags[0] && groups.Length == 0,
        };

    [Fact]
    public void What_is_written_is_read_as_the_same() => Request.Sample(
        static request =>
        {
            string text = ClusterFileWriter.Write(new LiveCluster(request, "us-west-2", null, [new LiveNote("a\nb: [", "c\u0085d")]) { DefaultAddons = ["coredns v1"] });
            ClusterFile file = ClusterFileReader.Read(text, "demo.yaml");
            Assert.Equal("us-west-2", file.Region);
            Assert.Equal(SaidParameters.Read(request).OrderBy(static pair => pair.Key, StringComparer.Ordinal), SaidParameters.Read(file.Request).OrderBy(static pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(request.ResourceTags.OrderBy(static pair => pair.Key, StringComparer.Ordinal), file.Request.ResourceTags.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
            Assert.Empty(ClusterComparison.Compare(file, new LiveCluster(request, "us-west-2", null, []) { AddonVersions = Versions(request) }, new ClusterComparisonOptions(IncludeDesiredSize: true)));
        },
        iter: 300);

    [Fact]
    public void The_schema_of_eksctl_knows_every_field_that_is_written()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(folder is not null, $"{Variable} names no checkout of eksctl.");
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, "pkg/apis/eksctl.io/v1alpha5/assets/schema.json")));
        JsonElement kinds = schema.RootElement.GetProperty("definitions");
        Request.Sample(
            request =>
            {
                string text = ClusterFileWriter.Write(new LiveCluster(request, "us-west-2", null, []));
                object tree = new YamlDotNet.Serialization.DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(text);
                Require(tree, kinds.GetProperty("ClusterConfig"), kinds, "ClusterConfig");
            },
            iter: 50);
    }

    private static Dictionary<string, string> Versions(NewClusterRequest request) =>
        (request.NoAddOn ? [] : (string[])["vpc-cni", "kube-proxy", "coredns", "metrics-server"]).Concat(request.AddOn.Select(static addon => addon.Name)).ToDictionary(static name => name, static _ => "v1.0.0-eksbuild.1");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>Fields and scalars' types, as far as JSON Schema says them without anyOf.</summary>
    private static void Require(object? value, JsonElement kind, JsonElement kinds, string path)
    {
        if (kind.TryGetProperty("$ref", out JsonElement reference))
        {
            Require(value, kinds.GetProperty(reference.GetString()!["#/definitions/".Length..].Replace("~1", "/", StringComparison.Ordinal)), kinds, path);
            return;
        }

        if (kind.TryGetProperty("enum", out JsonElement words))
        {
            Assert.True(words.EnumerateArray().Any(word => word.GetString() == $"{value}"), $"{path}: {value}");
        }

        string? type = kind.TryGetProperty("type", out JsonElement said) ? said.GetString() : null;
        switch (value)
        {
            case IDictionary<object, object> map when kind.TryGetProperty("properties", out JsonElement properties):
                foreach ((object key, object child) in map)
                {
                    Assert.True(properties.TryGetProperty($"{key}", out JsonElement property), $"{path}.{key}");
                    Require(child, property, kinds, $"{path}.{key}");
                }

                break;
            case IDictionary<object, object> map when kind.TryGetProperty("additionalProperties", out JsonElement each) && each.ValueKind == JsonValueKind.Object:
                foreach ((object key, object child) in map)
                {
                    Require(child, each, kinds, $"{path}.{key}");
                }

                break;
            case IList<object> list when kind.TryGetProperty("items", out JsonElement items):
                foreach (object item in list)
                {
                    Require(item, items, kinds, $"{path}[]");
                }

                break;
            case string when type is not null:
                Assert.Equal($"{path} string", $"{path} {type}");
                break;
            case bool when type is not null:
                Assert.Equal($"{path} boolean", $"{path} {type}");
                break;
            case sbyte or byte or short or int or long when type is not null:
                Assert.Equal($"{path} integer", $"{path} {type}");
                break;
        }
    }
}
