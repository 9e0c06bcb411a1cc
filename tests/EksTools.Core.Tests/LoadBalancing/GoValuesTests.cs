using CsCheck;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class GoValuesTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("TRUE", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("F", false)]
    [InlineData("tRUE", null)]
    [InlineData("yes", null)]
    [InlineData(" true", null)]
    [InlineData("", null)]
    public void Booleans_are_those_of_strconv(string text, bool? value) => Assert.Equal(value, GoValues.Boolean(text));

    [Theory]
    [InlineData("10", 10L)]
    [InlineData("+10", 10L)]
    [InlineData("-1", -1L)]
    [InlineData("010", 10L)]
    [InlineData("2147483647", 2147483647L)]
    [InlineData("2147483648", null)]
    [InlineData("-2147483648", -2147483648L)]
    [InlineData("10s", null)]
    [InlineData(" 10", null)]
    [InlineData("1_0", null)]
    [InlineData("", null)]
    [InlineData("+", null)]
    [InlineData("10.0", null)]
    public void Numbers_are_those_of_strconv(string text, long? value) => Assert.Equal(value, GoValues.Integer(text, 32));

    // What pkg/annotations/parser_test.go expects of the AWS Load Balancer Controller's parser.
    [Theory]
    [InlineData("k1=v1,k2=v2", "k1=v1|k2=v2")]
    [InlineData(" k1 = v1 , k2=v2", "k1=v1|k2=v2")]
    [InlineData("k1=", "k1=")]
    [InlineData("k1=a=b", "k1=a=b")]
    [InlineData("k1=v1\\,more,k2=v2", "k1=v1,more|k2=v2")]
    [InlineData("k1=v1,", "k1=v1,")]
    [InlineData("", "")]
    [InlineData("k1", null)]
    [InlineData("k1=v1,k2", null)]
    [InlineData("=v1", null)]
    public void Maps_are_split_as_by_the_controller(string text, string? pairs) =>
        Assert.Equal(pairs, GoValues.Map(text) is { } map ? string.Join('|', map.Select(static pair => $"{pair.Key}={pair.Value}")) : null);

    [Theory]
    [InlineData("Key1=Val1,Key2=Val2,KeyNoVal1=,KeyNoVal2", "Key1=Val1|Key2=Val2|KeyNoVal1=|KeyNoVal2=")]
    [InlineData("a=b=c", "a=b")]
    [InlineData(" a=b , ,c", "a=b|c=")]
    public void Maps_are_split_as_by_the_cloud_provider(string text, string pairs) =>
        Assert.Equal(pairs, string.Join('|', GoValues.LooseMap(text).Select(static pair => $"{pair.Key}={pair.Value}")));

    [Fact]
    public void A_map_that_is_written_is_read_back()
    {
        Gen<string> word = Gen.Char["ab\\,=. x"].Array[0, 8].Select(static chars => new string(chars).Trim());
        Gen<string> key = Gen.Char["ab.\\,"].Array[1, 6].Select(static chars => new string(chars));
        Gen.Select(key, word).Array[1, 4].Sample(pairs =>
        {
            KeyValuePair<string, string>[] map = [.. pairs.Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2))];
            Assert.Equal(map, GoValues.Map(GoValues.WriteMap(map)));
        });
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1/8", true)]
    [InlineData("2600::/16", true)]
    [InlineData("10.0.0.0", false)]
    [InlineData("10.0.0/8", false)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/08", false)]
    [InlineData("all", false)]
    public void Ranges_are_those_of_Go(string text, bool fits) => Assert.Equal(fits, GoValues.IsCidr(text, out _));

    [Theory]
    [InlineData("intrenal", "internal")]
    [InlineData("internet_facing", "internet-facing")]
    [InlineData("public", null)]
    public void The_nearest_word_is_found(string written, string? word) => Assert.Equal(word, Likeness.Nearest(written, ["internal", "internet-facing"]));

    [Fact]
    public void Distance_counts_a_swap_as_one() => Assert.Equal((1, 1, 1, 0), (Likeness.Distance("abcd", "abdc"), Likeness.Distance("abcd", "abd"), Likeness.Distance("abcd", "abxd"), Likeness.Distance("ABCD", "abcd")));
}
