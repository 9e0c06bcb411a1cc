using System.Management.Automation.Language;
using System.Reflection;

namespace EksTools.HelpCompiler;

/// <summary>Finds a module's cmdlets: those that its manifest exports, or all of a DLL.</summary>
internal static class ModuleReader
{
    /// <summary>The cmdlets of a module.</summary>
    /// <param name="path">A module's folder (NAME or NAME/NAME.psd1) or a cmdlet DLL.</param>
    /// <exception cref="HelpSourceException">There is no such module, or the manifest exports a cmdlet that the DLL does not have.</exception>
    public static IReadOnlyList<CmdletModel> Read(string path)
    {
        string? manifest = Directory.Exists(path)
            ? Directory.GetFiles(path, "*.psd1").Order(StringComparer.Ordinal).FirstOrDefault()
                ?? throw new HelpSourceException(path, "the folder holds no module manifest (.psd1); name one that does, or a DLL.")
            : path.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase) ? path : null;
        if (manifest is null)
            return CmdletReader.Read(Load(path));
        (string root, IReadOnlyList<string> exported) = ReadManifest(manifest);
        IReadOnlyList<CmdletModel> cmdlets = CmdletReader.Read(Load(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifest))!, root)));
        if (exported.Contains("*"))
            return cmdlets;
        if (exported.Except(cmdlets.Select(cmdlet => cmdlet.Name), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
            throw new HelpSourceException(manifest, $"CmdletsToExport names {missing}, which {root} does not have.");
        return [.. cmdlets.Where(cmdlet => exported.Contains(cmdlet.Name, StringComparer.OrdinalIgnoreCase))];
    }

    private static Assembly Load(string path)
    {
        if (!File.Exists(path))
            throw new HelpSourceException(path, "there is no such file; build the module first.");
        return Assembly.LoadFrom(Path.GetFullPath(path));
    }

    private static (string Root, IReadOnlyList<string> Exported) ReadManifest(string path)
    {
        ScriptBlockAst script = Parser.ParseFile(Path.GetFullPath(path), out _, out ParseError[] errors);
        if (errors.Length > 0)
            throw new HelpSourceException(path, $"the manifest does not parse: {errors[0].Message}", errors[0].Extent.StartLineNumber);
        if (script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false)?.SafeGetValue() is not System.Collections.Hashtable table)
            throw new HelpSourceException(path, "the manifest is not a hashtable.");
        string root = table["RootModule"] as string ?? throw new HelpSourceException(path, "the manifest has no RootModule.");
        return table["CmdletsToExport"] switch
        {
            object[] many => (root, [.. many.Select(one => one.ToString()!)]),
            string one => (root, [one]),
            _ => (root, ["*"]),
        };
    }
}
