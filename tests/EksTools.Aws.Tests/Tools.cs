namespace EksTools.Aws.Tests;

/// <summary>What the tests need from the machine.</summary>
internal static class Tools
{
    /// <summary>Skips the test, or fails it under <c>CI=true</c>, where every tool must be there.</summary>
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }

    public static string RepositoryRoot { get; } =
        typeof(Tools).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
}
