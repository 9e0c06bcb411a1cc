using CsCheck;
using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Tests.Clusters;

/// <summary>The parameters of a cluster as the tags of its role.</summary>
public sealed class RecordedParametersTests
{
    private static readonly Gen<Dictionary<string, string>> Parameters =
        Gen.Dictionary(Gen.String[Gen.Char["abcdefghij-"], 1, 12], Gen.String[Gen.Char["{}\":,./ aZ09é"], 0, 400])[0, 12];

    [Fact]
    public void What_is_written_is_read_again() => Gen.Select(Parameters, Parameters).Sample(static (plain, packed) =>
    {
        Dictionary<string, string> tags = RecordedParameters.Write(plain.Where(static pair => !pair.Key.StartsWith("options-", StringComparison.Ordinal)).ToDictionary(), packed);
        Dictionary<string, string> read = RecordedParameters.Read(tags);
        return packed.All(pair => read[pair.Key] == pair.Value)
            && plain.All(pair => packed.ContainsKey(pair.Key) || pair.Key.StartsWith("options-", StringComparison.Ordinal) || read[pair.Key] == pair.Value)
            && tags.Where(static tag => tag.Key.StartsWith("ekstools:options-", StringComparison.Ordinal)).All(static tag => tag.Value.Length <= 256);
    });

    [Fact]
    public void A_cluster_of_before_has_its_tags_alone()
    {
        Dictionary<string, string> read = RecordedParameters.Read(new Dictionary<string, string> { ["ekstools:node-type"] = "m5.large", ["Team"] = "orders" });
        Assert.Equal("m5.large", Assert.Contains("node-type", (IDictionary<string, string>)read));
        Assert.False(read.ContainsKey("Team"));
    }

    [Theory]
    [InlineData("ekstools:options-00", "no base64!")]
    [InlineData("ekstools:options-00", "QUJD")]
    public void A_damaged_record_is_told(string key, string value)
    {
        EksToolsException error = Assert.Throws<EksToolsException>(() => RecordedParameters.Read(new Dictionary<string, string> { [key] = value }));
        Assert.Equal("RecordedParametersDamaged", error.ErrorId);
    }

    [Fact]
    public void Four_full_node_groups_fit_beside_thirty_tags()
    {
        NodeGroupOptions group = new()
        {
            Name = "gpu-batch-workers",
            InstanceType = ["g5.xlarge", "g5.2xlarge", "g6.xlarge"],
            AmiType = "AL2023_x86_64_NVIDIA",
            DesiredSize = 2,
            MaxSize = 40,
            CapacityType = "SPOT",
            DiskSize = 200,
            Label = new Dictionary<string, string> { ["workload"] = "batch", ["team"] = "recommendations" },
            Taint = ["nvidia.com/gpu=present:NoSchedule"],
            SubnetId = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
        };
        Dictionary<string, string> said = SaidParameters.Read(new NewClusterRequest { Name = "demo", NodeGroup = [.. Enumerable.Range(0, 4).Select(number => group with { Name = $"{group.Name}-{number}" })] });
        Assert.InRange(RecordedParameters.Write(new Dictionary<string, string>(), said).Count, 1, 14);
    }

    [Fact]
    public void Equal_options_are_one_text_whatever_their_order()
    {
        NodeGroupOptions one = new() { Name = "web", Label = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, NodeRepair = true };
        NodeGroupOptions same = new() { Name = "web", NodeRepair = true, Label = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } };
        Assert.Equal(OptionsText.Write([one]), OptionsText.Write([same]));
        NodeGroupOptions read = Assert.Single(OptionsText.Read<NodeGroupOptions>(OptionsText.Write([one])));
        Assert.Equal("1", read.Label["a"]);
        Assert.True(read.NodeRepair);
        Assert.Null(read.DesiredSize);
    }
}
