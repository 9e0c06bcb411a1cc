namespace EksTools.HelpCompiler;

/// <summary>Compiles a folder of Markdown pages and a module's cmdlets into a MAML file with the about topics beside it.</summary>
internal static class HelpCompilation
{
    /// <summary>The page whose parameters are inherited by cmdlets that do not describe them.</summary>
    public const string SharedPage = "CommonParameters.md";

    private const int AboutWidth = 80;

    /// <summary>Writes the help file, unless there are errors.</summary>
    /// <param name="cmdlets">The module's cmdlets.</param>
    /// <param name="source">The folder with Verb-Noun.md, CommonParameters.md and about_*.help.txt.</param>
    /// <param name="output">The MAML file to write.</param>
    /// <returns>Errors and warnings in the order of the files.</returns>
    public static IReadOnlyList<HelpDiagnostic> Run(IReadOnlyList<CmdletModel> cmdlets, string source, string output)
    {
        List<HelpDiagnostic> diagnostics = [];
        string sharedFile = Path.Combine(source, SharedPage);
        HelpPage? shared = File.Exists(sharedFile) ? HelpPageReader.Read(sharedFile, File.ReadAllText(sharedFile), diagnostics) : null;
        HelpMerger merger = new(cmdlets, shared, diagnostics);
        List<CommandHelp> commands = [];
        foreach (CmdletModel cmdlet in cmdlets)
        {
            string file = Path.Combine(source, cmdlet.Name + ".md");
            if (File.Exists(file))
                commands.Add(merger.Merge(cmdlet, HelpPageReader.Read(file, File.ReadAllText(file), diagnostics)));
            else
                diagnostics.Add(new(file, 0, HelpCodes.PageMissing, $"{cmdlet.Name} has no help page; write this file."));
        }
        if (commands.Count == cmdlets.Count)
            merger.CheckShared();
        string[] pages = [.. Directory.GetFiles(source, "*-*.md").Order(StringComparer.Ordinal)];
        foreach (string page in pages.Where(page => !cmdlets.Any(cmdlet => cmdlet.Name == Path.GetFileNameWithoutExtension(page))))
            diagnostics.Add(new(page, 1, HelpCodes.PageWithoutCmdlet, $"the module exports no cmdlet {Path.GetFileNameWithoutExtension(page)}; remove the page or export the cmdlet."));
        string[] abouts = [.. Directory.GetFiles(source, "about_*.help.txt").Order(StringComparer.Ordinal)];
        foreach (string about in abouts)
            CheckAbout(about, diagnostics);

        if (diagnostics.All(diagnostic => diagnostic.IsWarning))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            WriteIfChanged(output, MamlWriter.Write(commands));
            foreach (string about in abouts)
                WriteIfChanged(Path.Combine(Path.GetDirectoryName(output)!, Path.GetFileName(about)), File.ReadAllBytes(about));
        }
        return diagnostics;
    }

    private static void CheckAbout(string file, List<HelpDiagnostic> diagnostics)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Length > AboutWidth)
                diagnostics.Add(new(file, number, HelpCodes.AboutTooWide, $"the line has {line.Length} columns; consoles show {AboutWidth}.", IsWarning: true));
        }
    }

    /// <summary>Leaves an equal file alone, so that incremental builds see no change.</summary>
    private static void WriteIfChanged(string path, byte[] bytes)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            File.WriteAllBytes(path, bytes);
    }
}
