using CsCheck;
using EksTools.Core.Clusters;

namespace EksTools.Core.Tests.Clusters;

public sealed class ClusterIdentityTests
{
    [Fact]
    public void Role_names_carry_the_region() => Assert.Equal("ekstools-demo-us-west-2-cluster", new ClusterIdentity("demo", "us-west-2").ClusterRoleName);

    [Fact]
    public void Long_names_are_shortened_stably_and_stay_apart() => Gen.String[Gen.Char['a', 'z'], 60, 100].Array[2].Sample(static names =>
    {
        ClusterIdentity one = new(names[0], "ap-southeast-2");
        ClusterIdentity other = new(names[1], "ap-southeast-2");
        return one.ClusterRoleName.Length <= 64 && one.NodeRoleName.Length <= 64 && one.LaunchTemplateName.Length <= 128
            && one.ClusterRoleName != one.NodeRoleName
            && one.ClusterRoleName == new ClusterIdentity(names[0], "ap-southeast-2").ClusterRoleName
            && (names[0] == names[1] || one.ClusterRoleName != other.ClusterRoleName);
    });

    [Fact]
    public void Owns_what_carries_both_its_name_and_its_region()
    {
        ClusterIdentity demo = new("demo", "us-west-2");
        Assert.True(demo.Owns(demo.Tags("vpc")));
        Assert.False(demo.Owns(new ClusterIdentity("demo", "us-east-1").Tags("vpc")));
        Assert.False(demo.Owns(new ClusterIdentity("demo2", "us-west-2").Tags("vpc")));
        Assert.False(demo.Owns(new Dictionary<string, string>()));
    }
}
