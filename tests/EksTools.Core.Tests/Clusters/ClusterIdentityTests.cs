using CsCheck;
using EksTools.Core.Clusters;
using EksTools.WorkloadIdentity;

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
        return one.ClusterRoleName.Length <= 64 && one.NodeRoleName.Length <= 64 && one.LaunchTemplateName(names[1]).Length <= 128
            && one.ClusterRoleName != one.NodeRoleName
            && one.ClusterRoleName == new ClusterIdentity(names[0], "ap-southeast-2").ClusterRoleName
            && (names[0] == names[1] || one.ClusterRoleName != other.ClusterRoleName);
    });

    [Fact]
    public void Roles_for_pods_are_named_after_namespace_and_service_account()
    {
        ClusterIdentity demo = new("demo", "us-west-2");
        Assert.Equal("ekstools-demo-us-west-2-kube-system.aws-node", demo.ServiceAccountRoleName(new ServiceAccountName("kube-system", "aws-node")));
        Assert.Equal("ekstools-demo-us-west-2-team-=.job-+", demo.ServiceAccountRoleName(new ServiceAccountName("team-?", "job-*")));
    }

    [Fact]
    public void No_two_service_accounts_or_patterns_share_a_role() => Gen.Select(Gen.Char["a-.*?"].Array[1, 6], Gen.Char["a-.*?"].Array[1, 6]).Array[2].Sample(static pairs =>
    {
        ServiceAccountName[] names = [.. pairs.Select(static pair => new ServiceAccountName(new string(pair.Item1).Replace('.', 'b'), new string(pair.Item2)))];
        ClusterIdentity demo = new("demo", "us-west-2");
        string[] roles = [.. names.Select(demo.ServiceAccountRoleName)];
        return names[0] == names[1] || (roles[0] != roles[1] && roles.All(static role => role.All(static c => char.IsAsciiLetterOrDigit(c) || "+=,.@_-".Contains(c, StringComparison.Ordinal))));
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
