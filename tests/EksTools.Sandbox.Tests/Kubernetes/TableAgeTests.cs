using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Expectations are those of apimachinery's duration.HumanDuration.</summary>
public sealed class TableAgeTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(192, "3m12s")]
    [InlineData(600, "10m")]
    [InlineData(10799, "179m")]
    [InlineData(10800, "3h")]
    [InlineData(14820, "4h7m")]
    [InlineData(28800, "8h")]
    [InlineData(172799, "47h")]
    [InlineData(172800, "2d")]
    [InlineData(190800, "2d5h")]
    [InlineData(691200, "8d")]
    [InlineData(63072000, "2y")]
    public void Ages_are_worded_as_kubectl_words_them(int seconds, string shown) => Assert.Equal(shown, TableAge.Show(TimeSpan.FromSeconds(seconds)));
}
