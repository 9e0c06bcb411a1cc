using System.Reflection;
using System.Runtime.Loader;

namespace EksTools.Hosting;

/// <summary>
/// The private load context of the engine and of every third-party assembly. AWS.Tools and others ship assemblies of the
/// same names in other versions into the default context, where one name can be loaded once only.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private readonly string dependencies;

    public EngineLoadContext(string dependencies)
        : base("EksTools", isCollectible: false) => this.dependencies = dependencies;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // One identity for the shared contracts, or the engine's services could not be cast to them.
        if (assemblyName.Name == typeof(IEksEngine).Assembly.GetName().Name)
        {
            return typeof(IEksEngine).Assembly;
        }

        string path = Path.Combine(dependencies, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
