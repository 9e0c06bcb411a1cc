using System.Net;
using CsCheck;
using EksTools.Core.Networking;

namespace EksTools.Core.Tests.Networking;

public sealed class Ipv6CidrTests
{
    [Theory]
    [InlineData("2600:1f14:e5a:100::/56", "2600:1f14:e5a:100::/56")]
    [InlineData("::/0", "::/0")]
    [InlineData("2001:DB8:0:0::/32", "2001:db8::/32")]
    public void Reads_what_is_one(string text, string written)
    {
        Assert.True(Ipv6Cidr.TryParse(text, out Ipv6Cidr range));
        Assert.Equal(written, range.ToString());
    }

    [Theory]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("2001:db8::/129", "::/0")]
    [InlineData("2001:db8::", "::/0")]
    [InlineData("fe80::1%1/64", "::/0")]
    [InlineData("[2001:db8::]/32", "::/0")]
    [InlineData("10.0.0.0/8", "::/0")]
    [InlineData(null, "::/0")]
    public void Refuses_what_is_none_and_gives_the_range_that_an_address_lies_in(string? text, string range)
    {
        Assert.False(Ipv6Cidr.TryParse(text, out Ipv6Cidr near));
        Assert.Equal(range, near.ToString());
    }

    [Fact]
    public void Parts_follow_each_other_and_stay_within() => Gen.Select(Gen.Byte.Array[16], Gen.Int[0, 255]).Sample(static (bytes, index) =>
    {
        _ = Ipv6Cidr.TryParse($"{new IPAddress(bytes)}/56", out Ipv6Cidr whole);
        string part = whole.Part(64, index).ToString();
        byte[] expected = IPAddress.Parse(whole.ToString().Split('/')[0]).GetAddressBytes();
        expected[7] = (byte)index;
        return part == $"{new IPAddress(expected)}/64";
    });

    [Fact]
    public void There_are_no_more_parts_than_fit()
    {
        Assert.True(Ipv6Cidr.TryParse("2001:db8::/56", out Ipv6Cidr whole));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Part(64, 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Part(48, 0));
    }
}
