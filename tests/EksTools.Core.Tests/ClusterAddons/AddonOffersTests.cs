using EksTools.Core.ClusterAddons;

namespace EksTools.Core.Tests.ClusterAddons;

public sealed class AddonOffersTests
{
    [Fact]
    public void Versions_are_ordered_by_their_numbers()
    {
        string[] ordered = ["v1.9.0-eksbuild.2", "v1.10.0-eksbuild.1", "v1.10.0-eksbuild.2", "v1.10.0-eksbuild.10", "v1.10.1-eksbuild.1", "v2.0.0-eksbuild.1"];
        Assert.Equal(ordered, ordered.Reverse().Order(Comparer<string>.Create(AddonOffers.Compare)));
        Assert.Equal(0, AddonOffers.Compare("v1.2.3-eksbuild.4", "v1.2.3-eksbuild.4"));
        Assert.True(AddonOffers.Compare("v1.2.3", "v1.2.3-eksbuild.1") < 0);
        Assert.True(AddonOffers.Compare(null, "v1") < 0);
    }
}
