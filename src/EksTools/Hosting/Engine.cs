using System.Reflection;

namespace EksTools.Hosting;

/// <summary>The engine, loaded when the first cmdlet needs it. Once for the process: a load context cannot be unloaded.</summary>
internal static class Engine
{
    private static readonly Lazy<IEksEngine> Loaded = new(Load);

    public static IEksEngine Current => Loaded.Value;

    /// <summary>The folder that the module was loaded from.</summary>
    public static string ModulePath { get; } = Path.GetDirectoryName(typeof(Engine).Assembly.Location)!;

    private static IEksEngine Load()
    {
        string dependencies = Path.Combine(ModulePath, "deps");
        EngineLoadContext context = new(dependencies);
        Assembly core = context.LoadFromAssemblyPath(Path.Combine(dependencies, "EksTools.Core.dll"));
        Type type = core.GetType("EksTools.Core.EksEngine", throwOnError: true)!;
        return (IEksEngine)Activator.CreateInstance(type)!;
    }
}
