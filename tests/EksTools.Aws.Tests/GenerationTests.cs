using EksTools.Aws.Tests.Botocore;
using EksTools.ServiceModels;

namespace EksTools.Aws.Tests;

/// <summary>The committed code is what the tool makes of botocore's models, byte for byte.</summary>
public sealed class GenerationTests
{
    [Fact]
    public void Generating_again_changes_nothing()
    {
        var root = Path.Combine(Tools.RepositoryRoot, "src", "EksTools.Aws");
        var committed = Directory.GetFiles(root, "*.g.cs", SearchOption.AllDirectories)
            .Where(f => f.Contains($"{Path.DirectorySeparatorChar}Generated{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllText);
        var version = committed["EKS/Generated/Client.g.cs"].Split("in botocore ")[1].Split(',')[0];
        if (version != BotocoreOracle.Version)
            Assert.Skip($"The code was generated from botocore {version}; this machine has {BotocoreOracle.Version}.");

        var generated = Generator.Generate(BotocoreOracle.DataDirectory).ToDictionary();

        Assert.Equal(committed.Keys.Order(), generated.Keys.Order());
        Assert.All(generated, file => Assert.Equal(committed[file.Key].ReplaceLineEndings("\n"), file.Value));
        Assert.All(generated.Values, text => Assert.DoesNotContain('\r', text));
    }
}
