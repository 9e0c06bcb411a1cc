using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

public sealed class KubeconfigPathTests
{
    private static readonly char Separator = Path.PathSeparator;

    private static string Resolve(string? path, string? variable, params string[] withCluster) =>
        KubeconfigPath.Resolve(path, variable, "home", withCluster.Contains);

    [Fact]
    public void An_explicit_path_beats_the_variable() => Assert.Equal("mine", Resolve("mine", "other", "other"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("::")]
    public void Without_both_it_is_the_one_in_the_home_directory(string? variable) =>
        Assert.Equal(Path.Combine("home", ".kube", "config"), Resolve(null, variable?.Replace(':', Separator)));

    [Fact]
    public void The_first_file_that_has_the_cluster_is_chosen() =>
        Assert.Equal("b", Resolve(null, $"a{Separator}{Separator}b{Separator}c", "b", "c"));

    [Fact]
    public void Else_the_first_file() => Assert.Equal("a", Resolve(null, $"{Separator}a{Separator}b"));

    [Fact]
    public void A_broken_or_absent_file_holds_no_cluster()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["broken"], "clusters: {");
        File.WriteAllText(directory["good"], KubeconfigDocument.Create(KubeconfigEntries.Demo));
        Assert.False(KubeconfigPath.HasCluster(directory["broken"], KubeconfigEntries.DemoArn));
        Assert.False(KubeconfigPath.HasCluster(directory["absent"], KubeconfigEntries.DemoArn));
        Assert.True(KubeconfigPath.HasCluster(directory["good"], KubeconfigEntries.DemoArn));
        Assert.False(KubeconfigPath.HasCluster(directory["good"], "demo"));
    }
}
